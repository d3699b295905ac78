"""Xero's calls of the day run out in the middle of a restore: it waits, says until when, and goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.domain.backup import RunState
from bot.domain.restore import RestoreState
from bot.errors import AlreadyRunning
from bot.views.words import when_plain
from tests.faults.restore_place import Place, in_office, surplus

PAUSE = 9000  # seconds that Xero says to wait


@pytest.fixture(scope="module")
def shared() -> Iterator[Place]:
    with in_office() as place:
        yield place


@pytest.fixture
def place(shared: Place) -> Iterator[Place]:
    yield shared
    shared.office.xero.faults.clear()


def _parked(place: Place, path: str, method: str = "PUT") -> str:
    restore_id = place.planned(place.open_target())
    place.office.xero.faults.add("429_day", path=f"/api.xro/2.0/{path}", method=method, retry_after=PAUSE)
    place.approve(restore_id)
    restore = place.until(restore_id, {RestoreState.PARKED})
    at = restore.resume_at
    assert at is not None
    assert timedelta(seconds=PAUSE - 60) < at - place.office.now() < timedelta(seconds=PAUSE + 600)
    assert when_plain(at)[:11] in place.says(restore_id, "It goes on by itself")
    return restore_id


def _goes_on(place: Place, restore_id: str) -> None:
    place.ended(restore_id)
    restore = place.restores.get(restore_id)
    assert restore.state is RestoreState.DONE
    assert not surplus(place.targets[restore.target_id], place.original)
    assert len(place.messages(restore_id)) == 1


@pytest.mark.parametrize("path", ["Contacts", "Payments"])
def test_day_limit_in_the_middle_then_it_waits_and_goes_on_by_the_clock(place: Place, path: str) -> None:
    restore_id = _parked(place, path)
    writes = len(place.targets[place.restores.get(restore_id).target_id].writes)
    place.office.pass_time(seconds=PAUSE / 2)
    place.recover()
    assert place.restores.get(restore_id).state is RestoreState.PARKED
    assert len(place.targets[place.restores.get(restore_id).target_id].writes) == writes
    place.office.pass_time(seconds=PAUSE)
    place.recover()
    _goes_on(place, restore_id)


def test_day_limit_before_the_first_write_then_it_waits_and_goes_on(place: Place) -> None:
    restore_id = place.planned(place.open_target())
    place.office.xero.faults.add("429_day", path="/api.xro/2.0/Organisation", method="GET", retry_after=PAUSE)
    place.approve(restore_id)
    place.until(restore_id, {RestoreState.PARKED})
    place.says(restore_id, "Nothing was written so far")
    place.office.pass_time(seconds=2 * PAUSE)
    place.recover()
    _goes_on(place, restore_id)


def test_day_limit_and_a_restart_then_it_goes_on_by_the_clock(place: Place) -> None:
    restore_id = _parked(place, "Invoices")
    place.restart(seconds=2 * PAUSE)
    _goes_on(place, restore_id)


def test_backup_asked_for_while_a_restore_is_parked_is_answered_truthfully(place: Place) -> None:
    restore_id = _parked(place, "Invoices")
    name = place.restores.get(restore_id).target_name
    told = place.office.say(f"now {name}")
    assert "estore" in told, told
    place.office.pass_time(seconds=2 * PAUSE)
    place.recover()
    _goes_on(place, restore_id)


def test_slot_of_the_schedule_while_a_restore_is_parked_is_kept_and_the_source_is_backed_up(
    place: Place,
) -> None:
    restore_id = _parked(place, "Invoices")
    target = place.parts.organisations.get(place.restores.get(restore_id).target_id)
    assert place.office.bot is not None
    with pytest.raises(AlreadyRunning):  # what the schedule notes as kept, not as failed
        place.office.bot.worker.services.backups.request(target, None, slot="sched:x", origin="schedule")
    told = place.office.say("status")
    assert f"A restore of it into {target.name}: paused" in told
    assert "Failed" not in told
    assert "Complete" in place.office.text(place.office.back_up(place.source.name))
    place.office.pass_time(seconds=2 * PAUSE)
    place.recover()
    _goes_on(place, restore_id)


def test_restore_approved_while_a_backup_of_the_target_is_parked_waits_and_goes_on(place: Place) -> None:
    target = place.open_target()
    restore_id = place.planned(target)
    place.office.xero.faults.add("429_day", path="/api.xro/2.0/Users", retry_after=5)
    place.office.say(f"now {target.name}")
    active = place.parts.runs.active
    assert place.wait(lambda: (run := active(target.id)) is not None and run.state is RunState.PARKED)
    place.approve(restore_id)
    place.says(restore_id, "Something else works on the target just now")
    assert place.restores.get(restore_id).state is RestoreState.APPROVED
    assert place.wait(lambda: active(target.id) is None)
    place.office.pass_time(minutes=6)
    place.recover()
    _goes_on(place, restore_id)
