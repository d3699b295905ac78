"""Write one snapshot as files below one folder: all of it, or nothing.

A record is written as the bytes Xero sent. Only raw line breaks, with the indentation after them, are taken
out: JSON allows them between tokens and nowhere inside a string (RFC 8259, section 7), so no value changes.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from bot.catalogue import RESOURCES
from bot.cli.shown import moment
from bot.domain.organisation import Organisation
from bot.errors import LedgerkeepError, Misconfigured
from bot.services.summaries import not_yet_read, results_of
from bot.vault import Books, ResourceEntry, ResourceStatus, SnapshotInfo

ORGANISATION = "organisation"
MANIFEST = "manifest.json"
FORMAT, VERSION = "ledgerkeep-export", 1
_BREAKS = re.compile(rb"[\r\n]+[ \t]*")
_STEM = re.compile(r"[a-z0-9_]{1,80}")


@dataclass(slots=True)
class Written:
    """What an export holds; `resources` and `files` as the manifest lists them."""

    folder: Path
    records: int = 0
    resources: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)


def one_line(raw: bytes) -> bytes:
    """Take the line breaks out of a record; every other byte stays."""
    return _BREAKS.sub(b"", raw) if b"\n" in raw or b"\r" in raw else raw


def write_export(
    books: Books, owner: Organisation, info: SnapshotInfo, to: Path, *, now: datetime
) -> Written:
    """Write a snapshot into the folder `to`, which must be missing or empty; gives what was written.

    Raises Misconfigured for a folder that cannot take it, a class of Damaged when a record does not open, and
    LedgerkeepError when the disk is full; then nothing is left behind.
    """
    target = _free_target(to)
    with _in_our_words(), _beside(target) as folder:
        written = Written(target)
        for stem, entries in _by_file(info).items():
            _write_resources(books, info, folder, stem, entries, written)
        manifest = _manifest(owner, info, written, now)
        with _opened(folder / MANIFEST) as file:
            file.write(json.dumps(manifest, ensure_ascii=False, indent=2).encode() + b"\n")
        folder.replace(target)
    return written


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


def _write_resources(  # noqa: PLR0917 - one call, in the order things are read
    books: Books, info: SnapshotInfo, folder: Path, stem: str, entries: list[ResourceEntry], written: Written
) -> None:
    """Write the resources of one file; one that was not read and has no earlier records claims no file."""
    name = f"{stem}.json" if stem == ORGANISATION else f"{stem}.jsonl"
    held = [one for one in entries if one.status is ResourceStatus.COMPLETE or one.count]
    if held:
        digest, count = hashlib.sha256(), 0
        with _opened(folder / name) as file:
            for entry in held:
                for record in books.records(info, entry.resource):
                    line = one_line(record.raw) + b"\n"
                    digest.update(line)
                    file.write(line)
                    count += 1
        written.records += count
        written.files.append({"file": name, "records": count, "sha256": digest.hexdigest()})
    gaps = _gaps(info)
    for entry in entries:
        file_name = name if entry in held else None
        written.resources.append(_resource_words(entry, file_name, gaps.get(entry.resource, [])))


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


def _manifest(owner: Organisation, info: SnapshotInfo, written: Written, now: datetime) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": moment(now),
        "organisation": {"id": owner.id, "name": owner.name},
        "snapshot": {
            "id": info.id,
            "number": info.number,
            "hash": info.hash,
            "started_at": moment(info.started_at),
            "taken_at": moment(info.taken_at),
            "made_by": info.tool,
        },
        "resources": written.resources,
        "files": written.files,
        "not_read": list(not_yet_read(owner.facts.country)),
    }


def _free_target(to: Path) -> Path:
    """Follow links once, so that what is checked is what is written; refuse a folder that holds anything."""
    target = to.resolve()
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise Misconfigured(f"--to: {to} is not empty; name a folder that does not exist or is empty.")
    except OSError:
        raise Misconfigured(f"--to: {to} cannot be looked into; choose another folder.") from None
    return target


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Give a temporary folder beside the target, for its owner only, and remove what is left of it."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent))
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        raise Misconfigured(
            f"--to: nothing can be written in {target.parent}; choose another folder."
        ) from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb", buffering=1 << 20) as file:
        yield file
        file.flush()
        os.fsync(descriptor)


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
        why = "the disk is full" if full else "the folder cannot be written to"
        raise LedgerkeepError(f"The export was not written, {why}; nothing was left behind.") from error
