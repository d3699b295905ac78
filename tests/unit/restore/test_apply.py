"""Writing batch by batch: order, outcomes, words, sizes, and that twice is once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import stamina
from sqlalchemy import update

from bot.crypto import KeyRing
from bot.db.restore_tables import RestoreBatchRow, RestoreStepRow
from bot.domain.organisation import OrganisationFacts
from bot.domain.restore_plan import Action
from bot.errors import OutcomeUnknown, WriteRefused
from bot.restore.apply import Applier, endpoints
from bot.restore.model import IdMap, Step
from bot.restore.outcomes import StepState
from bot.restore.parcels import parcels, path_of, prepare
from bot.restore.source import MemorySource
from bot.restore.writes import Write
from bot.xero.http import Answer
from tests.faults.writing_room import KIND, KINDS, Room, open_room, require_whole, writes

FACTS = OrganisationFacts(name="x")
API = "/api.xro/2.0/"


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
def room(sqlite_url: str, clock: Any, key_ring: KeyRing) -> Iterator[Room]:
    yield from open_room(sqlite_url, clock, key_ring)


def _write_one(room: Room, write: Write) -> None:
    with room.writer() as writer:
        Applier(room.source, writer, room.book(), now=room.clock).write(write)


def test_writing_when_nothing_breaks_then_everything_is_there_once(room: Room) -> None:
    book, seen = room.begin(), []
    with room.writer() as writer:
        applier = Applier(
            room.source, writer, book, now=room.clock, on_progress=lambda kind: seen.append(kind.key)
        )
        for write in writes(book):
            applier.write(write)
    require_whole(room, book)
    assert set(seen) == {kind.key for kind in KINDS}
    assert writer.calls == sum(call.path.startswith(API) for call in room.xero.calls)


def test_writing_when_it_is_done_already_then_xero_is_not_asked(room: Room) -> None:
    room.begin()
    room.write_all()
    calls = len(room.xero.calls)
    require_whole(room, room.write_all())
    assert len(room.xero.calls) == calls


def test_refused_when_xero_says_why_then_its_words_are_kept_and_the_rest_goes_on(room: Room) -> None:
    book = room.begin()
    room.write_all(book)
    refused = {one.step.record_id: one.words for one in book.outcomes() if one.state is StepState.REFUSED}
    assert "already assigned to another contact" in refused["c-007"][0]
    assert "taken already" in refused["g-3"][0]
    skipped = [one for one in book.outcomes() if one.state is StepState.SKIPPED and one.step.writes]
    assert [one.step.record_id for one in skipped] == ["i-007"]
    assert "“Customers and suppliers”" in skipped[0].words[0]


def test_batch_when_it_stands_or_falls_as_one_then_what_was_written_is_recognised(room: Room) -> None:
    room.begin()
    room.write_all()
    # The batch, refused for one of six although five were written, and that one alone.
    assert room.puts("ContactGroups") == 2


def test_write_when_the_outcome_is_unknown_and_records_are_alike_then_each_gets_its_own(room: Room) -> None:
    book = room.begin()
    path = f"{API}BankTransactions"
    room.xero.faults.add("answer_lost", path=path, hook=lambda: room.clock.advance(400))
    room.write_all(book)
    require_whole(room, book)
    assert room.puts("BankTransactions") == 3  # 120 in fifties: none was sent twice


def test_write_when_our_clock_runs_ahead_of_xeros_then_what_was_written_is_still_recognised(
    room: Room,
) -> None:
    room.begin()
    xeros = room.clock
    room.clock = lambda: xeros() + timedelta(minutes=40)
    room.xero.faults.add("answer_lost", path=f"{API}Contacts", method="PUT")
    room.xero.faults.add("request_lost", path=f"{API}Contacts", method="PUT", nth=2, times=3)
    with pytest.raises(OutcomeUnknown):
        room.write_all()
    xeros.advance(minutes=6)
    room.write_all()
    require_whole(room, room.book())


def test_recovery_when_the_program_builds_another_body_by_now_then_it_looks_before_it_sends(
    room: Room,
) -> None:
    book = room.begin()
    room.xero.faults.add("answer_lost", path=f"{API}Contacts", method="PUT")
    room.xero.faults.add("request_lost", path=f"{API}Contacts", method="PUT", nth=2, times=3)
    with pytest.raises(OutcomeUnknown):
        room.write_all(book)
    with room.db.session() as session:
        session.execute(update(RestoreBatchRow).values(body_hash="of an older version"))
    require_whole(room, room.write_all())


def test_single_when_xero_never_says_what_became_of_it_then_it_ends_as_refused(room: Room) -> None:
    book = room.begin()
    (first, *_) = writes(book)
    with room.writer() as writer:
        writer.send = lambda *_, **__: Answer(200, {}, b'{"Accounts": []}', "")  # type: ignore[method-assign]
        Applier(room.source, writer, book, now=room.clock).write(first)
    (outcome,) = book.outcomes("accounts")
    assert outcome.state is StepState.REFUSED
    assert "without a word" in outcome.words[0]


def test_kind_that_may_be_refused_when_xero_refuses_it_whole_then_that_is_an_outcome(room: Room) -> None:
    book = room.begin()
    (first, *_) = writes(book)

    def refuse(*_: Any, **__: Any) -> Answer:
        raise WriteRefused("Setup is for partners.")

    with room.writer() as writer:
        writer.send = refuse  # type: ignore[method-assign]
        applier = Applier(room.source, writer, book, now=room.clock)
        with pytest.raises(WriteRefused):
            applier.write(first)
        assert {book.state(number) for number, _ in first.steps} == {StepState.PLANNED}
        applier.write(replace(first, kind=replace(first.kind, may_be_refused=True)))
    (outcome, *_) = book.outcomes(first.kind.key)
    assert (outcome.state, outcome.words) == (StepState.REFUSED, ("Setup is for partners.",))


def test_batch_when_the_answer_is_short_and_nothing_can_be_looked_up_then_each_is_sent_alone(
    room: Room,
) -> None:
    book = room.begin()
    kind = replace(KIND["contacts"], settle=None)
    write = next(one for one in writes(book) if one.kind.key == "contacts")
    sent: list[str] = []

    def short(*_: Any, **more: Any) -> Answer:
        sent.append(more["idempotency_key"])
        return Answer(200, {}, b'{"Contacts": []}', "")

    with room.writer() as writer:
        writer.send = short  # type: ignore[method-assign]
        small = Write(write.number, kind, write.steps[:3])
        Applier(room.source, writer, book, now=room.clock).write(small)
    assert len(set(sent)) == len(sent) == 4
    assert [book.state(number) for number, _ in small.steps] == [StepState.DONE] * 3
    assert len(book.words()) == 3


def test_bodies_when_records_are_large_then_each_stays_below_three_megabytes(room: Room) -> None:
    name = "x" * 90_000
    source = MemorySource(
        room.source.facts,
        {"contacts": {f"c-{n}": {"ContactID": f"c-{n}", "Name": f"{n}{name}"} for n in range(50)}},
    )
    steps = [(n, Step("contacts", f"c-{n}", Action.CREATE)) for n in range(50)]
    items, _ = prepare(KIND["contacts"], steps, source, IdMap())
    packed = parcels(KIND["contacts"], items)
    assert [len(one.items) for one in packed] == [33, 17]
    assert all(len(one.body or b"") <= 3_000_000 for one in packed)
    assert [item.number for one in packed for item in one.items] == list(range(50))


def test_paths_when_they_name_parents_then_each_parent_is_a_call_of_its_own() -> None:
    kind = replace(KIND["contacts"], path="CreditNotes/{parent}/Allocations", parent_resource="credit_notes")
    ids = IdMap()
    ids.add("credit_notes", "n1", "t1")
    ids.add("credit_notes", "n2", "a/b")
    records = {"contacts": {key: {"Name": key} for key in ("a", "b", "c")}}
    source = MemorySource(FACTS, records)
    steps = [
        (0, Step("contacts", "a", Action.CREATE, parent="n1")),
        (1, Step("contacts", "b", Action.CREATE, parent="n1")),
        (2, Step("contacts", "c", Action.CREATE, parent="n2")),
        (3, Step("contacts", "a", Action.CREATE, parent="lost")),
    ]
    items, skipped = prepare(kind, steps, source, ids)
    packed = parcels(kind, items)
    assert [(one.path, len(one.items)) for one in packed] == [
        ("CreditNotes/t1/Allocations", 2),
        ("CreditNotes/a%2Fb/Allocations", 1),
    ]
    assert [one.number for one in skipped] == [3]
    assert path_of(kind, "CreditNotes/{parent}", steps[0][1], ids) == "CreditNotes/t1"


def test_bodies_when_the_kind_wants_the_element_itself_then_it_goes_alone() -> None:
    kind = replace(KIND["contacts"], collection="")
    source = MemorySource(FACTS, {"contacts": {"a": {"Name": "A"}, "b": {"Name": "B"}}})
    steps = [(0, Step("contacts", "a", Action.CREATE)), (1, Step("contacts", "b", Action.CREATE))]
    packed = parcels(kind, prepare(kind, steps, source, IdMap())[0])
    assert [json.loads(one.body or b"") for one in packed] == [{"Name": "A"}, {"Name": "B"}]
    removals = parcels(replace(kind, verb="DELETE"), prepare(kind, steps, source, IdMap())[0])
    assert [one.body for one in removals] == [None, None]


def test_amounts_when_sent_then_they_arrive_to_the_last_digit(room: Room) -> None:
    kind = replace(
        KIND["invoices"],
        payload=lambda step, record, ids: {
            **KIND["invoices"].payload(step, record, ids),
            "LineItems": [
                {"Description": "x", "Quantity": Decimal("3.0001"), "UnitAmount": Decimal("0.1234")}
            ],
        },
        params={"summarizeErrors": "false", "unitdp": "4"},
    )
    book = room.begin()
    for write in writes(book):
        if write.kind.key == "invoices":
            _write_one(room, Write(write.number, kind, write.steps[:1]))
            break
        _write_one(room, write)
    (row,) = room.shelf("Invoices")
    assert str(row["LineItems"][0]["UnitAmount"]) == "0.1234"
    assert str(row["LineItems"][0]["Quantity"]) == "3.0001"


def test_part_when_it_is_an_additional_write_of_a_record_then_the_record_keeps_its_id(room: Room) -> None:
    book = room.begin()
    room.write_all(book)
    kind = replace(KIND["contacts"], key="more", verb="POST", settle=None)
    before = book.ids.need("contacts", "c-001")
    (number, step) = next(one for one in book.steps() if one[1].record_id == "c-001")
    with room.db.session() as session:
        again = update(RestoreStepRow).where(RestoreStepRow.number == number)
        session.execute(again.values(state="planned"))
    _write_one(room, Write(number, kind, ((number, step),)))
    assert room.book().ids.need("contacts", "c-001") == before


def test_endpoints_when_gathered_then_they_are_the_first_segments() -> None:
    below = replace(KIND["contacts"], path="CreditNotes/{parent}/Allocations")
    assert endpoints([below, KIND["invoices"]]) == {"CreditNotes", "Invoices"}
