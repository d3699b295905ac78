"""Which of the changed records a backup saw become void or deleted. Reads the last snapshot, never Xero."""

from __future__ import annotations

from collections.abc import Collection

from bot.backup.cards import card_of
from bot.errors import Damaged
from bot.vault import Books, SnapshotInfo

VOID_WORDS = frozenset({"VOIDED", "DELETED"})


def turned_void(books: Books, base: SnapshotInfo | None, resource: str, void: Collection[str]) -> int:
    """Count those of these void records that were not so in `base`: the others were only edited since.

    Damage in `base` must not stop a backup for a count: then all of them count. Raises StoreUnavailable.
    """
    if base is None or not void:
        return 0
    try:
        before = books.some(base, resource, void)
        return sum(card_of(resource, one.record_id, one.raw).status not in VOID_WORDS for one in before)
    except Damaged:
        return len(void)
