"""Retention from the command line: say what would be dropped, or drop it."""

from __future__ import annotations

import time
import uuid
from contextlib import ExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import finding, shown
from bot.cli.listing import organisation_words
from bot.cli.opening import parts_for, settings_for
from bot.errors import Damaged, LedgerkeepError

if TYPE_CHECKING:
    from bot.domain.organisation import Organisation
    from bot.domain.retention import PruneReport
    from bot.parts import Parts
    from bot.services.looking.pruning import Pruning

FAILED, DAMAGED = 1, 4
POLL_SECONDS = 0.2
TAKEN_UP_WITHIN = 60.0  # a running worker takes work up within a second


def add(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(prune)


def prune(
    org: Annotated[str | None, typer.Argument(help="Name or id; without it, all organisations.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be dropped; change nothing.")
    ] = False,
    as_json: shown.AsJson = False,
) -> None:
    """Drop snapshots that the retention settings no longer keep; delete what was dropped before.

    What is dropped can no longer be read; its files are deleted by a later prune, after a day and a further
    backup. Exit code 1: refused, e.g. under a legal hold; 4: damaged data was found, so nothing was dropped.
    """
    from bot.folder import DataFolder

    settings = settings_for()
    with ExitStack() as stack:
        if settings.on_one_machine and not dry_run:
            folder = DataFolder(settings.data_dir)
            folder.hold()
            stack.callback(folder.release)
        parts = stack.enter_context(parts_for(settings))
        work = _would if dry_run else _here if settings.on_one_machine else _by_the_bot
        found = [_words(one, work(parts, one)) for one in finding.organisations(parts, org)]
    if as_json:
        shown.document({"dry_run": dry_run, "organisations": found})
    else:
        _show(found, dry_run=dry_run)
    _exit(found)


def _would(parts: Parts, organisation: Organisation) -> PruneReport:
    from bot.domain.retention import PruneReport

    try:
        decision = _pruning(parts).preview(organisation)
    except Damaged as error:
        return PruneReport(refused=str(error), problems=(str(error),))
    return PruneReport(kept=len(decision.kept), due=len(decision.dropped))


def _here(parts: Parts, organisation: Organisation) -> PruneReport:
    return _pruning(parts).prune(organisation, key=uuid.uuid4().hex, origin="cli")


def _by_the_bot(parts: Parts, organisation: Organisation) -> PruneReport:
    """Hand it to the running bot, which keeps it apart from backups, and wait for what it wrote down."""
    from bot.queue import Queue

    queue, pruning, key = Queue(parts.settings.jobs_url), _pruning(parts), f"prune:cli:{uuid.uuid4().hex}"
    try:
        args = {"organisation": organisation.id, "key": key}
        queue.enqueue("prune", organisation=organisation.id, key=key, args=args)
        waited = 0.0
        while (report := pruning.report(organisation, key)) is None:
            status = queue.status(key)
            if status not in {"ENQUEUED", "PENDING", "DELAYED"} and pruning.report(organisation, key) is None:
                raise LedgerkeepError("The bot could not finish the prune; its log says why.")
            if status == "ENQUEUED" and waited > TAKEN_UP_WITHIN:
                raise LedgerkeepError(
                    "No worker took the prune up within a minute: either no bot runs, or a backup of this "
                    "organisation is running. It stays asked for."
                )
            time.sleep(POLL_SECONDS)
            waited += POLL_SECONDS
        return report
    finally:
        queue.close()


def _pruning(parts: Parts) -> Pruning:
    from bot.parts import pruning_of

    return pruning_of(parts)


def _words(organisation: Organisation, report: PruneReport) -> dict[str, Any]:
    return {"organisation": organisation_words(organisation)} | asdict(report)


def _show(found: list[dict[str, Any]], *, dry_run: bool) -> None:
    if not found:
        shown.line("There is no organisation yet, so there was nothing to drop.")
    for one in found:
        shown.line(shown.clean(one["organisation"]["name"]))
        every = shown.counted(one["kept"] + (one["due"] if dry_run else 0), "snapshot")
        if dry_run and not one["problems"]:
            shown.line(f"  would drop {one['due']} of {every}; nothing was changed")
        elif not one["refused"]:
            shown.line(f"  dropped {shown.counted(one['dropped'], 'snapshot')}; {every} kept")
        if one["objects_deleted"] or one["swept"]:
            gone = shown.counted(one["objects_deleted"] + one["swept"], "file")
            shown.line(f"  deleted {gone} of earlier ones: {shown.size(one['bytes_freed'])}")
        if one["waiting_until"]:
            shown.line(
                f"  {shown.size(one['bytes_waiting'])} will be deleted by a later prune, "
                f"not before {shown.when(one['waiting_until'])} and a further backup"
            )
        for problem in one["problems"]:
            shown.line(f"  PROBLEM: {shown.clean(problem)}")
        if one["refused"]:
            shown.line(f"  not done: {shown.clean(one['refused'])}")


def _exit(found: list[dict[str, Any]]) -> None:
    if any(one["problems"] for one in found):
        raise typer.Exit(DAMAGED)
    if any(one["refused"] for one in found):
        raise typer.Exit(FAILED)
