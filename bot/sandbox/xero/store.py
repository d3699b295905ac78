"""Records and the shelves they stand on: state, not meaning.

Nothing here knows HTTP or what a field is for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from bot.sandbox.xero.collections import Collection
from bot.sandbox.xero.wire import Fields


class Debt(NamedTuple):
    """What one document leaves open between us and a contact; a credit is negative and never `due`."""

    contact_id: str
    selling: bool
    amount: Decimal
    due: date | None


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a huge organisation's records are made from their number alone.

    `build` gives the fields, `text` the bytes of the fullest view (the same bytes rendering the fields would
    give), `post` what the ledger gets from it, or None when it posts nothing, `owe` what stays open on it.
    """

    build: Callable[[int], Fields]
    text: Callable[[int], bytes]
    post: Callable[[int], Any]
    owe: Callable[[int], Debt | None] | None = None


def status_of(fields: Fields) -> str:
    """Give a record's status; empty where its kind has none."""
    return str(fields.get("Status") or fields.get("ContactStatus") or "")


class Record:
    """One record; its fields may be built only when somebody asks, so that huge organisations stay small."""

    __slots__ = (
        "_fields", "cache", "made_at", "made_status", "number", "pattern", "record_id", "updated_at",
    )  # fmt: skip

    def __init__(
        self,
        record_id: str,
        updated_at: datetime,
        fields: Fields | None = None,
        pattern: Pattern | None = None,
        number: int = 0,
    ) -> None:
        self.record_id, self.updated_at = record_id, updated_at
        self._fields, self.pattern, self.number = fields, pattern, number
        self.cache: dict[str, tuple[int, bytes]] | None = None
        # When it was made, and as what; a lazy record is what it was made as.
        self.made_at, self.made_status = updated_at, "" if fields is None else status_of(fields)

    @property
    def fields(self) -> Fields:
        """Give the record's fields; those of a lazy record are built anew each time until they are owned."""
        if self._fields is not None:
            return self._fields
        assert self.pattern is not None  # noqa: S101 - a record has either
        return self.pattern.build(self.number)

    @property
    def is_lazy(self) -> bool:
        """Tell whether nobody changed this record since it was generated."""
        return self._fields is None

    def own(self) -> Fields:
        """Make the fields changeable, and forget every rendered text."""
        self.cache = None
        if self._fields is None:
            self._fields = self.fields
        return self._fields


class _Index:
    """Which records hold which value in one field; it looks only at what changed since it was asked last."""

    def __init__(self, name: str) -> None:
        self.name, self.read = name, 0
        self.ids: dict[str, dict[str, None]] = {}
        self.values: dict[str, str] = {}

    def refresh(self, log: list[str], records: dict[str, Record]) -> None:
        """Take in what the log says."""
        for record_id in log[self.read :]:
            if (was := self.values.pop(record_id, None)) is not None:
                self.ids[was].pop(record_id)
            record = records.get(record_id)
            if record is not None and (value := record.fields.get(self.name)) is not None:
                key = str(value).lower()
                self.values[record_id] = key
                self.ids.setdefault(key, {})[record_id] = None
        self.read = len(log)


class Shelf:
    """All records of one collection, in the order they were made."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self.records: dict[str, Record] = {}
        self.revision = 0
        # The ids of everything that was put here, changed or taken away, in that order.
        self.log: list[str] = []
        # When each changed record changed, and what it was afterwards.
        self.changes: dict[str, list[tuple[datetime, str]]] = {}
        self._by_id: tuple[int, list[Record]] = (-1, [])
        self._indexes: dict[str, _Index] = {}

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records.values())

    def __len__(self) -> int:
        return len(self.records)

    def by_id(self) -> list[Record]:
        """Give all records in the order of their ids; the list is kept until something changes."""
        if self._by_id[0] != self.revision:
            self._by_id = (self.revision, sorted(self, key=lambda record: record.record_id))
        return self._by_id[1]

    def put(self, record: Record) -> Record:
        """Add or replace a record."""
        self.records[record.record_id] = record
        self._note(record.record_id)
        return record

    def find(self, key: str) -> Record | None:
        """Find by id (any letter case) or by the collection's natural key."""
        found = self.records.get(key) or self.records.get(key.lower())
        if found is not None or not self.collection.natural_key:
            return found
        natural = self.collection.natural_key
        return next((one for one in self.having(natural, key) if one.fields.get(natural) == key), None)

    def having(self, name: str, value: str) -> list[Record]:
        """Give the records that hold this text in a field, whatever its letter case."""
        index = self._indexes.get(name)
        if index is None:
            index = self._indexes[name] = _Index(name)
        index.refresh(self.log, self.records)
        return [self.records[record_id] for record_id in index.ids.get(value.lower(), ())]

    def changed(self, record: Record, updated_at: datetime) -> None:
        """Note that a record changed."""
        fields = record.own()
        if "UpdatedDateUTC" in fields:
            fields["UpdatedDateUTC"] = updated_at
        record.updated_at = updated_at
        self.changes.setdefault(record.record_id, []).append((updated_at, status_of(fields)))
        self._note(record.record_id)

    def vanish(self, record_id: str) -> None:
        """Remove a record without a trace, as Xero does with items and links."""
        del self.records[record_id]
        self._note(record_id)

    def _note(self, record_id: str) -> None:
        self.revision += 1
        self.log.append(record_id)
