"""Cut a page into the records Xero sent, byte for byte. Never re-dumps; knows only names of fields."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from math import ceil
from typing import Any

import msgspec

from bot.catalogue.model import Resource
from bot.errors import XeroUnavailable
from bot.xero.dates import read_moment

_NOT_THE_API = "Xero answered something that is not its API."
_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Page(msgspec.Struct, frozen=True, gc=False):
    """The records of one answer, with what it says of the whole; counts are None where it says nothing."""

    records: list[bytes]
    page_count: int | None = None
    item_count: int | None = None
    server_time: datetime | None = None


class _Pagination(msgspec.Struct, rename="camel"):
    page_count: int | None = None
    item_count: int | None = None


def split(body: bytes, collection: str, *, may_be_one: bool = False) -> Page:
    """Cut an answer into its records.

    An object with the list `collection`, a bare array, or (with `collection` "") one object that is itself
    the record. With `may_be_one`, `collection` may hold one object instead of a list, as payroll does for
    settings and by id. Raises XeroUnavailable where the body is no JSON or what is named is missing.
    """
    if not body.strip():
        return Page([])
    try:
        if body.lstrip()[:1] == b"[":
            return Page([bytes(raw) for raw in msgspec.json.decode(body, type=list[msgspec.Raw])])
        if not collection:
            msgspec.json.decode(body, type=dict[str, msgspec.Raw])
            return Page([body.strip()])
        if may_be_one and (record := _alone(body, collection)):
            return Page([record])
        return _page(_envelope(collection).decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise XeroUnavailable(_NOT_THE_API) from None


class Peek:
    """Look at a record's id, status and time of change without decoding the rest; unknown values are fine."""

    def __init__(self, resource: Resource) -> None:
        if resource.read is None:
            raise ValueError(f"{resource.key} is not read")
        self._decoder = _peek(resource.read.id_field, resource.read.status_field, resource.read.updated_field)

    def of(self, raw: bytes) -> tuple[str, str, datetime | None]:
        """Give (id, status, updated_at); "" and None where the record has none. Raises XeroUnavailable."""
        try:
            found = self._decoder.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise XeroUnavailable(_NOT_THE_API) from None
        record_id, status, updated = found.record_id, found.status, found.updated
        return (
            record_id if type(record_id) is str else _text(record_id),
            status if type(status) is str else _text(status),
            read_moment(updated if type(updated) is str else _text(updated)),
        )


def _alone(body: bytes, collection: str) -> bytes:
    """Give the one object that an answer names; b"" where it names none, or a list."""
    raw = bytes(_FIELDS.decode(body).get(collection, b"")).strip()
    return raw if raw[:1] == b"{" else b""


@cache
def _envelope(collection: str) -> msgspec.json.Decoder[Any]:
    names = {"records": collection, "total": "TotalCount", "per_page": "PerPage", "time": "DateTimeUTC"}
    fields: list[tuple[str, Any, Any]] = [
        ("records", list[msgspec.Raw] | None, None),
        ("pagination", _Pagination | None, None),
        ("total", int | None, None),
        ("per_page", int | None, None),
        ("time", str | None, None),
    ]
    # Not strict: a count that comes as "12" is a count all the same.
    return msgspec.json.Decoder(msgspec.defstruct("Envelope", fields, rename=names), strict=False)


def _page(envelope: Any) -> Page:
    if envelope.records is None:
        raise XeroUnavailable(_NOT_THE_API)
    pagination = envelope.pagination or _Pagination(*_files_counts(envelope.total, envelope.per_page))
    return Page(
        [bytes(raw) for raw in envelope.records],
        pagination.page_count,
        pagination.item_count,
        read_moment(envelope.time),
    )


def _files_counts(total: int | None, per_page: int | None) -> tuple[int | None, int | None]:
    # The Files API says TotalCount and PerPage instead of `pagination` (Xero OpenAPI 16.1.0,
    # xero_files.yaml).
    return (ceil(total / per_page) if total is not None and per_page else None), total


@cache
def _peek(id_field: str, status_field: str, updated_field: str) -> msgspec.json.Decoder[Any]:
    scalar = str | int | float | bool | None
    names, fields = {}, []
    for name, key in (("record_id", id_field), ("status", status_field), ("updated", updated_field)):
        names[name] = key or f"(no {name})"  # a key no record has
        fields.append((name, scalar, None))
    return msgspec.json.Decoder(msgspec.defstruct("Peeked", fields, rename=names, gc=False))


def _text(value: object) -> str:
    return "" if value is None else str(value)
