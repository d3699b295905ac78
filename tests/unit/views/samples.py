"""Values to draw, fixed so that pictures of what is drawn can be kept; and a name that attacks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.catalogue.model import ReasonClass
from bot.domain.backup import (
    BalanceCheck,
    Gap,
    Outcome,
    OutcomeStatus,
    Progress,
    Run,
    RunState,
    Summary,
    Verdict,
)
from bot.domain.connection import FirstScan
from bot.domain.coverage import CoverageLine, CoverageReport, Section
from bot.domain.limits import LimitReading
from bot.domain.names import OrganisationId, RunId, WorkspaceId
from bot.domain.organisation import LinkState, Organisation, OrganisationFacts
from bot.domain.standing import Finding, FindingKind, Outline, Standing

HARBOUR = "Harbour Books Ltd"
HOSTILE = '<!channel> & "Söhne" 🧾'
VAST = (
    HOSTILE + " *bold* _it_ ~no~ `code`\n> quote <https://evil.example|click> \u202egnp.exe :tada: @here "
) * 40
AT = datetime(2026, 11, 22, 2, 14, tzinfo=UTC)


def organisation(name: str = HARBOUR, *, state: LinkState = LinkState.ACTIVE) -> Organisation:
    facts = OrganisationFacts(
        name=name,
        legal_name="Harbour Books Limited",
        region="UK",
        country="GB",
        base_currency="GBP",
        currencies=("GBP", "EUR", "USD"),
        year_end_day=31,
        year_end_month=3,
    )
    return Organisation(
        id=OrganisationId("org-1"),
        workspace_id=WorkspaceId("T1"),
        facts=facts,
        home_channel="C1",
        linked_by="U1ANA",
        linked_at=AT,
        state=state,
        scopes=frozenset({"offline_access", *(f"accounting.part{n}.read" for n in range(17))}),
    )


def limits(*counts: int | None) -> tuple[LimitReading, ...]:
    known = (
        ("documents", "Invoices, bills and credit notes", 40_000),
        ("bank", "Bank transactions", 40_000),
        ("allocations", "Allocated credit notes", 2_500),
        ("contacts", "Contacts", 10_000),
        ("accounts", "Chart of account codes", 600),
    )
    return tuple(
        LimitReading(key=key, title=title, limit=limit, count=count)
        for (key, title, limit), count in zip(known, counts, strict=False)
    )


def caveat(title: str = "Bank rules", section: Section = Section.NOT_BACKED_UP, **more: Any) -> CoverageLine:
    values: dict[str, Any] = {
        "key": title.lower().replace(" ", "_"),
        "title": title,
        "section": section,
        "reason": ReasonClass.API_HAS_NONE,
        "sentence": f"{title} cannot be read through Xero's API, so no copy of them exists.",
        "moves_ledger": False,
        "instead": "Keep screenshots of them, and enter them again by hand.",
    }
    return CoverageLine(**(values | more))


CAVEATS = (
    caveat(
        "Payroll",
        reason=ReasonClass.SCOPE_NOT_GRANTED,
        sentence="Pay runs and payslips are not read unless you ask for it; their journals are missing too.",
        moves_ledger=True,
        instead="Export the payroll reports from Xero each year end.",
        own_numbers="you have no payroll: nothing lost",
        weight=5,
    ),
    caveat(
        "Bank statement lines",
        sentence="The lines of imported bank statements cannot be read, only what was made from them.",
        instead="Download the statements from your bank.",
        weight=10,
    ),
    caveat(weight=20),
    caveat(
        "Budgets",
        Section.NOT_RESTORABLE,
        reason=ReasonClass.NOT_RESTORABLE,
        sentence="Budgets are copied, but Xero lets no app write them back.",
        instead="Import the exported file by hand.",
        own_numbers="you have 3 budgets; about an hour to re-enter",
    ),
    caveat(
        "Fixed assets",
        Section.CHANGED,
        reason=ReasonClass.CHANGED_ON_RESTORE,
        sentence="Fixed assets come back as drafts, and their past depreciation is not posted again.",
        moves_ledger=True,
        instead="Register the drafts in Xero and run depreciation up to the date of the restore.",
    ),
    caveat(
        "Fixed assets",
        Section.CHANGED,
        reason=ReasonClass.CHANGED_ON_RESTORE,
        sentence="Disposed assets come back as registered ones.",
        moves_ledger=True,
        instead="Dispose of them again in Xero.",
    ),
    caveat(
        "Foreign currency gains",
        Section.NOT_VERIFIED,
        reason=ReasonClass.FAILED_LAST_TIME,
        sentence="The balances of foreign currency accounts were not compared in the latest backup.",
        instead="Nothing to do; the next backup tries again.",
    ),
)


def scan(**more: Any) -> FirstScan:
    values: dict[str, Any] = {
        "organisation": organisation(),
        "limits": limits(8_412, 33_120, 611, 1_204, 148),
        "calls_estimate": 132,
        "seconds_estimate": 150,
        "calls_per_day": 5_000,
        "history_calls": 42_884,
        "fill_nights": 12,
        "reads_attachments": True,
        "not_covered": CAVEATS[:5],
        "not_covered_total": 23,
        "copies_kept": "in the folder of this installation",
        "key_holder": "whoever runs Ledgerkeep for you; without the key nobody can read the copies",
        "seen_at": AT + timedelta(hours=7),
        "next_run_at": AT + timedelta(days=1, minutes=23),
        "zone": "Europe/London",
    }
    return FirstScan(**(values | more))


def run(state: RunState = RunState.COMPLETE, *, name: str = HARBOUR, **more: Any) -> Run:
    values: dict[str, Any] = {
        "id": RunId("run-7f3a"),
        "organisation_id": OrganisationId("org-1"),
        "organisation_name": name,
        "state": state,
        "requested_by": "U1ANA",
        "requested_at": AT - timedelta(minutes=3),
        "started_at": AT - timedelta(seconds=102),
        "finished_at": AT if state.is_final else None,
        "progress": PROGRESS,
        "reference": "7f3a-91",
    }
    return Run(**(values | more))


PROGRESS = Progress(
    records=9_204,
    calls=58,
    calls_planned=132,
    calls_left_today=4_812,
    resources_done=17,
    resources_total=38,
    current=("Invoices", "Bank transactions"),
    seconds_left=75,
)


def outcome(title: str, count: int = 0, **more: Any) -> Outcome:
    values: dict[str, Any] = {
        "resource": title.lower(),
        "title": title,
        "status": OutcomeStatus.READ,
        "count": count,
    }
    return Outcome(**(values | more))


OUTCOMES = (
    outcome("Invoices", 8_102, new=41, changed=12, voided=2),
    outcome("Contacts", 1_204, new=3, changed=9),
    outcome("Bank transactions", 33_120, new=118, changed=4, gone=1),
    outcome("Manual journals", 310, new=1),
    outcome("Accounts", 148),
)

BUDGET_GAP = Gap(
    resource="budgets",
    title="Budgets",
    reason=ReasonClass.SCOPE_NOT_GRANTED,
    sentence="The permission to read budgets was not given.",
    action="Run `/backup connect` again and leave every permission ticked.",
    since_at=AT - timedelta(days=19),
)
QUOTES_GAP = Gap(
    resource="quotes",
    title="Quotes",
    reason=ReasonClass.FAILED_LAST_TIME,
    sentence="Xero did not answer after several tries; the copy of the last good backup is kept",
    action="Nothing to do; the next backup tries again.",
)


def summary(verdict: Verdict = Verdict.COMPLETE, **more: Any) -> Summary:
    states = {
        Verdict.COMPLETE: RunState.COMPLETE,
        Verdict.GAPS: RunState.GAPS,
        Verdict.FAILED: RunState.FAILED,
    }
    saved = {
        "outcomes": OUTCOMES,
        "limits": limits(8_412, 33_120, 611, 1_204, 148),
        "balance": BalanceCheck(
            stored_reports=13,
            dates=(date(2025, 10, 31), date(2026, 10, 31)),
            explained="99.8",
            accounts_differing=2,
            note="The rest is payroll, which is not covered",
        ),
        "bytes_added": 1_240_331,
        "snapshot_id": "2026-11-22T02-12Z-c41f",
        "snapshot_number": 12,
        "short_hash": "9f3c1a2b",
    }
    values: dict[str, Any] = {
        "run": run(states[verdict]),
        "verdict": verdict,
        "not_covered": 23,
        "calls_used": 41,
        "calls_allowed": 5_000,
        "calls_left_today": 4_812,
        "last_good_at": AT - timedelta(days=1),
        "last_good_number": 11,
    }
    return Summary(**(values | (saved if verdict is not Verdict.FAILED else {}) | more))


GAPPY_OUTCOMES = (
    *OUTCOMES,
    outcome("Budgets", status=OutcomeStatus.REFUSED),
    outcome("Quotes", 77, status=OutcomeStatus.FAILED),
)


def vast_summary() -> Summary:
    """Sixty gaps of sixty kinds, a table of seventy types, every limit broken, and a name that attacks."""
    reasons = tuple(ReasonClass)
    gaps = tuple(
        replace(
            QUOTES_GAP,
            title=f"Kind {n} {HOSTILE}",
            reason=reasons[n % len(reasons)],
            sentence=f"Xero said: {n} {HOSTILE}",
        )
        for n in range(60)
    )
    outcomes = tuple(
        outcome(f"Type {n} {HOSTILE}", 12_345_678, new=n, changed=1, gone=3, voided=7) for n in range(70)
    )
    return summary(
        Verdict.GAPS,
        run=run(RunState.GAPS, name=VAST),
        gaps=gaps,
        outcomes=(*outcomes, outcome("Bad", status=OutcomeStatus.PARTIAL)),
        limits=limits(400_000, 40_000, 2_400, None, 599),
        not_covered=1_234,
        bytes_added=7_123_456_789_012,
        next_step=VAST,
    )


NOW = AT + timedelta(hours=7)  # a morning


def outline(verdict: Verdict = Verdict.COMPLETE, **more: Any) -> Outline:
    states = {
        Verdict.COMPLETE: RunState.COMPLETE,
        Verdict.GAPS: RunState.GAPS,
        Verdict.FAILED: RunState.FAILED,
    }
    values: dict[str, Any] = {
        "run_id": "run-7f3a",
        "state": states[verdict],
        "verdict": verdict,
        "finished_at": AT,
        "limits": limits(8_412, 12_120, 611, 1_204, 148),
        "gaps": (BUDGET_GAP, QUOTES_GAP) if verdict is Verdict.GAPS else (),
    }
    if verdict is not Verdict.FAILED:
        values |= {"snapshot_id": "2026-11-22T02-12Z-c41f", "snapshot_number": 12, "records": 42_884}
    return Outline(**(values | more))


def standing(name: str = HARBOUR, **more: Any) -> Standing:
    """An organisation that is fine; `verdict` is its newest backup's, a good one unless it failed."""
    state, verdict = more.pop("state", LinkState.ACTIVE), more.pop("verdict", Verdict.COMPLETE)
    last = outline(verdict)
    good = outline(finished_at=AT - timedelta(days=1), snapshot_number=11) if not last.snapshot_id else last
    values: dict[str, Any] = {
        "organisation": organisation(name, state=state),
        "last": last,
        "good": good,
        "next_run_at": AT + timedelta(days=1) if state is LinkState.ACTIVE else None,
        "zone": "Europe/London",
        "state_since": AT - timedelta(days=9),
    }
    return Standing(**(values | more))


def _failed(**more: Any) -> Outline:
    return outline(Verdict.FAILED, failure="Xero did not answer as it should.", **more)


STANDINGS = (
    standing(),
    standing("Quay Street Café", verdict=Verdict.GAPS),
    standing("Limit Ltd", good=outline(limits=limits(8_412, 33_120)), legal_hold=True),
    standing("Mole & Sons", state=LinkState.DISCONNECTED),
    standing("New Pier Ltd", last=None, good=None, next_run_at=None),
    standing("Young Pier Ltd", last=None, good=None),
    standing("Breakwater Ltd", last=_failed()),
    standing("Tide Ltd", last=_failed(), retry_at=NOW + timedelta(minutes=20)),
    standing("Anchor Ltd", overdue_since=AT + timedelta(hours=1), zone="UTC"),
    standing("Old Ferry Ltd", state=LinkState.UNLINKED),
    standing("Dock Ltd", last=None, good=None, running="run-9", running_state=RunState.RUNNING),
    standing(
        "Lighthouse Ltd",
        running="run-9",
        running_state=RunState.PARKED,
        resume_at=AT + timedelta(hours=22),
        left_out_at=AT,
    ),
    standing("Halt Ltd", last=outline(Verdict.FAILED, state=RunState.STOPPED)),
    standing("By Hand Ltd", next_run_at=None),
)
FINDINGS = (
    Finding(kind=FindingKind.BANK_DETAILS, count=1, resource="contacts"),
    Finding(kind=FindingKind.MANY_VOIDS, count=38, detail="21 Nov 2026"),
    Finding(kind=FindingKind.BEFORE_LOCK, count=4, detail="31 Mar 2026"),
    Finding(kind=FindingKind.DROP, count=1_204, resource="contacts", detail="12 %"),
)
TO_LOOK_AT = standing(good=outline(findings=FINDINGS[:1]))
MORE_TO_LOOK_AT = (
    standing("Quay Street Café", good=outline(Verdict.GAPS, findings=FINDINGS)),
    standing("Breakwater Ltd", last=_failed(), good=outline(findings=FINDINGS[1:2])),
    standing("Old Ferry Ltd", state=LinkState.UNLINKED, good=outline(findings=FINDINGS)),
    standing("Pier Ltd"),
)
MANY_STANDINGS = tuple(standing(f"{HOSTILE} {n}", state=list(LinkState)[n % 3]) for n in range(200))

REPORT = CoverageReport(
    organisation_name=HARBOUR,
    as_of=AT,
    snapshot_number=12,
    covered=31,
    lines=CAVEATS,
    limits=limits(8_412, 33_120, 611, 1_204, 148),
)


def vast_report() -> CoverageReport:
    lines = tuple(
        caveat(f"Thing {n} {HOSTILE}", section, sentence=VAST, instead=VAST, own_numbers=VAST, weight=n)
        for n in range(60)
        for section in Section
    )
    return CoverageReport(
        organisation_name=VAST, as_of=AT, lines=lines, limits=limits(400_000, 40_000, 2_400, None)
    )


def past() -> list[Summary]:
    def at(days: int, state: RunState) -> Run:
        ended = AT - timedelta(days=days)
        return run(state, started_at=ended - timedelta(seconds=90), finished_at=ended)

    return [
        summary(run=at(0, RunState.COMPLETE)),
        summary(
            Verdict.GAPS,
            run=at(1, RunState.GAPS),
            gaps=(QUOTES_GAP,),
            snapshot_number=11,
            outcomes=GAPPY_OUTCOMES,
        ),
        summary(Verdict.FAILED, run=at(2, RunState.FAILED), failure="Xero did not answer for an hour."),
        summary(Verdict.FAILED, run=at(3, RunState.STOPPED)),
        summary(run=at(4, RunState.COMPLETE), snapshot_number=10, outcomes=(outcome("Contacts", 1_200),)),
        summary(run=at(5, RunState.COMPLETE), snapshot_number=9, first=True),
    ]
