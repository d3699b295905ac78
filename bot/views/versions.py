"""The versions of one record, for one person's eyes: since when each stood, and what it changed.

Holds names and amounts: it goes to one person who passed the check, never into a channel; what a
notification shows of it holds neither.
"""

from __future__ import annotations

from bot.domain.records import Card, FieldChange, Story, Version
from bot.views import blocks
from bot.views.message import Entry, Listing, Message, compose
from bot.views.records import facts, in_words, known_by
from bot.views.words import counted, name, plain_name, when

CHANGES_SHOWN = 8  # of each version
_VALUE, _LABEL = 60, 80  # characters
_REST = "`ledgerkeep find` with `--versions` lists all, for whoever runs Ledgerkeep."


def story(told: Story) -> Message:
    """Tell the versions of a record, newest first."""
    count = len(told.versions) + told.older
    versions = counted(count, "version")
    # the newest are drawn first; where there is no room, the oldest are counted
    entries = [Entry(_version(told, place, one)) for place, one in enumerate(told.versions)]
    return compose(
        f"{versions} of the record you asked for, over the backups that are kept.",
        blocks.header(f"{versions}: {plain_name(told.organisation_name)}"),
        blocks.section(f"*{known_by(told.card)}*\n{facts(told.card)}".strip()),
        Listing(
            heading="",
            entries=[*entries, *[Entry("")] * told.older],
            more=_REST,
            most=len(entries),
            spaced=True,
        ),
        blocks.context(f"Only you see this. {_how_far(told)}"),
    )


def _version(told: Story, place: int, one: Version) -> str:
    number = len(told.versions) + told.older - place
    oldest = place == len(told.versions) - 1 and not told.older
    lines = [f"*{number}.* {_span(told, one, newest=place == 0, oldest=oldest)}"]
    if one.gone:
        lines.append("⚠️ no longer handed out by Xero")
    elif one.touched:
        lines.append("touched in Xero; no field says anything else")
    elif not one.changes and not oldest:
        lines.append("back again, as it was")
    lines += [f"• {_field(told.card, each)}" for each in one.changes[:CHANGES_SHOWN]]
    if len(one.changes) > CHANGES_SHOWN:
        lines.append(f"… and {counted(len(one.changes) - CHANGES_SHOWN, 'more field')}")
    return "\n".join(lines)


def _span(told: Story, one: Version, *, newest: bool, oldest: bool) -> str:
    """Say from which backup to which; what the oldest backup held may be older still."""
    first, last = one.first, one.last
    since = f"since backup #{first.number}, {when(first.taken_at)}"
    if oldest and told.at_first:
        since = f"in backup #{first.number}, {when(first.taken_at)}, the oldest that was looked at"
    if newest:
        return f"{since}, until now"
    return since if first == last else f"{since}, until #{last.number}, {when(last.taken_at)}"


def _field(card: Card, one: FieldChange) -> str:
    label = name(one.label, _LABEL)
    if one.note:
        return f"{label}: {name(one.note, _VALUE)}"
    return f"{label}: {' → '.join(name(value or 'empty', _VALUE) for value in in_words(card, one))}"


def _how_far(told: Story) -> str:
    late = " There was no time to look into older backups." if told.cut_short else ""
    return f"A version that came and went between two backups is in none of them.{late}"
