"""A person stops a restore, at every moment there is, and lets it go on."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from bot.domain.restore import RestoreState
from bot.services.restoring.executing import READING_BACK
from bot.views import ids
from tests.faults.restore_place import Place, in_office, surplus
from tests.scenario.office import ANA, FINANCE, PRIYA


@pytest.fixture(scope="module")
def shared() -> Iterator[Place]:
    with in_office() as place:
        yield place


@pytest.fixture
def place(shared: Place) -> Iterator[Place]:
    yield shared
    shared.office.xero.faults.clear()


def _paths(place: Place, restore_id: str) -> list[str]:
    org = place.targets[place.restores.get(restore_id).target_id]
    return [one.path.removeprefix("/api.xro/2.0/") for one in org.writes]


def _stopped_while_writing(place: Place, *users: str) -> tuple[str, list[str]]:
    """Begin a restore and stop it while Xero takes its invoices; gives its id and what people were told."""
    restore_id = place.planned(place.open_target())
    told: list[str] = []
    place.during(
        "Invoices", lambda: told.extend(place.press(restore_id, ids.STOP_RESTORE, one) for one in users)
    )
    place.approve(restore_id)
    place.until(restore_id, {RestoreState.STOPPED})
    place.says(restore_id, "[Continue restore]")
    return restore_id, told


def test_stop_while_it_writes_then_it_ends_after_that_write_says_what_is_written_and_goes_on(
    place: Place,
) -> None:
    restore_id, told = _stopped_while_writing(place, ANA)
    assert "ends after the write it is making" in told[0]
    assert _paths(place, restore_id)[-1] == "Invoices"
    org = place.targets[place.restores.get(restore_id).target_id]
    written = sum(len(list(org.shelf(name))) for name in ("Contacts", "ManualJournals", "Invoices"))
    done = place.restores.get(restore_id).progress.steps_done
    assert f"{done} of " in place.shown(restore_id)
    assert "so far" in place.shown(restore_id)
    assert written < done, "matched ones count as done"
    place.press(restore_id, ids.CONTINUE_RESTORE)
    assert place.ended(restore_id).state is RestoreState.DONE
    assert not surplus(org, place.original)
    assert len(place.messages(restore_id)) == 1


def test_two_stops_then_both_are_answered_and_it_stops_once(place: Place) -> None:
    restore_id = place.planned(place.open_target())
    told: list[str] = []
    stop = (FINANCE, ids.STOP_RESTORE, ids.reference(restore_id))
    place.during("Invoices", lambda: told.extend(place.office.forge(one, *stop) for one in (ANA, PRIYA)))
    place.approve(restore_id)
    place.until(restore_id, {RestoreState.STOPPED})
    assert len(told) == 2
    assert all("ends after the write it is making" in one for one in told)
    assert "stopped at the moment" in place.office.forge(ANA, *stop)


def test_continue_twice_then_the_second_is_told_so(place: Place) -> None:
    restore_id, _ = _stopped_while_writing(place, ANA)
    place.press(restore_id, ids.CONTINUE_RESTORE)
    told = place.office.forge(PRIYA, FINANCE, ids.CONTINUE_RESTORE, ids.reference(restore_id))
    assert "approved this restore" in told
    place.ended(restore_id)
    assert not surplus(place.targets[place.restores.get(restore_id).target_id], place.original)


def test_stop_after_the_end_is_answered(place: Place) -> None:
    restore_id = place.begun(place.open_target())
    place.ended(restore_id)
    told = place.office.forge(ANA, FINANCE, ids.STOP_RESTORE, ids.reference(restore_id))
    assert "It has ended." in told
    assert place.restores.get(restore_id).state is RestoreState.DONE


def test_stop_while_it_is_read_back_is_answered_and_it_ends_whole(place: Place) -> None:
    restore_id = place.planned(place.open_target())
    told: list[str] = []

    def stop() -> None:
        if told or place.restores.get(restore_id).progress.phase != READING_BACK:
            return
        shown = place.says(restore_id, "Reading the target back", seconds=5)
        assert "[Stop restore]" not in shown
        told.append(place.office.forge(ANA, FINANCE, ids.STOP_RESTORE, ids.reference(restore_id)))

    place.office.xero.faults.add("hook", path="/api.xro/2.0/*", times=0, hook=stop)
    place.approve(restore_id)
    assert place.ended(restore_id).state is RestoreState.DONE
    assert "nothing left to stop" in told[0]


def test_stop_while_it_waits_for_calls_then_it_stops_at_once_and_goes_on_when_told(place: Place) -> None:
    restore_id = place.planned(place.open_target())
    place.office.xero.faults.add("429_day", path="/api.xro/2.0/Payments", method="PUT", retry_after=9000)
    place.approve(restore_id)
    place.until(restore_id, {RestoreState.PARKED})
    place.says(restore_id, "It goes on by itself")
    place.press(restore_id, ids.STOP_RESTORE)
    assert place.restores.get(restore_id).state is RestoreState.STOPPED
    place.says(restore_id, "A person stopped it")
    place.office.pass_time(hours=3)
    place.recover()
    time.sleep(0.5)
    assert place.restores.get(restore_id).state is RestoreState.STOPPED, "the clock does not wake it"
    place.press(restore_id, ids.CONTINUE_RESTORE)
    place.ended(restore_id)
    assert not surplus(place.targets[place.restores.get(restore_id).target_id], place.original)


def test_stop_while_it_waits_for_the_target_then_nothing_was_written(place: Place) -> None:
    target = place.open_target()
    restore_id = place.planned(target)
    with place.office.held("/api.xro/2.0/Users"):
        place.office.say(f"now {target.name}")
        place.approve(restore_id)
        place.says(restore_id, "[Stop restore]")
        place.press(restore_id, ids.STOP_RESTORE)
        assert place.restores.get(restore_id).state is RestoreState.STOPPED
        place.says(restore_id, "Nothing was written so far")
    assert _paths(place, restore_id) == []
