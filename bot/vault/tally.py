"""What one stage has seen of one resource: ids and versions, never content, in as little memory as may be.

A version id stands for resource, record id and bytes, so a record is unchanged when its version is among
those of the previous snapshot; no id need be held for that. It decides nothing and asks nobody.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from bot.vault.keys import VERSION_BYTES
from bot.vault.model import Spot

HEAD_BYTES = 8
ELSEWHERE = 0xFFFF_FFFF  # lies in a pack of a published snapshot, or nowhere


class Base:
    """The versions of the previous snapshot, and which of its records were seen; 41 bytes a record."""

    def __init__(self, versions: Iterable[bytes] = ()) -> None:
        ordered = sorted(versions)
        self.count = self.unseen = len(ordered)
        self._versions = b"".join(ordered)
        self._heads = array("Q", b"".join(version[:HEAD_BYTES] for version in ordered))
        if sys.byteorder == "little":
            self._heads.byteswap()
        self._seen = bytearray(len(ordered))

    def find(self, version: bytes) -> int:
        """Return a version's number, or -1."""
        if not self.count:
            return -1
        head = int.from_bytes(version[:HEAD_BYTES], "big")
        at = bisect_left(self._heads, head)
        while at < self.count and self._heads[at] == head:
            if self._versions.startswith(version, at * VERSION_BYTES):
                return at
            at += 1
        return -1

    def see(self, number: int) -> None:
        """Note that the record was seen, with this version or with another."""
        self.unseen -= not self._seen[number]
        self._seen[number] = 1

    def was_seen(self, version: bytes) -> bool:
        """Say whether the record of that version was seen."""
        number = self.find(version)
        return number >= 0 and bool(self._seen[number])


@dataclass(slots=True)
class Tally:
    """The previous snapshot's versions, and the records seen that differ from it."""

    base: Base = field(default_factory=Base)
    refs: dict[str, Spot] = field(default_factory=dict)
    new: int = 0
    touched: bool = False
    _fresh: dict[str, int] = field(default_factory=dict)  # record id to place in the arrays
    _versions: bytearray = field(default_factory=bytearray)
    _packs: array[int] = field(default_factory=lambda: array("I"))
    _rows: array[int] = field(default_factory=lambda: array("I"))
    _is_new: bytearray = field(default_factory=bytearray)
    _names: list[str] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """How many records differ from the previous snapshot, new ones left out."""
        return len(self._fresh) - self.new

    @property
    def seen(self) -> int:
        """How many records were seen."""
        return self.base.count - self.base.unseen + self.new

    def holds(self, record_id: str) -> bool:
        """Say whether a record was seen that differs from the previous snapshot."""
        return record_id in self._fresh

    def version(self, record_id: str) -> bytes | None:
        """Return the version seen last of a record that differs from the previous snapshot."""
        at = self._fresh.get(record_id)
        return None if at is None else bytes(self._versions[at * VERSION_BYTES : (at + 1) * VERSION_BYTES])

    def enter(self, record_id: str, version: bytes, before: bytes | None) -> None:
        """Note a version that differs from the one `before`, if any; it lies elsewhere until `placed`."""
        is_new = before is None
        if before is not None:
            self.base.see(self.base.find(before))
        self._fresh[record_id] = len(self._packs)
        self._versions += version
        self._packs.append(ELSEWHERE)
        self._rows.append(0)
        self._is_new.append(is_new)
        self.new += is_new

    def placed(self, record_id: str, pack_id: str, row: int) -> None:
        """Note where a version was placed."""
        if not self._names or self._names[-1] != pack_id:
            self._names.append(pack_id)
        at = self._fresh[record_id]
        self._packs[at], self._rows[at] = len(self._names) - 1, row

    def leave(self, record_id: str) -> tuple[str, int] | None:
        """Forget a version that was overtaken; returns where it was placed, if it was."""
        at = self._fresh.pop(record_id)
        self.new -= self._is_new[at]
        self.refs.pop(record_id, None)
        pack = self._packs[at]
        return None if pack == ELSEWHERE else (self._names[pack], self._rows[at])

    def standing(
        self, base: Iterable[tuple[str, bytes]], gone: Collection[str]
    ) -> Iterator[tuple[str, bytes]]:
        """Yield id and version of what stands, in id order; `base` is the previous snapshot in that order."""
        held, size, places = bytes(self._versions), VERSION_BYTES, self._fresh
        fresh = [(one, held[(at := places[one] * size) : at + size]) for one in sorted(places)]
        at, end = 0, len(fresh)
        for record_id, version in base:
            while at < end and fresh[at][0] < record_id:
                yield fresh[at]
                at += 1
            if (at == end or fresh[at][0] != record_id) and record_id not in gone:
                yield record_id, version
        yield from fresh[at:]
