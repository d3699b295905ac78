"""The form of an export: a file of lines per resource and a manifest. Knows not where the files are put.

A record is written as the bytes Xero sent. Only raw line breaks, with the indentation after them, are taken
out: JSON allows them between tokens and nowhere inside a string (RFC 8259, section 7), so no value changes.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from bot.catalogue import RESOURCES
from bot.domain.organisation import Organisation
from bot.errors import LedgerkeepError
from bot.services.running.summaries import not_yet_read, results_of
from bot.vault import Books, ResourceEntry, ResourceStatus, SnapshotInfo

ORGANISATION = "organisation"
MANIFEST = "manifest.json"
FORMAT, VERSION = "ledgerkeep-export", 1
_BREAKS = re.compile(rb"[\r\n]+[ \t]*")
_STEM = re.compile(r"[a-z0-9_]{1,80}")

Opened = Callable[[str], AbstractContextManager[IO[bytes]]]
# Writes the records of one stem and lists its files as the manifest does, that of the records first.
Writer = Callable[[Books, SnapshotInfo, Opened, str, list[ResourceEntry]], list[dict[str, Any]]]


@dataclass(slots=True)
class Contents:
    """What an export holds; `resources` and `files` as the manifest lists them."""

    records: int = 0
    resources: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Form:
    """What is written, where to, and how."""

    books: Books
    info: SnapshotInfo
    opened: Opened
    writer: Writer


def one_line(raw: bytes) -> bytes:
    """Take the line breaks out of a record; every other byte stays."""
    return _BREAKS.sub(b"", raw) if b"\n" in raw or b"\r" in raw else raw


@contextmanager
def private_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a new file that only its owner can read, and have it on the disk before it is done with.

    Raises FileExistsError where anything is already, and whatever else the disk says.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb", buffering=1 << 20) as file:
        yield file
        file.flush()
        os.fsync(descriptor)


def write_contents(
    books: Books,
    owner: Organisation,
    info: SnapshotInfo,
    opened: Opened,
    *,
    now: datetime,
    writer: Writer | None = None,
) -> Contents:
    """Write a snapshot into the files that `opened` gives by name, the manifest last; one record at a time.

    Raises a class of Damaged when a record does not open, and whatever writing raises.
    """
    contents = Contents()
    for stem, entries in _by_file(info).items():
        _write_resources(_Form(books, info, opened, writer or write_lines), stem, entries, contents)
    with opened(MANIFEST) as file:
        manifest = _manifest(owner, info, contents, now)
        file.write(json.dumps(manifest, ensure_ascii=False, indent=2).encode() + b"\n")
    return contents


def write_lines(
    books: Books, info: SnapshotInfo, opened: Opened, stem: str, entries: list[ResourceEntry]
) -> list[dict[str, Any]]:
    """Write records as lines of JSON, each as Xero sent it, and list the one file."""
    name, digest, count = f"{stem}.json" if stem == ORGANISATION else f"{stem}.jsonl", hashlib.sha256(), 0
    with opened(name) as file:
        for entry in entries:
            for record in books.records(info, entry.resource):
                line = one_line(record.raw) + b"\n"
                digest.update(line)
                file.write(line)
                count += 1
    return [{"file": name, "records": count, "sha256": digest.hexdigest()}]


def _by_file(info: SnapshotInfo) -> dict[str, list[ResourceEntry]]:
    """Sort the resources of a snapshot into files, in the order of the catalogue; unknown ones come last."""
    known = [info.resources[key] for key in RESOURCES if key in info.resources]
    unknown = [entry for key, entry in sorted(info.resources.items()) if key not in RESOURCES]
    found: dict[str, list[ResourceEntry]] = {}
    for entry in [*known, *unknown]:
        found.setdefault(_stem(entry.resource), []).append(entry)
    return found


def _stem(resource: str) -> str:
    stem = RESOURCES[resource].file_stem if resource in RESOURCES else resource
    if not _STEM.fullmatch(stem):
        raise LedgerkeepError("A snapshot holds a kind of data whose name cannot be a file's name.")
    return stem


def _write_resources(form: _Form, stem: str, entries: list[ResourceEntry], into: Contents) -> None:
    """Write the resources of one file; one that was not read and has no earlier records claims no file."""
    held = [one for one in entries if one.status is ResourceStatus.COMPLETE or one.count]
    files = form.writer(form.books, form.info, form.opened, stem, held) if held else []
    if files:
        into.records += files[0]["records"]
        into.files += files
    gaps = _gaps(form.info)
    for entry in entries:
        file_name = files[0]["file"] if entry in held else None
        into.resources.append(_resource_words(entry, file_name, gaps.get(entry.resource, [])))


def _resource_words(
    entry: ResourceEntry, file_name: str | None, gaps: list[dict[str, str]]
) -> dict[str, Any]:
    known = RESOURCES.get(entry.resource)
    return {
        "resource": entry.resource,
        "title": known.title if known else entry.resource,
        "status": entry.facts.get("status", entry.status.value),
        "complete": entry.status is ResourceStatus.COMPLETE,
        "count": entry.count,
        "root": entry.root,
        "file": file_name,
        "gaps": gaps,
    }


def _gaps(info: SnapshotInfo) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for result in results_of(info).values():
        for gap in result.gaps:
            words = {"reason": gap.reason.value, "sentence": gap.sentence, "action": gap.action}
            found.setdefault(gap.resource, []).append(words)
    return found


def _manifest(owner: Organisation, info: SnapshotInfo, contents: Contents, now: datetime) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": _moment(now),
        "organisation": {"id": owner.id, "name": owner.name},
        "snapshot": {
            "id": info.id,
            "number": info.number,
            "hash": info.hash,
            "started_at": _moment(info.started_at),
            "taken_at": _moment(info.taken_at),
            "made_by": info.tool,
        },
        "resources": contents.resources,
        "files": contents.files,
        "not_read": list(not_yet_read(owner.facts.country)),
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
