"""Each view drawn for a typical, an empty and an enormous value: what the golden files keep."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot import errors
from bot.domain.backup import BalanceCheck, Progress, RunState, Verdict
from bot.domain.coverage import CoverageReport
from bot.domain.organisation import LinkState, OrganisationFacts
from bot.domain.standing import Standing
from bot.views import backup, connect, coverage, home
from bot.views import errors as error_views
from bot.views import help as help_views
from bot.views.message import Message
from bot.views.verified import damaged
from tests.unit.views.answer_cases import answer_cases
from tests.unit.views.cases_settings import settings_cases
from tests.unit.views.digest_cases import digest_cases
from tests.unit.views.filling_cases import filling_cases
from tests.unit.views.record_cases import record_cases
from tests.unit.views.restore_cases import restore_cases
from tests.unit.views.restore_notes import in_every_state, note
from tests.unit.views.samples import (
    AT,
    BUDGET_GAP,
    GAPPY_OUTCOMES,
    HARBOUR,
    HOSTILE,
    MANY_STANDINGS,
    MORE_TO_LOOK_AT,
    NOW,
    PROGRESS,
    QUOTES_GAP,
    REPORT,
    STANDINGS,
    TO_LOOK_AT,
    VAST,
    caveat,
    limits,
    organisation,
    outcome,
    past,
    run,
    scan,
    standing,
    summary,
    vast_report,
    vast_summary,
)
from tests.unit.views.samples import FINDINGS as WORTH_A_LOOK

FINDINGS = (
    "Pack 5f0c7c0e6d1b is not what was written: its bytes have changed.",
    "Snapshot number 3 is damaged: its list cannot be opened.",
)
Drawn = Message | dict[str, Any]


def connect_cases() -> Mapping[str, Callable[[], Drawn]]:
    link = "https://ledgerkeep.example/xero/connect?ticket=k3jH2"
    vast = scan(
        organisation=organisation(VAST),
        limits=limits(400_000, 40_000, 2_400, None, 599),
        calls_estimate=61_000,
        not_covered=tuple(caveat(f"{n} {VAST}", sentence=VAST) for n in range(5)),
        copies_kept=VAST,
        key_holder=VAST,
        next_step=VAST,
    )
    bare = scan(
        organisation=replace(
            organisation(), facts=OrganisationFacts(name=""), scopes=frozenset(), linked_by=""
        ),
        limits=(),
        not_covered=(),
        not_covered_total=0,
        calls_estimate=1,
        seconds_estimate=1,
    )
    return {
        "connect_offer_typical": lambda: connect.connect_offer(link, 10),
        "connected_typical": lambda: connect.connected(scan()),
        "connected_again": lambda: connect.connected(scan(reconnected=True, has_copies=True)),
        "connected_no_calls": lambda: connect.connected(scan(fill_nights=None)),
        "connected_books_only": lambda: connect.connected(scan(history_calls=0, reads_attachments=False)),
        "connected_by_hand": lambda: connect.connected(scan(next_run_at=None)),
        "connected_empty": lambda: connect.connected(bare),
        "connected_enormous": lambda: connect.connected(vast),
        "damaged_typical": lambda: damaged(HARBOUR, FINDINGS[:2], 9),
        "damaged_enormous": lambda: damaged(VAST, [f"{number} {VAST}" for number in range(200)], 4_000),
        "disconnect_typical": lambda: connect.disconnect_modal(HARBOUR, "org-1", 12),
        "disconnect_empty": lambda: connect.disconnect_modal("", "org-1", 0),
        "disconnect_enormous": lambda: connect.disconnect_modal(VAST, "org-1", 123_456),
        "unlinked_typical": lambda: connect.unlinked(HARBOUR, by="U1ANA", copies_kept=True),
        "unlinked_deleted": lambda: connect.unlinked(
            HARBOUR, by="U1ANA", copies_kept=False, deleted_objects=1_412
        ),
        "unlinked_enormous": lambda: connect.unlinked(VAST, by=HOSTILE, copies_kept=True),
        "reconnect_typical": lambda: connect.reconnect_needed(
            HARBOUR, why="The person who connected it has left the organisation in Xero.", last_good_at=AT
        ),
        "reconnect_empty": lambda: connect.reconnect_needed(HARBOUR, why="", last_good_at=None),
        "reconnect_enormous": lambda: connect.reconnect_needed(VAST, why=VAST, last_good_at=AT),
    }


def home_cases() -> Mapping[str, Callable[[], Drawn]]:
    first = standing(last=None, good=None)
    starting = standing("Dock Ltd", last=None, good=None, running="run-9", running_state=RunState.QUEUED)
    breakfast = NOW.replace(hour=8, minute=0) + timedelta(days=1)

    def drawn(*standings: Standing, is_keeper: bool = True) -> dict[str, Any]:
        return home.home(standings, now=NOW, is_keeper=is_keeper, digest_at=breakfast)

    return {
        "home_typical": lambda: drawn(*STANDINGS),
        "home_typical_member": lambda: drawn(*STANDINGS[:4], is_keeper=False),
        "home_one": lambda: drawn(STANDINGS[0], is_keeper=False),
        "home_fine": lambda: drawn(*(standing(title) for title in ("Quay", "Mole", "Pier"))),
        "home_one_to_look_at": lambda: drawn(TO_LOOK_AT),
        "home_some_to_look_at": lambda: drawn(TO_LOOK_AT, *MORE_TO_LOOK_AT, is_keeper=False),
        "home_disconnected": lambda: drawn(standing(state=LinkState.DISCONNECTED)),
        "home_overdue": lambda: drawn(standing(overdue_since=AT + timedelta(hours=1))),
        "home_parked": lambda: drawn(STANDINGS[11]),
        "home_warnings": lambda: drawn(STANDINGS[0], STANDINGS[1], STANDINGS[2]),
        "home_restores": lambda: drawn(standing(restores=in_every_state()), is_keeper=False),
        "home_restore_into": lambda: drawn(standing(restores=(note(source_id="org-9"),)), is_keeper=False),
        "home_empty": lambda: home.home([], now=NOW, is_keeper=True),
        "home_empty_guest": lambda: home.home([], now=NOW, is_keeper=False),
        "home_first": lambda: drawn(first),
        "home_first_by_hand": lambda: drawn(standing(last=None, good=None, next_run_at=None)),
        "home_first_running": lambda: drawn(starting, first),
        "home_unsure": home.unsure,
        "home_not_now": home.not_now,
        "home_enormous": lambda: drawn(*MANY_STANDINGS),
    }


def run_cases() -> Mapping[str, Callable[[], Drawn]]:
    running = run(RunState.RUNNING)
    parked = run(RunState.PARKED, resume_at=AT + timedelta(hours=10))
    vast = run(
        RunState.RUNNING,
        name=VAST,
        progress=replace(PROGRESS, calls=999, calls_planned=9, current=(VAST, VAST, VAST, VAST)),
    )
    return {
        "queued_typical": lambda: backup.queued(HARBOUR),
        "queued_enormous": lambda: backup.queued(VAST),
        "running_typical": lambda: backup.running(running),
        "running_empty": lambda: backup.running(replace(running, progress=Progress())),
        "running_enormous": lambda: backup.running(vast),
        "parked_typical": lambda: backup.parked(parked),
        "parked_empty": lambda: backup.parked(run(RunState.PARKED, progress=Progress())),
        "parked_enormous": lambda: backup.parked(replace(parked, organisation_name=VAST)),
        "stopping_typical": lambda: backup.stopping(running),
        "stopping_enormous": lambda: backup.stopping(vast),
        "already_running_typical": lambda: backup.already_running(
            running, "https://x.slack.com/archives/C1/p1"
        ),
        "already_running_empty": lambda: backup.already_running(run(RunState.QUEUED), ""),
        "already_running_enormous": lambda: backup.already_running(
            replace(parked, organisation_name=VAST), ""
        ),
    }


def finished_cases() -> Mapping[str, Callable[[], Drawn]]:
    first = summary(
        first=True,
        last_good_at=None,
        last_good_number=0,
        snapshot_number=1,
        balance=BalanceCheck(stored_reports=1, dates=(date(2026, 10, 31),)),
    )
    gappy = summary(
        Verdict.GAPS,
        gaps=(BUDGET_GAP, replace(BUDGET_GAP, title="Projects"), QUOTES_GAP),
        outcomes=GAPPY_OUTCOMES,
        limits=limits(33_120, 40_900, 611, None, 148),
    )
    failed = summary(Verdict.FAILED, failure="Xero did not answer for an hour, so the backup was given up.")
    bare = summary(
        outcomes=(), balance=None, limits=(), not_covered=0, calls_allowed=None, calls_left_today=None
    )
    quiet = summary(outcomes=(outcome("Contacts", 1_204), outcome("Invoices", 8_102)), bytes_added=0)
    stopped = summary(Verdict.FAILED, run=run(RunState.STOPPED))
    return {
        "finished_typical": lambda: backup.finished(summary()),
        "finished_first": lambda: backup.finished(first),
        "finished_quiet": lambda: backup.finished(quiet),
        "finished_gaps": lambda: backup.finished(gappy),
        "finished_worth_a_look": lambda: backup.finished(summary(), WORTH_A_LOOK),
        "finished_gaps_and_worth_a_look": lambda: backup.finished(gappy, WORTH_A_LOOK),
        "finished_failed": lambda: backup.finished(failed),
        "finished_failed_disconnected": lambda: backup.finished(
            replace(
                failed,
                failure="The permission to read this organisation is gone.",
                next_step="ask someone with the Adviser role to connect it again.",
            ),
            connection_lost=True,
        ),
        "finished_failed_tried_again": lambda: backup.finished(
            replace(failed, next_step="try again in a few minutes."), retry_at=AT + timedelta(hours=1)
        ),
        "finished_failed_first": lambda: backup.finished(replace(failed, last_good_at=None, failure="")),
        "finished_stopped": lambda: backup.finished(stopped),
        "finished_empty": lambda: backup.finished(bare),
        "finished_enormous": lambda: backup.finished(vast_summary()),
        "history_typical": lambda: backup.history(HARBOUR, past()),
        "history_empty": lambda: backup.history(HARBOUR, []),
        "history_enormous": lambda: backup.history(VAST, [vast_summary()] * 400),
        "status_typical": lambda: backup.status(STANDINGS, NOW),
        "status_one": lambda: backup.status(STANDINGS[:1], NOW),
        "status_one_to_look_at": lambda: backup.status([TO_LOOK_AT], NOW),
        "status_restores": lambda: backup.status(
            [standing(restores=(note(),)), standing("Pier Ltd", restores=(note(source_id="org-9"),))], NOW
        ),
        "status_empty": lambda: backup.status([], NOW),
        "status_enormous": lambda: backup.status(MANY_STANDINGS, NOW),
        "choose_typical": lambda: backup.choose_organisation(
            [("org-1", HARBOUR), ("org-2", "Mole & Sons")], "now"
        ),
        "choose_empty": lambda: backup.choose_organisation([], "now"),
        "choose_enormous": lambda: backup.choose_organisation(
            [(f"org-{n}", f"{n} {VAST}") for n in range(200)], VAST
        ),
    }


def coverage_cases() -> Mapping[str, Callable[[], Drawn]]:
    return {
        "report_typical": lambda: coverage.report(REPORT),
        "report_empty": lambda: coverage.report(CoverageReport(organisation_name=HARBOUR, as_of=None)),
        "report_enormous": lambda: coverage.report(vast_report()),
    }


def help_cases() -> Mapping[str, Callable[[], Drawn]]:
    return {
        "help_typical": help_views.help_,
        "welcome_typical": help_views.welcome,
        "not_understood_typical": lambda: help_views.not_understood("stauts", ("status",)),
        "not_understood_empty": lambda: help_views.not_understood("xyzzy", ()),
        "not_understood_enormous": lambda: help_views.not_understood(VAST, (VAST,) * 90),
        **home_cases(),
    }


REFUSALS: Mapping[str, errors.Refused] = {
    "unknown_organisation": errors.UnknownOrganisation("Harbor", (HARBOUR, "Harbour Yard")),
    "unknown_organisation_alone": errors.UnknownOrganisation("Zed"),
    "unknown_organisation_enormous": errors.UnknownOrganisation(VAST, (VAST,) * 90),
    "ambiguous": errors.AmbiguousOrganisation("Har", (HARBOUR, "Harbour Yard")),
    "ambiguous_enormous": errors.AmbiguousOrganisation(VAST, (VAST,) * 90),
    "nothing_linked": errors.NothingLinked(),
    "not_here": errors.NotHere(),
    "not_allowed": errors.NotAllowed(
        "You may not disconnect an organisation.", "workspace admins and keepers"
    ),
    "not_allowed_alone": errors.NotAllowed("Guests may not start a backup"),
    "already_running": errors.AlreadyRunning("run-1"),
    "unknown_snapshot": errors.UnknownSnapshot(),
    **{
        f"link_{problem.value}": errors.LinkRefused(problem, "The consent could not be used.")
        for problem in errors.LinkProblem
    },
    "plan_voided": errors.PlanVoided("The target is no longer empty."),
    "unsafe_plan": errors.UnsafePlan("There is nothing in this plan that could be written."),
    "target_busy": errors.TargetBusy(),
    "other": errors.Refused("That file is too large to send."),
}

TROUBLES: Mapping[str, errors.LedgerkeepError] = {
    "consent_revoked": errors.ConsentRevoked("x"),
    "organisation_gone": errors.OrganisationGone("x"),
    "slack_disconnected": errors.SlackDisconnected("x"),
    "xero_unavailable": errors.XeroUnavailable("x"),
    "xero_busy": errors.XeroBusy("x", retry_after=150),
    "day_limit": errors.DayLimitReached(AT + timedelta(hours=10)),
    "slack_unavailable": errors.SlackUnavailable("x"),
    "store_down": errors.StoreUnavailable("x"),
    "store_full": errors.StoreUnavailable("x", full=True),
    "store_read_only": errors.StoreUnavailable("x", read_only=True),
    "read_refused": errors.ReadRefused(errors.RefusalKind.SCOPE, "x", 401),
    "write_not_allowed": errors.WriteNotAllowed("x"),
    "write_refused": errors.WriteRefused("x"),
    "outcome_unknown": errors.OutcomeUnknown("x"),
    "vault_damaged": errors.VaultDamaged("x"),
    "wrong_key": errors.WrongKey("x"),
    "unknown_format": errors.UnknownFormat("x"),
    "misconfigured": errors.Misconfigured("x"),
    "any": errors.LedgerkeepError("x"),
}


def error_cases() -> Mapping[str, Callable[[], Drawn]]:
    def refused(error: errors.Refused) -> Callable[[], Drawn]:
        return lambda: error_views.refused(error)

    def trouble(error: errors.LedgerkeepError) -> Callable[[], Drawn]:
        return lambda: error_views.trouble(error, "7f3a-91")

    return {
        "broken_typical": lambda: error_views.broken("7f3a-91"),
        "broken_enormous": lambda: error_views.broken(VAST),
        "slow_typical": lambda: error_views.slow("reading what is covered for Harbour Books"),
        "slow_enormous": lambda: error_views.slow(VAST),
        **{f"refused_{key}": refused(error) for key, error in REFUSALS.items()},
        **{f"trouble_{key}": trouble(error) for key, error in TROUBLES.items()},
    }


CASES: Mapping[str, Callable[[], Drawn]] = {
    **connect_cases(),
    **run_cases(),
    **finished_cases(),
    **coverage_cases(),
    **answer_cases(),
    **help_cases(),
    **error_cases(),
    **digest_cases(),
    **filling_cases(),
    **settings_cases(),
    **record_cases(),
    **restore_cases(),
}
