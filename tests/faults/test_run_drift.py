"""The books move while they are paged: records leave, come, are merged; long lists in pages of a few.

Pages hold five records here instead of a thousand, so that a small organisation's lists are long ones: they
are read page by page, and from the second backup on asked only for what changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
import stamina

from bot.backup import lately, take
from bot.catalogue.model import Paging, Read
from bot.xero import calls, tally
from jobs import engine
from tests.faults.backup_place import Kept
from tests.faults.machine import API, met
from tests.scenario.office import Office, office

PAGE = 5
WHOLE_PAGES = calls.page_size
_numbers = count(1)


def _short_pages(read: Read) -> int:
    found = WHOLE_PAGES(read)
    return PAGE if read.paging is Paging.SIZED else found


@pytest.fixture(scope="module")
def desk() -> Iterator[Office]:
    with pytest.MonkeyPatch.context() as patch, stamina.set_testing(True, attempts=2, cap=True):
        patch.setattr(engine, "PAUSES", (0.05,))
        for module in (calls, lately, tally):
            patch.setattr(module, "page_size", _short_pages)
        with office(organisations=(), minute_seconds=0.2) as one:
            one.slack.rate_limits = False
            met(one)
            one.only_by_hand()  # weeks pass here
            yield one


@pytest.fixture
def kept(desk: Office) -> Iterator[Kept]:
    assert desk.bot is not None
    one = Kept(desk, desk.bot.parts, f"Drifting {next(_numbers)}")
    assert len(one.books.shelf("Invoices")) > 2 * PAGE
    yield one
    desk.xero.faults.clear()
    assert one.sound_snapshots()


def _ids(kept: Kept, collection: str = "Invoices") -> list[str]:
    """Give the ids in the order in which they are listed."""
    return sorted(one.record_id for one in kept.books.shelf(collection))


def _unpaid_on_the_first_page(kept: Kept) -> str:
    """Give an invoice that no payment names: only such a one may vanish from true books."""
    for _ in range(300):
        added = kept.books.add_invoice()
        if added in _ids(kept)[:PAGE]:
            return added
    raise AssertionError("no id comes first")


def _stored(kept: Kept, resource: str = "invoices") -> dict[str, bytes]:
    books = kept.copies
    return {one.record_id: one.raw for one in books.records(books.snapshots()[-1], resource)}


def test_record_leaves_a_page_already_read_then_none_of_those_behind_it_is_lost(kept: Kept) -> None:
    leaving = _unpaid_on_the_first_page(kept)
    others = set(_ids(kept)) - {leaving}
    # As a page behind it is asked for, it is deleted: what follows moves up, over the edge of a page.
    faults = kept.office.xero.faults
    faults.before(API + "Invoices", 2, lambda: kept.books.vanish("Invoices", leaving))
    assert "Complete:" in kept.back_up()
    assert others <= _stored(kept).keys()


def test_record_comes_to_a_page_already_read_then_it_is_kept_and_nothing_twice(kept: Kept) -> None:
    added: list[str] = []
    kept.office.xero.faults.before(API + "Invoices", 2, lambda: added.append(kept.books.add_invoice()))
    kept.back_up()
    assert added[0] in _stored(kept)
    # What the contact owes is another amount now, and of that Xero tells nobody before the weekly look.
    assert set(kept.not_as_served()) <= {"contacts"}


def _fill_a_page_of_contacts(kept: Kept) -> None:
    known = next(iter(kept.books.shelf("Contacts"))).fields
    for number in range(PAGE):
        new = {"ContactID": kept.books.new_id(), "Name": f"Paged {number}", "ContactNumber": f"P{number}"}
        kept.books.put("Contacts", {**known, **new})


def test_contact_is_merged_while_contacts_are_paged_for_long_then_both_are_kept_as_they_end(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take, "LONG_SECONDS", 0.0)
    _fill_a_page_of_contacts(kept)
    loser, winner = _ids(kept, "Contacts")[:2]

    def merge() -> None:
        # Xero archives the one that was merged and says into which (Xero OpenAPI 16.1.0, Contact).
        kept.books.change("Contacts", loser, ContactStatus="ARCHIVED", MergedToContactID=winner)
        kept.books.touch("Contacts", winner)

    kept.office.xero.faults.before(API + "Contacts", 2, merge)
    kept.back_up()
    stored = _stored(kept, "contacts")
    assert b"MergedToContactID" in stored[loser]
    assert kept.not_as_served() == []


def test_only_changes_are_asked_for_then_the_copy_is_as_if_all_had_been(kept: Kept) -> None:
    kept.back_up()
    kept.alter()
    before = len(kept.office.xero.calls)
    kept.back_up()
    again = [one for one in kept.office.xero.calls[before:] if one.path == API + "Invoices"]
    assert len(again) < len(kept.books.shelf("Invoices")) / PAGE
    assert kept.not_as_served() == []


@pytest.mark.parametrize("kind", ["cut", "500", "200_html", "429_concurrent", "401_expired"])
def test_changes_do_not_come_then_they_come_the_next_time(kept: Kept, kind: str) -> None:
    kept.back_up()
    kept.alter()
    kept.office.xero.faults.add(kind, path=API + "Invoices", times=0 if kind.isalpha() else 4)
    kept.back_up()
    kept.office.xero.faults.clear()
    kept.back_up()
    assert kept.not_as_served() == []


def test_changes_come_back_empty_then_nothing_is_taken_for_gone(kept: Kept) -> None:
    kept.back_up()
    before = _stored(kept)
    kept.office.xero.faults.add("empty_list", path=API + "Invoices", times=0)
    told = kept.back_up()
    assert "No longer in Xero" not in told
    assert _stored(kept) == before


def test_record_that_vanished_is_known_to_be_gone_since_the_day_it_was_missed(kept: Kept) -> None:
    gone = _unpaid_on_the_first_page(kept)
    kept.back_up()
    kept.books.vanish("Invoices", gone)
    kept.back_up()  # asked for changes only: nobody tells of what vanished
    assert gone in _stored(kept)
    kept.office.pass_time(days=7)
    try:
        told = kept.back_up()
    finally:
        kept.office.pass_time(days=-7)
    assert "No longer in Xero" in told
    assert gone not in _stored(kept)
    *_, before, newest = kept.copies.snapshots()
    assert kept.copies.diff(before, newest)["invoices"].gone == [gone]
    assert (newest.taken_at - before.taken_at).days >= 6


def test_half_of_a_long_list_is_missing_in_the_weekly_look_then_it_is_a_gap(kept: Kept) -> None:
    kept.back_up()
    before = _stored(kept)
    assert len(before) >= 20
    kept.office.xero.faults.add("empty_list", path=API + "Invoices", times=0)
    kept.office.pass_time(days=7)
    try:
        told = kept.back_up()
    finally:
        kept.office.pass_time(days=-7)
    assert "Complete with gaps" in told
    assert "Xero sent none" in told
    assert _stored(kept).keys() == before.keys()
