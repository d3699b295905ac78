"""When the last comparison of balances stands for another night, and when it must be made anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot import ledger
from bot.backup.lately import LOOKED, How
from bot.crypto import KeyRing, new_key
from bot.domain.backup import (
    BalanceCheck,
    Control,
    ControlCheck,
    Fit,
    Outcome,
    OutcomeStatus,
    Run,
    RunState,
    Summary,
    Verdict,
)
from bot.domain.names import OrganisationId, RunId
from bot.errors import VaultDamaged
from bot.services.running import balances
from bot.vault import Books, SnapshotInfo, Store, Vault, new_data_key

NIGHT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
FIRST, SECOND = date(2026, 9, 30), date(2026, 10, 31)
YESTERDAY, TODAY = date(2026, 11, 21), date(2026, 11, 22)
DAYS = (FIRST, SECOND, TODAY)
RUN = Run(
    id=RunId("r"),
    organisation_id=OrganisationId("o"),
    organisation_name="Co",
    state=RunState.COMPLETE,
    requested_by="",
    requested_at=NIGHT,
)
LAST = BalanceCheck(
    stored_reports=3,
    dates=(FIRST, SECOND, YESTERDAY),
    explained="99.8",
    accounts_differing=2,
    note="On the earlier dates: 99.1 to 99.5 %.",
    controls=(ControlCheck(control=Control.RECEIVABLES, fit=Fit.AGREES, counted=3),),
)


@pytest.fixture
def books(tmp_path: Path) -> Books:
    ring = KeyRing.parse(new_key("k"))
    vault = Vault(Store.open("memory:///", {}), ring, tmp_path / "cache", now=lambda: NIGHT, tool="test")
    return vault.books("T1", "org-1", new_data_key())


def published(
    books: Books,
    *,
    days: Sequence[date] = DAYS,
    look: How = How.TODAY,
    unfinished: Sequence[str] = (),
    without: Sequence[str] = ("expense_claims", "receipts"),
) -> SnapshotInfo:
    """Publish a snapshot that holds trial balances of these days, and says how they were looked at."""
    draft = books.draft(f"run-{len(books.snapshots())}", NIGHT)
    stage = draft.stage("all")
    for day in days:
        stage.add("trial_balance", f"TrialBalance/{day.isoformat()}", b'{"Rows":[]}')
    for key in ("trial_balance", "accounts", *ledger.RESOURCES):
        if key not in without:
            facts = {LOOKED: look.value} if key == "trial_balance" else {}
            stage.finish(key, complete=key not in unfinished, facts=facts)
    stage.seal({})
    return draft.publish({})


def told(number: int, balance: BalanceCheck | None = LAST, **statuses: OutcomeStatus) -> Summary:
    outcomes = tuple(Outcome(resource=key, title=key, status=status) for key, status in statuses.items())
    return Summary(
        run=RUN, verdict=Verdict.COMPLETE, balance=balance, outcomes=outcomes, snapshot_number=number
    )


def again(
    books: Books, before: Mapping[str, Any] | None = None, balance: BalanceCheck | None = LAST, **now: Any
) -> BalanceCheck | None:
    """Ask for the comparison of the night before, after a night that was as told."""
    snapshot = published(books, **now)
    return balances.unchanged(books, snapshot, [told(snapshot.number - 1, balance, **(before or {}))])


def test_comparison_when_the_night_was_quiet_then_stands_for_the_dates_of_today(books: Books) -> None:
    assert again(books) == replace(LAST, dates=DAYS)


def test_comparison_when_yesterday_was_stored_at_a_month_end_then_it_is_made_anew(books: Books) -> None:
    ended = replace(LAST, dates=(FIRST, SECOND))  # its newest was the month end itself
    assert again(books, balance=ended, days=DAYS) is None


@pytest.mark.parametrize("days", [(SECOND, TODAY), (date(2026, 8, 31), FIRST, SECOND, TODAY)])
def test_comparison_when_the_earlier_dates_are_others_then_it_is_made_anew(
    books: Books, days: Sequence[date]
) -> None:
    assert again(books, days=days) is None


@pytest.mark.parametrize("look", [How.WHOLE, How.CHANGES])
def test_comparison_when_reports_were_read_anew_then_it_is_made_anew(books: Books, look: How) -> None:
    assert again(books, look=look) is None


@pytest.mark.parametrize("key", ["payments", "accounts", "trial_balance"])
def test_comparison_when_tonight_has_a_gap_then_nothing_old_is_claimed(books: Books, key: str) -> None:
    assert again(books, unfinished=(key,)) is None


@pytest.mark.parametrize("key", ["invoices", "trial_balance"])
def test_comparison_when_tonight_lacks_a_list_then_nothing_old_is_claimed(books: Books, key: str) -> None:
    days = () if key == "trial_balance" else DAYS
    assert again(books, days=days, without=(key,)) is None


@pytest.mark.parametrize("status", [OutcomeStatus.PARTIAL, OutcomeStatus.FAILED, OutcomeStatus.SUSPICIOUS])
def test_comparison_when_the_night_before_had_a_gap_in_documents_then_it_is_made_anew(
    books: Books, status: OutcomeStatus
) -> None:
    assert again(books, {"payments": status}) is None
    assert again(books, {"quotes": status, "receipts": status, "payments": OutcomeStatus.READ}) is not None


@pytest.mark.parametrize("balance", [None, replace(LAST, explained=None), BalanceCheck(stored_reports=3)])
def test_comparison_when_there_was_none_then_it_is_made(books: Books, balance: BalanceCheck | None) -> None:
    assert again(books, balance=balance) is None


def test_comparison_when_the_snapshot_before_is_another_then_it_is_made_anew(books: Books) -> None:
    published(books)
    snapshot = published(books)
    others = [told(snapshot.number), told(0)]
    assert balances.unchanged(books, snapshot, others) is None
    assert balances.unchanged(books, snapshot, []) is None


def test_comparison_when_retention_dropped_the_snapshot_before_then_it_still_stands(books: Books) -> None:
    published(books)
    snapshot = published(books)
    assert books.prune([1]).dropped == (1,)
    dropped = replace(told(snapshot.number - 1), dropped_at=NIGHT)
    assert balances.unchanged(books, snapshot, [dropped]) == replace(LAST, dates=DAYS)


def test_comparison_when_the_copies_are_damaged_then_it_is_made_anew_and_nothing_fails(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object) -> Iterator[tuple[str, int]]:
        raise VaultDamaged("Damaged.")

    monkeypatch.setattr(books, "lengths", damaged)
    assert again(books) is None
