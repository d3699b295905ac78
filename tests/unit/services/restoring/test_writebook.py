"""The write book: steps, intents, answers, ids and words, on both databases; and who may open a writer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.crypto import KeyRing
from bot.db.allowance import Allowances
from bot.db.engine import Database
from bot.db.restore_tables import RestoreBatchRow, RestoreRow, RestoreStepRow, RestoreWordsRow
from bot.db.secrets import key_usage
from bot.db.tables import OrganisationRow, RunRow
from bot.domain.restore_plan import Action
from bot.errors import WriteNotAllowed
from bot.restore.model import Pair, Phase, Plan, Step
from bot.restore.outcomes import Result, StepState
from bot.services.consents import Consents
from bot.services.restoring.writebook import WriteBook
from bot.services.xero import XeroAccess
from bot.xero.app import XeroApp
from bot.xero.oauth import OAuth
from bot.xero.writing import XeroWriter
from tests.faults.writing_room import RESTORE, SOURCE, TARGET, fill

SECRET = "The contact name Ægir & Rán is already assigned to another contact."


@pytest.fixture
def open_book(database: Database, key_ring: KeyRing, clock: Any) -> Callable[[], WriteBook]:
    fill(database, "tenant-of-the-target", now=clock())
    return lambda: WriteBook(database, key_ring, RESTORE, now=clock)


def _plan() -> Plan:
    steps = (
        Step("accounts", "a1", Action.CREATE, phase=Phase.FIRST),
        Step("contacts", "c1", Action.MATCH, target_key="t1", phase=Phase.FIRST),
        Step("contacts", "c2", Action.CREATE, phase=Phase.FIRST, reasons=("contacts.name",)),
        Step("contacts", "c3", Action.LEAVE_OUT, phase=Phase.FIRST),
        Step("contacts", "c4", Action.BLOCKED, phase=Phase.FIRST),
        Step("invoices", "i1", Action.CHANGE, phase=Phase.SECOND, name="INV-1"),
        Step("contacts", "c2", Action.CREATE, part="archive", parent="p", phase=Phase.CLOSING),
    )
    return Plan(steps=steps, fingerprint="f")


def test_book_when_begun_twice_then_the_steps_are_stored_once(open_book: Callable[[], WriteBook]) -> None:
    book = open_book()
    assert not book.is_begun()
    for _ in range(2):
        book.begin(_plan(), [Pair("contacts", "c1", "t1")])
    assert open_book().is_begun()
    kept = [step for _, step in open_book().steps()]
    assert [(one.kind, one.record_id, one.part, one.parent, one.action) for one in kept] == [
        (one.kind, one.record_id, one.part, one.parent, one.action) for one in _plan().steps
    ]
    assert kept[1].target_key == "t1"
    assert kept[2].reasons == ("contacts.name",)
    assert kept[5].phase is Phase.SECOND
    assert open_book().ids.need("contacts", "c1") == "t1"


def test_book_when_another_plan_is_begun_then_it_refuses(open_book: Callable[[], WriteBook]) -> None:
    open_book().begin(_plan(), [])
    with pytest.raises(WriteNotAllowed):
        open_book().begin(Plan(steps=_plan().steps[:3], fingerprint="g"), [])
    assert len(list(open_book().steps())) == 7


def test_counts_when_begun_then_only_what_writes_counts(open_book: Callable[[], WriteBook]) -> None:
    book = open_book()
    book.begin(_plan(), [])
    assert (book.counts().total, book.counts().left) == (4, 4)
    assert book.by_state() == {
        ("accounts", Action.CREATE, StepState.PLANNED): 1,
        ("contacts", Action.MATCH, StepState.DONE): 1,
        ("contacts", Action.CREATE, StepState.PLANNED): 2,
        ("contacts", Action.LEAVE_OUT, StepState.SKIPPED): 1,
        ("contacts", Action.BLOCKED, StepState.SKIPPED): 1,
        ("invoices", Action.CHANGE, StepState.PLANNED): 1,
    }
    assert list(book.created()) == []


def test_stages_when_asked_then_they_come_in_order_and_give_their_steps(
    open_book: Callable[[], WriteBook],
) -> None:
    book = open_book()
    book.begin(_plan(), [])
    assert book.stages() == [(0, "accounts"), (0, "contacts"), (1, "invoices"), (3, "contacts")]
    assert [number for number, _ in book.steps(0, "contacts")] == [1, 2, 3, 4]
    assert [number for number, _ in book.steps(3, "contacts")] == [6]


def test_intent_when_written_down_then_another_process_sees_it(
    open_book: Callable[[], WriteBook], clock: Any
) -> None:
    book = open_book()
    book.begin(_plan(), [])
    assert book.intent(2) is None
    intent = book.intend(2, "contacts", [2], "hash")
    seen = open_book()
    assert seen.intent(2) == intent
    assert intent.is_open
    assert (intent.key, intent.tries, intent.sent_at) == (f"{RESTORE[:12]}-2-1", 1, clock())
    assert seen.state(2) is StepState.SENDING


def test_answer_when_stored_then_steps_ids_and_words_are_there_together(
    open_book: Callable[[], WriteBook],
) -> None:
    book = open_book()
    book.begin(_plan(), [])
    intent = book.intend(2, "contacts", [2, 6], "hash")
    book.answered(
        intent,
        [
            Result(number=2, state=StepState.DONE, target_key="t2", words=("A warning.",)),
            Result(number=6, state=StepState.REFUSED, words=(SECRET,)),
        ],
        [Pair("contacts", "c2", "t2"), Pair("line_items", "l", "1"), Pair("line_items", "l", "2")],
    )
    for one in (book, open_book()):
        assert one.state(2) is StepState.DONE
        assert one.ids.need("contacts", "c2") == "t2"
        assert one.ids.need("line_items", "l") == "2"
        assert one.words() == {2: ("A warning.",), 6: (SECRET,)}
        assert (one.counts().done, one.counts().refused, one.counts().left) == (1, 1, 2)
        assert [found.target_key for found in one.created()] == ["t2"]
        assert one.known_ids() == {"t1", "t2", "2"}
    ended = {found.number: found for found in open_book().outcomes("contacts")}
    assert (ended[2].warned, ended[6].warned) == (True, False)
    answered = open_book().intent(2)
    assert answered is not None
    assert not answered.is_open


def test_answer_when_a_part_goes_back_then_it_is_sent_under_a_new_key(
    open_book: Callable[[], WriteBook],
) -> None:
    book = open_book()
    book.begin(_plan(), [])
    intent = book.intend(2, "contacts", [2, 6], "hash")
    book.answered(intent, [Result(number=2, state=StepState.DONE)], [], back=[6])
    assert open_book().state(6) is StepState.PLANNED
    assert book.intend(2, "contacts", [6], "other").key == f"{RESTORE[:12]}-2-2"


def test_book_when_reopened_for_a_cause_then_what_it_refused_and_what_needed_it_is_planned_again(
    open_book: Callable[[], WriteBook],
) -> None:
    book = open_book()
    book.begin(_plan(), [])
    intent = book.intend(0, "accounts", [0, 2], "hash")
    refused = {0: "Locked.", 2: "Taken already."}
    book.answered(intent, [_refused(number, words) for number, words in refused.items()], [])
    book.skip([Result(number=5, state=StepState.SKIPPED, words=("Not sent: it needs a record.",))])
    for one in (book, open_book()):
        one.reopen(lambda words: tuple(words) == ("Locked.",))
    for one in (book, open_book()):
        states = {number: one.state(number) for number in (0, 2, 5)}
        assert states == {0: StepState.PLANNED, 2: StepState.REFUSED, 5: StepState.PLANNED}
        assert one.unsettled_words() == ("Locked.",)
        assert {found.state for found in one.outcomes() if not found.step.writes} <= {
            StepState.DONE, StepState.SKIPPED
        }  # fmt: skip
    again = book.intend(0, "accounts", [0], "hash")
    assert again.key != intent.key
    book.answered(again, [Result(number=0, state=StepState.DONE, target_key="t")], [])
    assert open_book().words() == {2: ("Taken already.",)}, "what was said before is said no more"


def _refused(number: int, words: str) -> Result:
    return Result(number=number, state=StepState.REFUSED, words=(words,))


def test_answer_when_it_cannot_be_stored_whole_then_nothing_of_it_is(
    open_book: Callable[[], WriteBook], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = open_book()
    book.begin(_plan(), [])
    intent = book.intend(2, "contacts", [2], "hash")
    monkeypatch.setattr(WriteBook, "_add_pairs", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        book.answered(intent, [Result(number=2, state=StepState.DONE, words=(SECRET,))], [])
    after = open_book()
    assert after.state(2) is StepState.SENDING
    assert after.words() == {}
    assert book.state(2) is StepState.SENDING
    found = after.intent(2)
    assert found is not None
    assert found.is_open


def test_words_when_stored_then_the_database_does_not_show_them(
    open_book: Callable[[], WriteBook], database: Database
) -> None:
    book = open_book()
    book.begin(_plan(), [])
    book.skip([Result(number=2, state=StepState.SKIPPED, words=(SECRET,))])
    with database.reading() as session:
        (sealed,) = session.scalars(select(RestoreWordsRow.sealed)).all()
    assert sealed is not None
    assert SECRET.encode() not in sealed
    assert key_usage(database) == {"test": 1}


def test_names_when_stored_then_none_is(open_book: Callable[[], WriteBook], database: Database) -> None:
    open_book().begin(_plan(), [])
    with database.reading() as session:
        rows = session.execute(select(RestoreStepRow.__table__)).all()
    assert not any("INV-1" in str(value) for row in rows for value in row)


def test_book_when_more_steps_are_planned_than_are_read_at_once_then_all_are_read_back(
    sqlite_database: Database, key_ring: KeyRing, clock: Any
) -> None:
    fill(sqlite_database, "tenant-of-the-target", now=clock())
    book = WriteBook(sqlite_database, key_ring, RESTORE, now=clock)
    steps = tuple(Step("contacts", f"c{n}", Action.CREATE) for n in range(12_001))
    book.begin(Plan(steps=steps, fingerprint="f"), [])
    assert [number for number, _ in book.steps()] == list(range(12_001))
    assert book.counts().total == 12_001


@pytest.fixture
def access(sqlite_database: Database, key_ring: KeyRing, clock: Any) -> XeroAccess:
    fill(sqlite_database, "tenant-of-the-target", now=clock())
    app = XeroApp(client_id="c", client_secret="s", redirect_uri="http://localhost:3000/xero/callback")
    oauth = OAuth(app, now=clock)
    return XeroAccess(
        sqlite_database,
        app=app,
        oauth=oauth,
        consents=Consents(sqlite_database, key_ring, oauth, client_id="c", now=clock),
        allowances=Allowances(
            sqlite_database, per_minute=60, minute_seconds=60, per_day=5000, reserve=0, now=clock
        ),
        now=clock,
    )


def _open(access: XeroAccess) -> XeroWriter:
    return access.writer(RESTORE, endpoints=frozenset({"Contacts"}))


def test_writer_when_the_restore_runs_then_it_writes_to_its_target_alone(access: XeroAccess) -> None:
    with _open(access) as writer:
        assert writer._tenant_id == "tenant-of-the-target"
        assert writer._still_allowed()


def test_writer_when_nothing_else_is_told_then_it_may_write_what_a_restore_writes(access: XeroAccess) -> None:
    with access.writer(RESTORE) as writer:
        assert {"Invoices", "Contacts", "BankTransactions", "Accounts"} <= writer._endpoints
        assert writer._endpoints & {"Organisation", "Users", "Reports"} == set()


CHANGES = {
    "not approved": update(RestoreRow).values(state="waiting"),
    "stopped": update(RestoreRow).values(state="stopped"),
    "done": update(RestoreRow).values(state="done"),
    "no run": update(RestoreRow).values(run_id=None),
    "unknown run": update(RestoreRow).values(run_id="nobody"),
    "run over": update(RunRow).values(state="failed"),
    "run of a backup": update(RunRow).values(kind="backup"),
    "run elsewhere": update(RunRow).values(organisation_id=SOURCE),
    "target is the source": update(RestoreRow).values(target_id=SOURCE),
    "disconnected": update(OrganisationRow).where(OrganisationRow.id == TARGET).values(state="disconnected"),
    "without consent": update(OrganisationRow).where(OrganisationRow.id == TARGET).values(consent_id=None),
}


@pytest.mark.parametrize("change", CHANGES)
def test_writer_when_something_is_not_as_it_must_be_then_there_is_none(
    access: XeroAccess, sqlite_database: Database, change: str
) -> None:
    with _open(access) as writer:
        with sqlite_database.session() as session:
            session.execute(CHANGES[change])
        assert not writer._still_allowed()
    with pytest.raises(WriteNotAllowed):
        _open(access)


def test_writer_when_the_restore_is_unknown_then_there_is_none(access: XeroAccess) -> None:
    with pytest.raises(WriteNotAllowed):
        access.writer("nobody", endpoints=frozenset({"Contacts"}))


def test_intent_when_the_clock_moves_then_it_keeps_the_time_of_its_own_try(
    open_book: Callable[[], WriteBook], clock: Any, database: Database
) -> None:
    book = open_book()
    book.begin(_plan(), [])
    first = book.intend(2, "contacts", [2], "hash")
    clock.advance(minutes=9)
    second = book.intend(2, "contacts", [2], "hash")
    assert second.sent_at - first.sent_at == timedelta(minutes=9)
    with database.reading() as session:
        assert session.scalars(select(RestoreBatchRow.number)).all() == [2]
