"""The one disk of the machine fills up at some moment of a backup or an export, and has room again.

A real process is told that no file of its may grow (RLIMIT_FSIZE): its vault, both databases, exports and its
log meet that at once, as on a full disk. The limit is taken away again while it runs.
"""

from __future__ import annotations

import resource
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.config import load_settings
from bot.domain.backup import Verdict
from bot.parts import open_parts
from tests.faults.backup_place import Kept
from tests.faults.machine import API, Machine
from tests.scenario.office import ANA, FINANCE
from tests.scenario.test_exports import told_directly

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux lets another process's limits be changed"
)
FULL_FOR = 1.0  # seconds; longer than all tries of a step and two looks for stranded work


class Disk:
    """The disk of the machine's newest process."""

    def __init__(self, machine: Machine) -> None:
        self._pid, self.was_full = machine.process.pid, threading.Event()

    def fill(self) -> None:
        """Leave no room for a while."""
        if not self.was_full.is_set():
            self.was_full.set()
            resource.prlimit(self._pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
            threading.Timer(FULL_FOR, self.clear).start()

    def clear(self) -> None:
        """Make room again."""
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        with suppress(ProcessLookupError):  # the test has ended, and its process with it
            resource.prlimit(self._pid, resource.RLIMIT_FSIZE, unlimited)

    def fill_once(self, condition: Callable[[], bool]) -> threading.Thread:
        """Fill it as soon as something holds."""

        def watch() -> None:
            until = time.monotonic() + 20
            while not condition() and time.monotonic() < until:
                time.sleep(0.0005)
            self.fill()

        thread = threading.Thread(target=watch)
        thread.start()
        return thread


class Hasty(Machine):
    def start_bot(self) -> None:
        url = self.spawn("run", module="tests.faults.hasty_bot")["url"]
        self.slack.events_url = f"{url}/slack/events"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """An organisation with one good snapshot."""
    filling = {"XERO_FILL_CALLS": "20"}
    machine = Hasty(tmp_path_factory.mktemp("full"), organisations=(), minute_seconds=0.2, settings=filling)
    machine.slack.rate_limits = False
    try:
        machine.start()
        settings = load_settings({}, for_demo=True, overrides=machine._chosen_settings(), env_file=None)
        parts = open_parts(settings, may_migrate=False)
        one = Kept(machine, parts, "Narrow House")
        one.back_up()
        yield one
        parts.close()
    finally:
        machine.stop()


@pytest.fixture
def disk(kept: Kept) -> Iterator[Disk]:
    assert isinstance(kept.office, Machine)
    one = Disk(kept.office)
    kept.alter()
    yield one
    kept.office.xero.faults.clear()
    one.clear()


def _goes_on(kept: Kept, disk: Disk, snapshots: int) -> None:
    """Without anybody's doing, the backup under way ends whole, is told once, and the next one works."""
    told = kept.back_up()
    assert disk.was_full.is_set()
    assert "Complete:" in told
    assert kept.ended[0].verdict is Verdict.COMPLETE
    assert [one.number for one in kept.sound_snapshots()] == list(range(1, snapshots + 2))
    assert kept.not_as_served() == []
    assert len(kept.messages) == len(kept.ended)


@pytest.mark.parametrize(("path", "nth"), [("TaxRates", 1), ("Payments", 1), ("Reports/*", 16)])
def test_disk_is_full_while_records_are_read_then_the_backup_goes_on_when_there_is_room(
    kept: Kept, disk: Disk, path: str, nth: int
) -> None:
    kept.office.xero.faults.before(API + path, nth, disk.fill)
    _goes_on(kept, disk, len(kept.copies.snapshots()))


def test_disk_is_full_while_files_are_fetched_then_they_are_whole_when_there_is_room(
    kept: Kept, disk: Disk
) -> None:
    kept.attach()
    kept.office.xero.faults.before(API + "*/Attachments/*", 2, disk.fill)
    _goes_on(kept, disk, len(kept.copies.snapshots()))
    assert kept.files() == set(kept.attached())


@pytest.mark.parametrize("what", ["packs", "manifests", "heads"])
def test_disk_is_full_while_the_snapshot_is_written_then_the_backup_goes_on_when_there_is_room(
    kept: Kept, disk: Disk, what: str
) -> None:
    folder = _folder(kept)
    before = len(list(folder.rglob(f"{what}/*")))
    watch = disk.fill_once(lambda: len(list(folder.rglob(f"{what}/*"))) > before)
    _goes_on(kept, disk, len(kept.copies.snapshots()))
    watch.join()


def _folder(kept: Kept) -> Path:
    assert isinstance(kept.office, Machine)
    return kept.office.data_folder / "vault"


def test_disk_is_full_while_an_export_is_written_then_it_is_made_when_there_is_room(
    kept: Kept, disk: Disk
) -> None:
    assert isinstance(kept.office, Machine)
    folder, office = kept.office.data_folder / "exports", kept.office
    watch = disk.fill_once(lambda: folder.is_dir() and bool(list(folder.iterdir())))
    assert office.slack.command(ANA, FINANCE, f"export {kept.name}").ok
    watch.join()
    assert "Export ready" in told_directly(office, ANA, "xport")
    (made,) = folder.iterdir()  # it waits to be fetched; of the first attempt nothing is left
    assert zipfile.ZipFile(made).testzip() is None
    assert disk.was_full.is_set()
    assert kept.copies.verify(full=True).problems == ()


def test_somebody_asks_while_the_disk_is_full_then_they_hear_that_the_copies_stand(
    kept: Kept, disk: Disk
) -> None:
    disk.fill()
    assert "The backups made so far still stand." in kept.office.say(f"now {kept.name}")
    disk.clear()
    assert kept.active is None
    assert kept.name in kept.office.say("status")
