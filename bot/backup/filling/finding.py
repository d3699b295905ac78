"""Find what is due: records that this run found new or changed, and those that never had their turn."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from bot.backup.filling.due import Due, is_in_round
from bot.backup.filling.kinds import FILL_KINDS, FillKind, look
from bot.domain.backup import OutcomeStatus
from bot.vault import Books, Draft, Record, ResourceEntry

STATUS, WEEK = "status", "week"
OFF = "switched_off"


def week_of(now: datetime) -> int:
    """Number the weeks, from a Thursday in 1970 on."""
    return int(now.timestamp()) // (7 * 24 * 3600)


class Search:
    """One run's look at what is due for the kinds that are on."""

    def __init__(
        self,
        books: Books,
        draft: Draft,
        kinds: Sequence[FillKind],
        *,
        week: int,
        watched: Iterable[Due] | None = None,
    ) -> None:
        """`watched` is what was due of every record that this run found new or changed, for all kinds.

        None: it is found in the copies, as after a restart.
        """
        self._books, self._draft, self._kinds, self._week = books, draft, kinds, week
        self._watched = watched
        self._base: Mapping[str, ResourceEntry] = draft.base.resources if draft.base else {}

    def found(self) -> Iterator[Due]:
        """Give what is due because of this run, in no order."""
        fresh = [kind for kind in self._kinds if not self.begun(kind)]
        weekly = [
            kind for kind in self._kinds if kind not in fresh and kind.weekly and self._is_new_week(kind)
        ]
        changed = [kind for kind in self._kinds if not kind.weekly or kind in fresh or kind in weekly]
        for kind in self._kinds:
            if kind.picks and kind not in fresh and not kind.weekly:
                yield from self._held_below_changed(kind)
        if self._watched is None:
            yield from _among(self._draft.placed(_parents(changed)), changed)
        else:
            wanted = {kind.key for kind in changed}
            yield from (one for one in self._watched if one.kind in wanted)
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
            yield from _among(self._books.records(self._draft.base, parent, in_order=False), mine)

    def _held_below_changed(self, kind: FillKind) -> Iterator[Due]:
        """Name changed records below which something is kept: they may say by now that nothing is there."""
        base = self._draft.base
        held = {kind.owner(one) for one, _ in self._books.lengths(base, kind.key)} if base else set[str]()
        for parent in kind.parents if held else ():
            for one in sorted(self._draft.placed_ids(parent)):
                if kind.name(parent, one) in held:
                    yield Due(kind.key, parent, one)

    def _in_round(self, kind: FillKind) -> Iterator[Due]:
        """Name the records whose week it is, among those that hold something."""
        base = self._draft.base
        held = self._books.lengths(base, kind.key) if base else ()
        for owner in sorted({kind.owner(one) for one, _ in held}):
            parent, _, parent_id = owner.partition("/") if kind.qualified else (kind.parents[0], "", owner)
            if is_in_round(parent_id, self._week):
                yield Due(kind.key, parent, parent_id)


class Watch:
    """Looks at the records of one stage as they are read, so that nobody need look at them again."""

    def __init__(self) -> None:
        self.found: list[Due] = []

    def __call__(self, resource: str, news: Iterable[tuple[str, bytes]]) -> None:
        """Note what is due of records that are new or changed."""
        for record_id, raw in news if resource in _BELOW else ():
            self.found.extend(_due(resource, record_id, raw, _BELOW[resource]))


def _among(records: Iterable[Record], kinds: Sequence[FillKind]) -> Iterator[Due]:
    below = _by_parent(kinds)
    for record in records:
        yield from _due(record.resource, record.record_id, record.raw, below[record.resource])


def _due(resource: str, record_id: str, raw: bytes, kinds: Sequence[FillKind]) -> Iterator[Due]:
    seen = look(raw)
    for kind in kinds:
        if kind.wants(resource, seen):
            yield Due(kind.key, resource, record_id, seen.changed_at)


def _by_parent(kinds: Sequence[FillKind]) -> dict[str, list[FillKind]]:
    return {parent: [one for one in kinds if parent in one.parents] for parent in _parents(kinds)}


def _parents(kinds: Collection[FillKind]) -> set[str]:
    return {parent for kind in kinds for parent in kind.parents}


_BELOW = _by_parent(FILL_KINDS)
