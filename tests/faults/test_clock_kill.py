"""The process dies between asking for a slot and moving its row on; several processes share one slot."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from bot.db.tables import RunRow, ScheduleRow
from bot.domain.names import Actor
from bot.domain.schedule import ScheduleKind
from bot.domain.settings import OrganisationSettings
from bot.domain.timetable import Timetable
from bot.services.settings import SettingsStore
from tests.faults.machine import Machine, machine, summaries
from tests.scenario.office import ANA, FINANCE

NAME = "Kererū Coffee Roasters"
BACKUP = ScheduleKind.BACKUP
# SQLite lets a trigger refuse a statement: the process asks for the work and cannot move the row on.
STUCK = (
    "CREATE TRIGGER stuck BEFORE UPDATE OF last_slot ON schedules WHEN NEW.last_slot <> OLD.last_slot "
    "AND NEW.kind = 'backup' BEGIN SELECT RAISE(ABORT, 'the power is gone'); END"
)


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path) as started:
        started.link("nz")
        yield started


def make_due(one: Machine) -> str:
    """Let the backup be due since a minute; gives its slot."""
    at = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=1)
    values = {
        "times": [f"{at:%H:%M}"],
        "zone": "UTC",
        "next_at": at,
        "next_slot": f"{at:%Y-%m-%dT%H:%M}",
        "changed_at": at - timedelta(days=1),
    }
    with one.parts() as parts:
        (organisation,) = parts.organisations.linked()
        actor = Actor(workspace_id=organisation.workspace_id, team_id="", user_id=ANA)
        chosen = OrganisationSettings(timetable=Timetable(times=(at.time(),)))
        store = SettingsStore(parts.db, audit=parts.audit, now=parts.now)
        store.change_organisation(actor, organisation, chosen)
        with parts.db.session() as session:
            session.execute(update(ScheduleRow).where(ScheduleRow.kind == BACKUP).values(**values))
    return str(values["next_slot"])


def runs(one: Machine) -> list[tuple[str, str]]:
    with one.parts() as parts, parts.db.reading() as session:
        return [(str(row.slot), row.state) for row in session.execute(select(RunRow.slot, RunRow.state))]


def moved_on(one: Machine) -> str:
    """Give the slot that the row says was served last."""
    with one.parts() as parts, parts.db.reading() as session:
        return str(session.scalar(select(ScheduleRow.last_slot).where(ScheduleRow.kind == BACKUP)))


def ended(one: Machine) -> None:
    message = one.wait_for(FINANCE, "backup of", also=("Complete", "Failed", "Stopped"), seconds=40)
    assert "Complete" in one.text(message)


def test_kill_between_asking_and_moving_on_then_one_backup_and_the_row_moves(one: Machine) -> None:
    with one.parts() as parts, parts.db.session() as session:
        session.execute(text(STUCK))
    slot = make_due(one)
    assert one.slack.wait_until(lambda: bool(runs(one)), 20)
    assert moved_on(one) == ""
    one.kill()
    assert one.dead() == -signal.SIGKILL
    with one.parts() as parts, parts.db.session() as session:
        session.execute(text("DROP TRIGGER stuck"))
    one.start_bot()
    ended(one)
    assert one.slack.wait_until(lambda: moved_on(one) == slot, 20)
    ((of, state),) = runs(one)
    assert of.startswith("sched:backup:")
    assert of.endswith(slot)
    assert state == "complete"
    assert [info.number for info in one.snapshots()] == [1]
    assert len(summaries(one, NAME)) == 1


def test_slot_missed_while_the_process_was_down_then_caught_up_once_at_start(one: Machine) -> None:
    one.kill()
    one.dead()
    slot = make_due(one)
    one.start_bot()
    ended(one)
    one.stop_bot()
    one.start_bot()
    assert moved_on(one) == slot
    assert [(of[-16:], state) for of, state in runs(one)] == [(slot, "complete")]


class Three(Machine):
    """A bot and two workers on one PostgreSQL; the clock ticks in each of the workers and in the bot."""

    def start_worker(self) -> None:
        folder = self.log_folder / f"worker{len(self.processes)}"
        self.spawn(module="tests.faults.short_worker", DATA_DIR=str(folder))


@pytest.fixture
def three(tmp_path: Path, postgres_url: str) -> Iterator[Three]:
    address = postgres_url.replace("postgresql://", "postgresql+psycopg://")
    found = Three(tmp_path, settings={"DATABASE_URL": address, "VAULT_URL": (tmp_path / "vault").as_uri()})
    try:
        found.start()
        found.start_worker()
        found.start_worker()
        found.link("nz")
        yield found
    finally:
        found.stop()


def test_slot_when_three_processes_tick_then_one_run(three: Three) -> None:
    slot = make_due(three)
    ended(three)
    assert [(of[-16:], state) for of, state in runs(three)] == [(slot, "complete")]
    assert moved_on(three) == slot
    assert [info.number for info in three.snapshots()] == [1]
    assert len(summaries(three, NAME)) == 1
