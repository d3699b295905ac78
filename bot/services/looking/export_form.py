"""The form of an export: files for each resource, and their manifest. Knows not where the files are put."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.backup.filling.due import of_xero
from bot.catalogue import RESOURCES
from bot.domain.organisation import Organisation
from bot.errors import LedgerkeepError
from bot.services.looking.export_blobs import KINDS, write_blobs
from bot.services.looking.export_place import FileWords, Source
from bot.services.running.summaries import not_yet_read, results_of
from bot.vault import ResourceEntry, ResourceStatus, SnapshotInfo

MANIFEST = "manifest.json"
FORMAT, VERSION = "ledgerkeep-export", 1
_STEM = re.compile(r"[a-z0-9_]{1,80}")

# Writes the records of one stem and lists its files as the manifest does, that of the records first.
Writer = Callable[[Source, str, list[ResourceEntry]], list[FileWords]]


@dataclass(slots=True)
class Contents:
    """What an export holds; `resources` and `files` as the manifest lists them."""

    records: int = 0
    resources: list[dict[str, Any]] = field(default_factory=list)
    files: list[FileWords] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write an export: who writes records, and what is added when all of them are written."""

    name: str
    writer: Writer
    beside: tuple[Callable[[Source, Contents], list[FileWords]], ...] = ()
    with_files: bool = True  # attachments, the file library, PDFs


def write_contents(source: Source, owner: Organisation, form: Form, *, now: datetime) -> Contents:
    """Write a snapshot into the files that `source` opens, the manifest last; one record at a time.

    Raises a class of Damaged when a record does not open, and whatever writing raises.
    """
    contents = Contents()
    for stem, entries in _by_file(source.info).items():
        _write_resources(source, form, (stem, entries), contents)
    for beside in form.beside:
        contents.files += beside(source, contents)
    with source.opened(MANIFEST) as file:
        manifest = _manifest(owner, source.info, contents, now)
        manifest |= {"form": form.name, "with_files": form.with_files}
        file.write(json.dumps(manifest, ensure_ascii=False, indent=2).encode() + b"\n")
    return contents


def _by_file(info: SnapshotInfo) -> dict[str, list[ResourceEntry]]:
    """Sort the resources of a snapshot into files, in the order of the catalogue; unknown ones come last."""
    known = [info.resources[key] for key in RESOURCES if key in info.resources]
    unknown = [entry for key, entry in sorted(of_xero(info.resources).items()) if key not in RESOURCES]
    found: dict[str, list[ResourceEntry]] = {}
    for entry in [*known, *unknown]:
        found.setdefault(_stem(entry.resource), []).append(entry)
    return found


def _stem(resource: str) -> str:
    stem = RESOURCES[resource].file_stem if resource in RESOURCES else resource
    if not _STEM.fullmatch(stem):
        raise LedgerkeepError("A snapshot holds a kind of data whose name cannot be a file's name.")
    return stem


def _write_resources(
    source: Source, form: Form, what: tuple[str, list[ResourceEntry]], into: Contents
) -> None:
    """Write the resources of one file; one that was not read and has no earlier records claims no file."""
    stem, entries = what
    wanted = form.with_files or stem not in KINDS
    held = [one for one in entries if wanted and (one.status is ResourceStatus.COMPLETE or one.count)]
    files: list[FileWords] = []
    if held:
        files = [write_blobs(source, stem)] if stem in KINDS else form.writer(source, stem, held)
        into.records += files[0]["records"]
        into.files += files
    gaps = _gaps(source.info)
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
