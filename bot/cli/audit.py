"""The command that lists the audit log and says whether it is as it was written."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import shown
from bot.cli.opening import parts_for, settings_for
from bot.cli.running import stopping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.db.tables import AuditRow
    from bot.parts import Parts

DAMAGED = 4
POLL_SECONDS = 1.0
_BATCH = 500


def add(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(audit)


def audit(
    follow: Annotated[bool, typer.Option("--follow", help="Go on with new entries until Ctrl-C.")] = False,
    as_json: shown.AsJson = False,
) -> None:
    """List who did what and how it ended, newest last.

    Exit code 4: the log was altered after it was written.

    With --follow, --json prints one JSON document per line.
    """
    with stopping() as told, parts_for(settings_for()) as parts:
        problems = _problems(parts)
        if as_json and not follow:
            entries = [_words(row) for row in _after(parts, 0)]
            shown.document({"entries": entries, "head": _head(parts), "problems": problems})
        else:
            seen = _print(parts, 0, as_json=as_json)
            if follow:
                _follow(parts, seen, told, as_json=as_json)
    for problem in problems:
        shown.note(f"The audit log was altered: {problem}")
    if problems:
        raise typer.Exit(DAMAGED)


def _follow(parts: Parts, seen: int, told: threading.Event, *, as_json: bool) -> None:
    while not told.wait(POLL_SECONDS):
        seen = _print(parts, seen, as_json=as_json)


def _print(parts: Parts, seen: int, *, as_json: bool) -> int:
    """Print every entry after number `seen`; gives the number of the last."""
    for row in _after(parts, seen):
        if as_json:
            shown.row(_words(row))
        else:
            shown.line(_sentence(row))
        seen = row.seq
    return seen


def _after(parts: Parts, seen: int) -> Iterator[AuditRow]:
    from bot.db import audit as log

    while True:
        with parts.db.reading() as session:
            rows = log.read(session, after=seen, limit=_BATCH)
        yield from rows
        if len(rows) < _BATCH:
            return
        seen = rows[-1].seq


def _problems(parts: Parts) -> list[str]:
    from bot.db import audit as log

    with parts.db.reading() as session:
        return log.check_chain(session)


def _head(parts: Parts) -> str:
    from bot.db import audit as log

    with parts.db.reading() as session:
        return log.head(session)


def _words(row: AuditRow) -> dict[str, Any]:
    return {
        "number": row.seq,
        "at": shown.moment(row.at),
        "workspace": row.workspace_id,
        "organisation": row.organisation_id,
        "actor": row.actor,
        "action": row.action,
        "outcome": row.outcome,
        "origin": row.origin,
        "detail": row.detail,
        "hash": row.hash,
    }


def _sentence(row: AuditRow) -> str:
    who = row.actor or "-"
    detail = " ".join(f"{name}={value}" for name, value in sorted(row.detail.items()))
    about = f"  organisation={row.organisation_id}" if row.organisation_id else ""
    return shown.clean(
        f"{row.seq:>6}  {shown.when(row.at)}  {who:<11}  {row.action:<22}  {row.outcome:<9}  "
        f"from {row.origin}{about}  {detail}"
    ).rstrip()
