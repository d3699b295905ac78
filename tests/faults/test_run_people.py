"""People and machines get in the way of a backup: two ask, one stops it, clocks jump, Slack is down."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import count

import pytest
import stamina

from bot.domain.backup import Run, RunState
from bot.domain.names import Actor
from bot.errors import AlreadyRunning
from bot.sandbox.slack import Message
from jobs import engine
from tests.faults.machine import API, company, met, summaries
from tests.scenario.office import ANA, BEN, FINANCE, Office, office

_numbers = count(1)


@pytest.fixture(scope="module")
def desk() -> Iterator[Office]:
    with pytest.MonkeyPatch.context() as patch, stamina.set_testing(True, attempts=3, cap=True):
        patch.setattr(engine, "PAUSES", (0.05,))
        with office(organisations=(), minute_seconds=0.5) as one:
            met(one)
            yield one


@pytest.fixture(scope="module")
def linked(desk: Office) -> str:
    """The name of an organisation that is linked."""
    company(desk.xero, "Shared Office")
    desk.link("Shared Office")
    return "Shared Office"


@pytest.fixture
def steady(desk: Office, linked: str) -> Iterator[str]:
    """An organisation that earlier tests have backed up, too."""
    yield linked
    desk.xero.faults.clear()
    _is_sound(desk, linked)


@pytest.fixture
def name(desk: Office) -> Iterator[str]:
    """The name of an organisation of this test's own, linked."""
    chosen = f"Office {next(_numbers):03}"
    company(desk.xero, chosen)
    desk.link(chosen)
    yield chosen
    desk.xero.faults.clear()
    desk.slack.faults.clear()
    _is_sound(desk, chosen)


def _is_sound(desk: Office, name: str) -> None:
    assert desk.bot is not None
    (organisation,) = [one for one in desk.organisations() if one.name == name]
    assert desk.bot.parts.books.of(organisation).verify(full=True).problems == ()


def _runs(desk: Office, name: str) -> list[Run]:
    assert desk.bot is not None
    (organisation,) = [one for one in desk.organisations() if one.name == name]
    found = [one.run for one in desk.bot.parts.runs.summaries(organisation.id)]
    active = desk.bot.parts.runs.active(organisation.id)
    return [*found, active] if active else found


def _ended(desk: Office, name: str, seconds: float = 40) -> Run:
    """Wait until the organisation has no run under way, and give the last."""
    desk.slack.wait_until(lambda: all(one.state.is_final for one in _runs(desk, name)), seconds)
    found = _runs(desk, name)
    assert found
    assert found[0].state.is_final, found
    return found[0]


def _last(desk: Office, name: str) -> str:
    return desk.text(summaries(desk, name)[-1])


def _told(desk: Office, name: str, *words: str) -> Message:
    desk.slack.wait_until(lambda: any(word in _last(desk, name) for word in words), 20)
    assert any(word in _last(desk, name) for word in words), _last(desk, name)
    return summaries(desk, name)[-1]


def _together(*deeds: Callable[[], object]) -> None:
    gate = threading.Barrier(len(deeds))

    def go(deed: Callable[[], object]) -> None:
        gate.wait(10)
        deed()

    threads = [threading.Thread(target=go, args=(deed,)) for deed in deeds]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)


def test_two_people_ask_at_the_same_moment_then_one_backup_runs(desk: Office, name: str) -> None:
    answers: list[str] = []
    with desk.held():
        _together(
            *[lambda user=user: answers.append(desk.say(f"now {name}", user=user)) for user in (ANA, BEN)]
        )
        assert len(_runs(desk, name)) == 1
    assert sorted("is queued" in one for one in answers) == [False, True]
    assert sum("so I have not started a second one" in one for one in answers) == 1
    assert _ended(desk, name).state is RunState.COMPLETE
    assert len(_runs(desk, name)) == 1
    _told(desk, name, "Complete")
    assert len(summaries(desk, name)) == 1


def test_many_threads_ask_at_the_same_moment_then_one_backup_runs(desk: Office, steady: str) -> None:
    assert desk.bot is not None
    backups = desk.bot.worker.services.backups
    (organisation,) = [one for one in desk.organisations() if one.name == steady]
    started: list[Run] = []

    def ask() -> None:
        with suppress(AlreadyRunning):
            started.append(backups.request(organisation, None))

    with desk.held():
        _together(*[ask] * 8)
    assert len(started) == 1
    assert _ended(desk, steady).id == started[0].id


def test_stop_while_it_reads_then_it_ends_as_stopped_and_the_next_one_works(desk: Office, name: str) -> None:
    desk.back_up(name)
    with desk.held(API + "Payments"):
        desk.say(f"now {name}")
        message = _told(desk, name, "Backing up")
        desk.press(ANA, FINANCE, message, "stop_backup")
        desk.press(BEN, FINANCE, message, "stop_backup")  # twice does no harm
    assert _ended(desk, name).state is RunState.STOPPED
    told = desk.text(_told(desk, name, "Stopped"))
    assert "The last good snapshot #1" in told
    assert "Complete" in desk.text(desk.back_up(name))


def test_stop_while_xero_asks_to_wait_then_the_wait_ends_too(desk: Office, name: str) -> None:
    desk.xero.faults.add("429_minute", path=API + "Payments", times=0, retry_after=1)
    waiting = desk.xero.faults.add("hook", path=API + "Payments", times=0)
    desk.say(f"now {name}")
    desk.slack.wait_until(lambda: waiting.seen > 0 or desk.xero.faults.script[0].seen > 0, 20)
    desk.press(ANA, FINANCE, _told(desk, name, "Backing up"), "stop_backup")
    assert _ended(desk, name).state is RunState.STOPPED


def test_stop_while_it_waits_its_turn_then_nothing_is_read(desk: Office, name: str) -> None:
    assert desk.bot is not None
    (organisation,) = [one for one in desk.organisations() if one.name == name]
    tenant_id = desk.xero.organisation(name).tenant_id
    with desk.held():
        desk.bot.worker.reach.queue.enqueue(  # something else of this organisation is under way
            "scan",
            organisation=organisation.id,
            key=f"scan:again:{name}",
            args={"organisation": organisation.id, "key": f"scan:again:{name}"},
        )
        desk.say(f"now {name}")
        run = _runs(desk, name)[0]
        assert run.state is RunState.QUEUED
        actor = Actor(workspace_id=organisation.workspace_id, team_id="", user_id=ANA, channel_id=FINANCE)
        desk.bot.worker.services.backups.request_stop(actor, run.id)
    assert _ended(desk, name).state is RunState.STOPPED
    read = [one.path for one in desk.xero.calls if one.tenant_id == tenant_id]
    assert not any(path.endswith("/TaxRates") for path in read)


def test_slack_is_down_all_the_while_then_the_summary_comes_later_and_once(desk: Office, name: str) -> None:
    desk.say(f"now {name}")  # the command itself gets through
    desk.slack.faults.status("*", 503, times=10_000)
    assert _ended(desk, name).state is RunState.COMPLETE
    assert desk.slack.wait_until(desk.waits, 20)
    desk.slack.faults.clear()
    desk.send_waiting(minutes=10)
    desk.send_waiting(minutes=10)
    _told(desk, name, "Complete")
    assert len(summaries(desk, name)) == 1


def test_database_is_locked_for_seconds_then_the_backup_still_ends_whole(desk: Office, name: str) -> None:
    assert desk.bot is not None
    path = desk.bot.parts.db.path
    assert path is not None
    locked = threading.Event()

    def hold() -> None:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        locked.set()
        time.sleep(7)  # longer than a writer waits
        other.execute("ROLLBACK")
        other.close()

    holder = threading.Thread(target=hold)

    def strike() -> None:
        holder.start()
        locked.wait(5)

    desk.xero.faults.before(API + "Reports/TrialBalance", 2, strike)
    desk.say(f"now {name}")
    assert _ended(desk, name, seconds=60).state is RunState.COMPLETE
    holder.join()


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(hours=1), timedelta(hours=-1)])
def test_clock_jumps_in_the_middle_then_the_backup_is_complete(
    desk: Office, steady: str, jump: timedelta
) -> None:
    seconds = jump.total_seconds()
    desk.xero.faults.before(API + "Contacts", 1, lambda: desk.pass_time(seconds=seconds))
    desk.say(f"now {steady}")
    try:
        assert _ended(desk, steady).state is RunState.COMPLETE
    finally:
        desk.pass_time(seconds=-seconds)


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(hours=1), timedelta(hours=-1)])
def test_clock_jumps_and_tokens_expire_then_no_permission_is_called_missing(
    desk: Office, steady: str, jump: timedelta
) -> None:
    seconds = jump.total_seconds()

    def strike() -> None:
        desk.pass_time(seconds=seconds)
        desk.xero.expire_access_tokens()

    desk.xero.faults.before(API + "Contacts", 1, strike)
    desk.say(f"now {steady}")
    try:
        assert _ended(desk, steady).state is RunState.COMPLETE
    finally:
        desk.pass_time(seconds=-seconds)


def test_clock_is_wrong_then_what_changed_meanwhile_is_asked_for_by_xeros_clock(
    desk: Office, steady: str
) -> None:
    books = desk.xero.organisation(steady)
    added: list[str] = []

    def drift() -> None:
        added.append(books.add_invoice())
        books.touch("Payments", next(iter(books.shelf("Payments"))).record_id)

    desk.pass_time(hours=1)  # by our clock, nothing in Xero changed within the last hour
    desk.xero.faults.before(API + "Payments", 1, drift)
    desk.say(f"now {steady}")
    try:
        assert _ended(desk, steady).state is RunState.COMPLETE
    finally:
        desk.pass_time(hours=-1)
    assert desk.bot is not None
    (organisation,) = [one for one in desk.organisations() if one.name == steady]
    copies = desk.bot.parts.books.of(organisation)
    assert copies.record(copies.snapshot("latest"), "invoices", added[0]) is not None


def test_progress_is_shown_every_three_seconds_at_most_and_never_after_the_summary(
    desk: Office, name: str
) -> None:
    desk.xero.faults.add("slow", path=API + "Contacts", seconds=3.5)
    desk.xero.faults.add("slow", path=API + "Reports/*", seconds=3.5)
    before = len(desk.slack.calls)
    desk.say(f"now {name}")
    run = _ended(desk, name)
    _told(desk, name, "Complete")
    shown = [one for one in desk.slack.calls[before:] if one.method == "chat.update"]
    texts = [str(one.args["text"]) for one in shown]
    assert [f"Backup of {name}" in one for one in texts] == [*[False] * (len(texts) - 1), True]
    seconds = (run.finished_at - run.started_at).total_seconds() if run.finished_at and run.started_at else 0
    assert 2 <= len(texts) <= seconds / 3 + 2
    tenant_id = desk.xero.organisation(name).tenant_id
    asked = [one for one in desk.xero.calls if one.tenant_id == tenant_id]  # of all its APIs
    assert 0 < run.progress.calls <= len(asked)
    assert run.progress.records >= len(desk.xero.organisation(name).shelf("Invoices"))


def test_no_run_of_this_module_is_left_alive(desk: Office) -> None:
    assert desk.bot is not None
    assert desk.bot.parts.runs.unfinished() == []
