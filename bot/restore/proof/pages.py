"""What stands on the sheets of a restore's report, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from bot.domain.proof import Finding, Proof
from bot.domain.restore import Restore, RestoreState
from bot.domain.restore_plan import Action, PlanSummary, Todo

Cell = str | int | Decimal | date | datetime | None
Row = tuple[Cell, ...]

_ENDS = {
    RestoreState.DONE: "Done: nothing differs that the plan had not named.",
    RestoreState.DIFFERENT: "Done, with differences that the plan had not named. They are listed here.",
    RestoreState.UNPROVEN: "Done, but not everything could be compared. What is missing is listed here.",
}
_KEPT_MOST = "This list holds the worst; the numbers on the first sheet are whole."
_SAID = {
    Finding.AS_PREDICTED: "as the plan said",
    Finding.NOT_PREDICTED: "NOT as the plan said",
    Finding.NOT_VERIFIED: "not verified",
}
_DONE = {
    Action.CHANGE: "comes back changed",
    Action.LEAVE_OUT: "left out",
    Action.BLOCKED: "blocked",
    Action.MATCH: "matched, differs",
    Action.CREATE: "created",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One sheet: its name, headings, widths in characters, and rows."""

    name: str
    head: tuple[str, ...]
    widths: tuple[int, ...]
    rows: Iterable[Row]
    note: str = ""
    filtered: bool = False  # its columns can be filtered, where people look for their own records


def of(restore: Restore) -> Iterator[Page]:
    """Yield every sheet but the created records. Raises ValueError without plan and proof."""
    plan, proof = restore.plan, restore.proof
    if plan is None or proof is None:
        raise ValueError("a report needs a plan and a proof")
    yield Page(name="Summary", head=(), widths=(34, 90), rows=_summary(restore, plan, proof))
    yield _types(proof)
    yield reasons(plan, _DONE)
    yield _refused(proof)
    yield _differences(proof)
    yield _balances(proof)
    yield _contacts(proof)
    yield manual(restore.by_hand)


def _summary(restore: Restore, plan: PlanSummary, proof: Proof) -> Iterator[Row]:
    yield "Restore", restore.reference or restore.id
    yield "Result", _ENDS.get(restore.state, restore.ending or f"This restore is {restore.state.value}.")
    yield "From", f"{restore.source_name}, snapshot {restore.snapshot_id}"
    yield "Snapshot taken", restore.snapshot_taken_at or plan.snapshot_taken_at
    yield "Into", restore.target_name
    yield "A drill", "yes" if restore.is_drill else "no"
    yield "Asked for by", f"{restore.requested_by}, {moment(restore.requested_at)}"
    yield "Why", restore.reason
    yield from _decisions(restore)
    yield "Plan", f"fingerprint {plan.fingerprint}, made {moment(plan.made_at)}"
    yield "Began", moment(restore.started_at)
    yield "Ended", moment(restore.finished_at)
    yield "Compared", f"{moment(proof.compared_at)}, with snapshot {proof.target_snapshot_id}"
    yield "", ""
    yield from _numbers(plan, proof)
    yield "", ""
    for sentence in proof.not_verified or ("Nothing that was written or foreseen.",):
        yield "Not verified", sentence
    for sentence in proof.confirmed:
        yield "Confirmed by Xero, not compared", sentence
    yield "", "This is a copy of the books in another organisation; the source was not written to."


def _decisions(restore: Restore) -> Iterator[Row]:
    for one in restore.decisions:
        said = "Approved by" if one.approved else "Declined by"
        yield said, " · ".join(part for part in (one.user_id, moment(one.at), one.reason) if part)


def _numbers(plan: PlanSummary, proof: Proof) -> Iterator[Row]:
    yield "Records planned", sum(one.planned for one in proof.types)
    yield "Records created", sum(one.created for one in proof.types)
    yield "Records matched", sum(one.matched for one in proof.types)
    yield "Records refused by Xero", sum(one.refused for one in proof.types)
    yield "Records not sent, because what they need was refused", sum(one.unsent for one in proof.types)
    yield "Records left out", plan.total(Action.LEAVE_OUT)
    yield "Records blocked", plan.total(Action.BLOCKED)
    yield "Warnings of Xero", proof.warnings
    yield "Balances compared", proof.balances_compared
    yield "Balances equal", proof.balances_equal
    yield "Contacts compared", proof.contacts_compared
    yield "Contacts equal", proof.contacts_equal
    yield "Differences as the plan said", proof.as_predicted
    yield "Differences the plan had not named", proof.not_predicted


def _types(proof: Proof) -> Page:
    head = ("Kind", "Planned", "Created", "Matched", "Refused", "Not sent", "Left out",
            "Come back with others", "Found in the target", "Equal", "Differ as the plan said",
            "Differ otherwise", "Not verified")  # fmt: skip
    rows = (
        (one.title, one.planned, one.created, one.matched, one.refused, one.unsent, one.left_out, one.follows,
         one.found, one.equal, one.as_predicted, one.not_predicted, one.not_verified)
        for one in proof.types
    )  # fmt: skip
    return Page(name="Records by type", head=head, widths=(44, *([12] * 12)), rows=rows)


def reasons(plan: PlanSummary, becomes: Mapping[Action, str]) -> Page:
    """Give the sheet of reasons, worst first; `becomes` says in words what each action comes to."""
    rows = (
        (one.title, becomes[one.action], one.count, one.sentence, one.instead,
         "yes" if one.moves_ledger else "", ", ".join(one.examples))
        for one in plan.reasons
    )  # fmt: skip
    head = ("Kind", "What becomes of it", "Records", "Why", "Instead", "Moves balances", "For example")
    return Page(name="Left out and changed", head=head, widths=(28, 20, 10, 70, 50, 15, 50), rows=rows)


def _refused(proof: Proof) -> Page:
    rows = (
        (one.title, one.name, "refused by Xero" if one.is_sent else "not sent", one.words)
        for one in proof.refusals
    )
    head = ("Kind", "Name", "What happened", "Why; where refused, in Xero's words")
    widths = (28, 50, 18, 90)
    return Page(name="Refused by Xero", head=head, widths=widths, rows=rows, note=_KEPT_MOST)


def _differences(proof: Proof) -> Page:
    rows = (
        (_SAID[one.finding], one.title, one.name, one.field, one.source_value, one.target_value, one.why)
        for one in proof.fields
    )
    head = ("Finding", "Kind", "Name", "Field", "In the copy", "In the target", "Why")
    widths = (22, 28, 44, 26, 40, 40, 70)
    return Page(name="Differences", head=head, widths=widths, rows=rows, note=_KEPT_MOST)


def _balances(proof: Proof) -> Page:
    rows = (
        (_SAID[one.finding], one.account, one.currency or "base", one.on, one.source, one.target,
         one.target - one.source, one.predicted, one.why)
        for one in proof.balances
    )  # fmt: skip
    head = ("Finding", "Account", "Currency", "Date", "In the copy", "In the target", "Difference",
            "Foreseen difference", "Why")  # fmt: skip
    widths = (22, 44, 10, 12, 16, 16, 16, 20, 60)
    note = f"Debits are positive. {_KEPT_MOST}"
    return Page(name="Trial balances", head=head, widths=widths, rows=rows, note=note)


def _contacts(proof: Proof) -> Page:
    rows = (
        (_SAID[one.finding], one.name, one.kind, one.currency, one.source, one.target,
         one.target - one.source, one.why)
        for one in proof.contacts
    )  # fmt: skip
    head = ("Finding", "Contact", "Owed", "Currency", "In the copy", "In the target", "Difference", "Why")
    widths = (22, 44, 12, 10, 16, 16, 16, 70)
    return Page(name="Contacts", head=head, widths=widths, rows=rows, note=_KEPT_MOST)


def manual(todos: Iterable[Todo]) -> Page:
    """Give the sheet of what people do by hand."""
    rows = (("before" if one.before else "after", one.count or None, one.sentence) for one in todos)
    head = ("When", "Records", "What a person does by hand")
    return Page(name="Manual steps", head=head, widths=(10, 10, 110), rows=rows)


def moment(at: datetime | None) -> str:
    """Write a time in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if at else "-"
