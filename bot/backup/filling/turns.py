"""Whose turn it is while a portion is read: calls not answered yet, what came, what is known. Values only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.backup.filling.due import Due
from bot.backup.filling.kinds import FILL_KINDS, FillKind
from bot.backup.filling.portion import Counts
from bot.vault import Change
from bot.xero.calls import Call

KINDS_BY_KEY = {one.key: one for one in FILL_KINDS}
ANY_FILE = "application/octet-stream"


@dataclass(slots=True)
class Turn:
    """The turn of one record: calls of it that are not answered yet."""

    place: int
    due: Due
    open: int = 0
    failed: bool = False

    @property
    def kind(self) -> FillKind:
        """Give what is asked for."""
        return KINDS_BY_KEY[self.due.kind]

    @property
    def name(self) -> str:
        """Give what the ids of its records in the vault are, or begin with."""
        return self.kind.name(self.due.parent, self.due.parent_id)


@dataclass(frozen=True, slots=True)
class Task:
    """One call of a turn; `file_id` is where a file goes, "" for a list.

    `broke` counts how often the file broke off on its way. `entry` is what its list says of it, where that is
    kept only once the file came.
    """

    turn: Turn
    call: Call
    file_id: str = ""
    accept: str = ANY_FILE
    length: int | None = None
    broke: int = 0
    entry: bytes = b""


@dataclass(slots=True)
class Marks:
    """Places in the line of turns that did not end as they should; `Portion` says what each means."""

    failed: set[int] = field(default_factory=set)
    put_off: set[int] = field(default_factory=set)
    listed: set[int] = field(default_factory=set)
    empty: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Held:
    """What the last snapshot knows of one resource, by its parents; and what this portion did to it."""

    known: dict[str, set[str]]
    changes: Counter[Change] = field(default_factory=Counter)
    gone: list[str] = field(default_factory=list)

    @property
    def counts(self) -> Counts:
        """Count what this portion did to it."""
        changes = self.changes
        return Counts(new=changes[Change.NEW], changed=changes[Change.CHANGED], gone=len(self.gone))


def held_of(key: str, record_ids: Iterable[str]) -> Held:
    """Sort what is known of a resource by the record it hangs on."""
    known: dict[str, set[str]] = defaultdict(set)
    owner = next(kind.owner for kind in FILL_KINDS if key in kind.holds)
    for record_id in record_ids:
        known[owner(record_id)].add(record_id)
    return Held(dict(known))
