"""Hold a snapshot's documents against the trial balances stored with it. Must not read Xero or fail a backup.

What is said leaves the books' amounts and names behind: a share, a number of accounts, causes in words.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from bot import ledger
from bot.backup.lately import LOOKED, How
from bot.catalogue import RESOURCES
from bot.domain.backup import BalanceCheck, ControlCheck, Summary
from bot.errors import LedgerkeepError
from bot.ledger import (
    AccountKey,
    Balances,
    Bookkeeper,
    Chart,
    Explanation,
    Grounds,
    OpenItems,
    TrialBalance,
)
from bot.log import get_logger
from bot.vault import Books, SnapshotInfo
from bot.vault.model import ResourceStatus

log = get_logger(__name__)
TRIAL_BALANCE = "trial_balance"
_ALL, _NEARLY = Decimal(100), Decimal("99.9")
_CAUSES = 3  # more than that is no longer an answer
# Classic expense claims are read only where somebody asked for them; without them nothing is missing here.
_OPT_IN = frozenset({"expense_claims", "receipts"})
_COMPARED = frozenset({*ledger.RESOURCES, "accounts"}) - _OPT_IN
# What must have been read whole before an account is held against its documents.
_OPEN = frozenset({"accounts", "invoices", "credit_notes", "prepayments", "overpayments"})
_MOVED = frozenset(
    {"accounts", "bank_transactions", "bank_transfers", "payments", "prepayments", "overpayments"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What the comparison gave, date by date, oldest first."""

    explanations: Mapping[date, Explanation]
    without_standing: Decimal | None  # percent of the newest, leaving out what differed all along
    not_understood: int
    incomplete: frozenset[str]
    controls: tuple[ControlCheck, ...]


def check(books: Books, snapshot: SnapshotInfo) -> BalanceCheck:
    """Compare the newest stored trial balance, and the earlier ones, with what the documents say."""
    entry = snapshot.resources.get(TRIAL_BALANCE)
    if entry is None or entry.status is not ResourceStatus.COMPLETE or not entry.count:
        return BalanceCheck(stored_reports=0)
    stored = BalanceCheck(stored_reports=entry.count)
    try:
        reports = _reports(books, snapshot)
        stored = replace(stored, dates=tuple(sorted(reports)))
        found = _compared(books, snapshot, reports)
    except LedgerkeepError as error:
        log.warning("balances_not_compared", error=type(error).__name__)
        return replace(stored, note="Comparing failed this time; the snapshot itself stands.")
    except ValueError as error:  # of a report, the organisation or its year end
        log.warning("balances_not_understood", error=type(error).__name__)
        return replace(stored, note="A trial balance or the organisation's settings were not understood.")
    return _told(stored, found)


def unchanged(books: Books, snapshot: SnapshotInfo, earlier: Sequence[Summary]) -> BalanceCheck | None:
    """Give the last comparison again where nothing it was made of has changed; None where it has.

    Today's trial balance was asked for then, and its figures are those of the one before. What was compared
    then stood whole, and so did the dates before today's: else words of it would be of something else.
    """
    entry = snapshot.resources.get(TRIAL_BALANCE)
    last = next((one for one in earlier if one.snapshot_number == snapshot.number - 1), None)
    if entry is None or last is None or last.balance is None or last.balance.explained is None:
        return None
    if entry.status is not ResourceStatus.COMPLETE or entry.facts.get(LOOKED) != How.TODAY:
        return None
    missed = any(one.resource in _COMPARED and not one.status.is_whole for one in last.outcomes)
    if missed or _incomplete(snapshot):
        return None
    try:
        days = tuple(sorted(_day(one) for one, _ in books.lengths(snapshot, TRIAL_BALANCE)))
    except (LedgerkeepError, ValueError) as error:
        log.warning("balances_not_looked_up", error=type(error).__name__)
        return None
    if days[:-1] != last.balance.dates[:-1]:
        return None
    return replace(last.balance, stored_reports=entry.count, dates=days)


def _reports(books: Books, snapshot: SnapshotInfo) -> dict[date, TrialBalance]:
    """Read the stored trial balances; the date is in the record's id, e.g. "TrialBalance/2026-10-31"."""
    return {
        _day(one.record_id): ledger.read_trial_balance(one.raw)
        for one in books.records(snapshot, TRIAL_BALANCE)
    }


def _day(record_id: str) -> date:
    return date.fromisoformat(record_id.rpartition("/")[2])


def _compared(books: Books, snapshot: SnapshotInfo, reports: Mapping[date, TrialBalance]) -> _Found:
    days = sorted(reports)
    chart = _chart(books, snapshot)
    open_items = OpenItems(chart, days[-1])
    bookkeeper, balances = Bookkeeper(chart, open_items), Balances(chart, days)
    for resource in ledger.RESOURCES:
        for record in books.records(snapshot, resource, in_order=False):
            balances.add(bookkeeper.post(resource, record.raw))
    standings = {day: balances.standing(day) for day in days}
    explanations, standing = _explained(reports, standings, chart, multi=bookkeeper.is_multi_currency)
    newest = explanations[days[-1]]
    grounds = Grounds(chart=chart)
    without = ledger.explain(reports[days[-1]], _added(standings[days[-1]], standing), grounds)
    incomplete = _incomplete(snapshot)
    controls = [open_items.check(one, reports[days[-1]]) for one in ledger.CONTROLS if not incomplete & _OPEN]
    if not incomplete & _MOVED:
        before = explanations[days[0]] if len(days) > 1 else None
        controls.append(ledger.check_banks(chart, standings[days[-1]], before, newest))
    return _Found(
        explanations=explanations,
        without_standing=without.explained if standing else None,
        not_understood=sum(bookkeeper.not_understood.values()),
        incomplete=incomplete,
        controls=tuple(one for one in controls if one is not None),
    )


def _explained(
    reports: Mapping[date, TrialBalance],
    standings: Mapping[date, Mapping[AccountKey, Decimal]],
    chart: Chart,
    *,
    multi: bool,
) -> tuple[dict[date, Explanation], dict[AccountKey, Decimal]]:
    """Explain every date, oldest first; give also what differed from the first one on."""
    grounds = Grounds(chart=chart, multi_currency=multi)
    first = [ledger.explain(reports[day], standings[day], grounds) for day in standings]
    standing = ledger.standing_differences(first, chart)
    grounds = replace(grounds, since_first=standing.keys())
    return {day: ledger.explain(reports[day], standings[day], grounds) for day in standings}, standing


def _chart(books: Books, snapshot: SnapshotInfo) -> Chart:
    companies = [record.raw for record in books.records(snapshot, "organisation")]
    if len(companies) != 1:
        raise ValueError("an organisation without its settings")
    return Chart.of(
        ledger.read_company(companies[0]), (record.raw for record in books.records(snapshot, "accounts"))
    )


def _added(
    balances: Mapping[AccountKey, Decimal], more: Mapping[AccountKey, Decimal]
) -> dict[AccountKey, Decimal]:
    nothing = Decimal(0)
    return {key: balances.get(key, nothing) + more.get(key, nothing) for key in balances.keys() | more.keys()}


def _incomplete(snapshot: SnapshotInfo) -> frozenset[str]:
    """Give the kinds of documents that the snapshot does not hold whole."""
    missing = set()
    for key in (*ledger.RESOURCES, "accounts"):
        entry = snapshot.resources.get(key)
        if entry is None and key in _OPT_IN:
            continue
        if entry is None or entry.status is not ResourceStatus.COMPLETE:
            missing.add(key)
    return frozenset(missing)


def _told(stored: BalanceCheck, found: _Found) -> BalanceCheck:
    day = max(found.explanations)
    newest = found.explanations[day]
    if newest.explained is None:
        return replace(stored, note="There is no balance on it to compare.")
    share = newest.explained
    if found.not_understood or found.incomplete:
        share = min(share, _NEARLY)
    sentences = [
        _rest(newest),
        _standing(found, share, min(found.explanations)),
        _earlier([one for on, one in found.explanations.items() if on != day]),
        _doubts(found),
    ]
    return replace(
        stored,
        explained=f"{share}",
        accounts_differing=newest.accounts_differing,
        note=" ".join(one for one in sentences if one),
        controls=found.controls,
    )


def _rest(newest: Explanation) -> str:
    if not newest.causes:
        return "What the rest is, is not known." if newest.accounts_differing else ""
    what = _series([cause.value for cause in newest.causes[:_CAUSES]])
    return (
        f"The rest is most likely {what}." if newest.is_mostly_named else f"Part of the rest may be {what}."
    )


def _standing(found: _Found, share: Decimal, first: date) -> str:
    if found.without_standing is None or found.without_standing <= share:
        return ""
    without = min(found.without_standing, _NEARLY)
    return f"Leaving out what already differed on {first.day} {first:%b %Y}, they explain {without} %."


def _earlier(others: Collection[Explanation]) -> str:
    shares = [one.explained for one in others if one.explained is not None]
    if not shares:
        return ""
    low, high = min(shares), max(shares)
    if low == _ALL:
        return "They explain every balance of the earlier dates, too."
    return f"On the earlier dates: {low}{'' if low == high else f' to {high}'} %."


def _doubts(found: _Found) -> str:
    said = []
    if found.not_understood == 1:
        said.append("1 record could not be counted in here; the backup holds it.")
    elif found.not_understood:
        said.append(f"{found.not_understood} records could not be counted in here; the backup holds them.")
    if found.incomplete:
        titles = [RESOURCES[key].title for key in (*ledger.RESOURCES, "accounts") if key in found.incomplete]
        said.append(f"Not read in full: {_series(titles[:_CAUSES])}.")
    return " ".join(said)


def _series(words: Collection[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
