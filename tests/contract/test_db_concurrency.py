"""Many at once: nothing is lost, nothing doubled, and nobody hears "database is locked"."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from bot.db import audit, outbox
from bot.db.allowance import Allowances
from bot.db.engine import Database
from bot.db.received import first_time
from bot.db.tables import Allowance, AuditRow, OrganisationRow, Received, RunRow, Workspace

THREADS = 8
CLAIM = """
import sys; from datetime import UTC, datetime
from bot.db.allowance import Allowances; from bot.db.engine import Database
now = lambda: datetime.now(UTC)
db = Database.open(sys.argv[1], now=now)
book = Allowances(db, per_minute=62, minute_seconds=3600, per_day=10000, reserve=0, now=now)
print(sum(1 for _ in range(50) if book.claim("t") == 0))
"""
INSERT = """
import sys; from datetime import UTC, datetime
from bot.db import audit; from bot.db.engine import Database; from bot.db.received import first_time
now = lambda: datetime.now(UTC)
db = Database.open(sys.argv[1], now=now)
first = 0
for number in range(60):
    with db.session() as session:
        first += first_time(session, f"Ev{number}", now())
        who = dict(workspace_id="w", actor=sys.argv[2])
        audit.record(session, at=now(), action="a", outcome="o", origin="x", **who)
print(first)
"""


def _at_once(count: int, work: Callable[[int], object]) -> list[object]:
    """Run `work` in threads that start together; give the results, raise the first failure."""
    gate, results, failures = threading.Barrier(count), list[object](), list[BaseException]()

    def run(number: int) -> None:
        gate.wait()
        try:
            results.append(work(number))
        except BaseException as error:  # noqa: BLE001 - raised below
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return results


def _in_processes(program: str, url: str, count: int = 2) -> list[int]:
    words = [sys.executable, "-c", program, url]
    running = [
        subprocess.Popen([*words, str(number)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for number in range(count)
    ]
    answers = [one.communicate(timeout=60) for one in running]
    assert [error for _, error in answers] == [""] * count
    return [int(out) for out, _ in answers]


def _organisation(db: Database) -> str:
    now = db.now()
    with db.session() as session:
        workspace = Workspace(team_id="T1", created_at=now)
        session.add(workspace)
        session.flush()
        row = OrganisationRow(
            workspace_id=workspace.id, tenant_id="t", name="n", linked_by="U", linked_at=now, state_since=now
        )
        session.add(row)
    return row.id


def _run(organisation_id: str, state: str = "queued", slot: str | None = None) -> RunRow:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    return RunRow(organisation_id=organisation_id, kind="backup", state=state, slot=slot, requested_at=at)


def test_calls_when_claimed_by_eight_threads_are_booked_exactly(database: Database) -> None:
    book = Allowances(database, per_minute=62, minute_seconds=60, per_day=10**6, reserve=0, now=database.now)
    granted = _at_once(THREADS, lambda _: sum(book.claim("t") == 0 for _ in range(20)))
    assert sum(int(str(one)) for one in granted) == 60
    with database.reading() as session:
        row = session.get_one(Allowance, "t")
        assert (len(row.recent), row.used_today) == (60, 60)


def test_calls_when_claimed_by_two_processes_are_booked_exactly(database_url: str) -> None:
    assert sum(_in_processes(CLAIM, database_url)) == 60


def test_read_then_write_when_done_by_eight_threads_loses_no_update(database: Database) -> None:
    with database.session() as session:
        session.add(Allowance(tenant_id="t"))

    def add(_: int) -> None:
        for _ in range(25):
            with database.session() as session:
                session.get_one(Allowance, "t", with_for_update=True).used_today += 1

    _at_once(THREADS, add)
    with database.reading() as session:
        assert session.get_one(Allowance, "t").used_today == THREADS * 25


def test_event_when_received_by_eight_threads_is_first_for_one(database: Database) -> None:
    def receive(_: int) -> int:
        with database.session() as session:
            return sum(first_time(session, f"Ev{number}", database.now()) for number in range(20))

    assert sum(int(str(one)) for one in _at_once(THREADS, receive)) == 20


def test_events_and_audit_when_written_by_two_processes_are_whole(
    database_url: str, database: Database
) -> None:
    assert sum(_in_processes(INSERT, str(database_url))) == 60
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Received)) == 60
        assert session.scalar(select(func.count()).select_from(AuditRow)) == 120
        assert audit.check_chain(session) == []


def test_audit_when_written_by_eight_threads_does_not_fork(database: Database) -> None:
    def write(number: int) -> None:
        for _ in range(10):
            with database.session() as session:
                audit.record(
                    session,
                    at=database.now(),
                    workspace_id="w",
                    actor=f"U{number}",
                    action="a",
                    outcome="o",
                    origin="x",
                )

    _at_once(THREADS, write)
    with database.reading() as session:
        assert audit.check_chain(session) == []
        assert len(audit.read(session)) == THREADS * 10


def test_message_when_stored_by_eight_threads_is_stored_once(database: Database) -> None:
    def put(number: int) -> bool:
        with database.session() as session:
            return outbox.put(
                session, "k", workspace_id="w", channel_id="C", payload={"n": number}, now=database.now()
            )

    assert sorted(_at_once(THREADS, put), key=bool) == [False] * (THREADS - 1) + [True]


@pytest.mark.parametrize("state", ["queued", "running", "parked"])
def test_run_when_one_is_active_is_refused_for_the_same_organisation(database: Database, state: str) -> None:
    organisation = _organisation(database)
    with database.session() as session:
        session.add(_run(organisation, state))
    with pytest.raises(IntegrityError), database.session() as session:
        session.add(_run(organisation))


@pytest.mark.parametrize("state", ["complete", "gaps", "failed", "stopped"])
def test_run_when_all_others_are_over_is_allowed(database: Database, state: str) -> None:
    organisation = _organisation(database)
    with database.session() as session:
        session.add_all([_run(organisation, state) for _ in range(3)])
    with database.session() as session:
        session.add(_run(organisation))


def test_runs_when_asked_for_by_eight_threads_become_one(database: Database) -> None:
    organisation = _organisation(database)

    def ask(_: int) -> bool:
        try:
            with database.session() as session:
                session.add(_run(organisation))
        except IntegrityError:
            return False
        return True

    assert sum(bool(one) for one in _at_once(THREADS, ask)) == 1


def test_slot_of_the_schedule_when_taken_is_refused_even_after_its_run_is_over(database: Database) -> None:
    organisation = _organisation(database)
    with database.session() as session:
        session.add(_run(organisation, "complete", "sched:o:2026-10-25T01:30"))
    with pytest.raises(IntegrityError), database.session() as session:
        session.add(_run(organisation, "queued", "sched:o:2026-10-25T01:30"))
