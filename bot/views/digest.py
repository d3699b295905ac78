"""The daily digest of a channel: one message that says in its first line whether somebody must act.

What does not fit follows in messages of its own, worst first. Names of organisations, counts and verdicts
only: what the books say is shown to those who ask for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.domain.digest import ChannelDigest, DigestLine
from bot.views import blocks
from bot.views import digest_lines as lines
from bot.views import digest_restores as restores
from bot.views import digest_table as table
from bot.views.blocks import Block
from bot.views.check import characters
from bot.views.digest_judge import need, troubles, worst_first
from bot.views.message import Message
from bot.views.moments import place
from bot.views.state import Need
from bot.views.words import code, counted, name, number, plain_name, series, stopped, when, when_plain

ROOM = 12_600  # characters of one message, as bot/views/check.py counts them; Slack takes 13,200
_SPOKEN = 5  # organisations named in the sentence for phones and screen readers
_SIGNS = {Need.NEEDS_YOU: "❗", Need.WARNING: "⚠️", Need.STARTING: "⏳", Need.FINE: "✅"}
_ALONE = {
    Need.WARNING: "has a warning",
    Need.STARTING: "waits for its first backup",
    Need.FINE: "is fine",
}


def digest(found: ChannelDigest) -> list[Message]:
    """Draw one channel's digest: the message, then what of its table did not fit in."""
    found = replace(found, lines=tuple(worst_first(found.lines, found.day)))
    head = [blocks.header(f"{_sign(found)}{_title(found.day)}: {_headline(found)}"), *_late(found)]
    asked, ended = restores.open_requests(found), restores.came_out(found)
    top = [*head, *lines.needs(found, characters([*asked, *ended])), *asked]
    foot = [
        *lines.limits(found),
        lines.coverage(found),
        *lines.looks(found),
        *lines.under_way(found),
        *ended,
        _foot(found),
    ]
    rows = table.rows(found)
    shown, rest = table.split(rows, ROOM - characters([*top, *foot]))
    drawn = [table.drawn(shown)] if shown else []
    more = [blocks.context(_more(len(shown), len(rows)))] if rest else []
    first = Message(_spoken(found), [*top, *drawn, *more, *foot])
    return [first, *_continued(found, rest, done=len(shown), of=len(rows))]


def not_built(day: date, *, why: str, reference: str, is_tried_again: bool) -> Message:
    """Say that the digest of a day could not be built, and what is true all the same."""
    told = f"The digest of {_day(day)} could not be built."
    again = "I try again in half an hour." if is_tried_again else ""
    what = f"{stopped(why)} {again}".rstrip()
    true = "Backups run by themselves and do not depend on it; the backups made so far still stand."
    step = "`/backup status` shows how each organisation stands."
    if not is_tried_again:
        step += " Give the reference to whoever runs Ledgerkeep."
    return Message(
        f"{told} {stopped(why)} {true}",
        [
            blocks.section(
                f"⚠️ *{told}*\n*What happened:* {what}\n*Your copies:* {true}\n*What to do:* {step}"
            ),
            blocks.context(f"Reference: `{code(reference)}`"),
        ],
    )


def _continued(found: ChannelDigest, rest: Sequence[Sequence[str]], *, done: int, of: int) -> list[Message]:
    messages = []
    while rest:
        shown, rest = table.split(rest, ROOM - 200)
        told = f"Organisations {number(done + 1)} to {number(done + len(shown))} of {number(of)}"
        title = f"{_title(found.day)}, continued. {told}."
        messages.append(Message(title, [blocks.context(title), table.drawn(shown)]))
        done += len(shown)
    return messages


def _title(day: date) -> str:
    return f"Backups, {_day(day)}"


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"


def _words(found: ChannelDigest) -> list[Need]:
    return [need(line, found.day) for line in found.lines]


def _sign(found: ChannelDigest) -> str:
    """Give the sign of the worst; the words beside it say the same."""
    words = [*_words(found), *([Need.WARNING] if restores.waiting(found) else [])]
    return f"{_SIGNS[min(words)]} " if found.lines else ""


def _headline(found: ChannelDigest) -> str:
    """Say in a few words how many are fine and how many are not, and whether something is worth a look.

    A complete backup may show that a supplier's bank details changed: "fine" alone would hide that.
    """
    looks = len(found.looks) + found.more_looks
    told = [f"{counted(looks, 'thing')} worth a look"] if looks else []
    told += filter(None, [restores.waiting(found)])
    return "; ".join([_verdict(found), *told])


def _verdict(found: ChannelDigest) -> str:
    words = _words(found)
    if len(words) == 1:
        return _alone(found.lines[0], words[0])
    fine, yours = words.count(Need.FINE), words.count(Need.NEEDS_YOU)
    if fine == len(words):
        return f"all {number(fine)} fine" if fine else "no organisation is linked here"
    counts = [f"{number(fine)} fine"] if fine else []
    counts += [counted(words.count(Need.WARNING), "warning")] if Need.WARNING in words else []
    counts += [f"{number(words.count(Need.STARTING))} waiting for a first backup"] * (Need.STARTING in words)
    counts += [f"{number(yours)} need{'s' * (yours == 1)} you"] if yours else []
    return ", ".join(counts)


def _alone(line: DigestLine, its: Need) -> str:
    title, why = plain_name(line.name, 55), troubles(line)
    return f"{title} needs you: {why[0].value}" if why else f"{title} {_ALONE[its]}"


def _late(found: ChannelDigest) -> list[Block]:
    if not found.is_late:
        return []
    due = f"it was due {when(found.due_at)} and shows how things stand {when(found.made_at)}"
    return [blocks.context(f"This digest is late: {due}.")]


def _more(shown: int, of: int) -> str:
    if not shown:
        return f"The table of all {number(of)} organisations follows in the thread of this message."
    told = f"The first {number(shown)} of {number(of)} organisations, worst first"
    return f"{told}; the others are in the thread of this message."


def _foot(found: ChannelDigest) -> Block:
    following = f"next digest {when(found.next_at)}" if found.next_at else "no further digest is planned"
    zone = f"the table is in {place(found.zone)}"
    change = "`/backup settings` changes hour, days and channel"
    return blocks.context(f"As of {when(found.made_at)} · {zone} · {following} · {change}")


def _spoken(found: ChannelDigest) -> str:
    """Say it all in a few sentences: phones and screen readers get nothing else."""
    late = f" This digest is late: it was due {when_plain(found.due_at)}." if found.is_late else ""
    new = [name(one.title, 40) for one in found.coverage.new[:3]]
    gaps = f" New gap{'s' * (len(new) > 1)}: {series(new)}." if new else ""
    return f"{_title(found.day)}: {_headline(found)}.{late}{_named(found)}{gaps}"


def _named(found: ChannelDigest) -> str:
    """Name those that need somebody, then those with a warning; a single one is in the headline."""
    if len(found.lines) < 2:
        return ""
    words = _words(found)
    yours = [_needing(line) for line, its in zip(found.lines, words, strict=True) if its is Need.NEEDS_YOU]
    warned = [
        name(line.name, 50) for line, its in zip(found.lines, words, strict=True) if its is Need.WARNING
    ]
    return _some(" Needs you: ", yours) + _some(" Warnings: ", warned)


def _some(heading: str, named: Sequence[str]) -> str:
    shown, rest = list(named[:_SPOKEN]), len(named) - _SPOKEN
    return f"{heading}{series([*shown, f'{number(rest)} more'] if rest > 0 else shown)}." if shown else ""


def _needing(line: DigestLine) -> str:
    return f"{name(line.name, 50)} ({troubles(line)[0].value})"
