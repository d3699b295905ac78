"""Commands that work on the data: a backup, and the tables brought up to date."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

import typer

from bot.cli import finding, shown
from bot.cli.opening import parts_for, settings_for
from bot.cli.running import stopping
from bot.errors import AlreadyRunning, LedgerkeepError

if TYPE_CHECKING:
    from bot.app import Worker
    from bot.domain.backup import Run
    from bot.domain.organisation import Organisation
    from bot.parts import Parts

FAILED, WITH_GAPS = 1, 3
POLL_SECONDS = 0.2
TOLD_WITHIN = 30.0
TAKEN_UP_WITHIN = 60.0  # a running worker takes work up within a second


def add(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(backup)
    app.command()(migrate)


def backup(org: str) -> None:
    """Back up one organisation now; print the summary.

    Exit code 3: a snapshot was made, with gaps.

    With SQLite the work is done here, so no bot may run on the same folder; with PostgreSQL the running bot
    does it.
    """
    from bot.app import Worker
    from bot.folder import DataFolder

    settings = settings_for()
    with ExitStack() as stack:
        told = stack.enter_context(stopping())
        if settings.on_one_machine:
            folder = DataFolder(settings.data_dir)
            folder.hold()
            stack.callback(folder.release)
        parts = stack.enter_context(parts_for(settings))
        organisation = finding.organisation(parts, org)
        worker = Worker(parts)
        stack.callback(worker.stop)
        if settings.on_one_machine:
            worker.start(by_the_clock=False)  # that is for the bot: this process ends with its backup
        run = _await(parts, _asked(worker, organisation), told)
        _let_it_be_told(worker, run, told)
        _sum_up(parts, run)


def migrate() -> None:
    """Bring the database's tables up to date.

    An SQLite file is copied first; no bot may run on it meanwhile.
    """
    from bot.db.engine import Database
    from bot.db.migrate import check_key_ring
    from bot.db.migrate import migrate as take_steps
    from bot.folder import DataFolder
    from bot.parts import utc_now

    settings = settings_for()
    folder = DataFolder(settings.data_dir)
    if settings.on_one_machine:
        folder.hold()
    db = Database.open(settings.database_url, now=utc_now)
    try:
        done = take_steps(db, backup_to=settings.data_dir)
        check_key_ring(db, settings.key_ring())
    finally:
        db.close()
        folder.release()
    if done.before == done.after:
        shown.line(f"The tables are up to date already (revision {done.after}).")
        return
    copy = f"; the old ones are kept in {done.copy}" if done.copy else ""
    shown.line(f"The tables are at revision {done.after} now{copy}.")


def _asked(worker: Worker, organisation: Organisation) -> str:
    """Ask for a backup; one that was asked for before and is not over is gone on with."""
    try:
        return worker.services.backups.request(organisation, None, origin="cli").id
    except AlreadyRunning as running:
        shown.note("A backup of this organisation is not over yet; going on with that one.")
        return running.run_id


def _await(parts: Parts, run_id: str, told: threading.Event) -> Run:
    """Wait until a run is over, parked, or nobody takes it up."""
    from bot.domain.backup import RunState

    waited = 0.0
    while True:
        run = parts.runs.get(run_id)
        if run.state.is_final or run.state is RunState.PARKED:
            return run
        if run.state is RunState.QUEUED and waited > TAKEN_UP_WITHIN:
            raise LedgerkeepError(
                "No worker took the backup up within a minute; is a bot running? It stays asked for."
            )
        if told.wait(POLL_SECONDS):
            raise LedgerkeepError("Interrupted. The backup goes on when a bot runs again.")
        waited += POLL_SECONDS


def _let_it_be_told(worker: Worker, run: Run, told: threading.Event) -> None:
    """Wait for what comes after a run's end, such as its message in Slack: without us it comes much later."""
    waited = 0.0
    while waited < TOLD_WITHIN and run.state.is_final and worker.reach.queue.has_work(f"backup:{run.id}:"):
        if told.wait(POLL_SECONDS):
            return
        waited += POLL_SECONDS


def _sum_up(parts: Parts, run: Run) -> None:
    from bot.domain.backup import RunState
    from bot.views import backup as views
    from bot.views.plain import as_text

    if run.state is RunState.PARKED:
        shown.line(as_text(views.parked(run)))
        raise typer.Exit(FAILED)
    found = parts.runs.summaries(run.organisation_id, limit=50)
    summary = next((one for one in found if one.run.id == run.id), None)
    if summary is not None:
        shown.line(as_text(views.finished(summary)))
    if run.state is not RunState.COMPLETE:
        raise typer.Exit(WITH_GAPS if run.state is RunState.GAPS else FAILED)
