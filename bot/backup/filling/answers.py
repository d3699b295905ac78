"""Look into what came for one record: the little that is needed of a listed file, and of a history. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import msgspec

from bot.backup.filling.kinds import FillKind


class _Listed(msgspec.Struct):
    ContentLength: Any = None
    AttachmentID: Any = None


class _Array(msgspec.Struct):
    HistoryRecords: msgspec.Raw = msgspec.Raw(b"[]")


_LISTED = msgspec.json.Decoder(_Listed)
_ARRAY = msgspec.json.Decoder(_Array)


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file as a list tells of it: where it is below the list, and its bytes where that is said."""

    segment: str
    length: int | None


def listed_file(raw: bytes) -> ListedFile:
    """Read an entry of a list of files."""
    seen = _LISTED.decode(raw)
    length = seen.ContentLength if isinstance(seen.ContentLength, int) else None
    return ListedFile(quote(str(seen.AttachmentID), safe=""), length)


def history_in(body: bytes) -> bytes:
    """Give the array of an answer as it was sent; b"" where it holds nothing."""
    raw = bytes(_ARRAY.decode(body).HistoryRecords)
    return raw if raw.strip(b"[] \r\n\t") else b""


def collection_of(kind: FillKind) -> str:
    """Name the list in the answers of a kind."""
    return kind.resource.read.collection if kind.resource.read else ""
