"""Answering GETs of collections: which records, in which order, cut into which page.

It speaks no HTTP itself.

Paging, filters and thresholds per Xero OpenAPI 16.1.0 and developer.xero.com (pages on paging, limits and
the high-volume threshold).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.sandbox.xero.collections import Collection, Paging
from bot.sandbox.xero.filters import QueryRefused, compile_where, sort_key, value_at
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.projection import View, render
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields

HUNDRED = 100
MOST_PER_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Listing:
    """The record texts of an answer and, where the collection has it, the pagination part."""

    records: list[bytes]
    pagination: Fields | None = None


def parse_since(text: str | None) -> datetime | None:
    """Read If-Modified-Since, ISO or HTTP date; what cannot be read is ignored."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError):
            return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _flag(query: Mapping[str, str], name: str) -> bool:
    return query.get(name, "").lower() == "true"


def _number(query: Mapping[str, str], name: str, fallback: int) -> int:
    text = query.get(name, "")
    return int(text) if text.lstrip("-").isdigit() else fallback


def view_for(collection: Collection, query: Mapping[str, str], *, single: bool) -> View:
    """Read from the query how records shall be shown."""
    months = None
    if "DateFrom" in query or "DateTo" in query:
        months = (query.get("DateFrom", "0000-00")[:7], query.get("DateTo", "9999-99")[:7])
    return View(
        single=single,
        paged="page" in query if collection.paging is Paging.SIZED else collection.paging is Paging.HUNDRED,
        summary=bool(collection.summary_drops) and _flag(query, "summaryOnly"),
        four_decimals=query.get("unitdp") == "4",
        revealed=_flag(query, "includeArchived"),
        months=months,
    )


def list_records(
    org: PretendOrganisation, collection: Collection, query: Mapping[str, str], since: str | None
) -> Listing:
    """Answer a GET of a whole collection; raises QueryRefused for what Xero answers with 400."""
    chosen = _ordered(org, collection, query, _matching(org, collection, query, since))
    view = view_for(collection, query, single=False)
    if collection.paging is Paging.WHOLE or (collection.paging is Paging.SIZED and "page" not in query):
        if len(chosen) > org.high_volume_threshold:
            raise QueryRefused("The request would return too many records; use paging")
        return Listing([render(org, collection, record, view) for record in chosen])
    page = max(1, _number(query, "page", 1))
    size = HUNDRED
    if collection.paging is Paging.SIZED:
        size = min(MOST_PER_PAGE, max(1, _number(query, "pageSize", HUNDRED)))
    shown = [render(org, collection, record, view) for record in chosen[(page - 1) * size : page * size]]
    if collection.paging is Paging.HUNDRED:
        return Listing(shown)
    pages = -(-len(chosen) // size)
    return Listing(shown, {"page": page, "pageSize": size, "pageCount": pages, "itemCount": len(chosen)})


def _matching(
    org: PretendOrganisation, collection: Collection, query: Mapping[str, str], since: str | None
) -> list[Record]:
    shelf = org.shelf(collection.name)
    by_id = query.get("order", "").split() in ([collection.id_field], [collection.id_field, "ASC"])
    records = shelf.by_id() if by_id else list(shelf)
    if collection.hidden_status and not _flag(query, collection.reveal):
        status, hidden = collection.status_field, collection.hidden_status
        records = [record for record in records if record.is_lazy or record.fields[status] != hidden]
    moment = parse_since(since) if collection.modified_since else None
    if moment is not None:
        records = [record for record in records if record.updated_at > moment]
    for parameter, path in collection.filters.items():
        if parameter in query:
            wanted = set(query[parameter].split(","))
            records = [record for record in records if value_at(record.fields, path) in wanted]
    if collection.name == "Invoices" and _flag(query, "createdByMyApp"):
        records = []
    if "where" in query and collection.filterable:
        holds, looked_at = compile_where(query["where"])
        _refuse_heavy(org, collection, len(records), looked_at)
        records = [record for record in records if holds(record)]
    return records


def _ordered(
    org: PretendOrganisation, collection: Collection, query: Mapping[str, str], records: list[Record]
) -> list[Record]:
    order = query.get("order", "")
    if order and collection.orders:
        key, downwards, used = sort_key(collection, order)
        if used == {collection.id_field} and not downwards:
            return records
        _refuse_heavy(org, collection, len(records), used)
        return sorted(records, key=key, reverse=downwards)
    if collection.modified_since:
        return sorted(records, key=lambda record: (record.updated_at, record.record_id))
    return records


def _refuse_heavy(org: PretendOrganisation, collection: Collection, count: int, used: frozenset[str]) -> None:
    if count > org.high_volume_threshold and not used <= collection.optimised:
        raise QueryRefused("The filter or order is not optimised for this many records")


def one_record(
    org: PretendOrganisation, collection: Collection, key: str, query: Mapping[str, str]
) -> bytes | None:
    """Answer a GET by id; None when there is no such record."""
    record = org.shelf(collection.name).find(key)
    if record is None:
        return None
    return render(
        org, collection, record, view_for(collection, {**query, "includeArchived": "true"}, single=True)
    )
