"""Single records for one person's eyes: what differs between two backups, and what a search found.

These messages hold names and amounts. They go to one person who passed the check, never into a channel, and
what a notification or a lock screen shows of them holds neither.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from bot.domain.records import (
    Card,
    ChangeKind,
    Differences,
    FieldChange,
    Found,
    Hit,
    KindChanges,
    RecordChange,
)
from bot.views import blocks, ids
from bot.views.blocks import Block
from bot.views.message import Entry, Listing, Message, compose
from bot.views.statuses import status
from bot.views.words import counted, name, number, plain_name, series, when

FIELDS_SHOWN = 3
WITH_BUTTON = 5  # of the best hits
VERSIONS_LABEL = "Earlier versions"
_LONGEST_REFERENCE = 1_900  # a button carries 2,000 characters at most
_VALUE = 40  # characters of a value
_STATUS = frozenset({"status", "asset status"})  # labels of that field
_SAME = frozenset({("Quote", "quotation")})  # a title that only says again what kind of record it is
_ONLY_YOU = "Only you see this."
_WORDS = {
    ChangeKind.NEW: "New",
    ChangeKind.CHANGED: "Changed",
    ChangeKind.VOIDED: "Voided",
    ChangeKind.DELETED: "Deleted",
    ChangeKind.ARCHIVED: "Archived",
    ChangeKind.GONE: "No longer handed out by Xero",
}
_REST = "`/backup find` finds single ones; `ledgerkeep diff` lists all, for whoever runs Ledgerkeep."


def looking() -> Message:
    """Say that an answer takes a moment."""
    told = "Looking through the copies. The answer comes here in a moment; nobody else sees it."
    return compose(told, blocks.section(told))


def nothing_to_compare(organisation_name: str) -> Message:
    """Say that there is no backup before this one."""
    told = f"There are no two backups of {name(organisation_name)} to compare yet."
    return compose(told, blocks.section(f"{told}\n*Next:* ask again after the next backup."))


def differences(found: Differences) -> Message:
    """Tell what differs between two backups: counts by kind, and the newest records of each."""
    title, older, newer = name(found.organisation_name), found.older, found.newer
    between = (
        f"from backup #{older.number} ({when(older.taken_at)}) to #{newer.number} ({when(newer.taken_at)})"
    )
    if not found.kinds:
        told = f"No record of {title} differs between backups #{older.number} and #{newer.number}."
        return compose(
            told,
            blocks.section(f"{told}\nReports are made anew each time and count only when they say more."),
        )
    late = (
        "There was no time to read all of it, so newer ones may be missing below." if found.cut_short else ""
    )
    return compose(
        f"{title}, backup #{older.number} to #{newer.number}: {_in_all(found.kinds)}.",
        blocks.header(f"Changes: {plain_name(found.organisation_name)}"),
        blocks.section(f"What differs {between}: *{_in_all(found.kinds)}*.{' ' * bool(late)}{late}"),
        *(_kind(one) for one in found.kinds),
        blocks.context(f"{_ONLY_YOU} It shows what the two backups hold, newest first."),
    )


def found(what: Found, asked: str) -> Message:
    """Tell what a search found, best first."""
    where = f"{counted(what.searched, 'record')} of {counted(what.organisations, 'organisation')}"
    late = "I stopped looking after 20 seconds, so there may be more." if what.out_of_time else ""
    missing = _without_copy(what)
    if not what.organisations and what.on:
        told = f"There is no backup from {_day(what.on)} or before that could be searched."
        return compose(told, blocks.section(f"{told}\n*Next:* ask for a later day, or for none."))
    if not what.organisations:
        told = "There is no backup yet that could be searched."
        return compose(told, blocks.section(f"{told}\n*Next:* type `/backup now`."))
    if not what.hits:
        told = f"Nothing in the copies fits “{name(asked)}”{_then(what)}."
        how = "Try fewer words, a part of the name, or the number alone."
        return compose(
            f"{told} {how}",
            blocks.section(f"{told}\n*Next:* {how}{' ' * bool(late)}{late}"),
            blocks.context(f"{_ONLY_YOU} Searched: {where}. {missing}".strip()),
        )
    several = len({hit.organisation_name for hit in what.hits}) > 1 or what.organisations > 1
    head = f"{counted(what.total, 'record fits', 'records fit')} “{name(asked)}”{_then(what)}"
    near, rest = what.hits[:WITH_BUTTON], what.hits[WITH_BUTTON:]
    return compose(
        f"{counted(what.total, 'record fits', 'records fit')} what you looked for{_then(what)}.",
        blocks.header(f"Found: {counted(what.total, 'record')}"),
        blocks.section(f"{head}.{' ' * bool(late)}{late}"),
        *(_with_versions(place, hit, several=several, on=what.on) for place, hit in enumerate(near)),
        _rest(what, rest, several=several),
        blocks.context(f"{_ONLY_YOU} {_what_it_shows(what)} Searched: {where}. {missing}".strip()),
    )


def _rest(what: Found, hits: Sequence[Hit], *, several: bool) -> Listing | None:
    """List what fits less well, in one line each, and count what is not shown."""
    if what.total == len(what.hits) and not hits:
        return None
    unseen = [Entry("")] * (what.total - len(what.hits))
    return Listing(
        heading="",
        entries=[*(Entry(_hit(hit, several=several, on=what.on)) for hit in hits), *unseen],
        more="narrow it with another word or the number.",
        most=len(hits),
    )


def _with_versions(place: int, hit: Hit, *, several: bool, on: date | None) -> Block:
    """Draw a hit with the button that tells its earlier versions; the button carries ids only."""
    told = _hit(hit, several=several, on=on)
    what = f"{hit.organisation_id}/{hit.card.resource}/{hit.card.record_id}"
    if not hit.organisation_id or len(what) > _LONGEST_REFERENCE:
        return blocks.section(told)
    action = ids.choose("versions", place)
    return blocks.section(told, blocks.button(VERSIONS_LABEL, action, ids.reference(what)))


def _then(what: Found) -> str:
    return f", as the books were on {_day(what.on)}" if what.on else ""


def _what_it_shows(what: Found) -> str:
    if what.on:
        return "It shows the last backup by the end of that day, in the organisation's own time zone."
    return "It shows your copies, not Xero as it is now."


def how_to_find(why: str) -> Message:
    """Say in one sentence how a search is asked."""
    examples = (
        "`/backup find INV-0042`, `/backup find Harbour Supplies` or `/backup find 1240 on 3 June 2026`"
    )
    told = f"{why} For example {examples}."
    return compose(told.replace("`", ""), blocks.section(told))


def _kind(one: KindChanges) -> Listing:
    return Listing(
        heading=f"*{name(one.title)}*: {_counts(one)}",
        entries=[
            *(Entry(_changed(each)) for each in one.shown),
            *[Entry("")] * (one.total - len(one.shown)),
        ],
        more=_REST,
        most=len(one.shown),
    )


def _in_all(kinds: tuple[KindChanges, ...]) -> str:
    sums = [sum(getattr(one, field) for one in kinds) for field in ("new", "changed", "gone")]
    words = ("new", "changed", "no longer handed out by Xero")
    return series([f"{number(count)} {word}" for count, word in zip(sums, words, strict=True) if count])


def _counts(one: KindChanges) -> str:
    ended = f" ({number(one.ended)} of them voided or deleted)" if one.ended else ""
    told = ((one.new, "new"), (one.changed, f"changed{ended}"), (one.gone, "no longer handed out by Xero"))
    return series([f"{number(count)} {word}" for count, word in told if count])


def _changed(one: RecordChange) -> str:
    shown = one.fields[:FIELDS_SHOWN]
    told = f"• *{_WORDS[one.kind]}*: {_named(one.card, told={each.after for each in shown})}"
    if one.kind in {ChangeKind.NEW, ChangeKind.GONE}:
        known = facts(one.card)
        return f"{told} · {known}" if known else told
    if not one.fields:
        return f"{told} · touched in Xero, no field differs"
    rest = len(one.fields) - len(shown)
    more = f"; and {counted(rest, 'more field')}" if rest > 0 else ""
    return f"{told} · {'; '.join(_field(one.card, each) for each in shown)}{more}"


def _named(card: Card, told: Collection[str]) -> str:
    """Name a record that changed, by its id where it has neither number nor name."""
    bare = not (card.number or card.title or card.reference or card.contact)
    return known_by(card, told=told) + (f" {name(card.record_id, 60)}" if bare else "")


def _field(card: Card, one: FieldChange) -> str:
    label = name(one.label, _VALUE)
    if one.note:
        return f"{label}: {name(one.note, _VALUE)}"
    return f"{label}: {' → '.join(name(value, _VALUE) for value in in_words(card, one) if value)}"


def in_words(card: Card, one: FieldChange) -> tuple[str, str]:
    """Give both values of a field, a status in the words of Xero's screens."""
    if one.label.casefold() in _STATUS:
        return status(card.resource, one.before), status(card.resource, one.after)
    return one.before, one.after


def _hit(hit: Hit, *, several: bool, on: date | None) -> str:
    where = f" · {name(hit.organisation_name, _VALUE)}" if several else ""
    told = [f"• *{known_by(hit.card)}*", facts(hit.card)]
    as_of = f"as of backup #{hit.last.number}{f', {when(hit.last.taken_at)}' if on else ''}"
    if hit.gone_since:
        as_of = (
            f"⚠️ no longer handed out by Xero since backup #{hit.gone_since}; "
            f"last in #{hit.last.number}, {when(hit.last.taken_at)}"
        )
    return f"{' · '.join(filter(None, told))}{where} · {as_of}"


def known_by(card: Card, told: Collection[str] = ()) -> str:
    """Name a record by its number or name, and whose it is; `told`: values that stand beside it anyway."""
    called = next(filter(None, (card.number, card.title, card.reference, card.contact)), "")
    head = f"{name(card.kind)} {name(called, 60)}" if called else name(card.kind)
    said = {called, *told}
    contact = f", {name(card.contact, 60)}" if card.contact and card.contact not in said else ""
    about = f" ({name(card.title, 60)})" if _tells_more(card, said) else ""
    is_new = bool(card.reference) and card.reference not in said | {card.contact}
    reference = f", reference {name(card.reference, _VALUE)}" if is_new else ""
    return f"{head}{about}{contact}{reference}"


def _tells_more(card: Card, said: Collection[str]) -> bool:
    word = card.title.casefold()
    return (
        word not in {"", card.kind.casefold()} and card.title not in said and (card.kind, word) not in _SAME
    )


def facts(card: Card) -> str:
    """Say when a record is dated, how it stands and what it comes to."""
    money = _money(card.amount, card.currency)
    word = status(card.resource, card.status)
    return " · ".join(filter(None, (_day(card.dated), name(word, _VALUE) if word else "", money)))


def _day(day: date | None) -> str:
    return f"{day.day} {day:%b %Y}" if day else ""


def _money(amount: Decimal | None, currency: str) -> str:
    """Write an amount with two decimals at least, and never rounded."""
    if amount is None:
        return ""
    places = int(amount.as_tuple().exponent)
    shown = f"{amount:,.2f}" if places >= -2 else f"{amount:,f}"
    return f"{name(currency, 8)} {shown}" if currency else shown


def _without_copy(what: Found) -> str:
    if not what.without_copy:
        return ""
    named = series([name(one, _VALUE) for one in what.without_copy[:5]])
    more = f" and {number(len(what.without_copy) - 5)} more" if len(what.without_copy) > 5 else ""
    then = f"from {_day(what.on)} or before" if what.on else "yet"
    return f"Not searched, because there is no backup {then}: {named}{more}."
