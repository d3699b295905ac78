"""Which calls read a resource: paths and parameters, page by page. Pure; asks nobody.

Quirks held here: a full scan is ordered by id (`Read.order`), because a list ordered by time of change moves
while it is paged; Journals go by offset and may answer a short page before the end; the Files API spells
`pagesize`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from urllib.parse import quote

from bot.catalogue.model import Area, Dates, Paging, Read, Resource
from bot.xero.dates import month_ends_before

FIXED_PAGE = 100  # records a page where `page` stands alone (Xero OpenAPI 16.1.0)
SIZED_PAGE = 1000  # the most `pageSize` gives


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call for one resource; `record_id` names the record where the answer's own id does not."""

    resource: Resource
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    page: int = 1
    record_id: str = ""
    modified_since: datetime | None = None
    parent: str = ""  # of what is listed per parent
    once_with: tuple[str, str] | None = None  # of a collection that is read once with each of several values

    @property
    def strand(self) -> tuple[str, str]:
        """Name the list this call is a page of; most resources are one list."""
        return self.parent, self.once_with[1] if self.once_with else ""


def read_of(resource: Resource) -> Read:
    """Give how a resource is read. Raises ValueError where it is not."""
    if resource.read is None:
        raise ValueError(f"{resource.key} is not read")
    return resource.read


def page_size(read: Read) -> int:
    """Give how many records a full page holds; 0 where nothing is paged."""
    if read.paging is Paging.SIZED:
        return read.page_size or SIZED_PAGE
    if read.paging is Paging.PER_PARENT:
        return read.page_size
    return (read.page_size or FIXED_PAGE) if read.paging in {Paging.FIXED, Paging.OFFSET} else 0


def page_call(resource: Resource, number: int, since: datetime | None = None) -> Call:
    """Give the call for one page of a list, or for the whole of what is not paged."""
    read = read_of(resource)
    params = dict(read.params)
    if read.order:
        params["order"] = read.order
    if read.paging in {Paging.SIZED, Paging.FIXED}:
        params["page"] = str(number)
    if read.paging is Paging.SIZED:
        params["pagesize" if resource.area is Area.FILES else "pageSize"] = str(page_size(read))
    modified_since = since if read.modified_since else None
    return Call(resource=resource, path=read.path, params=params, page=number, modified_since=modified_since)


def first_calls(resource: Resource, since: datetime | None = None) -> Iterator[Call]:
    """Give the calls that open a list: one, or one for each value it must be asked with."""
    first = page_call(resource, 1, since)
    passes = read_of(resource).passes
    if not passes:
        return iter((first,))
    return (
        replace(first, params={**first.params, name: value}, once_with=(name, value))
        for name, value in passes
    )


def following(call: Call, numbers: Iterable[int]) -> Iterator[Call]:
    """Give the calls for further pages of the list a call is a page of, one by one."""
    return (replace(call, page=number, params={**call.params, "page": str(number)}) for number in numbers)


def offset_call(resource: Resource, offset: int) -> Call:
    """Give the call for what comes after a journal number."""
    read = read_of(resource)
    return Call(resource=resource, path=read.path, params={**dict(read.params), "offset": str(offset)})


def parent_calls(resource: Resource, parents: Iterable[str], today: date) -> Iterator[Call]:
    """Give one call for each parent record, one by one: there may be tens of thousands."""
    read = read_of(resource)
    params = {**dict(read.params), **_dates(read.dates, today)}
    if read.page_size:
        params |= {"page": "1", "pageSize": str(read.page_size)}
    for parent in parents:
        yield Call(
            resource=resource,
            # Whatever Xero names it, it stays one segment.
            path=read.path.replace("{id}", quote(parent, safe="")),
            params={name: value.replace("{id}", parent) for name, value in params.items()},
            record_id=parent,
            parent=parent,
        )


def call_below(resource: Resource, parent: Resource, parent_id: str, today: date) -> Call:
    """Give the call for what hangs on one record of one of several collections."""
    (call,) = parent_calls(resource, (parent_id,), today)
    return replace(call, path=call.path.replace("{parent}", read_of(parent).path))


def report_calls(resource: Resource, today: date) -> Iterator[Call]:
    """Give the calls for a report, one for each date it is kept for; a record's id is its name and date."""
    read = read_of(resource)
    name = read.path.removeprefix("Reports/")
    if read.dates and read.dates.years:
        for year in range(today.year, today.year - read.dates.years, -1):
            params = {**dict(read.params), read.dates.names[0]: str(year)}
            yield Call(resource=resource, path=read.path, params=params, record_id=f"{name}/{year}")
        return
    for day in (today, *month_ends_before(today, read.dates.month_ends if read.dates else 0)):
        params = {**dict(read.params), **_dates(read.dates, day)}
        yield Call(resource=resource, path=read.path, params=params, record_id=f"{name}/{day.isoformat()}")


def _dates(dates: Dates | None, day: date) -> dict[str, str]:
    if dates is None:
        return {}
    if len(dates.names) == 1:
        return {dates.names[0]: day.isoformat()}
    first, last = day - timedelta(days=dates.days_before), day + timedelta(days=dates.days_after)
    return dict(zip(dates.names, (first.isoformat(), last.isoformat()), strict=True))
