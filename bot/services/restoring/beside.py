"""Which permissions beside the books a restore into an organisation can use. Reads only.

They are asked for only where a restore that waits brings something back that needs them; without them the
plan leaves that out and says so.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.catalogue import beside_scopes
from bot.domain.restore import Restore, RestoreState
from bot.errors import StoreUnavailable, UnknownOrganisation, UnknownSnapshot, VaultDamaged
from bot.restore import selecting
from bot.services.books import Books
from bot.services.organisations import Organisations
from bot.services.restoring.restores import Restores

_WAITING = frozenset({RestoreState.PLANNING, RestoreState.WAITING})
_SILENT = (StoreUnavailable, UnknownOrganisation, UnknownSnapshot, VaultDamaged)


class BesideBooks:
    """Answers for one organisation at a time."""

    def __init__(self, *, restores: Restores, organisations: Organisations, books: Books) -> None:
        self._restores, self._organisations, self._books = restores, organisations, books

    def scopes(self, target_id: str) -> tuple[str, ...]:
        """Name the permissions that restores waiting for this target can use; none where nobody can say."""
        mine = (one for one in self._restores.in_states(_WAITING) if one.target_id == target_id)
        return tuple(dict.fromkeys(scope for one in mine for scope in self._of(one)))

    def _of(self, restore: Restore) -> tuple[str, ...]:
        try:
            source = self._organisations.get(restore.source_id)
            held = self._books.of(source).snapshot(restore.snapshot_id).resources
        except _SILENT:
            return ()
        return _used({key: one.count for key, one in held.items()}, restore)


def _used(counts: Mapping[str, int], restore: Restore) -> tuple[str, ...]:
    there = {key for key, count in counts.items() if count}
    return beside_scopes(selecting.chosen(restore.choice) & there)
