"""The command that says what differs between two snapshots: which records, and with `--fields` in what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import finding, shown
from bot.cli.field_words import field_words, unsaid
from bot.cli.listing import organisation_words
from bot.cli.opening import parts_for, settings_for
from bot.errors import Misconfigured

if TYPE_CHECKING:
    from bot.domain.organisation import Organisation
    from bot.vault import Books, Difference, SnapshotInfo

MOST_IDS = 10


def add(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(diff)


def diff(
    older: Annotated[str, typer.Argument(metavar="SNAPSHOT", help="The beginning of its id.")],
    newer: Annotated[str, typer.Argument(metavar="SNAPSHOT", help="Another one, of the same organisation.")],
    fields: Annotated[
        bool, typer.Option("--fields", help="Also say in which fields changed records differ.")
    ] = False,
    as_json: shown.AsJson = False,
) -> None:
    """Say what differs between two snapshots.

    Which records are new, changed or no longer there, from the first to the second.
    """
    from bot.services.looking.differences import differing

    with parts_for(settings_for()) as parts:
        (owner, before), (other, after) = finding.snapshot(parts, older), finding.snapshot(parts, newer)
        if owner.id != other.id:
            raise Misconfigured(
                "These snapshots are of two organisations; only those of one can be compared."
            )
        books = parts.books.of(owner)
        found = differing(books, before, after)
        if as_json:
            words = _words(owner, before, after, found)
            if fields:
                for key, one in found.items():
                    words["resources"][key]["fields"] = {
                        each: field_words(differ)
                        for each, differ in _fields(books, (before, after), key, one)
                    }
            shown.document(words)
            return
        _show_head(owner, before, after, found)
        for key, one in found.items():
            _show_kind(key, one, fields=fields)
            if fields:
                _show_fields(books, (before, after), key, one)


def _fields(
    books: Books, between: tuple[SnapshotInfo, SnapshotInfo], key: str, found: Difference
) -> Iterator[tuple[str, Any]]:
    """Yield (record id, what differs) for each changed record, one after the other."""
    from bot.backup.fields import every_field

    for record_id in found.changed:
        before, after = (books.record(info, key, record_id) for info in between)
        if before is not None and after is not None:
            yield record_id, every_field(before.raw, after.raw)


def _words(
    owner: Organisation, before: SnapshotInfo, after: SnapshotInfo, found: dict[str, Difference]
) -> dict[str, Any]:
    return {
        "organisation": organisation_words(owner),
        "from": {"id": before.id, "number": before.number, "taken_at": before.taken_at},
        "to": {"id": after.id, "number": after.number, "taken_at": after.taken_at},
        "resources": {
            key: {"new": one.new, "changed": one.changed, "gone": one.gone} for key, one in found.items()
        },
    }


def _show_head(
    owner: Organisation, before: SnapshotInfo, after: SnapshotInfo, found: dict[str, Difference]
) -> None:
    shown.line(
        f"{shown.clean(owner.name)}: from snapshot #{before.number} ({shown.when(before.taken_at)}) "
        f"to #{after.number} ({shown.when(after.taken_at)})"
    )
    if not found:
        shown.line("No record differs.")


def _show_kind(key: str, one: Difference, *, fields: bool) -> None:
    from bot.catalogue import RESOURCES

    title = RESOURCES[key].title if key in RESOURCES else key
    shown.line(f"\n{title}: {len(one.new):,} new, {len(one.changed):,} changed, {len(one.gone):,} gone")
    kinds = [("new", one.new), ("gone", one.gone)] if fields else [
        ("new", one.new), ("changed", one.changed), ("gone", one.gone)
    ]  # fmt: skip
    for word, ids in kinds:
        for each in ids[:MOST_IDS]:
            shown.line(f"  {word}  {shown.clean(each)}")
        if len(ids) > MOST_IDS:
            shown.line(f"  {word}  … and {len(ids) - MOST_IDS:,} more (--json lists all)")


def _show_fields(
    books: Books, between: tuple[SnapshotInfo, SnapshotInfo], key: str, found: Difference
) -> None:
    from bot.backup.cards import card_of

    for record_id, differ in _fields(books, between, key, found):
        record = books.record(between[1], key, record_id)
        card = card_of(key, record_id, record.raw if record else b"")
        called = card.number or card.title or card.contact
        shown.line(f"  changed  {shown.clean(f'{card.kind} {called}'.strip())}  {shown.clean(record_id)}")
        for step in differ.steps:
            shown.line(f"    {_step(step)}")
        for line in unsaid(differ):
            shown.line(f"    {line}")


def _step(step: Any) -> str:
    before, after = step.words
    told = step.note or f"{before} → {after}"
    if step.note in {"added", "removed"}:
        told = f"{step.note}: {after if step.note == 'added' else before}"
    return shown.clean(f"{step.label}: {told}")
