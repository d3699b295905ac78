"""A search finds what a person remembers, best first, within its time, however large the organisation."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest

from bot.backup.results import StageResult
from bot.crypto import KeyRing, new_key
from bot.domain.names import OrganisationId, WorkspaceId
from bot.domain.organisation import LinkState, Organisation, OrganisationFacts
from bot.domain.records import Card
from bot.errors import Refused
from bot.services.books import Books
from bot.services.looking.differences import Comparing, differing
from bot.services.looking.searching import SHOWN, Searching, Wanted
from bot.services.running.runs import Runs
from bot.vault import Books as VaultBooks
from bot.vault import Store, Vault, new_data_key

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
MANY = 40_000
OWNER = Organisation(
    id=OrganisationId("org-1"),
    workspace_id=WorkspaceId("T1"),
    facts=OrganisationFacts(name="Harbour Books"),
    home_channel="C1",
    linked_by="U1",
    linked_at=NOW,
    state=LinkState.ACTIVE,
)


@dataclass
class OneBook:
    """Stands where services ask for an organisation's books."""

    books: VaultBooks

    def of(self, _organisation: Organisation) -> VaultBooks:
        return self.books

    @property
    def typed(self) -> Books:
        return cast("Books", self)


@pytest.fixture(scope="module")
def one_book(tmp_path_factory: pytest.TempPathFactory) -> OneBook:
    """Books with 40,000 invoices, all of which changed in the second backup; one of them vanished."""
    folder: Path = tmp_path_factory.mktemp("vault")
    store = Store.open((folder / "vault").as_uri(), {})
    vault = Vault(store, KeyRing.parse(new_key("test")), folder / "cache", now=lambda: NOW)
    books = vault.books("T1", "org-1", new_data_key())
    for run in (1, 2):
        draft = books.draft(f"run {run}", NOW)
        stage = draft.stage("all")
        for number in range(run - 1, MANY):
            stage.add("invoices", f"{number:05d}", invoice(number, run))
        stage.add("contacts", "c", json.dumps({"Name": "Müller & Söhne"}).encode())
        stage.finish("invoices", complete=True, facts={})
        stage.finish("contacts", complete=True, facts={})
        stage.seal(StageResult(outcomes=(), gaps=(), calls=1).as_json())
        draft.publish({})
    return OneBook(books)


def invoice(number: int, run: int) -> bytes:
    about = {
        "Type": "ACCREC",
        "InvoiceNumber": f"INV-{number:05d}",
        "Contact": {"Name": "Müller & Söhne" if number % 2 else "Ridgeway"},
        "Total": number + run / 10,
        "UpdatedDateUTC": f"/Date({1790000000000 + number * 1000}+0000)/",
    }
    return json.dumps(about, ensure_ascii=bool(number % 3)).encode()


def searching(one_book: OneBook, ending: threading.Event | None = None, **more: Any) -> Searching:
    return Searching(books=one_book.typed, ending=ending or threading.Event(), **more)


def test_search_when_there_are_many_then_finds_the_number_and_counts_all(one_book: OneBook) -> None:
    found = searching(one_book).search([OWNER], "inv 12345")
    assert (found.total, found.searched, found.out_of_time) == (1, MANY + 1, False)
    assert found.hits[0].card.number == "INV-12345"
    assert found.hits[0].last.number == 2


def test_search_when_half_of_all_fit_then_shows_a_few_and_the_contact_first(one_book: OneBook) -> None:
    found = searching(one_book).search([OWNER], "MULLER & sohne")
    assert found.total == MANY // 2 + 1
    assert len(found.hits) == SHOWN
    assert found.hits[0].card.kind == "Contact"


def test_search_when_a_record_vanished_then_finds_it_as_it_was_last(one_book: OneBook) -> None:
    (hit,) = searching(one_book).search([OWNER], "INV-00000").hits
    assert (hit.last.number, hit.gone_since, hit.card.amount) == (1, 2, Decimal("0.1"))


def test_search_when_its_time_is_over_then_gives_what_it_has(one_book: OneBook) -> None:
    ticks: Iterator[float] = iter(range(1_000_000))
    found = searching(one_book, monotonic=lambda: next(ticks), seconds=10).search([OWNER], "ridgeway")
    assert found.out_of_time
    assert 0 < found.searched < MANY
    assert found.hits


def test_search_when_the_process_ends_then_says_so(one_book: OneBook) -> None:
    ending = threading.Event()
    ending.set()
    with pytest.raises(Refused, match="interrupted"):
        searching(one_book, ending).search([OWNER], "ridgeway")


@pytest.mark.parametrize("text", ["", " ", "a", "-.,", "'"])
def test_search_when_there_is_nothing_to_look_for_then_refused(one_book: OneBook, text: str) -> None:
    with pytest.raises(Refused, match="two letters or digits"):
        searching(one_book).search([OWNER], text)


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("inv-0042", 0),
        ("INV 0042", 0),
        ("inv0042", 0),
        ("po/17", 1),
        ("ridgeway university", 2),
        ("kate@harbour.example", 2),
        ("1,240.50", 3),
        ("£1 240.5", 3),
        ("ridge", 5),
        ("university ridgeway", 6),
        ("university 1240.50", 6),
        ("harbour.example", 6),
        ("université", None),
        ("ridgeway zebra", None),
        ("240.50", None),
    ],
)
def test_rank_when_asked_in_many_ways_then_the_nearest_is_best(text: str, rank: int | None) -> None:
    card = Card(
        resource="invoices",
        record_id="i",
        kind="Invoice",
        number="INV-0042",
        reference="PO 17",
        contact="Ridgewäy University",
        amount=Decimal("1240.50"),
        dated=NOW.date(),
        also=("kate@harbour.example",),
    )
    assert Wanted.of(text).rank(card) == rank


def test_comparing_when_everything_changed_then_counts_all_and_shows_the_newest(one_book: OneBook) -> None:
    found = Comparing(books=one_book.typed, runs=cast("Runs", None), monotonic=lambda: 0.0).latest(OWNER)
    assert found is not None
    (kind,) = found.kinds
    assert (kind.new, kind.changed, kind.gone) == (0, MANY - 1, 1)
    assert [one.card.number for one in kind.shown] == [
        "INV-00000", *(f"INV-{MANY - back:05d}" for back in range(1, 5))
    ]  # fmt: skip
    assert [one.label for one in kind.shown[1].fields] == ["Total"]
    assert not found.cut_short


def test_comparing_when_there_is_no_time_to_read_then_counts_still_stand(one_book: OneBook) -> None:
    ticks = iter([0.0, *[1e9] * 1_000_000])
    found = Comparing(books=one_book.typed, runs=cast("Runs", None), monotonic=lambda: next(ticks)).latest(
        OWNER
    )
    assert found is not None
    assert found.cut_short
    assert found.kinds[0].changed == MANY - 1


def test_differing_when_a_report_only_carries_another_time_then_is_not_changed(tmp_path: Path) -> None:
    store = Store.open((tmp_path / "vault").as_uri(), {})
    vault = Vault(store, KeyRing.parse(new_key("test")), tmp_path / "cache", now=lambda: NOW)
    books = vault.books("T1", "org-1", new_data_key())
    for run, value in enumerate(("1.00", "1.00", "2.00")):
        draft = books.draft(f"run {run}", NOW)
        stage = draft.stage("reports")
        report = {"UpdatedDateUTC": f"/Date({run})/", "Rows": [{"Value": value}]}
        stage.add("trial_balance", "TrialBalance/2026-10-31", json.dumps(report).encode())
        stage.finish("trial_balance", complete=True, facts={})
        stage.seal(StageResult(outcomes=(), gaps=(), calls=1).as_json())
        draft.publish({})
    first, second, third = books.snapshots()
    assert differing(books, first, second) == {}
    assert differing(books, second, third)["trial_balance"].changed == ["TrialBalance/2026-10-31"]
