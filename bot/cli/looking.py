"""The command that finds records in the copies: as they are, as they were on a day, in all versions."""

from __future__ import annotations

import threading
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import finding, shown
from bot.cli.opening import parts_for, settings_for
from bot.errors import Misconfigured, Refused

if TYPE_CHECKING:
    from bot.domain.records import FieldChange, Found, Hit, Story
    from bot.parts import Parts

VERSIONS_OF = 5  # of the best hits


def add(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(find)


def find(
    text: Annotated[str, typer.Argument(help="A number, a name, a reference, an amount, an e-mail address.")],
    org: Annotated[
        str | None, typer.Option("--org", metavar="ORG", help="Name or id; without it, all organisations.")
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DAY", help="As the books were at the end of this day.")
    ] = None,
    versions: Annotated[
        bool, typer.Option("--versions", help="Also tell how the best ones changed.")
    ] = False,
    as_json: shown.AsJson = False,
) -> None:
    """Find records in the copies, best first.

    In the newest backups, or with --on as they were at the end of a day in the organisation's own time zone.
    """
    from bot.services.looking.searching import Searching

    with parts_for(settings_for()) as parts:
        day = _day(parts, on)
        searching = Searching(books=parts.books, ending=threading.Event())
        found = searching.search(finding.organisations(parts, org), text, day)
        stories = [_story(parts, hit) for hit in found.hits[:VERSIONS_OF]] if versions else []
        if as_json:
            shown.document(_words(parts, found, stories))
            return
    _show(found)
    for told in stories:
        _show_story(told)


def _day(parts: Parts, asked: str | None) -> date | None:
    from bot.services.looking.days import HOW, day_meant, today_of

    if asked is None:
        return None
    known = parts.organisations.everything()
    today = max((today_of(one, parts.now()) for one in known), default=parts.now().date())
    try:
        day = day_meant(asked, today)
    except Refused as error:
        raise Misconfigured(f"--on: {error}") from None
    if day is None:
        raise Misconfigured(f"--on: that is no day; write {HOW}.")
    return day


def _story(parts: Parts, hit: Hit) -> Story:
    from bot.services.looking.versions import story_of

    owner = parts.organisations.get(hit.organisation_id)
    return story_of(parts.books.of(owner), owner, hit.card.resource, hit.card.record_id, lambda: False)


def _words(parts: Parts, found: Found, stories: list[Story]) -> dict[str, Any]:
    """Describe what was found for programs, each record as Xero sent it."""
    hits = [_hit_words(parts, hit) for hit in found.hits]
    for words, told in zip(hits, stories, strict=False):
        words["versions"] = [
            {
                "first": {"number": one.first.number, "taken_at": one.first.taken_at},
                "last": {"number": one.last.number, "taken_at": one.last.taken_at},
                "gone": one.gone,
                "changes": [_change_words(each) for each in one.changes],
            }
            for one in told.versions
        ]
    return {
        "on": found.on.isoformat() if found.on else None,
        "found": found.total,
        "searched": found.searched,
        "without_copy": list(found.without_copy),
        "out_of_time": found.out_of_time,
        "hits": hits,
    }


def _hit_words(parts: Parts, hit: Hit) -> dict[str, Any]:
    owner = parts.organisations.get(hit.organisation_id)
    books = parts.books.of(owner)
    info = next((one for one in books.snapshots() if one.number == hit.last.number), None)
    record = books.record(info, hit.card.resource, hit.card.record_id) if info else None
    card = hit.card
    return {
        "organisation": {"id": owner.id, "name": owner.name},
        "resource": card.resource,
        "id": card.record_id,
        "kind": card.kind,
        "number": card.number,
        "name": card.title,
        "contact": card.contact,
        "reference": card.reference,
        "status": card.status,
        "amount": str(card.amount) if card.amount is not None else None,
        "currency": card.currency,
        "date": card.dated.isoformat() if card.dated else None,
        "snapshot": {
            "id": info.id if info else None,
            "number": hit.last.number,
            "taken_at": hit.last.taken_at,
        },
        "gone_since": hit.gone_since or None,
        "as_sent": record.raw.decode("utf-8", "replace") if record else None,
    }


def _change_words(one: FieldChange) -> dict[str, str]:
    if one.note:
        return {"field": one.label, "note": one.note}
    return {"field": one.label, "before": one.before, "after": one.after}


def _show(found: Found) -> None:
    then = f", as the books were on {found.on.isoformat()}" if found.on else ""
    if found.hits:
        head = (
            "KIND",
            "NUMBER OR NAME",
            "CONTACT",
            "DATE",
            "STATUS",
            "AMOUNT",
            "ORGANISATION",
            "AS OF",
            "ID",
        )
        shown.table(head, [_row(hit) for hit in found.hits])
    shown.line(f"{shown.counted(found.total, 'record')} found{then}; {found.searched:,} searched.")
    if found.total > len(found.hits):
        shown.line(f"The best {len(found.hits)} are shown; narrow it with another word or the number.")
    if found.without_copy:
        why = "no backup from that day or before" if found.on else "no backup yet"
        shown.line(f"Not searched, {why}: {', '.join(map(shown.clean, found.without_copy))}")
    if found.out_of_time:
        shown.line("The search was stopped after 20 seconds, so there may be more.")


def _row(hit: Hit) -> list[object]:
    card = hit.card
    amount = f"{card.currency} {card.amount:,}".strip() if card.amount is not None else "-"
    as_of = f"#{hit.last.number}, {shown.when(hit.last.taken_at)}"
    return [
        card.kind,
        card.number or card.title or card.reference or "-",
        card.contact or "-",
        card.dated.isoformat() if card.dated else "-",
        card.status or "-",
        amount,
        hit.organisation_name,
        f"{as_of}, gone since #{hit.gone_since}" if hit.gone_since else as_of,
        card.record_id,
    ]


def _show_story(told: Story) -> None:
    card = told.card
    called = f"{card.kind} {card.number or card.title or card.contact}".strip()
    shown.line(f"\n{shown.clean(called)}, {shown.clean(told.organisation_name)}")
    for one in told.versions:
        shown.line(f"  since #{one.first.number}, {shown.when(one.first.taken_at)}, until #{one.last.number}")
        if one.gone:
            shown.line("    no longer handed out by Xero")
        if one.touched:
            shown.line("    touched in Xero; no field says anything else")
        for each in one.changes:
            values = each.note or f"{each.before} → {each.after}"
            shown.line(f"    {shown.clean(f'{each.label}: {values}')}")
    if told.older:
        shown.line(f"  and {told.older:,} older")
