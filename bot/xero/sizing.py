"""How many calls an organisation needs at the least, and how big it is. Counts only; reads no content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

from bot.catalogue import RESOURCES
from bot.catalogue.model import Paging, Resource
from bot.errors import ReadRefused
from bot.xero.calls import page_call, page_size, read_of
from bot.xero.client import XeroClient
from bot.xero.split import split

_COUNTED = ("invoices", "credit_notes", "bank_transactions", "contacts", "accounts")


def least_calls(resources: Sequence[Resource], counts: Mapping[str, int], parents: Mapping[str, int]) -> int:
    """Give the least possible number of calls: `counts` are records per key, `parents` per parent's key.

    Lists without `pagination` end with a short page, so an exact multiple of a page costs one call more.
    """
    read = [one for one in resources if one.read]
    return sum(_least(one, counts.get(one.key, 0), parents) for one in read)


def count_documents(client: XeroClient) -> dict[str, int | None]:
    """Count the documents that decide about limits, in five calls; None where Xero refuses to say.

    Raises Disconnected, DayLimitReached, XeroUnavailable, XeroBusy.
    """
    return {key: _count(client, RESOURCES[key]) for key in _COUNTED}


def _least(resource: Resource, count: int, parents: Mapping[str, int]) -> int:
    read = read_of(resource)
    size = page_size(read)
    if read.paging is Paging.SIZED:
        return max(1, len(read.passes), ceil(count / size))
    if read.paging is Paging.FIXED:
        return count // size + 1
    if read.paging is Paging.OFFSET:
        return ceil(count / size) + 1  # until an empty answer
    if read.paging is Paging.PER_PARENT:
        return parents.get(read.parent, 0)
    if read.paging is Paging.REPORT:
        return max(read.dates.years, 1 + read.dates.month_ends) if read.dates else 1
    return 1


def _count(client: XeroClient, resource: Resource) -> int | None:
    read, call = read_of(resource), page_call(resource, 1)
    params = {**call.params, "pageSize": "1"} if read.paging is Paging.SIZED else call.params
    try:
        page = split(client.get(resource.area, call.path, params).body, read.collection)
    except ReadRefused:
        return None
    return len(page.records) if page.item_count is None else page.item_count
