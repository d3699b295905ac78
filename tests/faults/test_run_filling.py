"""Bad luck with what hangs on single records: a file is whole or not there, and has another turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
import stamina

from bot.backup.filling.due import Due, from_records
from bot.domain.backup import OutcomeStatus, Verdict
from bot.domain.organisation import LinkState
from bot.vault import Record
from jobs import engine
from tests.faults.backup_place import Kept
from tests.faults.machine import API, met
from tests.scenario.office import FINANCE, Office, office

FILES, LISTS = API + "*/Attachments/*", API + "*/Attachments"
_numbers = count(1)


@pytest.fixture(scope="module")
def desk() -> Iterator[Office]:
    with pytest.MonkeyPatch.context() as patch, stamina.set_testing(True, attempts=2, cap=True):
        patch.setattr(engine, "PAUSES", (0.05,))
        with office(organisations=(), minute_seconds=0.2, settings={"XERO_FILL_CALLS": "24"}) as one:
            one.slack.rate_limits = False
            met(one)
            yield one


@pytest.fixture
def kept(desk: Office) -> Iterator[Kept]:
    """An organisation with four files, of which no backup was taken yet."""
    assert desk.bot is not None
    one = Kept(desk, desk.bot.parts, f"Archive {next(_numbers)}")
    one.attach()
    yield one
    desk.xero.faults.clear()
    if one.copies.snapshots():
        assert one.sound_snapshots()
        assert one.files_not_as_attached() == []


def _all_there_next_time(kept: Kept) -> None:
    kept.office.xero.faults.clear()
    kept.back_up()
    assert kept.files() == set(kept.attached())
    assert kept.not_as_served() == []


@pytest.mark.parametrize("kind", ["cut", "answer_lost", "200_html", "500", "503_text"])
def test_one_file_does_not_come_by_passing_trouble_then_it_is_asked_for_again_in_the_same_run(
    kept: Kept, kind: str
) -> None:
    kept.office.xero.faults.add(kind, path=FILES, nth=2)
    assert "Complete with gaps" not in kept.back_up()
    assert kept.files() == set(kept.attached())
    assert kept.not_as_served() == []


@pytest.mark.parametrize("kind", ["cut", "503_text", "403", "404", "413"])
def test_one_file_does_not_come_whole_then_it_is_not_kept_and_comes_the_next_time(
    kept: Kept, kind: str
) -> None:
    kept.office.xero.faults.add(kind, path=f"{FILES}{sorted(kept.attached())[1]}", times=0)
    told = kept.back_up()
    assert "Complete with gaps" in told
    assert "tried again" in told
    assert len(kept.files()) == 3
    assert kept.not_as_served() == []
    _all_there_next_time(kept)


@pytest.mark.parametrize("kind", ["cut", "500", "200_html", "403", "404"])
def test_no_list_of_files_comes_then_the_books_are_kept_and_the_files_come_the_next_time(
    kept: Kept, kind: str
) -> None:
    kept.office.xero.faults.add(kind, path=LISTS, times=0)
    assert "Complete with gaps" in kept.back_up()
    assert kept.files() == set()
    assert kept.not_as_served() == []
    _all_there_next_time(kept)


def test_list_of_files_is_not_found_for_a_record_that_stands_then_it_waits_and_its_gap_stays(
    kept: Kept,
) -> None:
    kept.office.xero.faults.add("404", path=LISTS, times=0)
    for _ in range(3):
        told = kept.back_up()
        assert "Complete with gaps" in told
        assert "could not be read for" in told
    _all_there_next_time(kept)


def test_history_is_not_found_for_a_record_that_stands_then_it_waits(kept: Kept) -> None:
    kept.office.xero.faults.add("404", path=API + "*/History", times=0)
    assert "Complete with gaps" in kept.back_up()
    kept.office.xero.faults.clear()
    kept.back_up()
    books = kept.copies
    assert any(True for _ in books.lengths(books.snapshots()[-1], "history"))


def test_record_is_not_found_because_it_left_meanwhile_then_it_waits_no_longer(kept: Kept) -> None:
    kept.office.xero.faults.add("404", path=LISTS, times=0)
    assert "Complete with gaps" in kept.back_up()
    contact = next(one.parent_id for one in _waiting(kept, "attachments") if one.parent == "contacts")
    kept.books.vanish("Contacts", contact)
    kept.back_up()
    assert contact not in {one.parent_id for one in _waiting(kept, "attachments")}
    assert len(_waiting(kept, "attachments")) == 2


def _waiting(kept: Kept, kind: str) -> list[Due]:
    books = kept.copies
    held = books.records(books.snapshots()[-1], "waiting")
    return [one for one in from_records(record.raw for record in held) if one.kind == kind]


def test_token_expires_in_the_middle_of_the_files_then_all_are_kept(kept: Kept) -> None:
    kept.office.xero.faults.before(FILES, 2, kept.office.xero.expire_access_tokens)
    kept.back_up()
    _all_there_next_time(kept)


def test_day_is_spent_in_the_middle_of_the_files_then_the_snapshot_stands_and_the_rest_comes_later(
    kept: Kept,
) -> None:
    kept.office.xero.faults.add("429_day", path=FILES, nth=2, times=0, retry_after=1)
    kept.back_up()
    assert [one.number for one in kept.sound_snapshots()] == [1]
    assert len(kept.files()) < 4
    assert kept.not_as_served() == []
    kept.office.xero.faults.clear()
    assert kept.office.slack.wait_until(lambda: kept.active is None, 10)


def test_organisation_is_disconnected_in_the_middle_of_the_files_then_the_books_are_kept_and_it_asks_once(
    kept: Kept,
) -> None:
    kept.office.xero.faults.add("disconnected", path=FILES, nth=2, tenant_id=kept.books.tenant_id)
    told = kept.back_up()
    assert "Next: type `/backup connect`" in told.replace("*", "").replace("ˋ", "`")
    assert "this snapshot stands" in told
    assert "nothing to do" not in told
    assert kept.organisation.state is LinkState.DISCONNECTED
    assert [one.number for one in kept.sound_snapshots()] == [1]
    assert kept.not_as_served() == []
    needs = f"{kept.name} needs you"
    slack = kept.office.slack
    assert slack.wait_until(lambda: sum(needs in one.text for one in slack.messages(FINANCE)) == 1, 10)


def test_connection_was_lost_before_somebody_connected_again_then_the_new_one_stands(kept: Kept) -> None:
    assert kept.office.bot is not None
    xero, one = kept.office.bot.worker.reach.xero, kept.organisation
    states = []
    for hours in (-1, 1):
        xero.lost(one.id, begun_at=kept.office.now() + timedelta(hours=hours))
        states.append(kept.organisation.state)
    assert states == [LinkState.ACTIVE, LinkState.DISCONNECTED]


def test_connection_made_meanwhile_is_gone_too_then_it_is_lost(kept: Kept) -> None:
    assert kept.office.bot is not None
    xero, one = kept.office.bot.worker.reach.xero, kept.organisation
    xero.disconnect(one.id)
    xero.lost(one.id, begun_at=kept.office.now() - timedelta(hours=1))
    assert kept.organisation.state is LinkState.DISCONNECTED


def test_file_is_taken_away_in_xero_then_earlier_copies_keep_it(kept: Kept) -> None:
    kept.back_up()
    (before,) = kept.copies.snapshots()
    invoice = [one.record_id for one in kept.books.shelf("Invoices")][-2]
    kept.books.detach("Invoices", invoice, "photo.jpg")
    kept.books.touch("Invoices", invoice)  # Xero tells of it only where the record itself changes
    kept.back_up()
    assert kept.files() == set(kept.attached())
    assert sum(1 for _ in kept.copies.lengths(before, "attachment_contents")) == 4


def test_list_of_files_comes_back_empty_once_then_nothing_is_taken_for_gone(kept: Kept) -> None:
    kept.back_up()
    invoice = [one.record_id for one in kept.books.shelf("Invoices")][-2]
    kept.books.touch("Invoices", invoice)
    kept.office.xero.faults.add("empty_list", path=LISTS, times=0)
    kept.back_up()
    assert kept.files() == set(kept.attached())


def test_list_of_files_comes_back_empty_where_one_failed_before_then_the_others_are_not_taken_for_gone(
    kept: Kept,
) -> None:
    invoice = [one.record_id for one in kept.books.shelf("Invoices")][-2]
    failing = next(iter(kept.books.files[invoice].values())).shown["AttachmentID"]
    kept.office.xero.faults.add("404", path=f"{FILES}{failing}", times=0)
    kept.back_up()
    assert kept.files() == set(kept.attached()) - {failing}
    kept.office.xero.faults.clear()
    kept.office.xero.faults.add("empty_list", path=LISTS, times=0)
    assert "Complete with gaps" in kept.back_up()
    assert kept.files() == set(kept.attached()) - {failing}
    _all_there_next_time(kept)


def test_file_that_changed_does_not_come_then_the_old_one_stands_and_the_new_one_comes_the_next_time(
    kept: Kept,
) -> None:
    kept.back_up()
    invoice = [one.record_id for one in kept.books.shelf("Invoices")][-1]
    name, file = next(iter(kept.books.files[invoice].items()))
    before = {one.record_id: one.raw for one in _records(kept, "attachments")}
    kept.books.files[invoice][name] = replace(
        file, content=b"Net 30 days, as agreed", shown=file.shown | {"ContentLength": 22}
    )
    kept.books.touch("Invoices", invoice)
    kept.office.xero.faults.add("404", path=f"{FILES}{file.shown['AttachmentID']}", times=0)
    assert "Complete with gaps" in kept.back_up()
    assert {one.record_id: one.raw for one in _records(kept, "attachments")} == before
    assert kept.files_not_as_attached() != []
    _all_there_next_time(kept)
    assert kept.files_not_as_attached() == []
    assert {one.record_id: one.raw for one in _records(kept, "attachments")} != before


def _records(kept: Kept, resource: str) -> list[Record]:
    return list(kept.copies.records(kept.copies.snapshots()[-1], resource))


def test_history_comes_back_empty_then_what_was_kept_stands(kept: Kept) -> None:
    kept.back_up()
    books = kept.copies
    newest = books.snapshots()[-1]
    before = {one.record_id: one.raw for one in books.records(newest, "history")}
    assert before
    for record_id in before:
        kept.books.touch(_collection(record_id), record_id.split("/")[1])
    kept.office.xero.faults.add("empty_list", path=API + "*/History", times=0)
    kept.back_up()
    after = {one.record_id: one.raw for one in books.records(books.snapshots()[-1], "history")}
    assert after.keys() >= before.keys()


def _collection(record_id: str) -> str:
    return "".join(word.capitalize() for word in record_id.partition("/")[0].split("_"))


def test_outcome_of_what_is_filled_is_no_gap_while_it_waits_for_calls(kept: Kept) -> None:
    kept.back_up()
    (first,) = kept.ended
    assert first.verdict is Verdict.COMPLETE
    assert {one.status for one in first.outcomes if one.resource == "history"} == {OutcomeStatus.FILLING}
