"""The command that lists restores, and writes the report of one. Says what is stored; decides nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import finding, shown
from bot.cli.opening import parts_for, settings_for
from bot.errors import Misconfigured

if TYPE_CHECKING:
    from bot.domain.restore import Restore
    from bot.parts import Parts

LEAST = 4  # characters of an id: fewer could be anything
MOST = 1000  # restores of a workspace
_COUNTS = ("create", "change", "match", "leave_out", "blocked")


def add(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(restores)


def restores(
    org: Annotated[
        str | None, typer.Argument(help="Name or id, of source or target; without it, all.")
    ] = None,
    as_json: shown.AsJson = False,
    report: Annotated[
        str | None, typer.Option("--report", metavar="ID", help="Write the report of this restore.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Where the report goes; a new .xlsx file.")
    ] = None,
) -> None:
    """List the restores, newest first, or write the report of one as a workbook."""
    if (report is None) != (to is None):
        raise Misconfigured("--report and --to belong together: which restore, and where its report goes.")
    with parts_for(settings_for()) as parts:
        found = _found(parts, org)
        if report is not None and to is not None:
            _report(parts, _one(found, report), to)
            return
    if as_json:
        shown.document({"restores": [_words(one) for one in found]})
    elif not found:
        shown.line("There is no restore yet. Type /backup restore in Slack.")
    else:
        head = ("REFERENCE", "STATE", "FROM", "INTO", "ASKED FOR", "BY", "CREATED", "NOT AS PLANNED", "ID")
        shown.table(head, [_row(one) for one in found])


def _found(parts: Parts, asked: str | None) -> list[Restore]:
    from bot.services.restoring.restores import Restores

    owners = parts.organisations.everything()
    wanted = {one.id for one in finding.organisations(parts, asked)}
    stored = Restores(parts.db, parts.ring, parts.now)
    workspaces = dict.fromkeys(one.workspace_id for one in owners)
    every = [one for workspace in workspaces for one in stored.recent(workspace, limit=MOST)]
    mine = [one for one in every if asked is None or {one.source_id, one.target_id} & wanted]
    return sorted(mine, key=lambda one: one.requested_at, reverse=True)


def _one(found: list[Restore], asked: str) -> Restore:
    """Find a restore by its reference or the beginning of its id; raises Misconfigured."""
    wanted = asked.strip().casefold()
    hits = [
        one
        for one in found
        if one.reference.casefold() == wanted or (len(wanted) >= LEAST and one.id.startswith(wanted))
    ]
    if len(hits) != 1:
        several = "--report: several restores begin with that id; give more of it."
        raise Misconfigured(
            several if hits else "--report: there is no restore of that id; `ledgerkeep restores` lists them."
        )
    return hits[0]


def _report(parts: Parts, restore: Restore, to: Path) -> None:
    from bot.restore.planner import KIND
    from bot.restore.proof.created import created_records
    from bot.restore.proof.report import write_report
    from bot.restore.source import SnapshotSource
    from bot.services.restoring.writebook import WriteBook

    if restore.plan is None or restore.proof is None:
        raise Misconfigured(f"--report: it is {restore.state.value}; a report comes once it is compared.")
    if to.exists():
        raise Misconfigured("--to: that file exists; name a new one.")
    if not to.parent.is_dir():
        raise Misconfigured("--to: its folder does not exist.")
    owner = parts.organisations.get(restore.source_id)
    books = parts.books.of(owner)
    source = SnapshotSource(books, books.snapshot(restore.snapshot_id), owner.facts)
    book = WriteBook(parts.db, parts.ring, restore.id, now=parts.now)
    to.touch(mode=0o600)
    write_report(to, restore, created_records(source, book.outcomes(), KIND))
    shown.line(f"Wrote the report of restore {restore.reference or restore.id} to {to}.")


def _words(one: Restore) -> dict[str, Any]:
    """Describe a restore for programs: no name or amount from the books is in it."""
    return {
        "id": one.id,
        "reference": one.reference,
        "state": one.state.value,
        "state_since": shown.moment(one.state_since),
        "drill": one.is_drill,
        "source": {"id": one.source_id, "name": one.source_name},
        "target": {"id": one.target_id, "name": one.target_name},
        "snapshot": one.snapshot_id,
        "fingerprint": one.fingerprint,
        "requested": {"by": one.requested_by, "at": shown.moment(one.requested_at)},
        "decisions": [
            {"by": each.user_id, "approved": each.approved, "at": shown.moment(each.at)}
            for each in one.decisions
        ],
        "started_at": shown.moment(one.started_at),
        "finished_at": shown.moment(one.finished_at),
        "ending": one.ending,
        "plan": _plan(one),
        "progress": {"done": one.progress.steps_done, "of": one.progress.steps_total},
        "differences": _differences(one),
    }


def _plan(one: Restore) -> dict[str, int] | None:
    if one.plan is None:
        return None
    return {name: sum(getattr(each, name) for each in one.plan.counts) for name in _COUNTS}


def _differences(one: Restore) -> dict[str, int] | None:
    if one.proof is None:
        return None
    return {
        "as_predicted": one.proof.as_predicted,
        "not_predicted": one.proof.not_predicted,
        "not_verified": len(one.proof.not_verified),
        "refused": sum(each.refused for each in one.proof.types),
        "not_sent": sum(each.unsent for each in one.proof.types),
        "balances_compared": one.proof.balances_compared,
        "balances_equal": one.proof.balances_equal,
        "contacts_compared": one.proof.contacts_compared,
        "contacts_equal": one.proof.contacts_equal,
    }


def _row(one: Restore) -> list[object]:
    created = sum(each.created for each in one.proof.types) if one.proof else one.progress.steps_done
    differs: object = one.proof.not_predicted if one.proof else "-"
    asked = shown.when(one.requested_at)
    names = (one.source_name, one.target_name)
    return [
        one.reference or "-", one.state.value, *names, asked, one.requested_by, created, differs, one.id
    ]  # fmt: skip
