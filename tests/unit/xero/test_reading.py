"""Reading many resources at once: every page once, in bounded memory, and one failure is one failure."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.catalogue import RESOURCES
from bot.catalogue.model import Resource
from bot.domain.backup import OutcomeStatus
from bot.errors import DayLimitReached, OrganisationGone, ReadRefused, XeroUnavailable
from bot.xero.app import XeroApp
from bot.xero.client import XeroClient
from bot.xero.limits import Pace, Stopped
from bot.xero.reading import Reader
from bot.xero.sizing import least_calls
from bot.xero.tally import ReadEnd, Record

_NOW_MS = 1_795_312_800_000  # 2026-11-22 02:00 UTC
_NOW = f"/Date({_NOW_MS})/"
_STATUS_BY_ID = {
    "Payments": "PaymentID",
    "Invoices": "InvoiceID",
    "Quotes": "QuoteID",
    "Accounts": "AccountID",
}


class Kept:
    """Collects what a read hands on."""

    def __init__(self) -> None:
        self.records: dict[str, list[Record]] = defaultdict(list)
        self.ends: dict[str, ReadEnd] = {}
        self.order: list[str] = []
        self.threads: set[int] = set()

    def on_records(self, resource: Resource, records: list[Record]) -> None:
        assert resource.key not in self.ends
        self.threads.add(threading.get_ident())
        self.records[resource.key].extend(records)

    def on_end(self, resource: Resource, end: ReadEnd) -> None:
        assert resource.key not in self.ends
        self.ends[resource.key] = end
        self.order.append(resource.key)

    def ids(self, key: str) -> list[str]:
        return [record.record_id for record in self.records[key]]


class Books:
    """A well-behaved Xero of a few lists, for the tiny server."""

    def __init__(self, server: Any, **counts: int) -> None:
        self.server, self.counts = server, counts
        self.served: list[tuple[str, str]] = []
        self.faults: dict[tuple[str, str], Any] = {}
        server.answer = self.answer

    def answer(self, asked: Any) -> Any:
        path = asked.path.removeprefix("/api.xro/2.0/")
        page = asked.query.get("page", asked.query.get("offset", asked.query.get("date", "")))
        self.served.append((path, page))
        fault = self.faults.get((path, page)) or self.faults.get((path, ""))
        if fault is not None:
            return fault
        return self.server.json({"DateTimeUTC": _NOW, **self.listed(path, asked.query)})

    def listed(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        name, _, one = path.partition("/")
        if name == "Reports":
            return {"Reports": [{"ReportID": one, "Rows": []}]}
        if one:
            return {name: [{f"{name[:-1]}ID": one, "Contacts": []}]}
        ids = [f"{name}-{n:06d}" for n in range(self.counts.get(name, 0))]
        size = int(query.get("pageSize", 100 if "page" in query else len(ids) or 1))
        first = (int(query.get("page", 1)) - 1) * size
        rows = [{f"{name.rstrip('s')}ID": one, "UpdatedDateUTC": "/Date(1500000000000+0000)/"} for one in ids]
        found: dict[str, Any] = {name: rows[first : first + size]}
        if "pageSize" in query:
            found["pagination"] = {"pageCount": -(-len(ids) // size), "itemCount": len(ids)}
        return found


@pytest.fixture
def reader(app: XeroApp, clock: Any) -> Iterator[Reader]:
    pace = Pace(lambda: 0.0, lambda _: None, sleep=clock.sleep, now=clock)
    with XeroClient(app, "t", token=lambda _: "x", pace=pace, now=clock) as client:
        yield Reader(client, now=clock, today=date(2026, 11, 22), concurrency=5)


def _read(reader: Reader, *keys: str, **parents: list[str]) -> Kept:
    kept = Kept()
    reader.read(
        [RESOURCES[key] for key in keys], kept.on_records, kept.on_end, lambda one: parents[one.read.parent]
    )
    return kept


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 1001, 3500])
def test_read_when_sized_then_every_record_once_in_the_least_calls(
    server: Any, reader: Reader, count: int
) -> None:
    Books(server, Payments=count)
    kept = _read(reader, "payments")
    assert sorted(kept.ids("payments")) == [f"Payments-{n:06d}" for n in range(count)]
    end = kept.ends["payments"]
    assert end.calls == reader.client.calls == least_calls([RESOURCES["payments"]], {"payments": count}, {})
    assert (end.status, end.records, end.moved, end.item_counts) == (
        OutcomeStatus.READ,
        count,
        False,
        (count,),
    )
    assert end.started_server_at == datetime(2026, 11, 22, 2, tzinfo=UTC)
    assert kept.threads <= {threading.get_ident()}


@pytest.mark.parametrize("count", [0, 99, 100, 101, 250])
def test_read_when_pages_are_fixed_then_a_short_one_is_the_end(
    server: Any, reader: Reader, count: int
) -> None:
    Books(server, Quotes=count)
    kept = _read(reader, "quotes")
    assert kept.ids("quotes") == [f"Quotes-{n:06d}" for n in range(count)]
    assert reader.client.calls == least_calls([RESOURCES["quotes"]], {"quotes": count}, {})


def test_read_when_an_unpaged_answer_is_full_then_it_is_asked_for_once(server: Any, reader: Reader) -> None:
    Books(server, Accounts=1000)
    kept = _read(reader, "accounts")
    assert (len(kept.ids("accounts")), reader.client.calls) == (1000, 1)


def test_read_when_page_is_ignored_by_the_other_side_then_it_ends(server: Any, reader: Reader) -> None:
    rows = [{"QuoteID": f"q-{n}"} for n in range(100)]
    server.play(server.json({"Quotes": rows}))
    assert (len(_read(reader, "quotes").ids("quotes")), reader.client.calls) == (100, 2)


def test_read_when_records_come_per_parent_then_only_after_their_parents(server: Any, reader: Reader) -> None:
    books = Books(server, ContactGroups=3)
    asked: list[list[str]] = []
    kept = Kept()

    def parents(resource: Resource) -> list[str]:
        asked.append(list(kept.order))
        assert resource.read is not None
        return [f"g-{n}" for n in range(3)] if resource.read.parent == "contact_groups" else []

    both = [RESOURCES["contact_group_members"], RESOURCES["contact_groups"]]
    reader.read(both, kept.on_records, kept.on_end, parents)
    assert asked == [["contact_groups"]]
    assert sorted(path for path, _ in books.served) == [
        "ContactGroups",
        "ContactGroups/g-0",
        "ContactGroups/g-1",
        "ContactGroups/g-2",
    ]
    assert kept.ends["contact_group_members"].calls == 3


def test_read_when_a_parent_is_gone_meanwhile_then_the_rest_is_read(server: Any, reader: Reader) -> None:
    books = Books(server)
    books.faults["ContactGroups/g-1", ""] = server.raw(b"", status=404)
    kept = _read(reader, "contact_group_members", contact_groups=["g-0", "g-1", "g-2"])
    end = kept.ends["contact_group_members"]
    assert (end.status, end.missing_parents, end.calls) == (OutcomeStatus.READ, 1, 3)


def test_read_when_reports_are_asked_for_then_they_come_last(server: Any, reader: Reader) -> None:
    books = Books(server, Payments=2500, Quotes=150)
    kept = _read(reader, "trial_balance", "balance_sheet", "payments", "quotes")
    names = [path.startswith("Reports") for path, _ in books.served]
    assert names == sorted(names)
    assert "TrialBalance/2026-10-31" in kept.ids("trial_balance")
    assert kept.ends["trial_balance"].calls == 14
    assert not kept.ends["trial_balance"].moved


def test_read_when_journals_go_by_offset_then_only_an_empty_answer_ends_them(
    server: Any, reader: Reader
) -> None:
    pages = {"0": [3, 5], "5": [9], "9": []}

    def answer(asked: Any) -> Any:
        numbers = pages[asked.query["offset"]]
        return server.json({"Journals": [{"JournalID": f"j-{n}", "JournalNumber": n} for n in numbers]})

    server.answer = answer
    assert _read(reader, "journals").ids("journals") == ["j-3", "j-5", "j-9"]


def test_read_when_a_record_comes_twice_then_the_newest_stays(server: Any, reader: Reader) -> None:
    def row(name: str, ticks: int) -> dict[str, str]:
        return {"PaymentID": name, "UpdatedDateUTC": f"/Date({ticks}+0000)/", "Reference": str(ticks)}

    counts = {"pageCount": 2, "itemCount": 4}
    first = server.json({"Payments": [row("a", 5), row("b", 5), row("c", 5)], "pagination": counts})
    second = server.json({"Payments": [row("a", 5), row("b", 9), row("c", 1)], "pagination": counts})
    server.play(first, second)
    kept = _read(reader, "payments")
    assert kept.ids("payments") == ["a", "b", "c", "b"]
    assert b'"9"' in kept.records["payments"][-1].raw
    assert kept.ends["payments"].records == 3


@pytest.mark.parametrize("how", ["item count", "page count", "updated"])
def test_read_when_the_list_changes_meanwhile_then_it_moved(server: Any, reader: Reader, how: str) -> None:
    def page(pages: int, items: int, ticks: int, name: str) -> Any:
        rows = [{"PaymentID": name, "UpdatedDateUTC": f"/Date({ticks}+0000)/"}]
        counts = {"pageCount": pages, "itemCount": items}
        return server.json({"DateTimeUTC": _NOW, "Payments": rows, "pagination": counts})

    changed = {"item count": (2, 3, 5), "page count": (3, 2, 5), "updated": (2, 2, _NOW_MS)}[how]
    server.play(page(2, 2, 5, "a"), page(*changed, "b"), page(*changed, "c"))
    end = _read(reader, "payments").ends["payments"]
    assert end.moved
    assert end.calls == (3 if how == "page count" else 2)


def test_read_when_one_resource_is_refused_then_the_others_are_read(server: Any, reader: Reader) -> None:
    books = Books(server, Payments=5, Quotes=5, Accounts=5)
    books.faults["Quotes", ""] = server.json({"Detail": "AuthorizationUnsuccessful"}, status=401)
    kept = _read(reader, "payments", "quotes", "accounts")
    assert {key: end.status for key, end in kept.ends.items()} == {
        "payments": OutcomeStatus.READ,
        "quotes": OutcomeStatus.REFUSED,
        "accounts": OutcomeStatus.READ,
    }
    assert isinstance(kept.ends["quotes"].error, ReadRefused)


def test_read_when_one_page_stays_broken_then_the_resource_is_partial(server: Any, reader: Reader) -> None:
    books = Books(server, Payments=3500)
    books.faults["Payments", "3"] = server.raw(b"<html>", status=500)
    kept = _read(reader, "payments")
    end = kept.ends["payments"]
    assert end.status is OutcomeStatus.PARTIAL
    assert isinstance(end.error, XeroUnavailable)
    assert end.records == len(kept.ids("payments")) < 3500


def test_read_when_nothing_of_it_can_be_read_then_the_resource_failed(server: Any, reader: Reader) -> None:
    books = Books(server, Payments=5)
    books.faults["Payments", ""] = server.raw(b"", status=500)
    assert _read(reader, "payments").ends["payments"].status is OutcomeStatus.FAILED


@pytest.mark.parametrize("status", [404, 410, 501])
def test_read_when_xero_retired_it_then_it_is_absent(server: Any, reader: Reader, status: int) -> None:
    retired = next(one for one in RESOURCES.values() if one.retired and one.read and not one.read.parent)
    server.play(server.raw(b"", status=status))
    end = _read(reader, retired.key).ends[retired.key]
    assert (end.status, end.error) == (OutcomeStatus.ABSENT, None)


def test_read_when_the_organisation_is_gone_then_the_read_ends_after_all_settled(
    server: Any, reader: Reader
) -> None:
    books = Books(server, Payments=5, Quotes=5)
    books.faults["Quotes", ""] = server.json({"Detail": "AuthenticationUnsuccessful"}, status=403)
    kept = Kept()
    resources = [RESOURCES[key] for key in ("payments", "quotes", "trial_balance")]
    with pytest.raises(OrganisationGone):
        reader.read(resources, kept.on_records, kept.on_end, lambda _: ())
    assert "quotes" not in kept.ends
    assert not any(path.startswith("Reports") for path, _ in books.served)
    assert not [one for one in threading.enumerate() if one.name.startswith("xero")]


def test_read_when_the_day_is_spent_then_pages_already_there_are_handed_on(
    server: Any, reader: Reader
) -> None:
    books = Books(server, Payments=9000)
    books.faults["Payments", "6"] = server.raw(
        b"", status=429, X_Rate_Limit_Problem="day", Retry_After="9000"
    )
    kept = Kept()
    with pytest.raises(DayLimitReached) as caught:
        reader.read([RESOURCES["payments"]], kept.on_records, kept.on_end, lambda _: ())
    assert caught.value.resume_at == datetime(2026, 11, 22, 2, tzinfo=UTC) + timedelta(seconds=9000)
    assert len(kept.ids("payments")) == 1000 * (len([1 for _, page in books.served if page != "6"]))
    assert kept.ends == {}


def test_read_when_stopped_then_it_ends_as_stopped(server: Any, app: XeroApp, clock: Any) -> None:
    Books(server, Payments=9000)
    stop = threading.Event()
    pace = Pace(lambda: 0.0, lambda _: None, sleep=clock.sleep, now=clock, stop=stop)
    kept = Kept()

    def on_records(resource: Resource, records: list[Record]) -> None:
        kept.on_records(resource, records)
        stop.set()

    with XeroClient(app, "t", token=lambda _: "x", pace=pace, now=clock) as client:
        reader = Reader(client, now=clock, today=date(2026, 11, 22), concurrency=5)
        with pytest.raises(Stopped):
            reader.read([RESOURCES["payments"]], on_records, kept.on_end, lambda _: ())
    assert 1000 <= len(kept.ids("payments")) < 9000


def test_read_when_keeping_fails_then_it_ends_with_that_error(server: Any, reader: Reader) -> None:
    Books(server, Payments=9000)

    def on_records(resource: Resource, records: list[Record]) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        reader.read([RESOURCES["payments"]], on_records, lambda *_: None, lambda _: ())
    assert reader.client.calls < 9
    assert not [one for one in threading.enumerate() if one.name.startswith("xero")]


def test_read_when_keeping_is_slow_then_no_more_pages_than_threads_are_ahead(
    server: Any, reader: Reader
) -> None:
    Books(server, Payments=20_000)
    ahead: list[int] = []
    kept = 0

    def on_records(resource: Resource, records: list[Record]) -> None:
        nonlocal kept
        ahead.append(reader.client.calls - kept)
        kept += 1

    reader.read([RESOURCES["payments"]], on_records, lambda *_: None, lambda _: ())
    assert max(ahead) <= 5


def test_read_when_records_have_no_id_then_none_is_lost(server: Any, reader: Reader) -> None:
    server.play(server.json({"TaxRates": [{"Name": "a"}, {"Name": "b"}, {"TaxType": None, "Name": "c"}]}))
    ids = _read(reader, "tax_rates").ids("tax_rates")
    assert len(set(ids)) == 3
    assert all(one.startswith("?") for one in ids)


def test_sweep_when_an_answer_is_304_then_nothing_changed(server: Any, reader: Reader) -> None:
    server.play(server.raw(b"", status=304))
    kept = Kept()
    since = datetime(2026, 11, 22, 2, tzinfo=UTC)
    reader.sweep([RESOURCES["accounts"]], since, kept.on_records, kept.on_end)
    end = kept.ends["accounts"]
    assert (end.status, end.records) == (OutcomeStatus.READ, 0)


def test_sweep_when_asked_then_only_what_can_say_so_is_read_with_overlap(server: Any, reader: Reader) -> None:
    books = Books(server, Payments=3, Accounts=2)
    kept = Kept()
    since = datetime(2026, 11, 22, 2, 0, 30, tzinfo=UTC)
    chosen = [
        RESOURCES[key]
        for key in ("payments", "accounts", "tax_rates", "contact_group_members", "trial_balance")
    ]
    reader.sweep(chosen, since, kept.on_records, kept.on_end)
    assert sorted(kept.ends) == ["accounts", "payments"]
    assert {asked.headers["if-modified-since"] for asked in server.calls} == {"2026-11-22T01:55:30"}
    assert len(books.served) == 2
