"""Compare the records of one resource field by field, against the plan. Pure.

The target's records are kept as one hash a field while the source's pass by: a hundred thousand records fit.
What differs is named by places only; its values are read again for those that are listed.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from bot.domain.proof import Finding
from bot.restore.kinds.bank_reasons import NO_CONTACT
from bot.restore.model import IdMap, Kind, Reason
from bot.restore.proof.columns import Column, Shape
from bot.restore.proof.links import SETTLED, TOUCHED, Links, Mark
from bot.restore.proof.standing import Standing, Standings
from bot.restore.proof.values import Refs
from bot.restore.proof.worst import Worst
from bot.restore.source import Source, decode

WHOLE = "(whole record)"
LOST = "Xero took it, but did not give it back."
GONE = "The plan matched it with a record that is no longer there."
UNKNOWN = "No step of this restore made it, and the plan did not know it."
REFUSED = "Xero refused something that belongs to it."
LEFT = "Something that belongs to it was left out, as the plan said."
_MONEY = frozenset({"Total", "AmountDue", "AmountPaid", "Status", "Amount", "RemainingCredit", "SubTotal"})
# Made by other records' writes: an unknown one is told through what made it.
_FOLLOWING = frozenset({"prepayments", "overpayments", "contact_group_members"})
_MADE_BY_PEOPLE = frozenset({"contacts", "items"})


class Place(NamedTuple):
    """Where a difference is; the values are read again when they are shown."""

    resource: str
    title: str
    source_id: str
    target_id: str
    column: int  # -1: the whole record
    finding: Finding
    why: str


class Verdict(NamedTuple):
    """How one field's difference compares with the plan."""

    finding: Finding
    why: str


@dataclass(slots=True, kw_only=True)
class Comparison:
    """What a comparison goes by, and what it has found so far."""

    source: Source
    target: Source
    ids: IdMap
    kinds: Mapping[str, Kind]
    reasons: Mapping[str, Reason]
    found: Standings
    links: Links
    made_at: datetime
    titles: Mapping[str, str]
    places: Worst[Place] = field(default_factory=Worst)
    counts: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    money: dict[tuple[str, str], Finding] = field(default_factory=dict)  # documents whose money differs
    ends: dict[tuple[str, str], str] = field(default_factory=dict)  # how records differ, if they do
    unread: Counter[str] = field(default_factory=Counter)

    def compare(self, shape: Shape) -> None:
        """Compare one resource."""
        _Resource(self, shape).compare()


class _Resource:
    """One resource, while it is compared."""

    def __init__(self, whole: Comparison, shape: Shape) -> None:
        self._whole, self._shape, self.resource = whole, shape, shape.resource
        self._refs, self._known = Refs(whole.ids), whole.ids.known(shape.names)
        self._there: dict[str, bytes] = {}
        self._spelt: dict[str, str] = {}  # keys that are not in lower case, as codes of tax rates
        self._seen: set[str] = set()
        self._is_read = shape.resource in whole.target.resources()
        self._title = whole.titles.get(shape.resource, shape.resource)

    def compare(self) -> None:
        """Index the target, let the source pass, look at what is left."""
        self._there = dict(self._index())
        for key, raw in self._whole.source.raw_records(self.resource):
            main = self._whole.found.mains[self.resource].get(key)
            if target_id := self._target_id(key, main):
                self._record(key, target_id, raw, main)
        if self._is_read and self.resource not in _FOLLOWING:
            self._unknown()
        self._count_parts()

    def _index(self) -> Iterator[tuple[str, bytes]]:
        own = Refs()
        for key, raw in self._whole.target.raw_records(self.resource):
            plain = key.rpartition("/")[2].lower()  # what hangs on a project is named by both in a copy
            if plain != key:
                self._spelt[plain] = key
            yield plain, _hashed(self._shape.row(decode(raw), own))

    def _target_id(self, key: str, main: Standing | None) -> str:
        """Say which record of the target this one should have become; "" when none."""
        if main is not None and main.is_refused:
            return ""
        known = self._known.get(key) or self._known.get(key.lower())
        if main is not None and main.should_exist:
            return (main.target or known or key).lower()
        return (known or "").lower()

    def _record(self, key: str, target_id: str, raw: bytes, main: Standing | None) -> None:
        counter = self._whole.counts[main.kind] if main and main.should_exist else Counter[str]()
        if not self._is_read:
            counter["not_verified"] += 1
            self._whole.unread[self.resource] += 1
            return
        self._seen.add(target_id)
        there = self._there.get(target_id)
        if there is None:
            self._missing(key, main, counter)
            return
        counter["found"] += 1
        row = self._shape.row(decode(raw), self._refs)
        here = _hashed(row)
        end = "equal" if here == there else self._differences(key, target_id, row, there)
        counter[end] += 1
        if end != "equal":
            self._whole.ends[self.resource, key] = end

    def _missing(self, key: str, main: Standing | None, counter: Counter[str]) -> None:
        if main is None and self.resource == "contact_group_members":
            return  # groups without members are not listed with any
        counter["not_predicted"] += 1
        self._whole.ends[self.resource, key] = "not_predicted"
        why = GONE if main is not None and not main.is_written else LOST
        self._whole.places.add(
            Finding.NOT_PREDICTED,
            Place(self.resource, self._title_of(main), key, "", -1, Finding.NOT_PREDICTED, why),
        )

    def _differences(self, key: str, target_id: str, row: tuple[str, ...], there: bytes) -> str:
        was = array("q")
        was.frombytes(there)
        judge: _Judge | None = None
        end = "equal"
        main = self._whole.found.mains[self.resource].get(key)
        for at, column in enumerate(self._shape.columns):
            if hash(row[at]) == was[at] or (column.given and not row[at]):
                continue
            judge = judge or _Judge(self._whole, self.resource, key)
            verdict = judge.of(column)
            there_id = self._spelt.get(target_id, target_id)
            place = Place(self.resource, self._title_of(main), key, there_id, at, *verdict)
            self._whole.places.add(verdict.finding, place, 0 if column.name in _MONEY else 1)
            if column.name in SETTLED or column.name in _MONEY:
                self._money(key, verdict.finding)
            if end != "not_predicted":
                end = "not_predicted" if verdict.finding is Finding.NOT_PREDICTED else "as_predicted"
        return end

    def _money(self, key: str, finding: Finding) -> None:
        place = (self.resource, key)
        if self._whole.money.get(place) is not Finding.NOT_PREDICTED:
            self._whole.money[place] = finding

    def _unknown(self) -> None:
        """Tell of records that nobody's plan made."""
        known = {one.lower() for one in self._known.values()}
        left = self._there.keys() - self._seen - known - self._others()
        if not left or (self._shape.is_listed_by_others and self.resource not in _MADE_BY_PEOPLE):
            return
        for key, raw in self._whole.target.raw_records(self.resource):
            if key.lower() in left and self._is_news(decode(raw)):
                place = Place(self.resource, self._title, "", key, -1, Finding.NOT_PREDICTED, UNKNOWN)
                self._whole.places.add(Finding.NOT_PREDICTED, place, -1)

    def _others(self) -> set[str]:
        """Name what stands for no record of the copy: opening balances, and the contact they are under."""
        made = {one.target.lower() for one in self._whole.found.without_record() if one.target}
        if self.resource != "contacts":
            return made
        target = self._whole.target
        return {_contact_of(target, key) for key in made}

    def _is_news(self, record: Mapping[str, Any]) -> bool:
        if str(record.get("Type", "")).endswith("-TRANSFER"):
            return False  # half a transfer, which is compared itself
        if self.resource == "payments" and (batch := record.get("BatchPaymentID")):
            ours = self._whole.ids.known("batch_payments").values()
            return str(batch).lower() not in {one.lower() for one in ours}
        if self.resource not in _MADE_BY_PEOPLE:
            return True
        is_new = _changed_ms(record) >= self._whole.made_at.timestamp() * 1000
        return is_new and record.get("Name") != NO_CONTACT

    def _count_parts(self) -> None:
        """Let parts of records fare as their records do: an allocation is compared inside its credit."""
        for key, parts in self._whole.found.parts[self.resource].items():
            for part in parts:
                if part.is_written:
                    counter = self._whole.counts[part.kind]
                    if not self._is_read:
                        counter["not_verified"] += 1
                        continue
                    counter["found"] += 1
                    counter[self._whole.ends.get((self.resource, key), "equal")] += 1

    def _title_of(self, main: Standing | None) -> str:
        return self._whole.kinds[main.kind].title if main is not None else self._title


class _Judge:
    """Knows what the plan said of one record."""

    def __init__(self, whole: Comparison, resource: str, key: str) -> None:
        steps = list(whole.links.steps(whole.found, resource, key))
        keys = [name for one in steps for name in one.reasons if name in whole.reasons]
        self._reasons = [whole.reasons[name] for name in keys]
        self._left = [one for one in steps if one.is_left and one.part]
        self._refused = [one for one in steps if one.is_refused]
        self._mark = whole.links.marks.get((resource, key), Mark(0))

    def of(self, column: Column) -> Verdict:
        """Judge one difference."""
        parts = column.parts
        for reason in self._reasons:
            if parts.intersection(reason.fields):
                return Verdict(Finding.AS_PREDICTED, reason.sentence)
        settles = column.name in SETTLED
        if any(parts & TOUCHED.get(one.kind, parts) for one in self._refused):
            return Verdict(Finding.NOT_PREDICTED, REFUSED)
        if settles and self._mark & Mark.REFUSED:
            return Verdict(Finding.NOT_PREDICTED, REFUSED)
        if any(parts & TOUCHED.get(one.kind, frozenset()) for one in self._left):
            return Verdict(Finding.AS_PREDICTED, LEFT)
        if settles and self._mark & Mark.LEFT:
            return Verdict(Finding.AS_PREDICTED, LEFT)
        return Verdict(Finding.NOT_PREDICTED, "")


def _hashed(row: tuple[str, ...]) -> bytes:
    """Give one number a field; texts of one process hash alike, and chance makes two alike once in 10^19."""
    return array("q", [hash(one) for one in row]).tobytes()


def _contact_of(target: Source, key: str) -> str:
    try:
        record = target.record("bank_transactions", key)
    except KeyError:
        return ""
    return str((record.get("Contact") or {}).get("ContactID") or "").lower()


def _changed_ms(record: Mapping[str, Any]) -> float:
    value = str(record.get("UpdatedDateUTC") or "")
    digits = value.removeprefix("/Date(").split("+")[0].split(")")[0]
    return float(digits) if digits.lstrip("-").isdigit() else 0.0
