"""The command that says what differs between two snapshots: which records, and with `--fields` in what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import finding, shown
from bot.cli.field_words import field_words, unsaid
from bot.cli.listing import organisation_words
from bot.cli.opening import parts_for, settings_for
from bot.errors import Misconfigured

if TYPE_CHECKING:
    from bot.backup.fields import Fields
    from bot.domain.organisation import Organisation
    from bot.vault import Books, Difference, SnapshotInfo

    Between = tuple[SnapshotInfo, SnapshotInfo]

MOST_IDS = 10
LONGEST_NAME = 100  # characters that are shown of one


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
            shown.document(_words(owner, books, (before, after), found, fields=fields))
            return
        _show_head(owner, before, after, found)
        for key, one in found.items():
            _show_kind(books, (before, after), key, one, fields=fields)


def _words(
    owner: Organisation, books: Books, between: Between, found: dict[str, Difference], *, fields: bool
) -> dict[str, Any]:
    """Describe the differences for programs; what is gone is named, because no later snapshot tells of it."""
    from bot.services.looking.names import names_of

    before, after = between
    resources: dict[str, dict[str, Any]] = {}
    for key, one in found.items():
        resources[key] = {"new": one.new, "changed": one.changed, "gone": one.gone}
        if names := names_of(books, before, key, one.gone):
            resources[key]["gone_names"] = names
        if fields:
            steps = _fields(books, between, key, one.changed)
            resources[key]["fields"] = {each: field_words(differ) for each, differ in steps}
    return {
        "organisation": organisation_words(owner),
        "from": {"id": before.id, "number": before.number, "taken_at": before.taken_at},
        "to": {"id": after.id, "number": after.number, "taken_at": after.taken_at},
        "resources": resources,
    }


def _fields(books: Books, between: Between, key: str, changed: Sequence[str]) -> Iterator[tuple[str, Fields]]:
    """Yield (record id, what differs) for changed records, one after the other.

    A file has no fields, and those of pay are shown to nobody.
    """
    from bot.backup.fields import every_field
    from bot.services.extras import is_private
    from bot.services.looking.export_blobs import KINDS

    for record_id in changed if key not in KINDS and not is_private(key) else ():
        before, after = (books.record(info, key, record_id) for info in between)
        if before is not None and after is not None:
            yield record_id, every_field(before.raw, after.raw)


def _show_head(
    owner: Organisation, before: SnapshotInfo, after: SnapshotInfo, found: dict[str, Difference]
) -> None:
    shown.line(
        f"{shown.clean(owner.name)}: from snapshot #{before.number} ({shown.when(before.taken_at)}) "
        f"to #{after.number} ({shown.when(after.taken_at)})"
    )
    if not found:
        shown.line("No record differs.")


def _show_kind(books: Books, between: Between, key: str, one: Difference, *, fields: bool) -> None:
    from bot.catalogue import RESOURCES
    from bot.catalogue.model import Rhythm

    title = RESOURCES[key].title if key in RESOURCES else key
    shown.line(f"\n{title}: {len(one.new):,} new, {len(one.changed):,} changed, {len(one.gone):,} gone")
    before, after = between
    _show_ones(books, after, key, "new", one.new)
    # of what hangs on records there may be thousands while a copy fills up
    filled = key in RESOURCES and RESOURCES[key].rhythm is Rhythm.FILLED
    if not fields:
        _show_ones(books, after, key, "changed", one.changed)
    elif filled and len(one.changed) > MOST_IDS:
        _show_fields(books, between, key, one.changed[:MOST_IDS])
        _show_rest("changed", one.changed)
    else:
        _show_fields(books, between, key, one.changed)
    _show_ones(books, before, key, "gone", one.gone)


def _show_ones(books: Books, info: SnapshotInfo, key: str, word: str, ids: list[str]) -> None:
    from bot.services.looking.names import names_of

    few = ids[:MOST_IDS]
    names = names_of(books, info, key, few)
    for each in few:
        shown.line(f"  {word}  {_named(each, names)}")
    _show_rest(word, ids)


def _show_rest(word: str, ids: list[str]) -> None:
    if len(ids) > MOST_IDS:
        shown.line(f"  {word}  … and {len(ids) - MOST_IDS:,} more (--json lists all)")


def _named(record_id: str, names: Mapping[str, str]) -> str:
    name = names.get(record_id, "")
    short = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    return shown.clean("  ".join(filter(None, (short, record_id))))


def _show_fields(books: Books, between: Between, key: str, changed: list[str]) -> None:
    from bot.services.looking.names import names_of

    names, told = names_of(books, between[1], key, changed), set[str]()
    for record_id, differ in _fields(books, between, key, changed):
        told.add(record_id)
        shown.line(f"  changed  {_named(record_id, names)}")
        for step in differ.steps:
            shown.line(f"    {_step(step)}")
        for line in unsaid(differ):
            shown.line(f"    {line}")
    for record_id in changed:
        if record_id not in told:
            shown.line(f"  changed  {_named(record_id, names)}")


def _step(step: Any) -> str:
    before, after = step.words
    told = step.note or f"{before} → {after}"
    if step.note in {"added", "removed"}:
        told = f"{step.note}: {after if step.note == 'added' else before}"
    return shown.clean(f"{step.label}: {told}")
