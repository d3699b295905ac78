"""The files of an export: attachments, the file library, PDFs, each under a safe name, with an index of them.

The index holds the true names. A file that is listed and not held has its line, too, without a path. Where a
file lies is decided by `export_names` and by ids, never by what Xero says.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from bot.backup.cards import card_of
from bot.services.looking.export_names import Names
from bot.services.looking.export_place import FileWords, Source
from bot.vault import Books, Record, SnapshotInfo

INDEX = "index.jsonl"
NO_FOLDER = "no folder"


class _Listed(msgspec.Struct):
    """What Xero says of a file or folder: Accounting's attachments, and the file library."""

    FileName: Any = None
    Name: Any = None
    MimeType: Any = None
    FolderId: Any = None


_LISTED = msgspec.json.Decoder(_Listed)
_NOTHING = _Listed()


@dataclass(frozen=True, slots=True)
class _File:
    """A file that is listed, held, or both; without `pieces` the snapshot does not hold it."""

    record_id: str
    listed: _Listed
    pieces: Iterator[bytes] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """Which folder a file goes into, its true name, and what else the index says of it."""

    folders: tuple[str, ...]
    name: str
    about: Mapping[str, Any]


Spots = Callable[[_File], _Spot]


@dataclass(frozen=True, slots=True)
class BlobKind:
    """One kind of files: below which folder, which resource lists them, and who says where each goes."""

    root: str
    listed_in: str
    spots: Callable[[Source], Spots]


class _Tree:
    """The folders and files given below one folder: the same path for the same key, no path twice."""

    def __init__(self, root: str) -> None:
        self._names: dict[str, Names] = {root: Names(INDEX)}
        self._folders: dict[tuple[str, str], str] = {}
        self._root = root

    def folder(self, *keys: str) -> str:
        """Give the path of a folder."""
        path = self._root
        for key in keys:
            if (path, key) not in self._folders:
                self._folders[path, key] = self._new(path, key)
            path = self._folders[path, key]
        return path

    def file(self, folder: str, name: str) -> str:
        """Give a new path for a file."""
        return self._new(folder, name)

    def _new(self, path: str, name: str) -> str:
        return f"{path}/{self._names.setdefault(path, Names()).give(name)}"


def bytes_of_files(books: Books, info: SnapshotInfo) -> int:
    """Say how many bytes the files of a snapshot have together; reads none of them."""
    held = (key for key in KINDS if key in info.resources)
    return sum(length for key in held for _, length in books.lengths(info, key))


def write_blobs(source: Source, resource: str) -> FileWords:
    """Write the files that a resource holds, then their index; gives the index as the manifest lists it."""
    kind = KINDS[resource]
    tree, spot_of, digest, count = _Tree(kind.root), kind.spots(source), hashlib.sha256(), 0
    with source.passing() as index:
        for file in _merged(source, kind.listed_in, resource):
            spot = spot_of(file)
            words: dict[str, Any] = {"path": None, "name": spot.name, **spot.about}
            words |= {"mime_type": file.listed.MimeType, "bytes": None, "sha256": None}
            if file.pieces is not None:
                path = tree.file(tree.folder(*spot.folders), spot.name)
                words |= source.put(path, file.pieces)
                count += 1
            line = json.dumps(words).encode() + b"\n"
            digest.update(line)
            index.write(line)
        source.copy(index, f"{kind.root}/{INDEX}")
    return {"file": f"{kind.root}/{INDEX}", "records": count, "sha256": digest.hexdigest()}


def _merged(source: Source, listed_in: str, held_in: str) -> Iterator[_File]:
    """Bring together what is listed and what is held; the vault gives both in the order of their ids."""
    listed, held = source.records(listed_in), source.ids(held_in)
    one, other = next(listed, None), next(held, None)
    while one is not None or other is not None:
        record_id = min(each for each in (one.record_id if one else None, other) if each is not None)
        about, pieces = _NOTHING, None
        if one is not None and one.record_id == record_id:
            about, one = _read(one), next(listed, None)
        if other == record_id:
            pieces, other = source.books.blob(source.info, held_in, record_id), next(held, None)
        yield _File(record_id, about, pieces)


def _read(record: Record) -> _Listed:
    try:
        return _LISTED.decode(record.raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _NOTHING


def _attachments(_source: Source) -> Spots:
    """Put attachments below the record they hang on; ids are `{parent_key}/{parent_id}/{AttachmentID}`."""

    def spot(file: _File) -> _Spot:
        parent, _, attachment_id = file.record_id.rpartition("/")
        key, _, parent_id = parent.partition("/")
        about = {"resource": key, "parent": parent_id, "id": attachment_id}
        return _Spot(folders=(key, parent_id), name=_text(file.listed.FileName) or attachment_id, about=about)

    return spot


def _library(source: Source) -> Spots:
    """Put files of the library into folders named as in Xero."""
    folders = {record.record_id: _text(_read(record).Name) for record in source.records("folders")}

    def spot(file: _File) -> _Spot:
        folder_id = _text(file.listed.FolderId)
        folder = folders.get(folder_id) or folder_id or NO_FOLDER
        about = {"id": file.record_id, "folder": folder, "folder_id": folder_id or None}
        return _Spot(folders=(folder,), name=_text(file.listed.Name) or file.record_id, about=about)

    return spot


def _pdfs(source: Source) -> Spots:
    """Name PDFs as their documents are numbered; ids are `{parent_key}/{parent_id}`."""
    numbers: dict[str, _Numbers] = {}

    def spot(file: _File) -> _Spot:
        key, _, parent_id = file.record_id.partition("/")
        number = numbers.setdefault(key, _Numbers(source, key)).of(parent_id)
        about = {"resource": key, "parent": parent_id, "number": number or None}
        return _Spot(folders=(key,), name=f"{number or parent_id}.pdf", about=about)

    return spot


class _Numbers:
    """The numbers of documents, asked for in the order of their ids."""

    def __init__(self, source: Source, key: str) -> None:
        self._key, self._records = key, source.records(key)
        self._at: Record | None = next(self._records, None)

    def of(self, record_id: str) -> str:
        """Give the number of a document, "" where it has none."""
        while self._at is not None and self._at.record_id < record_id:
            self._at = next(self._records, None)
        if self._at is None or self._at.record_id != record_id:
            return ""
        return card_of(self._key, record_id, self._at.raw).number


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


KINDS: Mapping[str, BlobKind] = {
    "attachment_contents": BlobKind("attachments", "attachments", _attachments),
    "file_contents": BlobKind("files", "files", _library),
    "pdfs": BlobKind("pdfs", "", _pdfs),
}
