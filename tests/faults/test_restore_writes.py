"""A restore's writes on bad days: wherever it breaks or is killed, nothing is there twice or missing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import stamina

from bot.crypto import KeyRing, new_key
from bot.errors import (
    DayLimitReached,
    OrganisationGone,
    OutcomeUnknown,
    Transient,
    WriteNotAllowed,
    XeroBusy,
    XeroUnavailable,
)
from bot.restore.outcomes import StepState
from bot.services.restoring.writebook import WriteBook
from bot.xero.limits import Stopped
from tests.faults.writing_room import Bomb, Killed, Room, open_room, require_whole

SMALL = 56
API = "/api.xro/2.0/"
COLLECTIONS = ("Accounts", "ContactGroups", "Contacts", "Invoices", "BankTransactions")


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
def room(sqlite_url: str, clock: Any, key_ring: KeyRing) -> Iterator[Room]:
    yield from open_room(sqlite_url, clock, key_ring, size=SMALL)


@pytest.mark.parametrize("collection", COLLECTIONS)
@pytest.mark.parametrize("fault", ["answer_lost", "cut", "500_after"])
def test_answer_when_it_is_lost_after_the_write_then_xero_repeats_it(
    room: Room, collection: str, fault: str
) -> None:
    book = room.begin()
    room.xero.faults.add(fault, path=API + collection, method="PUT")
    room.write_all(book)
    require_whole(room, book)


@pytest.mark.parametrize("collection", COLLECTIONS)
@pytest.mark.parametrize("fault", ["request_lost", "503_html"])
def test_request_when_it_is_lost_before_the_write_then_it_is_sent_again(
    room: Room, collection: str, fault: str
) -> None:
    book = room.begin()
    room.xero.faults.add(fault, path=API + collection, method="PUT")
    room.write_all(book)
    require_whole(room, book)


@pytest.mark.parametrize("collection", COLLECTIONS)
@pytest.mark.parametrize(("fault", "minutes"), [("answer_lost", 1), ("answer_lost", 20), ("500", 20)])
def test_outcome_when_xero_keeps_silent_then_going_on_later_finds_out(
    room: Room, collection: str, fault: str, minutes: int
) -> None:
    book = room.begin()
    room.xero.faults.add(fault, path=API + collection, method="PUT")
    room.xero.faults.add("request_lost", path=API + collection, method="PUT", nth=2, times=3)
    with pytest.raises(OutcomeUnknown) as caught:
        room.write_all(book)
    assert caught.value.retry_after is not None
    assert 0 < caught.value.retry_after <= 300
    assert StepState.SENDING in {one.state for one in book.outcomes()}
    room.clock.advance(minutes=minutes)
    require_whole(room, room.write_all())


def test_outcome_when_xero_is_silent_for_longer_than_it_remembers_then_it_is_looked_for(room: Room) -> None:
    book = room.begin()
    room.xero.faults.add(
        "answer_lost", path=f"{API}Contacts", method="PUT", hook=lambda: room.clock.advance(400)
    )
    room.write_all(book)
    require_whole(room, book)
    # The first fifty, of those only the one that Xero refuses again, and the others.
    assert room.puts("Contacts") == 3


def test_repeat_when_the_minute_makes_it_wait_too_long_then_it_is_not_sent_under_a_forgotten_key(
    room: Room,
) -> None:
    book = room.begin()
    waiting = ["429_minute"] * 3  # as long as one call waits
    for place, kind in enumerate(["answer_lost", *waiting, "503_text", *waiting]):
        path = f"{API}BankTransactions"
        room.xero.faults.add(kind, path=path, method="PUT", nth=place + 1, retry_after=60)
    room.write_all(book)
    require_whole(room, book)
    assert any("/BankTransactions" in call.path for call in room.xero.calls if call.method == "GET")


def test_minute_when_it_is_spent_then_the_write_waits(room: Room) -> None:
    book = room.begin()
    start = room.clock()
    for collection in COLLECTIONS:
        room.xero.faults.add("429_minute", path=API + collection, method="PUT", retry_after=21)
    room.xero.faults.add("429_concurrent", path=f"{API}Contacts", method="PUT", nth=2)
    room.write_all(book)
    require_whole(room, book)
    assert room.clock() - start >= timedelta(seconds=21 * 5)


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_day_when_it_is_spent_then_the_restore_waits_with_nothing_in_doubt(
    room: Room, collection: str
) -> None:
    book = room.begin()
    room.xero.faults.add("429_day", path=API + collection, method="PUT", retry_after=40_000)
    with pytest.raises(DayLimitReached) as caught:
        room.write_all(book)
    assert caught.value.resume_at == room.clock() + timedelta(seconds=40_000)
    assert StepState.SENDING not in {one.state for one in book.outcomes()}
    room.clock.advance(hours=12)
    reads = len(room.xero.calls)
    require_whole(room, room.write_all())
    later = [call for call in room.xero.calls[reads:] if call.method == "GET" and collection in call.path]
    assert len(later) == (1 if collection == "ContactGroups" else 0)  # its batch with a bad element


def test_minute_when_it_never_ends_then_it_gives_up_with_nothing_in_doubt(room: Room) -> None:
    book = room.begin()
    room.xero.faults.add("429_minute", path=f"{API}Contacts", method="PUT", times=0, retry_after=60)
    with pytest.raises(XeroBusy):
        room.write_all(book)
    assert StepState.SENDING not in {one.state for one in book.outcomes()}
    room.xero.faults.clear()
    require_whole(room, room.write_all())


def test_token_when_it_expires_then_it_is_refreshed_and_the_write_sent_once(room: Room) -> None:
    book = room.begin()
    room.xero.faults.before(f"{API}Contacts", 1, room.xero.expire_access_tokens)
    room.write_all(book)
    require_whole(room, book)


def test_organisation_when_it_is_disconnected_then_nothing_is_in_doubt(room: Room) -> None:
    book = room.begin()
    room.xero.faults.add("disconnected", path=f"{API}Invoices", method="PUT")
    with pytest.raises(OrganisationGone):
        room.write_all(book)
    assert StepState.SENDING not in {one.state for one in book.outcomes()}


def test_permission_when_it_ends_between_two_writes_then_the_next_is_not_sent(room: Room) -> None:
    book = room.begin()
    room.xero.faults.before(f"{API}Contacts", 1, lambda: room.allowed.__setitem__(0, False))
    with pytest.raises(WriteNotAllowed):
        room.write_all(book)
    sent = len(room.org.writes)
    assert sent == room.puts("Accounts") + room.puts("ContactGroups") + 1
    with pytest.raises(WriteNotAllowed):
        room.write_all()
    assert len(room.org.writes) == sent
    room.allowed[0] = True
    require_whole(room, room.write_all())


def test_stop_when_asked_between_two_writes_then_it_stops_there_and_may_go_on(room: Room) -> None:
    book, stop = room.begin(), threading.Event()
    room.xero.faults.before(f"{API}Invoices", 1, stop.set)
    with pytest.raises(Stopped):
        room.write_all(book, stop=stop)
    assert room.puts("Invoices") == 1
    assert StepState.SENDING not in {one.state for one in book.outcomes()}
    assert book.counts().left > 0
    require_whole(room, room.write_all())


def test_xero_when_it_cannot_be_reached_at_all_then_nothing_is_in_doubt(room: Room) -> None:
    book = room.begin()
    room.xero.stop()
    with pytest.raises(XeroUnavailable):
        room.write_all(book)
    assert StepState.SENDING not in {one.state for one in book.outcomes()}


def test_database_when_it_is_busy_as_the_answer_comes_then_the_next_try_stores_it(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = room.begin()
    stored = WriteBook.answered

    def busy(*args: Any, **more: Any) -> None:
        monkeypatch.setattr(WriteBook, "answered", stored)
        raise Transient("The database is busy.")

    monkeypatch.setattr(WriteBook, "answered", busy)
    with pytest.raises(Transient):
        room.write_all(book)
    require_whole(room, room.write_all())


@pytest.mark.parametrize("seed", range(6))
def test_process_when_killed_again_and_again_then_nothing_is_twice_or_missing(room: Room, seed: int) -> None:
    dice = random.Random(seed)
    room.book_class = Bomb
    Bomb.left = 0
    room.begin()
    kills = 0
    while True:
        Bomb.left = dice.randint(1, 14)
        for _ in range(dice.randint(0, 3)):
            kind = dice.choice(["answer_lost", "500_after", "request_lost", "503_text", "429_minute"])
            where = API + dice.choice(COLLECTIONS)
            room.xero.faults.add(kind, path=where, method="PUT", nth=dice.randint(1, 2), retry_after=5)
        try:
            book = room.write_all()
        except (Killed, OutcomeUnknown):
            kills += 1
            room.clock.advance(dice.choice([1, 60, 250, 299, 301, 900]))
            continue
        break
    assert kills > 3
    require_whole(room, book)


class Ahead:
    """The real time, and how far it was moved on."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        """Wait for nothing."""


@pytest.mark.parametrize("later", [1.0, 330.0])
def test_process_when_killed_while_xero_writes_then_nothing_is_twice_or_missing(
    sqlite_url: str, tmp_path: Path, later: float
) -> None:
    clock, key = Ahead(), new_key("test")
    for room in open_room(sqlite_url, clock, KeyRing.parse(key), size=SMALL):
        room.begin()
        for collection in COLLECTIONS:
            _die_while_writing(room, sqlite_url, key, collection)
            clock.seconds += later
        assert _child(room, sqlite_url, key, clock).wait(60) == 0
        require_whole(room, room.book())


def _die_while_writing(room: Room, url: str, key: str, collection: str) -> None:
    children: list[subprocess.Popen[bytes]] = []
    room.xero.faults.clear()
    room.xero.faults.before(API + collection, 1, lambda: os.kill(children[0].pid, signal.SIGKILL))
    children.append(_child(room, url, key, room.clock))
    assert children[0].wait(60) == -signal.SIGKILL
    for _ in range(500):  # what the dead process asked for is still being done
        if not room.xero.limits.flying[room.org.tenant_id]:
            return
        time.sleep(0.01)
    raise AssertionError("the pretend Xero is still at work")


def _child(room: Room, url: str, key: str, clock: Ahead) -> subprocess.Popen[bytes]:
    words = [
        url,
        room.app.api_url,
        room.org.tenant_id,
        room.tokens.access_token,
        key,
        str(clock.seconds),
        str(SMALL),
    ]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.writing_child", *words], cwd=Path(__file__).parents[2]
    )
