"""Commands that run until they are told to stop: the bot, a worker alone, the demo."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from bot import late, runtime
from bot.cli.opening import parts_for, settings_for, settings_on_port

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.demo import Demo

_Port = Annotated[
    int | None, typer.Option("--port", min=0, max=65535, help="Listen on this port; 0 takes a free one.")
]


def add(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(run)
    app.command()(worker)
    app.command()(demo)


def run(
    port: _Port = None,
    no_worker: Annotated[
        bool, typer.Option("--no-worker", help="Leave the work to `ledgerkeep worker` processes.")
    ] = False,
) -> None:
    """Run the bot until SIGTERM or Ctrl-C.

    Slack, web routes, clock and worker, in one process. When it is ready it prints one line of JSON.
    """
    settings = settings_on_port(port)
    _travel_light(settings)

    from bot.folder import DataFolder
    from bot.process import Bot

    folder = DataFolder(settings.data_dir)
    if settings.on_one_machine and not no_worker:
        folder.hold()  # before the tables may change: another process may be using them
    with stopping() as told, parts_for(settings, may_migrate=True) as parts:
        bot = Bot(parts, with_worker=not no_worker, folder=folder)
        try:
            url = bot.start()
            runtime.begun()
            say(event="ready", url=url, mode=settings.mode)
            told.wait()
        finally:
            bot.stop()


def worker() -> None:
    """Run a worker alone, beside `run --no-worker`."""
    settings = settings_for()
    _travel_light(settings)

    from bot.app import Worker
    from bot.folder import DataFolder

    folder = DataFolder(settings.data_dir)
    if settings.on_one_machine:
        folder.hold()
    with stopping() as told, parts_for(settings, may_migrate=True) as parts:
        working = Worker(parts)
        try:
            working.start()
            runtime.begun()
            say(event="ready", mode="worker")
            told.wait()
        finally:
            working.stop()
            folder.release()


def demo(
    port: _Port = None,
    tour: Annotated[
        bool, typer.Option("--tour", help="Let a script drive it, print every message, then end.")
    ] = False,
) -> None:
    """Try it with a pretend Slack and Xero, no account needed.

    Everything runs on this computer and is gone at the end.
    """
    from bot.demo import SHORT_MINUTE, TOUR_MINUTE, Demo
    from bot.log import setup_logging

    setup_logging(None, "warning")
    with stopping() as told:
        sandbox = Demo(page_port=port or 0, minute_seconds=TOUR_MINUTE if tour else SHORT_MINUTE)
        try:
            page = sandbox.start()
            if tour:
                _tour(sandbox)
                return
            print(f"The sandbox is open at {page}  (Ctrl-C ends it; nothing is kept.)", flush=True)
            told.wait()
        finally:
            sandbox.stop()


def _travel_light(settings: Settings) -> None:
    """Leave out of memory what this process will hardly use; comes before the imports that load it."""
    late.postpone("xlsxwriter")  # 2 MB, for files that are made on request
    if settings.on_one_machine:
        late.postpone("psycopg", "errors")  # 9 MB, which the job engine loads for SQLite too


def _tour(sandbox: Demo) -> None:
    """Drive the demo by its script; the last line is JSON."""
    from bot.tour import Tour, TourFailed

    try:
        steps = Tour(sandbox, lambda text: print(text, flush=True)).run()
    except TourFailed as failed:
        say(tour="failed", why=str(failed))
        raise typer.Exit(1) from None
    say(tour="ok", steps=steps)


def say(**told: object) -> None:
    """Print one line of JSON for whoever started this program."""
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    sys.stdout.flush()


@contextmanager
def tidying() -> Iterator[None]:
    """Let SIGTERM end the block as an exception does, so that what it began is cleared away."""

    def end(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """Give an event that the first SIGTERM or SIGINT sets; a second one ends the process at once."""
    told = threading.Event()

    def tell(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        told.set()

    before = {number: signal.signal(number, tell) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
