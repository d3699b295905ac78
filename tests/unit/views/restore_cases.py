"""The messages and modals of a restore drawn for a typical, an empty and an enormous one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bot.domain.access import ApproverList
from bot.domain.backup import Verdict as Word
from bot.domain.names import OrganisationId, WorkspaceId
from bot.domain.proof import Proof, TypeProof
from bot.domain.restore import Decision, Restore, RestoreId, RestoreState, WritingProgress
from bot.domain.restore_form import Filled, RestoreForm, SnapshotChoice, TargetChoice, TypeChoice
from bot.domain.restore_plan import (
    Action,
    BalanceDifference,
    Check,
    Choice,
    Effort,
    PlanSummary,
    ReasonLine,
    Todo,
    TypeCount,
    Verdict,
)
from bot.views import restore_choose as choosing
from bot.views import restore_message as views
from bot.views import restore_report as reports
from bot.views import restore_review as reviewing
from bot.views import restore_there as there
from bot.views.message import Message
from tests.unit.views.samples import AT, HARBOUR, VAST, limits, organisation

Drawn = Message | dict[str, Any]
SHELL = "Empty Shell Restore Ltd"
ADMINS = ApproverList()
NAMED = ApproverList(users=("U1ANA", "U2BEN"), groups=("S1",), needed=2, is_default=False)
CHECKS = (
    Check(key="region", title="Region", source_value="UK", target_value="UK", verdict=Verdict.PASSES),
    Check(key="country", title="Country", source_value="GB", target_value="GB", verdict=Verdict.PASSES),
    Check(
        key="currency", title="Base currency", source_value="GBP", target_value="GBP", verdict=Verdict.PASSES
    ),
    Check(
        key="empty", title="The target is empty", source_value="", target_value="0", verdict=Verdict.PASSES
    ),
    Check(
        key="lock",
        title="Lock date",
        source_value="",
        target_value="31 Mar 2025",
        verdict=Verdict.WARNS,
        why="Entries before the lock date need it lifted for the time of the restore",
    ),
)
FAILING = replace(
    CHECKS[2], target_value="NZD", verdict=Verdict.FAILS, why="The base currencies differ: GBP and NZD."
)
COUNTS = (
    TypeCount(key="accounts", title="Chart of accounts and bank accounts", create=12, match=86, blocked=1),
    TypeCount(key="contacts", title="Customers and suppliers", create=1_204, change=2),
    TypeCount(key="invoices", title="Invoices and bills", create=8_310, change=31, leave_out=4, blocked=2),
    TypeCount(key="budgets", title="Budgets", leave_out=3),
)
REASONS = (
    ReasonLine(
        key="accounts.card",
        title="Chart of accounts and bank accounts",
        action=Action.BLOCKED,
        count=1,
        sentence="Xero lets no app create a credit card account",
        instead="Create it by hand in the target under the same name.",
        moves_ledger=True,
        examples=("Visa Business 4410",),
        weight=5,
    ),
    ReasonLine(
        key="changed.tracking",
        title="Invoices and bills",
        action=Action.CHANGE,
        count=31,
        sentence="Their tracking option is archived; it is created, used, and archived again",
        examples=("INV-0042", "INV-0043", "INV-0044"),
    ),
    ReasonLine(
        key="evidence.budgets",
        title="Budgets",
        action=Action.LEAVE_OUT,
        count=3,
        sentence="Budgets cannot be written back",
        instead="Import the exported file by hand.",
    ),
    ReasonLine(
        key="invoices.void",
        title="Invoices and bills",
        action=Action.LEAVE_OUT,
        count=4,
        sentence="Voided documents are kept in the copy only",
    ),
)
BALANCES = (
    BalanceDifference(
        account="090 Business Bank",
        currency="",
        on=date(2026, 10, 31),
        amount=Decimal("-1240.55"),
        why="Pay runs are not in the copy",
    ),
    BalanceDifference(
        account="610 Receivables", currency="USD", on=date(2026, 10, 31), amount=Decimal("12.00"), why=""
    ),
)
TODOS = (
    Todo(key="card", sentence="Create the credit card account in the target", before=True, count=1),
    Todo(key="budgets", sentence="Enter the budgets again", before=False, count=3),
)
EFFORT = Effort(
    calls_write=312, calls_read=96, seconds=470, days=1, calls_per_day=5_000, calls_left_today=4_310
)
FINGERPRINT = "ab12cd34" * 8


def plan(**more: Any) -> PlanSummary:
    values: dict[str, Any] = {
        "fingerprint": FINGERPRINT,
        "snapshot_id": "snap-12",
        "snapshot_taken_at": AT,
        "made_at": AT + timedelta(hours=9),
        "choice": Choice(),
        "added_types": (),
        "checks": CHECKS,
        "counts": COUNTS,
        "reasons": REASONS,
        "balances": BALANCES,
        "todos": TODOS,
        "effort": EFFORT,
        "limits": limits(8_412, 31_900, 611, 1_204, 148),
    }
    return PlanSummary(**(values | more))


EMPTY_PLAN = plan(
    checks=(),
    counts=(),
    reasons=(),
    balances=(),
    todos=(),
    limits=(),
    effort=Effort(calls_write=0, calls_read=0, seconds=0, days=0, calls_per_day=5_000),
)
YES = Decision(user_id="U2BEN", approved=True, at=AT + timedelta(hours=11))
NO = Decision(
    user_id="U2BEN", approved=False, at=AT + timedelta(hours=11), reason="We only need the contacts."
)


def restore(state: RestoreState = RestoreState.WAITING, **more: Any) -> Restore:
    values: dict[str, Any] = {
        "id": RestoreId("restore-1"),
        "workspace_id": WorkspaceId("T1"),
        "source_id": OrganisationId("org-1"),
        "source_name": HARBOUR,
        "target_id": OrganisationId("org-2"),
        "target_name": SHELL,
        "snapshot_id": "snap-12",
        "snapshot_taken_at": AT,
        "choice": Choice(),
        "reason": "A bulk import went wrong on Friday; we want to see the books as they were",
        "is_drill": False,
        "state": state,
        "state_since": AT + timedelta(hours=12),
        "requested_by": "U1ANA",
        "requested_at": AT + timedelta(hours=8),
        "channel_id": "C1",
        "expires_at": AT + timedelta(hours=80),
        "needed": 1,
        "fingerprint": FINGERPRINT,
        "plan": plan(),
        "reference": "7KQ2-MX4R",
    }
    return Restore(**(values | more))


def bare(state: RestoreState, **more: Any) -> Restore:
    """A restore of which as little is known as can be."""
    nothing: dict[str, Any] = {"reason": "", "plan": None, "fingerprint": "", "snapshot_taken_at": None}
    return restore(state, **{**nothing, "source_name": "", "target_name": "", "reference": "", **more})


def vast_plan(text: str = VAST, count: int = 300) -> PlanSummary:
    """A plan with one text in every place that people or Xero can fill."""
    reason = replace(REASONS[0], title=text, sentence=text, instead=text, examples=(text,) * 9, count=10**9)
    return plan(
        checks=tuple(
            replace(FAILING, title=text, source_value=text, target_value=text, why=text) for _ in range(count)
        ),
        counts=tuple(
            TypeCount(key=f"k{n}", title=text, create=10**9, change=10**9, match=10**9, leave_out=10**9)
            for n in range(count)
        ),
        reasons=(reason,) * count,
        balances=tuple(replace(BALANCES[1], account=text, currency=text, why=text) for _ in range(count)),
        todos=(Todo(key="a", sentence=text, before=True, count=10**9),) * count
        + (Todo(key="b", sentence=text, before=False),) * count,
        effort=Effort(
            calls_write=10**7,
            calls_read=10**7,
            seconds=10**8,
            days=400,
            calls_per_day=5_000,
            calls_left_today=0,
        ),
        limits=limits(10**7, 10**7, 10**6, 10**6, 10**5),
        added_types=(text,) * count,
    )


def vast(state: RestoreState, text: str = VAST, count: int = 300) -> Restore:
    """A restore of a vast plan, with one text in every place that people or Xero can fill."""
    many = tuple(replace(YES, user_id=text if n else "U2BEN") for n in range(min(count, 5)))
    no = replace(NO, user_id=text, reason=text)
    return restore(
        state,
        source_name=text,
        target_name=text,
        reason=text,
        ending=text,
        reference=text,
        requested_by=text,
        plan=vast_plan(text, count),
        decisions=(no,) if state is RestoreState.DECLINED else many,
        needed=5,
        progress=WritingProgress(
            steps_done=10**6, steps_total=10**7, refused=10**6, calls=10**6, calls_planned=10**7,
            calls_left_today=10**6, current=text, seconds_left=10**6,
        ),
        proof=vast_proof(text, count),
    )  # fmt: skip


GOING = WritingProgress(
    steps_done=3_120,
    steps_total=9_526,
    refused=2,
    calls=131,
    calls_planned=408,
    calls_left_today=4_179,
    current="Invoices",
    seconds_left=318,
)


def proof(**more: Any) -> Proof:
    values: dict[str, Any] = {
        "compared_at": AT + timedelta(hours=13),
        "target_snapshot_id": "snap-t1",
        "types": (
            TypeProof(
                key="contacts", title="Customers and suppliers", planned=1_206, created=1_206, found=1_206
            ),
            TypeProof(
                key="invoices",
                title="Invoices and bills",
                planned=8_341,
                created=8_339,
                refused=2,
                left_out=4,
            ),
        ),
        "fields": (),
        "balances": (),
        "contacts": (),
        "refusals": (),
        "balances_compared": 14 * 62,
        "balances_equal": 14 * 62 - 3,
        "contacts_compared": 402,
        "contacts_equal": 402,
        "as_predicted": 36,
        "warnings": 5,
    }
    return Proof(**(values | more))


def vast_proof(text: str, count: int) -> Proof:
    row = TypeProof(
        key="k", title=text, planned=10**9, created=10**9, matched=10**9, refused=10**9, left_out=10**9,
        not_predicted=10**9,
    )  # fmt: skip
    return proof(types=(row,) * count, not_verified=(text,) * count, not_predicted=10**9)


def drawn(one: Restore, named: ApproverList = ADMINS, *, lacking: bool = False) -> Callable[[], Drawn]:
    return lambda: views.draw(one, named, lacks_permission=lacking)


def form(**more: Any) -> RestoreForm:
    source = organisation()
    shell = replace(organisation(SHELL), id=OrganisationId("org-2"))
    other = replace(organisation("Kererū Coffee"), id=OrganisationId("org-3"))
    values: dict[str, Any] = {
        "sources": (source, shell),
        "snapshots": (
            SnapshotChoice(id="snap-12", number=12, taken_at=AT, verdict=Word.COMPLETE),
            SnapshotChoice(
                id="snap-11", number=11, taken_at=AT - timedelta(days=1), verdict=Word.GAPS, gaps=2
            ),
        ),
        "targets": (
            TargetChoice(organisation=shell, checks=CHECKS),
            TargetChoice(organisation=other, checks=(FAILING,), why=FAILING.why),
        ),
        "types": (TypeChoice("contacts", "Customers and suppliers"), TypeChoice("items", "Items")),
        "approvers": "workspace admins; 1 approval needed",
        "filled": Filled(source_id=source.id),
    }
    return RestoreForm(**(values | more))


def vast_form(text: str = VAST, count: int = 300) -> RestoreForm:
    many = tuple(replace(organisation(text), id=OrganisationId(f"org-{n}")) for n in range(count + 1))
    moments = tuple(
        SnapshotChoice(id=f"snap-{n}", number=n, taken_at=AT, verdict=Word.GAPS, gaps=10**6)
        for n in range(count)
    )
    return form(
        sources=many,
        snapshots=moments,
        targets=tuple(
            TargetChoice(organisation=one, checks=CHECKS, why=text if n % 2 else "")
            for n, one in enumerate(many)
        ),
        types=tuple(TypeChoice(f"k{n}", text) for n in range(count + 1)),
        added=(text,) * count,
        filled=Filled(
            source_id="org-0", only_types=True, types=("k0", "k1"), reason="why", single_payments=True
        ),
    )


def message_cases() -> Mapping[str, Callable[[], Drawn]]:
    states = {
        "permission": (RestoreState.PLANNING, True),
        "planning": (RestoreState.PLANNING, False),
        **{
            state.value: (state, False)
            for state in RestoreState
            if state not in {RestoreState.PLANNING, RestoreState.WAITING}
        },
        "request": (RestoreState.WAITING, False),
    }
    cases: dict[str, Callable[[], Drawn]] = {}
    for word, (state, lacking) in states.items():
        cases[f"restore_{word}_typical"] = drawn(_typical(state), lacking=lacking)
        cases[f"restore_{word}_empty"] = drawn(bare(state), lacking=lacking)
        cases[f"restore_{word}_enormous"] = drawn(vast(state), NAMED, lacking=lacking)
    return cases | {
        "restore_request_two_needed": drawn(restore(needed=2, decisions=(YES,)), NAMED),
        "restore_request_over_a_limit": drawn(restore(plan=plan(limits=limits(41_000, 33_000, 1, 1, 1)))),
        "restore_request_nothing_lost": drawn(restore(plan=EMPTY_PLAN)),
        "restore_reading_back": drawn(
            restore(RestoreState.RUNNING, progress=replace(GOING, phase="reading back"), decisions=(YES,))
        ),
        "restore_rehearsal": drawn(restore(is_drill=True)),
        "restore_report_typical": lambda: reports.handed(restore()),
        "restore_report_no_files": lambda: reports.not_handed(restore()),
        "restore_plan_file_typical": lambda: reports.plan_handed(restore()),
        "restore_plan_file_enormous": lambda: reports.plan_handed(vast(RestoreState.WAITING)),
        "restore_plan_file_no_files": lambda: reports.plan_not_handed(restore(), reports.no_files()),
        "restore_there_approved": lambda: there.approved(restore(RestoreState.APPROVED)),
        "restore_there_rehearsal": lambda: there.approved(restore(RestoreState.APPROVED, is_drill=True)),
        "restore_there_done": lambda: there.ended(_typical(RestoreState.DONE)) or {},
        "restore_there_stopped": lambda: there.ended(_typical(RestoreState.STOPPED)) or {},
        "restore_there_enormous": lambda: there.ended(vast(RestoreState.FAILED)) or {},
        "restore_in_thread_declined": lambda: views.in_thread(_typical(RestoreState.DECLINED), "U2BEN") or {},
    }


def _typical(state: RestoreState) -> Restore:
    endings = {
        RestoreState.REFUSED: FAILING.why,
        RestoreState.VOIDED: "The target is no longer empty.",
        RestoreState.STOPPED: "A person stopped it.",
        RestoreState.FAILED: "Xero no longer lets me write to this organisation.",
        RestoreState.UNPROVEN: "Xero did not give the trial balance of the target.",
    }
    decisions = {RestoreState.DECLINED: (NO,), RestoreState.WITHDRAWN: (), RestoreState.EXPIRED: ()}
    early = state.is_open or state in {RestoreState.REFUSED, *decisions.keys()}
    differs = {"not_predicted": 3} if state is RestoreState.DIFFERENT else {}
    unsure = {"not_verified": ("The trial balance of May 2026 could not be read.",)}
    return restore(
        state,
        ending=endings.get(state, ""),
        decisions=decisions.get(state, () if early else (YES,)),
        progress=WritingProgress() if early else GOING,
        resume_at=AT + timedelta(hours=30) if state is RestoreState.PARKED else None,
        proof=proof(**differs, **(unsure if state is RestoreState.UNPROVEN else {})),
    )


def modal_cases() -> Mapping[str, Callable[[], Drawn]]:
    def review(one: Restore, named: ApproverList = ADMINS, why_not: str = "") -> Callable[[], Drawn]:
        assert one.plan is not None
        made = one.plan
        return lambda: reviewing.review_modal(one, made, named, why_not=why_not, ref="C1.restore-1.ab12")

    over = plan(limits=limits(41_000, 33_000, 1, 1, 1))
    types = Filled(source_id="org-1", only_types=True, types=("contacts",))
    return {
        "restore_choose_typical": lambda: choosing.restore_modal(form(), ref="C1.org-1"),
        "restore_choose_types": lambda: choosing.restore_modal(
            form(filled=types, added=("Currencies", "Tax rates")), ref="C1.org-1"
        ),
        "restore_choose_no_target": lambda: choosing.restore_modal(
            form(targets=form().targets[1:]), ref="C1.org-1"
        ),
        "restore_choose_empty": lambda: choosing.restore_modal(
            form(snapshots=(), targets=(), types=(), approvers=""), ref="C1.org-1"
        ),
        "restore_choose_first": lambda: choosing.restore_modal(form(filled=Filled()), ref="C1."),
        "restore_choose_drill": lambda: choosing.restore_modal(form(is_drill=True), ref="C1.org-1.drill"),
        "restore_choose_enormous": lambda: choosing.restore_modal(vast_form(), ref="C1.org-1"),
        "restore_review_typical": review(restore()),
        "restore_review_drill": review(restore(is_drill=True)),
        "restore_review_file_comes": lambda: reviewing.review_modal(
            restore(), plan(), ADMINS, why_not="", ref="C1.restore-1.ab12", file_comes=True
        ),
        "restore_review_own": review(
            restore(), why_not="You asked for this restore, so another must approve it."
        ),
        "restore_review_over_a_limit": review(restore(plan=over)),
        "restore_review_empty": review(restore(plan=EMPTY_PLAN)),
        "restore_review_enormous": review(vast(RestoreState.WAITING), NAMED),
        "restore_decline_typical": lambda: reviewing.decline_modal(restore(), own=False, ref="C1.restore-1"),
        "restore_decline_own": lambda: reviewing.decline_modal(restore(), own=True, ref="C1.restore-1"),
        "restore_decline_enormous": lambda: reviewing.decline_modal(
            vast(RestoreState.WAITING), own=False, ref="C1.restore-1"
        ),
        "restore_notice_typical": lambda: reviewing.notice(
            "Review plan", "Ben Okafor declined this restore."
        ),
        "restore_notice_enormous": lambda: reviewing.notice("Review plan", VAST),
        "restore_looking": lambda: reviewing.looking("Review plan"),
        "restore_permission_link_typical": lambda: reviewing.permission_needed(
            restore(), "https://backups.example.com/xero/connect?ticket=abc", 15
        ),
        "restore_permission_link_none": lambda: reviewing.permission_needed(restore(), "", 15),
        "restore_permission_link_enormous": lambda: reviewing.permission_needed(
            vast(RestoreState.PLANNING), "https://backups.example.com/xero/connect?ticket=abc", 15
        ),
    }


def restore_cases() -> Mapping[str, Callable[[], Drawn]]:
    return {**message_cases(), **modal_cases()}
