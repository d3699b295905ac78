"""Uploading files: each arrives once and whole whatever breaks, and what Xero confirms is held against it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
import stamina
from hypothesis import given
from hypothesis import strategies as st

from bot.crypto import KeyRing
from bot.domain.organisation import OrganisationFacts
from bot.domain.restore_plan import Action
from bot.errors import OutcomeUnknown, VaultDamaged, WriteNotAllowed
from bot.restore.apply import Applier, endpoints
from bot.restore.kinds.attachments import UPLOADS
from bot.restore.model import Pair, Plan, Step
from bot.restore.outcomes import StepState
from bot.restore.source import MemorySource
from bot.restore.uploads import LONGEST_NAME, MOST_BYTES, allowed_name, content, described, doubt
from bot.restore.writes import cut
from bot.sandbox.xero.attached import Attachment
from bot.sandbox.xero.books import documents
from bot.services.restoring.writebook import WriteBook
from bot.xero.http import Answer
from tests.faults import writing_room
from tests.faults.writing_room import Bomb, Killed, Room, open_room

KIND = {kind.key: kind for kind in UPLOADS}
NAMES = ("Bill 1.pdf", "100% [final] #2 &c.txt", "Größe 🧾.png", "send email.json")
MAIL = b'{"ApprovedForSending": true}'  # what would let Xero send mail, were it not a file


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
def room(sqlite_url: str, clock: Any, key_ring: KeyRing, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    monkeypatch.setattr(
        writing_room,
        "SCOPES",
        (*writing_room.SCOPES, "accounting.attachments", "accounting.attachments.read"),
    )
    for one in open_room(sqlite_url, clock, key_ring, size=1):
        one.source = copy()
        yield one


def copy(number: int = len(NAMES)) -> MemorySource:
    """Make a copy of one contact with some files."""
    files = {f"contacts/c/{place}": MAIL + bytes([place]) * (place * 997) for place in range(number)}
    rows = {
        key: {
            "FileName": NAMES[place % len(NAMES)] if place < len(NAMES) else f"{place}.txt",
            "MimeType": "application/json" if place == 3 else "text/plain",
            "ContentLength": len(found),
        }
        for place, (key, found) in enumerate(files.items())
    }
    return MemorySource(
        OrganisationFacts(name="Source"), {"attachments": rows}, files={"attachment_contents": files}
    )


def begun(room: Room) -> tuple[WriteBook, str]:
    """Store a plan that hangs every file on one contact of the target; gives the contact's id."""
    contact = documents.add_contact(room.org, "Skipper").record_id
    steps = tuple(
        Step("attachments_of_contacts", key, Action.CREATE, parent="c")
        for key, _ in room.source.lengths("attachments")
    )
    book = room.book()
    book.begin(Plan(steps=steps, fingerprint="f"), [Pair("contacts", "c", contact)])
    return book, contact


def write_all(room: Room, book: WriteBook) -> None:
    with room.writer(endpoints=endpoints(UPLOADS)) as writer:
        applier = Applier(room.source, writer, book, now=room.clock)
        for write in cut(book.steps(), KIND):
            applier.write(write)


def held(room: Room, contact: str) -> dict[str, bytes]:
    found: dict[str, Attachment] = room.org.files.get(contact, {})
    return {name: b"".join(one.pieces()) for name, one in found.items()}


def wanted(room: Room) -> dict[str, bytes]:
    return {
        room.source.record("attachments", key)["FileName"]: b"".join(
            room.source.file("attachment_contents", key)
        )
        for key, _ in room.source.lengths("attachments")
    }


def test_upload_when_nothing_breaks_then_every_file_is_there_to_the_byte(room: Room) -> None:
    book, contact = begun(room)
    write_all(room, book)
    assert held(room, contact) == wanted(room)
    outcomes = list(book.outcomes())
    assert [one.state for one in outcomes] == [StepState.DONE] * len(NAMES)
    shown = {one.shown["AttachmentID"]: one.shown for one in room.org.files[contact].values()}
    assert {one.target_key for one in outcomes} == shown.keys()
    assert {one["MimeType"] for one in shown.values()} == {"text/plain", "application/json"}


def test_upload_when_answers_are_lost_then_files_are_recognised_by_name_and_length(room: Room) -> None:
    book, contact = begun(room)
    room.xero.faults.add("answer_lost", method="PUT", times=2, hook=lambda: room.clock.advance(400))
    write_all(room, book)
    assert held(room, contact) == wanted(room)
    assert len(room.org.writes) == len(NAMES), "none was sent twice"
    assert all(one.target_key for one in book.outcomes())


def test_upload_when_the_power_goes_at_any_commit_then_nothing_comes_twice(room: Room) -> None:
    room.book_class = Bomb
    Bomb.left = 0
    _, contact = begun(room)
    random = Random(5)
    for _ in range(40):
        Bomb.left = random.randint(1, 6)
        try:
            write_all(room, room.book())
        except Killed:
            room.clock.advance(random.choice((1, 400)))
            continue
        break
    else:
        raise AssertionError("it never came to its end")
    Bomb.left = 0
    assert held(room, contact) == wanted(room)
    ids = [one.target_key for one in room.book().outcomes()]
    assert len(set(ids)) == len(NAMES)
    assert set(ids) == {one.shown["AttachmentID"] for one in room.org.files[contact].values()}


def test_upload_when_xero_is_silent_for_long_then_a_later_run_goes_on(room: Room) -> None:
    book, contact = begun(room)
    room.xero.faults.add("request_lost", method="PUT", times=4)
    with pytest.raises(OutcomeUnknown):
        write_all(room, book)
    room.clock.advance(400)
    write_all(room, room.book())
    assert held(room, contact) == wanted(room)


def test_upload_when_xero_confirms_another_length_then_it_does_not_count_as_done(room: Room) -> None:
    book, _ = begun(room)
    (first, *_) = cut(book.steps(), KIND)
    said = {"AttachmentID": "a", "FileName": NAMES[0], "ContentLength": 1}
    body = json.dumps({"Attachments": [said]}).encode()
    with room.writer(endpoints=endpoints(UPLOADS)) as writer:
        writer.send = lambda *_, **__: Answer(200, {}, body, "")  # type: ignore[method-assign]
        Applier(room.source, writer, book, now=room.clock).write(first)
    outcome = next(book.outcomes())
    assert outcome.state is StepState.REFUSED
    assert "1 bytes of the 28" in outcome.words[0]


def test_upload_when_the_copys_file_is_gone_or_rotten_then_only_that_one_is_not_sent(room: Room) -> None:
    book, contact = begun(room)

    class Rotten(MemorySource):
        def file(self, resource: str, record_id: str) -> Iterator[bytes]:
            if record_id.endswith("0"):
                raise KeyError(resource)
            yield from super().file(resource, record_id)
            if record_id.endswith("1"):
                raise VaultDamaged("after the last piece")

    whole = room.source
    room.source = Rotten(whole.facts, whole._records, files=whole._files)
    write_all(room, book)
    assert held(room, contact).keys() == set(NAMES[2:])
    skipped = [one.words[0] for one in book.outcomes() if one.state is StepState.SKIPPED]
    assert len(skipped) == 2
    assert "does not hold" in skipped[0]
    assert "damaged" in skipped[1]


def test_writer_when_a_file_would_go_elsewhere_then_it_refuses(room: Room) -> None:
    with room.writer(endpoints=endpoints(UPLOADS)) as writer, pytest.raises(WriteNotAllowed):
        writer.send(
            "PUT", "Contacts/x", MAIL, params={}, idempotency_key="k", content_type="text/plain", is_file=True
        )
    assert room.org.writes == []


@given(st.text(max_size=400), st.sampled_from(["", "2", "17"]))
def test_name_when_made_of_any_text_then_xero_takes_it(text: str, number: str) -> None:
    found = allowed_name(text, number)
    assert 0 < len(found) <= LONGEST_NAME + 1
    assert not set(found) & set('<>:"/\\|?*+\0')
    assert found not in {".", ".."}
    assert allowed_name(found) == found


def test_described_when_the_kind_is_no_kind_then_it_is_plain_and_online_stays() -> None:
    assert described({"FileName": "a", "MimeType": "x\r\ny", "ContentLength": 2, "IncludeOnline": True}) == {
        "FileName": "a",
        "MimeType": "application/octet-stream",
        "ContentLength": 2,
        "IncludeOnline": True,
    }


def test_doubt_when_name_or_length_differ_then_it_is_said() -> None:
    sent = {"FileName": "a", "ContentLength": 2}
    assert doubt(sent, {"FileName": "a", "ContentLength": 2}) == ""
    assert "another name" in doubt(sent, {"FileName": "b", "ContentLength": 2})


def test_content_when_it_is_longer_than_it_may_be_then_it_is_not_gathered() -> None:
    facts = OrganisationFacts(name="x")
    source = MemorySource(facts, {}, files={"attachment_contents": {"k": bytes(MOST_BYTES + 1)}})
    upload = UPLOADS[0].upload
    assert upload is not None
    with pytest.raises(VaultDamaged):
        content(upload, source, "k")
