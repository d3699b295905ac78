"""Compare trial balances, account by account, on every day that the copy has. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from bot import ledger
from bot.domain.proof import BalanceProof, Finding
from bot.domain.restore_plan import PlanSummary
from bot.restore.forecast import trial_balances
from bot.restore.model import IdMap
from bot.restore.naming import name_of
from bot.restore.proof.worst import Worst
from bot.restore.source import Source

ZERO = Decimal("0.00")
REFUSED = "Records that Xero refused move balances; they are listed apart."
NOT_ONLY = "It differs from what the plan foresaw."
RATES = "The plan named this account; by how much it differs follows from exchange rates."
LOOSE = (
    "{} balances differ where the plan said they would, by amounts that follow from exchange rates and so "
    "cannot be verified."
)
UNREAD = "The target's trial balance of {} could not be read, so {} accounts are not compared."
UNPLACED = "The trial balance of {} has rows without an account, of {} in all; they are not compared."
NONE = "The copy holds no trial balance, so no account is compared."


@dataclass(slots=True)
class Balanced:
    """What comparing balances found."""

    worst: Worst[BalanceProof] = field(default_factory=Worst)
    compared: int = 0
    equal: int = 0
    loose: int = 0  # differ where the plan said so, by an amount that nobody could foresee
    not_verified: list[str] = field(default_factory=list)
    days_unread: int = 0
    names: _Names | None = None
    seen: set[str] = field(default_factory=set)  # accounts of the target on days that were compared
    differing: set[str] = field(default_factory=set)

    @property
    def all_equal(self) -> bool:
        """Say whether every account was equal on every day there is."""
        return bool(self.seen) and not self.differing and not self.days_unread

    def is_equal(self, account_id: str) -> bool:
        """Say whether an account of the copy was equal on every day there is."""
        if self.names is None or self.days_unread:
            return False
        key = self.names.target_of(account_id.lower())
        return key in self.seen and key not in self.differing

    def take(self, key: str, one: BalanceProof | None) -> None:
        """Count one account on one day; None when it is equal."""
        self.compared += 1
        self.seen.add(key)
        if one is None:
            self.equal += 1
        else:
            self.differing.add(key)
            self.loose += one.finding is Finding.NOT_VERIFIED
            self.worst.add(one.finding, one, -int(min(abs(one.target - one.source), Decimal(10**15))))


def compare_balances(
    source: Source,
    target: Source,
    ids: IdMap,
    summary: PlanSummary,
    *,
    extra: Mapping[date, bytes],
    refused: int,
) -> Balanced:
    """Compare every account on every day of the copy's trial balances."""
    found = Balanced()
    ours = _read(source, {}, found)
    theirs = _read(target, extra, found)
    if not ours:
        found.not_verified.append(NONE)
        return found
    found.names = names = _Names(source, target, ids)
    foreseen = _Foreseen(summary, names)
    for on in sorted(ours):
        if on not in theirs:
            found.not_verified.append(UNREAD.format(on.isoformat(), len(ours[on].balances)))
            found.days_unread += 1
            continue
        for key, one in _day(on, ours[on], theirs[on], names, foreseen, refused=refused):
            found.take(key, one)
    if found.loose:
        found.not_verified.append(LOOSE.format(found.loose))
    return found


def _read(source: Source, extra: Mapping[date, bytes], found: Balanced) -> dict[date, ledger.TrialBalance]:
    try:
        read = trial_balances(source) if "trial_balance" in source.resources() else {}
        read = {on: ledger.read_trial_balance(raw) for on, raw in extra.items()} | read
    except ValueError:
        found.not_verified.append("A trial balance could not be understood, so no account is compared.")
        return {}
    for on, one in sorted(read.items()):
        if one.unplaced:
            found.not_verified.append(UNPLACED.format(on.isoformat(), one.unplaced))
    return read


def _day(
    on: date,
    ours: ledger.TrialBalance,
    theirs: ledger.TrialBalance,
    names: _Names,
    foreseen: _Foreseen,
    *,
    refused: int,
) -> Iterator[tuple[str, BalanceProof | None]]:
    """Yield one entry an account of that day, with None for those that are equal."""
    mapped: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    for account, amount in ours.balances.items():
        mapped[names.target_of(str(account))] += amount
    there = {str(account): amount for account, amount in theirs.balances.items()}
    for key in sorted(mapped.keys() | there.keys()):
        was, now = mapped.get(key, ZERO), there.get(key, ZERO)
        if was == now:
            yield key, None
            continue
        predicted = foreseen.amount(on, key)
        finding = foreseen.judge(on, key, now - was)
        yield (
            key,
            BalanceProof(
                account=names.name(key),
                currency="",
                on=on,
                source=was,
                target=now,
                predicted=predicted,
                finding=finding,
                why=_why(finding, predicted, refused),
            ),
        )


def _why(finding: Finding, predicted: Decimal, refused: int) -> str:
    if finding is Finding.AS_PREDICTED:
        return ""
    if finding is Finding.NOT_VERIFIED:
        return RATES
    return " ".join(([NOT_ONLY] if predicted else []) + ([REFUSED] if refused else []))


class _Foreseen:
    """What the plan said of each account of the target on each day."""

    def __init__(self, summary: PlanSummary, names: _Names) -> None:
        self._amounts: defaultdict[tuple[date, str], Decimal] = defaultdict(lambda: ZERO)
        self._loose: set[tuple[date, str]] = set()
        for told in summary.balances:
            if not told.currency:
                place = told.on, names.target_of(told.account_id.lower())
                self._amounts[place] += told.amount
                if not told.is_exact:
                    self._loose.add(place)

    def amount(self, on: date, key: str) -> Decimal:
        """Give the difference that was foreseen, nothing where none was."""
        return self._amounts.get((on, key), ZERO)

    def judge(self, on: date, key: str, difference: Decimal) -> Finding:
        """Hold a difference against what was foreseen."""
        if difference == self.amount(on, key):
            return Finding.AS_PREDICTED
        return Finding.NOT_VERIFIED if (on, key) in self._loose else Finding.NOT_PREDICTED


class _Names:
    """Which account of the source became which of the target, and what people call it."""

    def __init__(self, source: Source, target: Source, ids: IdMap) -> None:
        self._map = {key.lower(): there.lower() for key, there in ids.known("accounts").items()}
        self._names = {key: name_of("accounts", one) for key, one in _accounts(target)}
        for key, one in _accounts(source):
            self._names[self.target_of(key)] = name_of("accounts", one)

    def target_of(self, account: str) -> str:
        """Give the target's account; one that did not come back stands for itself."""
        return self._map.get(account, account)

    def name(self, key: str) -> str:
        """Give code and name, the source's where it has the account."""
        return self._names.get(key, key)


def _accounts(source: Source) -> Iterator[tuple[str, Mapping[str, object]]]:
    return ((str(one.get("AccountID", "")).lower(), one) for one in source.records("accounts"))
