"""The bot's process dies at any moment of a whole backup: the next start goes on, and nothing comes twice.

A few moments run with the other tests; BACKUP_KILLS=100 in the environment runs so many. Every second backup
is the first of its organisation, the others build upon the ones before. A moment is a call to Xero or Slack,
any time between two of them, or a file that has just appeared in the vault; some processes die twice.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from random import Random

import pytest

from bot.config import load_settings
from bot.domain.backup import Verdict
from bot.parts import open_parts
from tests.faults.backup_place import Kept
from tests.faults.machine import Machine
from tests.faults.restore_power import Power
from tests.scenario.office import ANA, FINANCE

KILLS = int(os.environ.get("BACKUP_KILLS", "4"))


@dataclass
class Undisturbed:
    """How a backup goes that nothing disturbs: its calls, the time after each, the files it writes."""

    gaps: list[float]
    files: int
    reports: dict[str, list[str]]

    def some_time(self, dice: Random) -> tuple[int, float]:
        """Choose a moment, all being equally likely; gives a call and the seconds after it."""
        moment = dice.random() * sum(self.gaps)
        ends = list(accumulate(self.gaps))
        at = next(number for number, end in enumerate(ends) if moment <= end)
        return at + 1, moment - (ends[at] - self.gaps[at])


class Mortal(Machine):
    """A machine that remembers the last calls before each death."""

    power: Power

    def __init__(self, folder: Path) -> None:
        filling = {"XERO_FILL_CALLS": "20"}  # files first, then history; the rest waits
        super().__init__(folder, organisations=(), minute_seconds=0.2, settings=filling)
        self.last_calls: list[str] = []

    def kill(self) -> None:
        # Several: what else is under way, such as the first look at a new company, calls Xero, too.
        self.last_calls.append(", ".join(what for _, what in self.power.seen[-3:]))
        super().kill()


@dataclass
class Ground:
    """A machine with an organisation that has copies, and how backups go on it."""

    machine: Mortal
    steady: Kept
    first: Undisturbed
    later: Undisturbed

    def new_company(self, name: str) -> Kept:
        one = Kept(self.machine, self.steady.parts, name)
        one.attach()
        return one


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    machine = Mortal(tmp_path_factory.mktemp("kills"))
    machine.slack.rate_limits, machine.xero.authority.connection_limit = False, 1000
    try:
        machine.start()
        settings = load_settings({}, for_demo=True, overrides=machine._chosen_settings(), env_file=None)
        parts = open_parts(settings, may_migrate=False)
        machine.power, steady = Power(machine), Kept(machine, parts, "Steady Traders")
        steady.attach()
        first = _measured(machine, steady)
        steady.alter()
        yield Ground(machine, steady, first, _measured(machine, steady))
        parts.close()
    finally:
        machine.stop()


def _files(machine: Machine) -> int:
    return sum(len(names) for _, _, names in os.walk(machine.data_folder / "vault"))


def _measured(machine: Mortal, kept: Kept) -> Undisturbed:
    machine.power.arm(machine.xero)
    before = _files(machine)
    _through(machine, kept)
    assert kept.not_as_served() == []
    assert len(kept.files()) == 4
    gaps = [machine.power.gap(at) for at in range(1, len(machine.power.seen) + 1)]
    return Undisturbed(gaps, _files(machine) - before, kept.reports())


def _through(machine: Mortal, kept: Kept, *, again: int = 0) -> None:
    """See a backup through to its end, as people who start the bot again when it is gone.

    With `again`, the second process dies, too, at that call.
    """
    ended, starts = len(kept.ended), len(machine.processes)
    was_heard = _is_heard(machine, kept)

    def is_over() -> bool:
        nonlocal was_heard
        if machine.process.poll() is not None:
            assert len(machine.processes) < starts + 3, "it died again: " + machine.logs()[-3000:]
            if again and len(machine.processes) == starts:
                machine.power.arm(machine.xero, at=again)
            machine.start_bot()
        if not was_heard and kept.active is None and len(kept.ended) == ended:  # it never came to be
            was_heard = _is_heard(machine, kept)
        shown = [machine.text(one) for one in kept.messages]
        return len(kept.ended) > ended and any(f"Snapshot #{_number(kept)}" in one for one in shown)

    until = time.monotonic() + 60
    while not is_over():
        told = (kept.active, kept.ended[:1], [machine.text(one) for one in kept.messages])
        assert time.monotonic() < until, (told, machine.logs()[-3000:])
        time.sleep(0.05)


def _is_heard(machine: Machine, kept: Kept) -> bool:
    """Ask for a backup; where the process dies over it, whoever asked hears nothing."""
    try:
        return machine.slack.command(ANA, FINANCE, f"now {kept.name}").ok
    except OSError:
        return False


def _number(kept: Kept) -> int:
    return kept.ended[0].snapshot_number


class FileWatch:
    """Cuts the power as soon as the vault holds so many files more than when this was made."""

    def __init__(self, machine: Machine, more: int) -> None:
        self._vault = machine.data_folder / "vault"
        self._machine, self._most = machine, _files(machine) + more
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._is_over.wait(0.001):
            if _files(self._machine) >= self._most:
                self._machine.kill()
                return

    def end(self) -> None:
        self._is_over.set()
        self._thread.join(10)


@pytest.mark.parametrize("number", range(KILLS))
def test_backup_when_the_process_dies_somewhere_then_it_ends_as_if_it_had_not(
    ground: Ground, number: int
) -> None:
    dice, machine = Random(f"backup {number}"), ground.machine
    if machine.process.poll() is not None:  # a test before this one failed
        machine.start_bot()
    kept = ground.steady if number % 2 else ground.new_company(f"Company {number:03}")
    if number % 2:
        kept.alter()
    before, known = (ground.later, len(kept.messages)) if number % 2 else (ground.first, 0)
    snapshots, runs = len(kept.copies.snapshots()), len(kept.ended)
    told = _strike(ground, kept, before, dice)
    assert [one.number for one in kept.sound_snapshots()] == list(range(1, snapshots + 2)), told
    assert len(kept.ended) == runs + 1, told
    assert kept.ended[0].verdict is Verdict.COMPLETE, (told, kept.ended[0])
    assert kept.not_as_served() == [], told
    assert kept.files() == set(kept.attached()), told
    assert kept.reports() == before.reports, told
    _told_once(ground, kept, known, told)


def _strike(ground: Ground, kept: Kept, before: Undisturbed, dice: Random) -> tuple[object, ...]:
    """Take a backup that is disturbed; gives what tells when."""
    machine, watch = ground.machine, None
    way = dice.choice(["call", "time", "file"])
    at, after, files = dice.randint(1, len(before.gaps)), 0.0, dice.randint(1, before.files)
    if way == "time":
        at, after = before.some_time(dice)
    machine.last_calls.clear()
    machine.power.arm(machine.xero, at=0 if way == "file" else at, after=after)
    if way == "file":
        watch = FileWatch(machine, files)
    _through(machine, kept, again=dice.choice([0, 0, 0, dice.randint(1, len(before.gaps))]))
    if watch is not None:
        watch.end()
    is_due = bool(machine.power.was_cut_at)
    machine.power.arm(machine.xero)  # the second death may not have come: then it comes no more
    if not machine.last_calls:  # it was over sooner than the others: then the process dies after it
        _dies_at_rest(machine, is_due=is_due)
    return way, at, after, files, list(machine.last_calls)


def _dies_at_rest(machine: Mortal, *, is_due: bool) -> None:
    if not is_due:
        machine.kill()
    machine.dead()
    machine.start_bot()


def _told_once(ground: Ground, kept: Kept, known: int, told: tuple[object, ...]) -> None:
    """One message tells of it; where the process died while Slack took the first, nobody can know."""
    texts = [ground.machine.text(one) for one in kept.messages[known:]]
    assert sum("Complete" in one for one in texts) == 1, (told, texts)
    in_doubt = sum("chat.postMessage" in one for one in ground.machine.last_calls)
    assert len(texts) <= 1 + in_doubt, (told, texts)
