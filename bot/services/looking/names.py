"""What people call the records that a comparison lists: by name, number or code, where a record has one.

Reads only. Names are of the books: never to be stored, logged or shown in a channel. Records of pay get none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from bot.backup.cards import card_of
from bot.domain.records import Card
from bot.services.extras import is_private
from bot.vault import Books, SnapshotInfo

# What hangs on a record: how it is called beside the name of that record.
_OF_RECORDS = {"history": "History", "pdfs": "PDF"}
_ATTACHED = ("attachments", "attachment_contents")
_BY_PARENT = {  # the id, or its beginning, is that of a record of this kind
    "file_contents": ("files", ""),
    "associations": ("files", "Association"),
    "aged_receivables": ("contacts", "Aged receivables"),
    "aged_payables": ("contacts", "Aged payables"),
}


def called(card: Card) -> str:
    """Name a record: its kind and its number or name; empty where it has neither."""
    name = card.number or card.title or card.contact or card.reference
    return f"{card.kind} {name}" if name else ""


def names_of(books: Books, info: SnapshotInfo, key: str, ids: Iterable[str]) -> Mapping[str, str]:
    """Name those of these records that have a name in this snapshot. Raises StoreUnavailable, Damaged."""
    wanted = list(ids)
    if is_private(key):
        return {}
    if key in _OF_RECORDS:
        owners = _owners(books, info, wanted)
        return {
            one: f"{_OF_RECORDS[key]} of {owners[_owner(one)]}" for one in wanted if _owner(one) in owners
        }
    if key in _ATTACHED:
        return _attached(books, info, wanted)
    if key in _BY_PARENT:
        kind, word = _BY_PARENT[key]
        found = _called(books, info, kind, {_head(one) for one in wanted})
        return {
            one: f"{word} of {found[_head(one)]}" if word else found[_head(one)]
            for one in wanted
            if _head(one) in found
        }
    return _called(books, info, key, wanted)


def _attached(books: Books, info: SnapshotInfo, wanted: list[str]) -> Mapping[str, str]:
    files, owners = _called(books, info, "attachments", wanted), _owners(books, info, wanted)
    return {
        one: f"{file}, of {owners[_owner(one)]}" if _owner(one) in owners else file
        for one, file in files.items()
    }


def _owners(books: Books, info: SnapshotInfo, wanted: Iterable[str]) -> Mapping[tuple[str, str], str]:
    """Name the records that these ids say they hang on."""
    parents: dict[str, set[str]] = defaultdict(set)
    for kind, parent in map(_owner, wanted):
        parents[kind].add(parent)
    return {
        (kind, one): name
        for kind, ids in parents.items()
        for one, name in _called(books, info, kind, ids).items()
    }


def _owner(record_id: str) -> tuple[str, str]:
    kind, _, rest = record_id.partition("/")
    return kind, rest.partition("/")[0]


def _head(record_id: str) -> str:
    return record_id.partition("/")[0]


def _called(books: Books, info: SnapshotInfo, key: str, ids: Iterable[str]) -> Mapping[str, str]:
    found = (
        (one.record_id, called(card_of(key, one.record_id, one.raw))) for one in books.some(info, key, ids)
    )
    return {record_id: name for record_id, name in found if name}
