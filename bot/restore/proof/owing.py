"""Compare what contacts owe and are owed, by currency and by age, from documents. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import msgspec

from bot.domain.proof import BalanceProof, ContactProof, Finding
from bot.ledger.wire import Record
from bot.restore.naming import name_of
from bot.restore.proof.records import REFUSED, Comparison
from bot.restore.proof.values import Refs, day
from bot.restore.proof.worst import Worst
from bot.restore.source import Source

ZERO = Decimal("0.00")
RECEIVABLE, PAYABLE = "receivable", "payable"
AGES = ("not due yet", "up to 30 days late", "up to 60 days late", "up to 90 days late", "later than that")
LEFT = "Documents of it were left out, or come back changed, as the plan said."
OTHERS = "Documents of it differ in a way that the plan had not named."
OPEN = "{}, open amounts of documents"
_OPEN = frozenset({"AUTHORISED"})
_INVOICES = {"ACCREC": (RECEIVABLE, 1), "ACCPAY": (PAYABLE, 1)}
_CREDITS = {"ACCRECCREDIT": (RECEIVABLE, -1), "ACCPAYCREDIT": (PAYABLE, -1)}
_ADVANCES = {"RECEIVE-": (RECEIVABLE, -1), "SPEND-": (PAYABLE, -1)}
RESOURCES = ("invoices", "credit_notes", "prepayments", "overpayments")
Key = tuple[str, str, str]  # the target's contact, kind, currency
Ages = list[Decimal]


class _Contact(Record, gc=False):
    contact_id: str | None = msgspec.field(default=None, name="ContactID")


class _Open(Record, gc=False):
    type: str = ""
    status: str = ""
    contact: _Contact | None = None
    date: str | None = None
    due_date: str | None = None
    amount_due: Decimal | None = None
    remaining_credit: Decimal | None = None
    currency_code: str | None = None


_DECODER = msgspec.json.Decoder(_Open)
_Taking = Callable[[tuple[str, str], Key, Decimal], None]


@dataclass(slots=True)
class Owing:
    """What comparing contacts found; `currencies` are the sums in foreign ones."""

    worst: Worst[ContactProof] = field(default_factory=Worst)
    currencies: list[BalanceProof] = field(default_factory=list)
    compared: int = 0
    equal: int = 0
    not_understood: int = 0  # documents whose amounts are none


@dataclass(slots=True)
class _Doubts:
    """What the plan, or Xero, has to do with a difference."""

    lost: defaultdict[Key, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    changed: set[Key] = field(default_factory=set)
    refused: set[Key] = field(default_factory=set)
    wrong: set[Key] = field(default_factory=set)


def compare_owing(whole: Comparison, as_at: date) -> Owing:
    """Compare every contact, kind and currency with something open on either side."""
    doubts, found = _Doubts(), Owing()

    def weigh(document: tuple[str, str], place: Key, amount: Decimal) -> None:
        _weigh(whole, doubts, document, place, amount)

    ours = _sums(found, whole.source, Refs(whole.ids), as_at, weigh)
    theirs = _sums(found, whole.target, Refs(), as_at)
    names: dict[str, str] = {}
    for place in sorted(ours.keys() | theirs.keys()):
        was, now = ours.get(place, _nothing()), theirs.get(place, _nothing())
        found.compared += 1
        if was == now:
            found.equal += 1
            continue
        names = names or _names(whole)
        one = _contact(place, was, now, doubts, names)
        found.worst.add(one.finding, one, -int(min(abs(one.target - one.source), Decimal(10**15))))
    found.currencies += _currencies(whole, ours, theirs, doubts, as_at)
    return found


def _sums(
    owing: Owing, source: Source, refs: Refs, as_at: date, taking: _Taking | None = None
) -> dict[Key, Ages]:
    """Add up what is open; who is owed by a contact is named by the target's contact."""
    found: defaultdict[Key, Ages] = defaultdict(_nothing)
    for resource in RESOURCES:
        for key, raw in source.raw_records(resource):
            try:
                one = _DECODER.decode(raw)
            except msgspec.ValidationError:
                owing.not_understood += 1
                continue
            kind, sign = _kind(one.type)
            amount = sign * _open_amount(one, resource)
            if not kind or not (amount or taking):
                continue
            contact = refs.of("contacts", one.contact.contact_id if one.contact else "")
            place = (contact, kind, one.currency_code or "")
            if amount:
                found[place][_age(one, as_at)] += amount
            if taking is not None:  # of settled ones too: they may be open over there
                taking((resource, key), place, amount)
    return dict(found)


def _open_amount(one: _Open, resource: str) -> Decimal:
    amount = one.amount_due if resource == "invoices" else one.remaining_credit
    return amount or ZERO if one.status in _OPEN else ZERO


def _kind(name: str) -> tuple[str, int]:
    if found := (_INVOICES | _CREDITS).get(name):
        return found
    return next((one for start, one in _ADVANCES.items() if name.startswith(start)), ("", 0))


def _age(one: _Open, as_at: date) -> int:
    text = day({"Date": one.due_date or one.date}, "Date")
    try:
        late = (as_at - date.fromisoformat(text)).days
    except ValueError:
        return 0
    return 0 if late <= 0 else min(1 + (late - 1) // 30, len(AGES) - 1)


def _weigh(
    whole: Comparison, doubts: _Doubts, document: tuple[str, str], place: Key, amount: Decimal
) -> None:
    """Note what became of an open document."""
    standing = whole.found.mains
    main = standing[document[0]].get(document[1])
    if main is None and (origin := whole.links.origin.get(document)):
        main = standing[origin[0]].get(origin[1])
    if main is None or main.is_left:
        doubts.lost[place] += amount
    elif main.is_refused and amount:
        doubts.refused.add(place)
    finding = whole.money.get(document)
    if finding is Finding.AS_PREDICTED:
        doubts.changed.add(place)
    elif finding is Finding.NOT_PREDICTED:
        doubts.wrong.add(place)


def _contact(place: Key, was: Ages, now: Ages, doubts: _Doubts, names: dict[str, str]) -> ContactProof:
    contact, kind, currency = place
    finding, why = _judged(place, sum(now, ZERO) - sum(was, ZERO), doubts)
    if sum(was, ZERO) == sum(now, ZERO):
        ages = (
            f"{AGES[at]}: {now[at]} instead of {was[at]}" for at in range(len(AGES)) if was[at] != now[at]
        )
        why = f"The same in all, but of another age ({'; '.join(ages)}). {why}".strip()
    return ContactProof(
        name=names.get(contact, contact or "without a contact"),
        kind=kind,
        currency=currency,
        source=sum(was, ZERO),
        target=sum(now, ZERO),
        finding=finding,
        why=why,
    )


def _judged(place: Key, difference: Decimal, doubts: _Doubts) -> tuple[Finding, str]:
    lost = doubts.lost.get(place, ZERO)
    if place in doubts.refused:
        return Finding.NOT_PREDICTED, REFUSED
    if place in doubts.wrong:
        return Finding.NOT_PREDICTED, OTHERS
    if (lost and difference == -lost) or place in doubts.changed:
        return Finding.AS_PREDICTED, LEFT
    return Finding.NOT_PREDICTED, ""


def _currencies(
    whole: Comparison, ours: dict[Key, Ages], theirs: dict[Key, Ages], doubts: _Doubts, as_at: date
) -> Iterator[BalanceProof]:
    """Yield what is open in each foreign currency, equal or not."""
    base = whole.source.facts.base_currency
    gone = {key: [amount] for key, amount in doubts.lost.items()}
    was, now, lost = (_by_currency(one) for one in (ours, theirs, gone))
    changed = {place[1:] for place in doubts.changed}
    for place in sorted(was.keys() | now.keys()):
        kind, currency = place
        if currency in {base, ""}:
            continue
        difference = now[place] - was[place]
        predicted = -lost[place]
        as_said = difference in {ZERO, predicted} or place in changed
        yield BalanceProof(
            account=OPEN.format(kind.capitalize()),
            currency=currency,
            on=as_at,
            source=was[place],
            target=now[place],
            predicted=predicted,
            finding=Finding.AS_PREDICTED if as_said else Finding.NOT_PREDICTED,
            why=LEFT if difference and as_said else "",
        )


def _by_currency(sums: dict[Key, Ages]) -> defaultdict[tuple[str, str], Decimal]:
    found: defaultdict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for (_, kind, currency), ages in sums.items():
        found[kind, currency] += sum(ages, ZERO)
    return found


def _names(whole: Comparison) -> dict[str, str]:
    refs = Refs(whole.ids)
    found = {key.lower(): name_of("contacts", one) for key, one in _contacts(whole.target)}
    return found | {
        refs.of("contacts", key): name_of("contacts", one) for key, one in _contacts(whole.source)
    }


def _contacts(source: Source) -> Iterator[tuple[str, dict[str, object]]]:
    return ((str(one.get("ContactID", "")), dict(one)) for one in source.records("contacts"))


def _nothing() -> Ages:
    return [ZERO] * len(AGES)
