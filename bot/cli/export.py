"""The command that writes a snapshot out as files: the way out that needs no Xero and no Slack."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import finding, shown
from bot.cli.opening import parts_for, settings_for
from bot.cli.running import tidying
from bot.errors import Misconfigured

if TYPE_CHECKING:
    from bot.domain.organisation import Organisation
    from bot.parts import Parts
    from bot.vault import SnapshotInfo


def add(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(export)


def export(
    org: Annotated[str, typer.Argument(help="Name or id of the organisation.")],
    to: Annotated[
        Path, typer.Option("--to", metavar="DIR", help="A folder that does not exist, or is empty.")
    ],
    snapshot: Annotated[
        str, typer.Option("--snapshot", metavar="latest|ID", help="Which snapshot.")
    ] = "latest",
    file_format: Annotated[
        str,
        typer.Option(
            "--format", metavar="jsonl|csv|xlsx", help="As Xero sent it, as tables, or as Excel workbooks."
        ),
    ] = "jsonl",
) -> None:
    """Write a snapshot as files: each record as Xero sent it, as tables, or as Excel workbooks."""
    from bot.cli.export_files import write_export
    from bot.services.looking.export_forms import FORMS

    if file_format not in FORMS:
        raise Misconfigured("--format: this version writes jsonl, csv and xlsx.")
    with tidying(), parts_for(settings_for()) as parts:
        owner = finding.organisation(parts, org)
        info = finding.snapshot_of(parts, owner, snapshot)
        written = write_export(
            parts.books.of(owner), owner, info, to, now=parts.now(), form=FORMS[file_format]
        )
        _note(parts, owner, info, file_format)
    incomplete = [one for one in written.resources if one["gaps"]]
    shown.line(
        f"{shown.clean(owner.name)}, snapshot #{info.number} of {shown.when(info.taken_at)}: "
        f"{shown.counted(written.records, 'record')} "
        f"in {shown.counted(len(written.files), 'file')}, in {written.folder}"
    )
    for one in incomplete:
        for gap in one["gaps"]:
            shown.line(f"  {one['title']}: {gap['sentence']}")


def _note(parts: Parts, owner: Organisation, info: SnapshotInfo, file_format: str) -> None:
    """Write down that the books left the vault in clear."""
    with parts.db.session() as session:
        parts.audit.note(
            session,
            None,
            "export",
            "done",
            workspace_id=owner.workspace_id,
            organisation_id=owner.id,
            detail={"snapshot": info.id, "format": file_format},
            origin="cli",
        )
