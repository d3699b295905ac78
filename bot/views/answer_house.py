"""Draws answers about Ledgerkeep itself: when, how, who, where, how near the limits, how much is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.domain.answers import Copies, CopiesPart, FactPart, LimitsPart, Sizes, StandingsPart
from bot.domain.limits import LimitReading
from bot.domain.organisation import LinkState
from bot.domain.standing import Standing
from bot.views import blocks, filling, state
from bot.views import limits as limit_views
from bot.views.answer_topics import lines, source
from bot.views.drawing import Drawn
from bot.views.message import Entry, Listing
from bot.views.moments import soon
from bot.views.words import counted, name, number, person, sentence, series, size, stopped, when, when_plain

_MOST = 8
_PEOPLE = 10
_GAPS = 3
_MORE = "ask about one of them by name."
_GROUPS = "user group"


def fact(part: FactPart) -> Drawn:
    """Tell something that is true of Ledgerkeep, or how it is set."""
    headline = sentence(part.headline, 300) if part.headline.endswith(":") else stopped(part.headline, 300)
    headline = headline or "(nothing known)."
    people = series([person(each) for each in part.people[:_PEOPLE]])
    hidden = len(part.people) - _PEOPLE
    people += f" and {number(hidden)} more" if hidden > 0 else ""
    groups = counted(len(part.groups), _GROUPS) if part.groups else ""
    named = series([each for each in (people, groups) if each])
    told = [
        f"*{headline}*{' ' + named + '.' if named else ''}",
        *(stopped(each, 400) for each in part.more[:8]),
    ]
    told += [f"*What to do:* {stopped(part.instead, 300)}"] if part.instead else []
    spoken = headline.removesuffix(":")
    if named:
        spoken += f": {counted(len(part.people), 'person', 'people')}" if part.people else f": {groups}"
    sources = (f"From {part.source}",) if part.source else ()
    return Drawn(spoken if spoken[-1] in ".!?" else f"{spoken}.", (lines(told),), sources)


def standings(part: StandingsPart, now: datetime) -> Drawn:
    """Say when the last backups were, when the next ones are, or how the last ones went."""
    lines: dict[str, Callable[[Standing], str]] = {
        "last_backup": lambda one: _last(one, now),
        "next_run": lambda one: _next(one, now),
        "verdict": _verdict,
        "filling": _filling,
    }
    draw, shown = lines[part.key], state.worst_first(part.standings)
    headline = _SPOKEN[part.key](shown, now)
    entries = [
        Entry(f"*{name(one.organisation.name)}*: {draw(one)}", name(one.organisation.name)) for one in shown
    ]
    several = len(shown) > 1
    return Drawn(
        headline,
        (
            Listing(
                heading=f"*{headline}*" if several else "",
                entries=entries,
                more=_MORE,
                most=_MOST,
                spaced=True,
            ),
        ),
        ("From the list of backups, as of now",),
    )


def limits(part: LimitsPart) -> Drawn:
    """Say how near the size limits are: all of them for one organisation, the nearest for several."""
    if len(part.sizes) == 1:
        return _limits_of(part.sizes[0])
    ranked = sorted(part.sizes, key=lambda one: -_share(_nearest(one.limits)))
    near = [one for one in ranked if limit_views.spoken(one.limits)]
    told = (
        f"{counted(len(near), 'organisation is', 'organisations are')} close to or over a size limit."
        if near
        else "No organisation here is close to a size limit."
    )
    unknown = [one for one in ranked if _nearest(one.limits) is None]
    if unknown:
        told += f" Not known for {counted(len(unknown), 'organisation')}."
    entries = [Entry(f"• *{name(one.source.organisation_name)}*: {_nearest_in_words(one)}") for one in ranked]
    taken = [one.source.at for one in part.sizes if one.source.at]
    return Drawn(
        told,
        (Listing(heading=f"*{told}*", entries=entries, more=_MORE, most=_MOST),),
        (f"From the last good backup of each; the oldest is of {when(min(taken))}",) if taken else (),
    )


def copies(part: CopiesPart) -> Drawn:
    """Say how many snapshots are kept, how large they are and how far back they go."""
    known = [one for one in part.copies if one.snapshots is not None]
    total = sum(one.snapshots or 0 for one in known)
    told = f"{counted(total, 'snapshot is', 'snapshots are')} kept"
    told += f" of {counted(len(known), 'organisation')}." if len(part.copies) > 1 else f" of {_only(part)}."
    entries = [Entry(_copies(one), name(one.organisation_name)) for one in part.copies]
    return Drawn(
        told,
        (Listing(heading=f"*{told}*", entries=entries, more=_MORE, most=_MOST),),
        ("Sizes are those of the encrypted copies; an unchanged record is kept once",),
    )


def _only(part: CopiesPart) -> str:
    return name(part.copies[0].organisation_name)


def _copies(one: Copies) -> str:
    title = name(one.organisation_name)
    if not one.snapshots:
        return f"• {title}: {'no snapshot yet' if one.snapshots == 0 else 'not known yet'}"
    parts = [counted(one.snapshots, "snapshot")]
    parts += [size(one.size_bytes)] if one.size_bytes is not None else []
    parts += [f"the oldest of {when(one.oldest_at)}"] if one.oldest_at else []
    parts += [f"the newest of {when(one.newest_at)}"] if one.newest_at and one.snapshots > 1 else []
    return f"• {title}: {', '.join(parts)}"


def _limits_of(one: Sizes) -> Drawn:
    title = name(one.source.organisation_name)
    if not one.limits:
        told = f"The sizes of {title} are not known yet: there is no backup."
        return Drawn(told, (blocks.section(f"{told}\n*Next:* type `/backup now`."),))
    spoken = limit_views.spoken(one.limits)
    told = f"{title} is {spoken}." if spoken else f"{title} is not close to any size limit."
    heading = f"*{told}* Above these a restore is known to run into trouble."
    lines = [heading, *(limit_views.line(each) for each in one.limits)]
    lines += [_forecast(each.limit.title, each.reaches_at) for each in one.forecasts if each.reaches_at]
    return Drawn(told, (blocks.section("\n".join(lines)),), (source(one.source),))


def _forecast(title: str, at: object) -> str:
    return f"{name(title)}: if it grows as it did, the limit is reached around {at:%b %Y}."


def _nearest(readings: Sequence[LimitReading]) -> LimitReading | None:
    known = [one for one in readings if one.count is not None]
    return max(known, key=lambda one: one.share, default=None)


def _share(reading: LimitReading | None) -> float:
    return -1.0 if reading is None else reading.share


def _nearest_in_words(one: Sizes) -> str:
    nearest = _nearest(one.limits)
    return limit_views.inline(nearest) if nearest else "not known yet"


def _last(one: Standing, now: datetime) -> str:
    told = [state.last_good(one, now)]
    if one.last is not None and state.failed(one):
        told.append(f"The latest one, {when(one.last.finished_at)}, failed. {stopped(one.last.failure, 200)}")
    if one.running:
        told.append("A backup is under way.")
    return " ".join(told)


def _next(one: Standing, now: datetime) -> str:
    if one.organisation.state is not LinkState.ACTIVE:
        return "none, until it is connected to Xero again."
    if one.next_run_at is None:
        return "none is planned; `/backup now` takes one."
    return f"next backup {soon(one.next_run_at, now, one.zone)}."


def _verdict(one: Standing) -> str:
    if one.last is None:
        return "there is no backup yet."
    told = f"{one.last.verdict.value}, {when(one.last.finished_at)}."
    if one.last.failure:
        return f"{told} {stopped(one.last.failure, 200)}"
    for gap in one.last.gaps[:_GAPS]:
        since = f", since {when(gap.since_at)}" if gap.since_at else ""
        told += f"\n• {name(gap.title)} ({gap.reason.value}{since}): {stopped(gap.sentence, 200)}"
        told += f" → {stopped(gap.action, 200)}" if gap.action else ""
    hidden = len(one.last.gaps) - _GAPS
    return f"{told}\n… and {counted(hidden, 'more gap')}" if hidden > 0 else told


def _filling(one: Standing) -> str:
    """Say how far everything is that is read record by record."""
    if one.good is None:
        return "there is no backup yet."
    if not one.good.fills:
        return "nothing is read record by record; each backup reads all of the rest."
    on = f" That is around {one.filled_on.day} {one.filled_on:%b}." if one.filled_on else ""
    told = filling.line(one.good.fills)
    return f"{told}{on}" if told else filling.whole(one.good.fills) or "every record has had its turn."


def _filling_spoken(shown: Sequence[Standing], _now: datetime) -> str:
    known = [one for one in shown if one.good]
    left = [one for one in known if one.good and filling.unfinished(one.good.fills)]
    if not known:
        return "There is no backup yet."
    if len(shown) == 1:
        brief = filling.brief(shown[0].good.fills, shown[0].filled_on) if shown[0].good else ""
        title = name(shown[0].organisation.name)
        return f"{title}: {brief or 'every record has had its turn.'}".replace("`", "")
    if not left:
        return "Nothing is still filling up: every record has had its turn."
    return f"{counted(len(left), 'organisation is', 'organisations are')} still filling up."


def _last_spoken(shown: Sequence[Standing], _now: datetime) -> str:
    made = [one.good.finished_at for one in shown if one.good]
    if len(shown) == 1:
        title = name(shown[0].organisation.name)
        told = (
            f"The last good backup of {title} is of {when_plain(made[0])}"
            if made
            else f"{title} has no backup yet"
        )
        return f"{told}."
    if not made:
        return "No organisation here has a backup yet."
    none = len(shown) - len(made)
    missing = f"; {counted(none, 'organisation has', 'organisations have')} none" if none else ""
    return f"The oldest of the last good backups is of {when_plain(min(made))}{missing}."


def _next_spoken(shown: Sequence[Standing], now: datetime) -> str:
    planned = [one for one in shown if one.next_run_at]
    if not planned:
        return "No backup is planned."
    first = min(planned, key=lambda one: one.next_run_at or now)
    at = soon(first.next_run_at or now, now, first.zone)
    return f"The next backup is {at}: {name(first.organisation.name)}."


def _verdict_spoken(shown: Sequence[Standing], _now: datetime) -> str:
    last = [one.last for one in shown if one.last]
    words = [one.verdict.value for one in last]
    if not words:
        return "There is no backup yet."
    if len(shown) == 1:
        gaps = f" ({counted(len(last[0].gaps), 'gap')})" if last[0].gaps else ""
        return f"The last backup of {name(shown[0].organisation.name)}: {words[0]}{gaps}."
    counts = [f"{number(words.count(word))} {word.lower()}" for word in dict.fromkeys(words)]
    return f"The last backups: {series(counts)}."


_SPOKEN: dict[str, Callable[[Sequence[Standing], datetime], str]] = {
    "last_backup": _last_spoken,
    "next_run": _next_spoken,
    "verdict": _verdict_spoken,
    "filling": _filling_spoken,
}
