"""The bot's process dies at any moment of a whole restore: the next start goes on, and nothing comes twice.

A sample of moments runs with the other tests; RESTORE_KILLS=50 in the environment runs so many.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from random import Random

import pytest

from bot.config import load_settings
from bot.domain.restore import RestoreState
from bot.parts import open_parts
from tests.faults.machine import Machine
from tests.faults.restore_place import OVER, Outcome, Place, open_place, surplus
from tests.faults.restore_power import Power, lose_answers
from tests.scenario.office import ANA, PRIYA

KILLS = int(os.environ.get("RESTORE_KILLS", "6"))


@dataclass
class Undisturbed:
    """A machine, and how a restore on it ended that nothing disturbed."""

    machine: Machine
    place: Place
    power: Power
    outcome: Outcome
    calls: int
    gaps: list[float]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Undisturbed]:
    one = Machine(
        tmp_path_factory.mktemp("kills"),
        organisations=(),
        minute_seconds=0.2,
        settings={"XERO_FILL_CALLS": "200"},
    )
    try:
        one.start()
        settings = load_settings({}, for_demo=True, overrides=one._chosen_settings(), env_file=None)
        parts = open_parts(settings, may_migrate=False)
        with open_place(one, parts) as place:
            power = Power(one)
            restore_id = _asked(place, power)
            _through(one, place, power, restore_id)
            seen = len(power.seen)
            gaps = [power.gap(at) for at in range(1, seen + 1)]
            yield Undisturbed(one, place, power, place.outcome(restore_id), seen, gaps)
        parts.close()
    finally:
        one.stop()


def _asked(place: Place, power: Power) -> str:
    """Ask for a restore into a new organisation; its plan waits for the permission."""
    target = place.open_target()
    power.watch(place.targets[target.id])
    return place.ask(target)


def _through(
    machine: Machine, place: Place, power: Power, restore_id: str, *, at: int = 0, after: float = 0.0
) -> None:
    """See a restore through to its end, as people who start the bot again when it is gone."""
    power.arm(machine.xero, at=at, after=after)
    if at:
        lose_answers(machine.xero, Random(at))
    with suppress(OSError, AssertionError):  # the page of the consent may not come any more
        place.permit(restore_id)
    starts = len(machine.processes)

    def is_over() -> bool:
        if machine.process.poll() is not None:
            assert len(machine.processes) == starts, "it died again: " + machine.logs()
            machine.start_bot()
        restore = place.restores.get(restore_id)
        if restore.state is RestoreState.WAITING:
            with suppress(OSError, LookupError):  # the message may not show the plan yet
                place.try_to_approve(restore_id)
        given = all(place.files(user, restore_id) for user in (ANA, PRIYA))
        return restore.state in OVER and given and (not at or bool(power.was_cut_at))

    assert place.wait(is_over, 60), (at, place.restores.get(restore_id), machine.logs()[-3000:])
    assert place.wait(lambda: "Restored" in place.shown(restore_id), 20), place.shown(restore_id)


@pytest.mark.parametrize("number", range(KILLS))
def test_restore_when_the_process_dies_somewhere_then_it_ends_as_if_it_had_not(
    good: Undisturbed, number: int
) -> None:
    dice, place, power = Random(f"restore {number}"), good.place, good.power
    if good.machine.process.poll() is not None:  # a test before this one failed
        good.machine.start_bot()
    restore_id = _asked(place, power)
    at = dice.randint(1, good.calls - 2)
    after = dice.choice([0.0, dice.random() * good.gaps[at - 1]])
    _through(good.machine, place, power, restore_id, at=at, after=after)
    told = (at, after, power.was_cut_at)
    restore = place.restores.get(restore_id)
    assert place.outcome(restore_id) == good.outcome, told
    assert not surplus(place.targets[restore.target_id], place.original), told
    assert len(place.messages(restore_id)) == 1, told
    assert "Restored and compared" in place.shown(restore_id), told
    for user in (ANA, PRIYA):
        # Between Slack's taking a file and our noting it, nobody can know: then it may come again.
        most = 2 if "files" in power.was_cut_at else 1
        assert 1 <= len(place.files(user, restore_id)) <= most, told
