"""Write the file that shows people a whole plan before they decide: every step, every reason. XLSX.

Row by row, so that memory stays flat. Every text goes in as a text, never as a formula or a link: names in it
come from other people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from bot.catalogue import RESOURCES
from bot.domain.restore import Restore
from bot.domain.restore_plan import Action, PlanSummary, Verdict
from bot.restore.model import Kind, Reason, Step
from bot.restore.proof import pages
from bot.restore.proof.pages import Page, Row
from bot.restore.proof.sheet import Sheet

_BECOMES = {
    Action.CREATE: "created",
    Action.CHANGE: "comes back changed",
    Action.MATCH: "there already",
    Action.LEAVE_OUT: "left out",
    Action.BLOCKED: "blocked",
}
_PASSES = {Verdict.PASSES: "passes", Verdict.WARNS: "look at this", Verdict.FAILS: "does not pass"}
_NOT_KNOWN = "This version of Ledgerkeep does not know this reason: {}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What kinds of writes and reasons are called."""

    kinds: Mapping[str, Kind]
    reasons: Mapping[str, Reason]

    def title(self, step: Step) -> str:
        """Name the kind of data of a step."""
        kind = self.kinds.get(step.kind)
        return kind.title if kind else step.kind

    def why(self, key: str) -> str:
        """Give the sentence of a reason."""
        reason = self.reasons.get(key)
        return reason.sentence if reason else _NOT_KNOWN.format(key)


def write_plan(path: Path, restore: Restore, steps: Callable[[], Iterable[Step]], known: Known) -> None:
    """Write the plan of a restore; `steps` begins anew each time it is called. An existing file is replaced.

    Raises ValueError without a plan.
    """
    if restore.plan is None:
        raise ValueError("there is no plan to write")
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "in_memory": False})
    try:
        book.set_properties({"title": f"Plan of restore {restore.reference}", "created": restore.state_since})
        for page in _pages(restore, restore.plan, steps, known):
            Sheet(book, page).write()
    finally:
        book.close()


def _pages(
    restore: Restore, plan: PlanSummary, steps: Callable[[], Iterable[Step]], known: Known
) -> Iterator[Page]:
    yield Page(name="Plan", head=(), widths=(34, 90), rows=_summary(restore, plan))
    yield _checks(plan)
    yield _counts(plan)
    yield pages.reasons(plan, _BECOMES)
    yield _balances(plan)
    yield pages.manual(plan.todos)
    yield _records(steps(), known)
    yield _steps(steps(), known)


def _summary(restore: Restore, plan: PlanSummary) -> Iterator[Row]:
    yield "Restore", restore.reference or restore.id
    yield "", "This is a plan. Nothing is written before it is approved, and only as long as it holds."
    yield "From", f"{restore.source_name}, snapshot {restore.snapshot_id}"
    yield "Snapshot taken", restore.snapshot_taken_at or plan.snapshot_taken_at
    yield "Into", restore.target_name
    yield "A rehearsal", "yes" if restore.is_drill else "no"
    yield "Asked for by", f"{restore.requested_by}, {pages.moment(restore.requested_at)}"
    yield "Why", restore.reason
    yield "Plan", f"fingerprint {plan.fingerprint}, made {pages.moment(plan.made_at)}"
    yield "To be decided until", restore.expires_at
    yield "Comes with what was chosen", ", ".join(plan.added_types) or "-"
    yield "", ""
    for action, word in _BECOMES.items():
        yield f"Records: {word}", plan.total(action)
    yield "Records that come with others", sum(one.follows for one in plan.counts)
    yield "", ""
    yield from _effort(plan)


def _effort(plan: PlanSummary) -> Iterator[Row]:
    yield "Calls to write", plan.effort.calls_write
    yield "Calls to read", plan.effort.calls_read
    yield "Minutes of waiting for Xero", round(plan.effort.seconds / 60)
    yield "Days it is spread over", plan.effort.days
    for one in plan.limits:
        yield f"Size limit: {one.title}", f"{'not known' if one.count is None else one.count} of {one.limit}"


def _checks(plan: PlanSummary) -> Page:
    rows = (
        (one.title, one.source_value, one.target_value, _PASSES[one.verdict], one.why) for one in plan.checks
    )
    head = ("Check", "Copied organisation", "Target", "Outcome", "Why")
    return Page(name="Checks", head=head, widths=(28, 30, 30, 16, 90), rows=rows)


def _counts(plan: PlanSummary) -> Page:
    rows = (
        (one.title, one.create, one.change, one.match, one.leave_out, one.blocked, one.follows)
        for one in plan.counts
    )
    head = ("Kind", "Created", "Come back changed", "There already", "Left out", "Blocked",
            "Come with others")  # fmt: skip
    return Page(name="Records by kind", head=head, widths=(44, *([18] * 6)), rows=rows)


def _balances(plan: PlanSummary) -> Page:
    rows = (
        (one.account, one.currency or "base", one.on, one.amount if one.is_exact else "not foreseen", one.why)
        for one in plan.balances
    )
    head = ("Account", "Currency", "Date", "Difference", "Why")
    note = "Target minus copy; debits are positive. Other balances are predicted to be equal."
    return Page(name="Predicted differences", head=head, widths=(44, 10, 12, 16, 90), rows=rows, note=note)


def _records(steps: Iterable[Step], known: Known) -> Page:
    rows = (
        (known.title(step), _name(step), _BECOMES[step.action], known.why(key), _instead(known, key),
         _moves(known, key), step.record_id)
        for step in steps
        for key in step.reasons
    )  # fmt: skip
    head = ("Kind", "Record", "What becomes of it", "Why", "Instead", "Moves balances", "Id in the copy")
    return Page(
        name="Reasons by record", head=head, widths=(28, 50, 20, 70, 50, 15, 38), rows=rows, filtered=True
    )


def _steps(steps: Iterable[Step], known: Known) -> Page:
    rows = (
        (number, known.title(step), _name(step), _BECOMES[step.action],
         "\n".join(known.why(key) for key in step.reasons), step.record_id)
        for number, step in enumerate(steps, start=1)
    )  # fmt: skip
    head = ("Step", "Kind", "Record", "What becomes of it", "Why", "Id in the copy")
    return Page(
        name="Every step", head=head, widths=(9, 28, 50, 20, 90, 38), rows=rows, filtered=True,
        note="In the order of execution. A record may take several steps.",
    )  # fmt: skip


def _name(step: Step) -> str:
    """Give the record's name; a step of a whole kind of data names that, and how many records it has."""
    whole = RESOURCES.get(step.record_id)
    return f"{whole.title}: {step.part}" if whole else step.name


def _instead(known: Known, key: str) -> str:
    reason = known.reasons.get(key)
    return reason.instead if reason else ""


def _moves(known: Known, key: str) -> str:
    reason = known.reasons.get(key)
    return "yes" if reason and reason.moves_ledger else ""
