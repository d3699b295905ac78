"""Records as lines of JSON, each as the bytes Xero sent; history as one line for each entry.

Only raw line breaks, with the indentation after them, are taken out: JSON allows them between tokens and
nowhere inside a string (RFC 8259, section 7), so no value changes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from typing import IO

import msgspec

from bot.services.looking.export_place import FileWords, Source
from bot.vault import ResourceEntry

ORGANISATION = "organisation"
HISTORY = "history"
_BREAKS = re.compile(rb"[\r\n]+[ \t]*")
_ENTRIES = msgspec.json.Decoder(list[msgspec.Raw])


def one_line(raw: bytes) -> bytes:
    """Take the line breaks out of a record; every other byte stays."""
    return _BREAKS.sub(b"", raw) if b"\n" in raw or b"\r" in raw else raw


def entries_of(raw: bytes) -> list[bytes]:
    """Give the entries of one record's history as they were sent; bytes of another shape are one entry."""
    try:
        return [bytes(entry) for entry in _ENTRIES.decode(raw)]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return [raw]


def write_lines(source: Source, stem: str, entries: list[ResourceEntry]) -> list[FileWords]:
    """Write records as lines of JSON and list the files, that of the records first."""
    if stem == HISTORY:
        return _write_history(source, entries)
    name = f"{stem}.json" if stem == ORGANISATION else f"{stem}.jsonl"
    with source.opened(name) as file:
        return [
            _lines(file, name, (record.raw for one in entries for record in source.records(one.resource)))
        ]


def _write_history(source: Source, entries: list[ResourceEntry]) -> list[FileWords]:
    """Write a line for each entry, and beside it, under the same line number, whose history it is."""

    def told(index: IO[bytes]) -> Iterator[bytes]:
        for record in (record for one in entries for record in source.records(one.resource)):
            key, _, parent_id = record.record_id.partition("/")
            parent = json.dumps({"resource": key, "parent": parent_id}).encode()
            for entry in entries_of(record.raw):
                index.write(parent + b"\n")
                yield entry

    with source.passing() as index:
        with source.opened("history.jsonl") as file:
            lines = _lines(file, "history.jsonl", told(index))
        index.seek(0)
        with source.opened("history.index.jsonl") as file:
            parents = _lines(file, "history.index.jsonl", (line.rstrip(b"\n") for line in index))
    return [lines, parents]


def _lines(file: IO[bytes], name: str, raws: Iterable[bytes]) -> FileWords:
    digest, count = hashlib.sha256(), 0
    for raw in raws:
        line = one_line(raw) + b"\n"
        digest.update(line)
        file.write(line)
        count += 1
    return {"file": name, "records": count, "sha256": digest.hexdigest()}
