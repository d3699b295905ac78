"""Read resources: all pages, several at once, record by record as Xero sent them. Stores nothing.

Order of a read: lists; records read per parent once that parent's list has ended; reports last, so that the
trial balance is the sum of what was read before it. What comes back is handed on in the thread that called,
one page at a time, and no more pages than threads are in memory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import date, datetime, timedelta

import msgspec

from bot.catalogue.model import Paging, Resource
from bot.errors import (
    DayLimitReached,
    Disconnected,
    LedgerkeepError,
    Misconfigured,
    ReadRefused,
    RefusalKind,
    XeroUnavailable,
)
from bot.xero.calls import Call, first_calls, following, offset_call, parent_calls, report_calls
from bot.xero.client import XeroClient
from bot.xero.limits import Stopped
from bot.xero.split import Page, split
from bot.xero.tally import ReadEnd, Record, Tally

OVERLAP = timedelta(minutes=5)  # modified-since goes by the second, and Xero's writes are not instantaneous
OnRecords = Callable[[Resource, list[Record]], None]
OnEnd = Callable[[Resource, ReadEnd], None]
Parents = Callable[[Resource], Iterable[str]]
Wanted = Callable[[Call], bool]
_COUNTED = frozenset({Paging.SIZED, Paging.PER_PARENT})  # where `pagination` is believed
_PAGED = frozenset({Paging.SIZED, Paging.FIXED, Paging.PER_PARENT})
_SINGLE = frozenset({Paging.ONE, Paging.PER_PARENT})  # where one object may stand instead of a list
_ENDS_ALL = (Disconnected, DayLimitReached, Stopped, Misconfigured)


class Reader:
    """Read many resources of one organisation over one client.

    `started_server_at` is Xero's clock at the first answer this reader got: what changed since then is what
    `sweep` is for. `today` dates the reports.
    """

    def __init__(
        self,
        client: XeroClient,
        *,
        now: Callable[[], datetime],
        today: date,
        concurrency: int,
    ) -> None:
        self.client, self.now, self.today = client, now, today
        self.concurrency = concurrency
        self.started_server_at: datetime | None = None

    def read(
        self,
        resources: Sequence[Resource],
        on_records: OnRecords,
        on_end: OnEnd,
        parents: Parents,
        *,
        since: Mapping[str, datetime] | None = None,
        after: Mapping[str, int] | None = None,
        wanted: Wanted = lambda _: True,
    ) -> None:
        """Read everything; hand on records page by page and each resource's end.

        `parents(resource)` gives the ids of the records below which a resource is read, asked for after those
        and all that it needs have ended. Keys in `since` are asked only for what changed since a moment of
        Xero's clock, five minutes of overlap included; keys in `after`, which go by number, for what follows
        a number. `wanted` leaves out single reports. A resource that fails stops no other. Raises
        Disconnected, DayLimitReached, Stopped or Misconfigured once all calls in flight have settled;
        resources without an end were not read whole.
        """
        _Run(
            self,
            resources,
            on_records=on_records,
            on_end=on_end,
            parents=parents,
            since=since,
            after=after,
            wanted=wanted,
        ).go()

    def reports(self, resource: Resource) -> Iterator[Call]:
        """Name the calls a report takes today, without making them."""
        return report_calls(resource, self.today)

    def sweep(
        self, resources: Sequence[Resource], since: datetime, on_records: OnRecords, on_end: OnEnd
    ) -> None:
        """Read again what changed since a moment of Xero's clock, five minutes of overlap included.

        Only resources with modified-since take part; the others were read in one call. Raises as `read`. Xero
        does not count every edit as a change: due dates of part-paid documents and balances of contacts do
        not touch UpdatedDateUTC, so a sweep never replaces a full read.
        """
        able = [one for one in resources if one.read and one.read.modified_since and not one.read.parent]
        self.read(able, on_records, on_end, lambda _: (), since={one.key: since for one in able})


class _Fetched(msgspec.Struct, frozen=True, gc=False):
    """An answer, cut up by the thread that fetched it."""

    page: Page
    records: list[Record]


class _Run:
    """One read in progress: what is to be asked, what is in flight."""

    def __init__(
        self,
        reader: Reader,
        resources: Sequence[Resource],
        *,
        on_records: OnRecords,
        on_end: OnEnd,
        parents: Parents,
        since: Mapping[str, datetime] | None = None,
        after: Mapping[str, int] | None = None,
        wanted: Wanted,
    ) -> None:
        self._reader, self._wanted, self._after = reader, wanted, after or {}
        self._since = {key: moment - OVERLAP for key, moment in (since or {}).items()}
        self._on_records, self._on_end, self._parents = on_records, on_end, parents
        self._unended = {one.key: Tally(one) for one in resources if one.read}
        self._unopened = dict(self._unended)
        self._todo: deque[tuple[Tally, Iterator[Call]]] = deque()
        self._running: dict[Future[_Fetched], tuple[Tally, Call]] = {}
        self._last: LedgerkeepError | None = None

    def go(self) -> None:
        """Run to the end, or until something ends it for all."""
        with ThreadPoolExecutor(self._reader.concurrency, thread_name_prefix="xero") as pool:
            self._fill(pool)
            while self._running:
                done, _ = wait(self._running, return_when=FIRST_COMPLETED)
                for future in done:
                    self._settle(future)
                    self._fill(pool)
        if self._last is not None:
            raise self._last

    def _fill(self, pool: ThreadPoolExecutor) -> None:
        while self._last is None and len(self._running) < self._reader.concurrency:
            self._open_ready()
            found = self._next()
            if found is None:
                return
            tally, call = found
            tally.open += 1
            tally.count_call()
            self._running[pool.submit(self._fetch, tally, call)] = found

    def _next(self) -> tuple[Tally, Call] | None:
        while self._todo:
            tally, calls = self._todo[0]
            call = None if tally.error else next(calls, None)
            if call is not None:
                return tally, call
            self._todo.popleft()
            self._close(tally)
            self._open_ready()
        return None

    def _open_ready(self) -> None:
        for key, tally in list(self._unopened.items()):
            if self._may_open(tally):
                del self._unopened[key]
                self._add(tally, self._first_calls(tally.resource))

    def _may_open(self, tally: Tally) -> bool:
        if tally.read.paging is Paging.REPORT:
            return all(other.read.paging is Paging.REPORT for other in self._unended.values())
        if tally.read.paging is not Paging.PER_PARENT:
            return True
        return not any(key in self._unended for key in (tally.read.parent, *tally.resource.needs))

    def _first_calls(self, resource: Resource) -> Iterator[Call]:
        paging = resource.read.paging if resource.read else Paging.ONE
        if paging is Paging.PER_PARENT and resource.read:
            return parent_calls(resource, self._parents(resource), self._reader.today)
        if paging is Paging.REPORT:
            return filter(self._wanted, report_calls(resource, self._reader.today))
        if paging is Paging.OFFSET:
            return iter((offset_call(resource, self._after.get(resource.key, 0)),))
        return first_calls(resource, self._since.get(resource.key))

    def _add(self, tally: Tally, calls: Iterator[Call], *, first: bool = False) -> None:
        tally.open += 1
        (self._todo.appendleft if first else self._todo.append)((tally, calls))

    def _close(self, tally: Tally) -> None:
        tally.open -= 1
        if tally.open == 0 and self._last is None and tally.look_again():
            self._add(tally, self._first_calls(tally.resource), first=True)
        elif tally.open == 0 and self._last is None:
            del self._unended[tally.resource.key]
            self._on_end(tally.resource, tally.end())

    def _fetch(self, tally: Tally, call: Call) -> _Fetched:
        answer = self._reader.client.get(
            call.resource.area, call.path, call.params, modified_since=call.modified_since
        )
        if not answer.body and call.modified_since is None:
            # "Nothing new" answers no question for everything: taken as an empty list, it would be a loss.
            raise XeroUnavailable("Xero answered nothing.")
        page = split(answer.body, tally.read.collection, may_be_one=tally.read.paging in _SINGLE)
        page = msgspec.structs.replace(page, server_time=answer.server_time)
        return _Fetched(page, tally.look(page, call))

    def _settle(self, future: Future[_Fetched]) -> None:
        tally, call = self._running.pop(future)
        try:
            fetched = future.result()
        except _ENDS_ALL as error:
            self._last = self._last or error
        except LedgerkeepError as error:
            self._note_failure(tally, error)
        else:
            self._hand_on(tally, call, fetched)
        self._close(tally)

    def _note_failure(self, tally: Tally, error: LedgerkeepError) -> None:
        gone = isinstance(error, ReadRefused) and error.kind is RefusalKind.NOT_FOUND
        if gone and tally.read.not_found_is_none:
            tally.note_none(self._reader.started_server_at)
            return
        if gone and tally.read.paging is Paging.PER_PARENT:
            tally.missing_parents += 1  # deleted between its list and its turn
            return
        tally.fail(error)

    def _hand_on(self, tally: Tally, call: Call, fetched: _Fetched) -> None:
        page, reader = fetched.page, self._reader
        if page.server_time and (not reader.started_server_at or page.server_time < reader.started_server_at):
            reader.started_server_at = page.server_time
        fresh = tally.take(call, page, fetched.records, reader.started_server_at)
        if fresh:
            self._on_records(tally.resource, fresh)
        self._follow(tally, call, page, bool(fresh))

    def _follow(self, tally: Tally, call: Call, page: Page, brought_new: bool) -> None:
        """Put the pages that follow before all else: a list read in one go moves little meanwhile."""
        resource, paging = tally.resource, tally.read.paging
        if paging in _COUNTED and page.page_count is not None:
            numbers = tally.pages_to_come(call, page.page_count)
            if numbers:
                self._add(tally, following(call, numbers), first=True)
        elif paging in _PAGED and tally.is_full(page) and brought_new:
            # A full page without news would be an answer to a `page` that is not understood: never ask for
            # ever.
            self._add(tally, following(call, (call.page + 1,)), first=True)
        elif paging is Paging.OFFSET and brought_new:
            tally.last_number = max(tally.last_number, _last_number(page))
            self._add(tally, iter((offset_call(resource, tally.last_number),)), first=True)


class _Numbered(msgspec.Struct):
    JournalNumber: int = 0


def _last_number(page: Page) -> int:
    return max(msgspec.json.decode(raw, type=_Numbered).JournalNumber for raw in page.records)
