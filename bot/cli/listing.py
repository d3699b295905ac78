"""Commands that list: organisations and snapshots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import finding, shown
from bot.cli.opening import parts_for, settings_for

if TYPE_CHECKING:
    from bot.domain.organisation import Organisation
    from bot.parts import Parts
    from bot.vault import ResourceEntry, SnapshotInfo


def add(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(orgs)
    app.command()(snapshots)


def orgs(as_json: shown.AsJson = False) -> None:
    """List the organisations and how their backups stand."""
    with parts_for(settings_for()) as parts:
        found = [_standing(parts, one) for one in parts.organisations.everything()]
    if as_json:
        shown.document({"organisations": found})
    elif not found:
        shown.line("No Xero organisation is linked yet. Type /backup connect in Slack.")
    else:
        head = ("ORGANISATION", "ID", "CONNECTION", "REGION", "LAST GOOD BACKUP", "VERDICT")
        keys = ("name", "id", "state", "region", "verdict")
        rows = [[str(one[key] or "-") for key in keys] for one in found]
        when = [shown.when(one["last_good_at"]) for one in found]
        shown.table(head, [[*row[:4], at, row[4]] for row, at in zip(rows, when, strict=True)])


def snapshots(
    org: Annotated[str | None, typer.Argument(help="Name or id; without it, all organisations.")] = None,
    as_json: shown.AsJson = False,
) -> None:
    """List the snapshots, oldest first."""
    with parts_for(settings_for()) as parts:
        found = [
            (one, info)
            for one in finding.organisations(parts, org)
            for info in parts.books.of(one).snapshots()
        ]
    if as_json:
        shown.document({"snapshots": [snapshot_words(one, info) for one, info in found]})
    elif not found:
        shown.line("There is no snapshot yet. Type /backup now in Slack, or run `ledgerkeep backup`.")
    else:
        head = ("ORGANISATION", "NUMBER", "TAKEN", "RECORDS", "VERDICT", "ADDED", "ID")
        shown.table(head, [_snapshot_row(one, info) for one, info in found])


def snapshot_words(owner: Organisation, info: SnapshotInfo) -> dict[str, Any]:
    """Describe a snapshot for programs."""
    gaps = _gaps(info)
    return {
        "organisation": organisation_words(owner),
        "id": info.id,
        "number": info.number,
        "hash": info.hash,
        "run": info.run_id,
        "started_at": info.started_at,
        "taken_at": info.taken_at,
        "verdict": _verdict(gaps),
        "gaps": [{"resource": key, "sentence": sentence} for key, sentence in gaps],
        "records": sum(entry.count for entry in _entries(info).values()),
        "bytes_added": info.bytes_added,
        "resources": {
            key: {"status": entry.status, "records": entry.count, "root": entry.root}
            for key, entry in _entries(info).items()
        },
        "made_by": info.tool,
    }


def organisation_words(owner: Organisation) -> dict[str, str]:
    """Name an organisation for programs."""
    return {"id": owner.id, "name": owner.name}


def _standing(parts: Parts, one: Organisation) -> dict[str, Any]:
    history = parts.runs.summaries(one.id, limit=20)
    good = next((each for each in history if each.snapshot_id), None)
    active = parts.runs.active(one.id)
    return {
        **organisation_words(one),
        "workspace": one.workspace_id,
        "state": one.state.value,
        "region": one.facts.region,
        "base_currency": one.facts.base_currency,
        "channel": one.home_channel,
        "linked_at": shown.moment(one.linked_at),
        "last_good_at": good.run.finished_at if good else None,
        "snapshot": good.snapshot_id if good else None,
        "verdict": history[0].verdict.value if history else None,
        "running": active.id if active else None,
    }


def _gaps(info: SnapshotInfo) -> list[tuple[str, str]]:
    from bot.services.running.summaries import results_of

    return [(gap.resource, gap.sentence) for each in results_of(info).values() for gap in each.gaps]


def _entries(info: SnapshotInfo) -> dict[str, ResourceEntry]:
    from bot.backup.filling.due import of_xero

    return of_xero(info.resources)


def _verdict(gaps: list[tuple[str, str]]) -> str:
    from bot.domain.backup import Verdict

    return (Verdict.GAPS if gaps else Verdict.COMPLETE).value


def _snapshot_row(owner: Organisation, info: SnapshotInfo) -> list[object]:
    records = sum(entry.count for entry in _entries(info).values())
    verdict, added = _verdict(_gaps(info)), shown.size(info.bytes_added)
    return [owner.name, info.number, shown.when(info.taken_at), records, verdict, added, info.id]
