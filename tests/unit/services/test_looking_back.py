"""A record as it was on a day, and all its versions."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest

from bot.domain.organisation import Organisation, OrganisationFacts
from bot.domain.records import FieldChange, Story
from bot.errors import Refused
from bot.services.books import Books
from bot.services.looking import versions
from bot.services.looking.days import as_at, day_meant, parted
from bot.services.looking.differences import Comparing
from bot.services.looking.searching import Searching
from bot.services.running.runs import Runs
from bot.vault import Books as VaultBooks
from tests.unit.services.kept import OWNER, Clock, empty_books, keep

TODAY = date(2026, 11, 22)
AUCKLAND = replace(
    OWNER, facts=OrganisationFacts(name="Kererū", timezone="NEWZEALANDSTANDARDTIME", country="NZ")
)


@dataclass
class OneBook:
    """Stands where services ask for an organisation's books."""

    books: VaultBooks

    def of(self, _organisation: Organisation) -> VaultBooks:
        return self.books


def invoice(total: float, **more: Any) -> bytes:
    return json.dumps({"InvoiceNumber": "INV-1", "Type": "ACCREC", "Total": total, **more}).encode()


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> VaultBooks:
    """Eight backups, one a day at 12:30 UTC from 1 June: after midnight of the next day in Auckland."""
    clock = Clock()
    books = empty_books(tmp_path_factory.mktemp("vault"), clock)
    line = {"LineItemID": "l", "Description": "Roof", "UnitAmount": 5}
    told: list[bytes | None] = [
        None,
        invoice(1),
        invoice(1),
        invoice(2, LineItems=[line]),
        invoice(2, LineItems=[{**line, "UnitAmount": 7}], UpdatedDateUTC="x"),
        invoice(2, LineItems=[{**line, "UnitAmount": 7}], UpdatedDateUTC="y"),
        None,
        invoice(2, LineItems=[], UpdatedDateUTC="y"),
    ]
    for day, raw in enumerate(told, start=1):
        clock.at = datetime(2026, 6, day, 12, 30, tzinfo=UTC)
        keep(books, {"invoices": {"i": raw} if raw else {}, "contacts": {"c": b'{"Name":"Ridgeway"}'}})
    return books


def story(books: VaultBooks, monotonic: Any = lambda: 0.0) -> Story:
    comparing = Comparing(books=cast("Books", OneBook(books)), runs=cast("Runs", None), monotonic=monotonic)
    return comparing.versions(OWNER, "invoices", "i")


def words(change: FieldChange) -> tuple[str, str]:
    return change.label, change.note or f"{change.before} {change.after}"


def test_versions_when_told_then_each_says_since_when_it_stood_and_what_it_changed(books: VaultBooks) -> None:
    found = story(books)
    told = [
        (one.first.number, one.last.number, [words(each) for each in one.changes]) for one in found.versions
    ]
    assert told == [
        (8, 8, [("Line “Roof”", "removed")]),
        (7, 7, []),
        (6, 6, []),
        (5, 5, [("Line “Roof” · Unit amount", "5 7")]),
        (4, 4, [("Total", "1 2"), ("Line “Roof”", "added")]),
        (2, 3, []),
    ]
    assert [one.gone for one in found.versions] == [False, True, False, False, False, False]
    assert [one.touched for one in found.versions] == [False, False, True, False, False, False]
    assert (found.older, found.at_first, found.cut_short) == (0, False, False)
    assert found.versions[0].first.taken_at == datetime(2026, 6, 8, 12, 30, tzinfo=UTC)
    assert found.card.number == "INV-1"


def test_versions_when_there_are_many_then_the_newest_are_told_and_the_others_counted(
    books: VaultBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "TOLD", 2)
    found = story(books)
    assert [(one.first.number, one.gone) for one in found.versions] == [(8, False), (7, True)]
    assert (len(found.versions[0].changes), found.older) == (1, 4)


def test_versions_when_time_is_over_then_says_that_older_backups_were_not_looked_at(
    books: VaultBooks,
) -> None:
    ticks: Iterator[float] = iter([0.0, 1.0, 1.0, 1e9])
    found = story(books, lambda: next(ticks, 1e9))
    assert (found.cut_short, found.at_first) == (True, True)
    assert found.versions[-1].first.number > 2


def test_versions_when_no_backup_holds_the_record_then_says_so(books: VaultBooks) -> None:
    comparing = Comparing(books=cast("Books", OneBook(books)), runs=cast("Runs", None))
    for resource, record_id in (("invoices", "x"), ("nothing", "i"), ("../x", "")):
        with pytest.raises(Refused, match="No backup that is kept holds this record"):
            comparing.versions(OWNER, resource, record_id)


def test_comparing_when_one_line_differs_then_is_named_and_of_many_the_count(tmp_path: Path) -> None:
    def lines(*prices: int) -> bytes:
        listed = [
            {"LineItemID": f"{at}", "Description": f"L{at}", "UnitAmount": one}
            for at, one in enumerate(prices)
        ]
        return invoice(1, LineItems=listed, Contact={"Name": "A", "X": prices[0]})

    books = empty_books(tmp_path)
    for prices in ((1, 1, 1, 1), (2, 1, 1, 1), (3, 3, 3, 3)):
        keep(books, {"invoices": {"i": lines(*prices)}})
        comparing = Comparing(books=cast("Books", OneBook(books)), runs=cast("Runs", None))
        latest = comparing.latest(OWNER)
        if latest is not None:
            told = {each.label: words(each)[1] for each in latest.kinds[0].shown[0].fields}
            one = {"Line “L0” · Unit amount": "1 2", "Contact · X": "1 2"}
            assert told == (one if prices[1] == 1 else {"Lines": "4 changed", "Contact · X": "2 3"})
    assert latest is not None


def found_on(
    books: VaultBooks, day: date | None, owner: Organisation = OWNER
) -> list[tuple[Decimal | None, int, int]]:
    searching = Searching(books=cast("Books", OneBook(books)), ending=threading.Event())
    found = searching.search([owner], "INV-1", day)
    assert found.on == day
    return [(hit.card.amount, hit.last.number, hit.gone_since) for hit in found.hits]


def test_search_when_a_day_is_named_then_shows_the_record_as_it_was_at_its_end(books: VaultBooks) -> None:
    assert found_on(books, date(2026, 6, 3)) == [(Decimal(1), 3, 0)]
    assert found_on(books, date(2026, 6, 4)) == [(Decimal(2), 4, 0)]
    assert found_on(books, date(2026, 6, 7)) == [(Decimal(2), 6, 7)], "it had vanished by then"
    assert found_on(books, date(2026, 8, 1)) == found_on(books, None) == [(Decimal(2), 8, 0)]
    assert found_on(books, date(2026, 6, 1)) == []


def test_search_when_the_organisation_is_far_east_then_its_own_midnight_counts(books: VaultBooks) -> None:
    assert found_on(books, date(2026, 6, 4), AUCKLAND) == [(Decimal(1), 3, 0)], "backup 4 is of 5 June there"
    assert [one.number for one in as_at(books.snapshots(), AUCKLAND, date(2026, 6, 2))] == [1]


def test_search_when_there_was_no_backup_yet_then_names_the_organisation(books: VaultBooks) -> None:
    searching = Searching(books=cast("Books", OneBook(books)), ending=threading.Event())
    found = searching.search([OWNER], "INV-1", date(2026, 5, 31))
    assert (found.organisations, found.without_copy, found.hits) == (0, ("Harbour Books",), ())


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-06-03", date(2026, 6, 3)),
        ("2026-6-3", date(2026, 6, 3)),
        ("3 June 2026", date(2026, 6, 3)),
        ("3rd Jun 2026", date(2026, 6, 3)),
        ("June 3, 2026", date(2026, 6, 3)),
        ("3 JUNE", date(2026, 6, 3)),
        ("25 December", date(2025, 12, 25)),
        ("22 nov", TODAY),
        ("today", TODAY),
        ("yesterday", TODAY - timedelta(days=1)),
        ("30 February 2026", None),
        ("hold", None),
        ("3", None),
        ("Marsh 3", None),
        ("", None),
    ],
)
def test_day_when_written_in_many_ways_then_is_the_one_that_is_meant(text: str, day: date | None) -> None:
    assert day_meant(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "why"), [("3/6/2026", "cannot tell"), ("3.6.26", "cannot tell"), ("2026-11-23", "not come")]
)
def test_day_when_it_is_unclear_or_to_come_then_refused(text: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        day_meant(text, TODAY)


@pytest.mark.parametrize(
    ("text", "words", "day"),
    [
        ("INV-0042 on 3 June 2026", "INV-0042", date(2026, 6, 3)),
        ("work on site on yesterday", "work on site", TODAY - timedelta(days=1)),
        ("Harbour ON 2026-06-03", "Harbour", date(2026, 6, 3)),
        ("work on site", "work on site", None),
        ("INV-0042", "INV-0042", None),
        ("on 3 June", "on 3 June", None),
    ],
)
def test_question_when_it_ends_with_a_day_then_is_parted(text: str, words: str, day: date | None) -> None:
    assert parted(text, TODAY) == (words, day)
