"""A machine for fault tests: the bot as processes of its own that may be killed, beside pretend services.

Slack and Xero live in the test's process, so a fault can strike at an exact call. `company` makes small
organisations, one for each test, so that tests share an office.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.config import load_settings
from bot.domain.organisation import Organisation
from bot.parts import Parts, open_parts
from bot.sandbox.slack import Message, PretendSlack
from bot.sandbox.slack.faults import Fault, Faults
from bot.sandbox.xero import PretendOrganisation, PretendXero
from bot.sandbox.xero.demo import build_organisation
from bot.vault import SnapshotInfo
from tests.faults.forge import ROOT, Forged, the_forge
from tests.scenario.furniture import furnish
from tests.scenario.office import FINANCE, Office

API = "/api.xro/2.0/"
STARTS_WITHIN = 30.0
_numbers = itertools.count(101)


class Machine(Office):
    """An office whose bot runs as processes; `folder` holds their logs.

    A `fresh` one reads all code anew for each process and begins in an empty folder, as an installation does.
    """

    def __init__(
        self,
        folder: Path,
        *,
        settings: Mapping[str, str] | None = None,
        organisations: Sequence[str] = ("nz",),
        minute_seconds: float = 2.0,
        fresh: bool = False,
    ) -> None:
        super().__init__(settings=settings, organisations=organisations, minute_seconds=minute_seconds)
        self.log_folder, self._fresh = folder, fresh
        self.processes: list[subprocess.Popen[bytes] | Forged] = []

    @property
    def data_folder(self) -> Path:
        """Where the bot keeps its state."""
        return Path(self._chosen_settings()["DATA_DIR"])

    @property
    def process(self) -> subprocess.Popen[bytes] | Forged:
        """The process started last."""
        return self.processes[-1]

    def process_settings(self, **more: str) -> dict[str, str]:
        """Give the settings as a process gets them."""
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        return {**kept, **self._chosen_settings(), "LOG_FORMAT": "json", "LOG_LEVEL": "info", **more}

    def start_bot(self) -> None:
        """Start the bot as a process and wait until it is ready."""
        self.slack.events_url = f"{self.spawn('run')['url']}/slack/events"

    def spawn(self, *command: str, module: str = "bot", **more: str) -> dict[str, str]:
        """Start a process of the bot and give the line it prints when it is ready."""
        log = self.log_folder / f"{len(self.processes)}.log"
        log.touch()
        self.processes.append(process := self._begin(module, command, log, self.process_settings(**more)))
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until:
            for line in log.read_text().splitlines():
                if '"event": "ready"' in line:
                    found: dict[str, str] = json.loads(line)
                    return found
            assert process.poll() is None, f"it ended with {process.returncode}: {log.read_text()}"
            time.sleep(0.02)
        raise AssertionError(f"not ready after {STARTS_WITHIN} s: {log.read_text()}")

    def _begin(
        self, module: str, command: Sequence[str], log: Path, env: Mapping[str, str]
    ) -> subprocess.Popen[bytes] | Forged:
        if not self._fresh:
            furnish(load_settings({}, for_demo=True, overrides=env, env_file=None))
            return the_forge().start(module, command, env=env, log=log)
        words = [sys.executable, "-m", module, *command]
        with log.open("wb") as out:
            return subprocess.Popen(words, env=env, stdout=out, stderr=subprocess.STDOUT, cwd=ROOT)

    def command(self, *command: str, **more: str) -> tuple[int, str]:
        """Run a command to its end; gives exit code and everything it said."""
        said = self.log_folder / f"command-{next(_numbers)}.txt"
        code = self._begin("bot", command, said, self.process_settings(**more)).wait(60)
        return code, said.read_text()

    def logs(self) -> str:
        """Give everything all processes logged."""
        return "\n".join(one.read_text() for one in sorted(self.log_folder.glob("*.log")))

    def kill(self) -> None:
        """Let the newest process die at once, as kill -9 does."""
        self.process.send_signal(signal.SIGKILL)

    def kill_at(self, path: str, nth: int = 1) -> None:
        """Let the newest process die just before Xero answers the nth call of a path."""
        self.xero.faults.before(API + path, nth, self.kill)

    def dead(self) -> int:
        """Wait until the newest process has ended; gives its code."""
        return self.process.wait(30)

    def stop_bot(self) -> None:
        """Ask every process to end, and wait."""
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                self._tell_where(process)
                raise

    def _tell_where(self, process: subprocess.Popen[bytes] | Forged) -> None:
        """Print what each thread of a process is doing that should have ended, and let it die."""
        if isinstance(process, Forged):
            process.tell_where()
            with suppress(subprocess.TimeoutExpired):
                process.wait(1)
        process.kill()
        sys.stderr.write(self.logs())

    def stop(self) -> None:
        """End the processes, then the rest."""
        self.stop_bot()
        super().stop()

    @contextmanager
    def parts(self) -> Iterator[Parts]:
        """Look into database and vault from here."""
        settings = load_settings({}, for_demo=True, overrides=self._chosen_settings(), env_file=None)
        parts = open_parts(settings, may_migrate=False)
        try:
            yield parts
        finally:
            parts.close()

    def organisations(self) -> list[Organisation]:
        """List what is linked."""
        with self.parts() as parts:
            return parts.organisations.linked()

    def snapshots(self, name: str = "") -> list[SnapshotInfo]:
        """Give the snapshots of an organisation after the whole of its copies was found good."""
        with self.parts() as parts:
            (one,) = [found for found in parts.organisations.linked() if name in found.name]
            books = parts.books.of(one)
            assert books.verify(full=True).problems == ()
            return books.snapshots()

    def calls_since(self, count: int) -> list[str]:
        """Give what Xero was asked after so many calls, without the API's address."""
        return [one.path.removeprefix(API) for one in self.xero.calls[count:] if one.path.startswith(API)]


@contextmanager
def machine(
    folder: Path,
    *,
    settings: Mapping[str, str] | None = None,
    organisations: Sequence[str] = ("nz",),
    fresh: bool = False,
) -> Iterator[Machine]:
    """Open a machine; its first bot runs already."""
    one = Machine(folder, settings=settings, organisations=organisations, fresh=fresh)
    try:
        one.start()
        yield one
    finally:
        one.stop()


class Trap(Faults):
    """Slack's faults, with a deed done just before a call of a method is taken, once a condition holds."""

    def __init__(self, method: str, when: Callable[[], bool], deed: Callable[[], None]) -> None:
        super().__init__()
        self._method, self._when, self._deed, self._sprung = method, when, deed, False

    def take(self, method: str) -> Fault | None:
        """Spring at most once: the call that springs it is lost."""
        if not self._sprung and method == self._method and self._when():
            self._sprung = True
            self._deed()
            return Fault(method=method, kind="drop")
        return super().take(method)


def set_trap(slack: PretendSlack, method: str, when: Callable[[], bool], deed: Callable[[], None]) -> None:
    """Put a trap in the place of Slack's faults."""
    slack.realm.faults = Trap(method, when, deed)


def company(xero: PretendXero, name: str, *, of: str = "nz") -> PretendOrganisation:
    """Add a small organisation with books of its own to the pretend Xero, under this name and key."""
    one = build_organisation(of, seed=next(_numbers), now=xero.now)
    (about,) = one.shelf("Organisations")
    one.change("Organisations", about.record_id, Name=name, LegalName=name)
    one.key = name
    xero.add_organisation(one)
    return one


def met(office: Office) -> None:
    """Wait until the bot has asked Slack who it is: pytest changes the environment that this reads."""
    assert office.slack.wait_until(lambda: any(one.method == "auth.test" for one in office.slack.calls), 10)


def summaries(office: Office, name: str, channel: str = FINANCE) -> list[Message]:
    """Give the messages of a channel that tell of backups of an organisation, running or ended."""
    found = [one for one in office.slack.messages(channel) if one.only_for is None]
    return [one for one in found if f"ackup of {name}" in one.text or f"acking up {name}" in one.text]
