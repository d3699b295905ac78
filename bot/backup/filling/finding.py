"""Find what is due: records that this run found new or changed, and those that never had their turn."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from bot.backup.filling.due import Due, is_in_round
from bot.backup.filling.kinds import FillKind, look
from bot.domain.backup import OutcomeStatus
from bot.vault import Books, Draft, Record, ResourceEntry

STATUS, WEEK = "status", "week"
OFF = "switched_off"


def week_of(now: datetime) -> int:
    """Number the weeks, from a Thursday in 1970 on."""
    return int(now.timestamp()) // (7 * 24 * 3600)


class Search:
    """One run's look at what is due for the kinds that are on."""

    def __init__(self, books: Books, draft: Draft, kinds: Sequence[FillKind], *, week: int) -> None:
        self._books, self._draft, self._kinds, self._week = books, draft, kinds, week
        self._base: Mapping[str, ResourceEntry] = draft.base.resources if draft.base else {}

    def found(self) -> Iterator[Due]:
        """Give what is due because of this run, in no order."""
        fresh = [kind for kind in self._kinds if not self.begun(kind)]
        weekly = [
            kind for kind in self._kinds if kind not in fresh and kind.weekly and self._is_new_week(kind)
        ]
        changed = [kind for kind in self._kinds if not kind.weekly or kind in fresh or kind in weekly]
        yield from self._among(self._draft.placed(_parents(changed)), changed)
        yield from self._in_copies([*fresh, *weekly])
        for kind in self._kinds:
            if kind not in fresh and not kind.weekly and self._is_new_week(kind):
                yield from self._in_round(kind)

    def gone(self) -> set[tuple[str, str]]:
        """Name the records that are gone, by collection and id."""
        return {(parent, one) for parent in sorted(_parents(self._kinds)) for one in self._draft.gone(parent)}

    def begun(self, kind: FillKind) -> bool:
        """Say whether an earlier snapshot began with a kind; else every record is due."""
        entry = self._base.get(kind.key)
        return entry is not None and entry.facts.get(STATUS) in {OutcomeStatus.READ, OutcomeStatus.FILLING}

    def _is_new_week(self, kind: FillKind) -> bool:
        return self._base[kind.key].facts.get(WEEK) != self._week

    def _in_copies(self, kinds: Sequence[FillKind]) -> Iterator[Due]:
        """Look at every record of the last snapshot; those that changed since have been found already."""
        if self._draft.base is None:
            return
        for parent in sorted(_parents(kinds) & self._base.keys()):
            mine = [kind for kind in kinds if parent in kind.parents]
            yield from self._among(self._books.records(self._draft.base, parent, in_order=False), mine)

    def _in_round(self, kind: FillKind) -> Iterator[Due]:
        """Name the records whose week it is, among those that hold something."""
        base = self._draft.base
        held = self._books.lengths(base, kind.key) if base else ()
        for owner in sorted({kind.owner(one) for one, _ in held}):
            parent, _, parent_id = owner.partition("/") if kind.qualified else (kind.parents[0], "", owner)
            if is_in_round(parent_id, self._week):
                yield Due(kind.key, parent, parent_id)

    def _among(self, records: Iterator[Record], kinds: Sequence[FillKind]) -> Iterator[Due]:
        below: dict[str, list[FillKind]] = {}
        for record in records:
            if record.resource not in below:
                below[record.resource] = [kind for kind in kinds if record.resource in kind.parents]
            seen = look(record.raw)
            for kind in below[record.resource]:
                if kind.wants(record.resource, seen):
                    yield Due(kind.key, record.resource, record.record_id, seen.changed_at)


def _parents(kinds: Collection[FillKind]) -> set[str]:
    return {parent for kind in kinds for parent in kind.parents}
