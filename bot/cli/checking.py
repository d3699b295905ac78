"""Commands that look whether the copies are what was written: verify, and the index rebuilt from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import finding, shown
from bot.cli.listing import organisation_words
from bot.cli.opening import parts_for, settings_for
from bot.errors import Damaged, UnknownOrganisation, UnknownSnapshot

if TYPE_CHECKING:
    from bot.domain.organisation import Organisation
    from bot.parts import Parts
    from bot.vault import SnapshotInfo, VerifyReport

DAMAGED = 4


def add(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(verify)
    app.command()(reindex)


def verify(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[ORG|SNAPSHOT]", help="A name or id; the snapshot named is read whole. Without it, all."
        ),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Read every byte that was ever stored.")] = False,
    as_json: shown.AsJson = False,
) -> None:
    """Check that the copies are what was written.

    Exit code 4: they are not. Without --full, everything's presence and size, and a part of it in full.
    """
    with parts_for(settings_for()) as parts:
        owners, info = _meant(parts, what)
        found = [_checked(parts, one, info, full=full) for one in owners]
    if as_json:
        shown.document({"organisations": found})
    else:
        _show(found)
    if any(one["problems"] for one in found):
        raise typer.Exit(DAMAGED)


def reindex(
    org: Annotated[str | None, typer.Argument(help="Name or id; without it, all organisations.")] = None,
) -> None:
    """Rebuild the local index from store and key alone."""
    with parts_for(settings_for()) as parts:
        for one in finding.organisations(parts, org):
            count = parts.books.of(one).reindex()
            shown.line(f"{shown.clean(one.name)}: {shown.counted(count, 'snapshot')} read from the store.")


def _meant(parts: Parts, what: str | None) -> tuple[list[Organisation], SnapshotInfo | None]:
    try:
        return finding.organisations(parts, what), None
    except UnknownOrganisation as unknown:
        try:
            owner, info = finding.snapshot(parts, what or "")
        except UnknownSnapshot:
            raise unknown from None
        return [owner], info


def _checked(parts: Parts, owner: Organisation, info: SnapshotInfo | None, *, full: bool) -> dict[str, Any]:
    words: dict[str, Any] = {"organisation": organisation_words(owner), "full": full}
    try:
        books = parts.books.of(owner)
        report = books.verify(full=full)
    except Damaged as error:  # the workspace's key itself does not open
        return words | {"problems": [str(error)]}
    words |= _counts(report)
    if info is not None:
        words["snapshot"] = {"id": info.id, "number": info.number} | _read_whole(parts, owner, info, words)
    return words


def _counts(report: VerifyReport) -> dict[str, Any]:
    return {
        "problems": list(report.problems),
        "snapshots": report.snapshots,
        "objects": report.objects,
        "bytes": report.bytes,
        "records": report.records,
    }


def _read_whole(
    parts: Parts, owner: Organisation, info: SnapshotInfo, words: dict[str, Any]
) -> dict[str, int]:
    """Read every record of a snapshot as an export would; what does not open becomes a problem."""
    from bot.backup.filling.due import of_xero

    books, count = parts.books.of(owner), 0
    for resource in of_xero(info.resources):
        try:
            count += sum(1 for _ in books.records(info, resource))
        except Damaged as error:
            words["problems"].append(f"Snapshot number {info.number}, {resource}: {error}")
    return {"records": count}


def _show(found: list[dict[str, Any]]) -> None:
    if not found:
        shown.line("There is no organisation yet, so there was nothing to check.")
    for one in found:
        shown.line(shown.clean(one["organisation"]["name"]))
        if "objects" in one:
            how = "every byte" if one["full"] else "manifests and today's part of the rest"
            shown.line(
                f"  looked at {shown.counted(one['snapshots'], 'snapshot')} and "
                f"{shown.counted(one['objects'], 'object')}; read {how}: {shown.size(one['bytes'])}, "
                f"{shown.counted(one['records'], 'stored record')}"
            )
        if "snapshot" in one:
            whole = one["snapshot"]
            shown.line(
                f"  read snapshot #{whole['number']} whole: {shown.counted(whole['records'], 'record')}"
            )
        for problem in one["problems"]:
            shown.line(f"  PROBLEM: {shown.clean(problem)}")
        shown.line("  not what was written: see above" if one["problems"] else "  no problem found")
