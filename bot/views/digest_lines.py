"""Parts of the daily digest, for digest.py: what needs somebody, what is under way, limits, coverage, looks.

Each part has its share of a message and says how much it leaves out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.domain.backup import RunState, Verdict
from bot.domain.digest import ChannelDigest, DigestLine, GapNews, Look
from bot.domain.forecast import Forecast
from bot.domain.limits import Level
from bot.domain.standing import Standing
from bot.views import blocks, findings, ids, restoring
from bot.views import limits as limit_views
from bot.views.blocks import Block
from bot.views.caveat import caveat
from bot.views.check import characters
from bot.views.digest_judge import Trouble, troubles
from bot.views.labels import BACK_UP_LABEL, CONNECT_LABEL, COVERAGE_LABEL
from bot.views.words import channel, counted, label, name, number, percent, plain_name, series, stopped, when

NEEDS_ROOM, LIST_ROOM = 5_000, 1_300  # characters
_NEEDS_AT_MOST, _LIST_AT_MOST, _NEWS_AT_MOST, _NAMES_AT_MOST = 12, 8, 4, 3
_TOGETHER = 3  # more organisations than this that Xero shut out share one line: one person mends them all
_NAME = 60
_BUTTONS: Mapping[Trouble, tuple[str, str, str]] = {  # label, action, command that does the same
    Trouble.DISCONNECTED: (CONNECT_LABEL, ids.CONNECT, "connect"),
    Trouble.FAILED: (BACK_UP_LABEL, ids.BACK_UP_NOW, "now"),
    Trouble.OVERDUE: (BACK_UP_LABEL, ids.BACK_UP_NOW, "now"),
    Trouble.NO_BACKUP: (BACK_UP_LABEL, ids.BACK_UP_NOW, "now"),
    Trouble.OVER_LIMIT: (COVERAGE_LABEL, ids.COVERAGE, "coverage"),
}


def needs(found: ChannelDigest, taken: int = 0) -> list[Block]:
    """Draw a line for each organisation that needs somebody, each with the one button that helps.

    `taken` are the characters that restores use of the room.
    """
    yours = [line for line in found.lines if troubles(line)]
    out = [line for line in yours if troubles(line)[0] is Trouble.DISCONNECTED]
    drawn: list[Block] = []
    if len(out) > _TOGETHER and all(_is_home(found, line.standing) for line in out):
        drawn, yours = [_shut_out(out)], yours[len(out) :]
    only = len(yours) + len(drawn) == 1
    left = NEEDS_ROOM - taken
    for place, line in enumerate(yours):
        block = _need(found, line, only=only)
        left -= characters([block])
        if left < 0 or place == _NEEDS_AT_MOST:
            rest = counted(len(yours) - place, "more needs", "more need")
            return [_NEEDS_HEADING, *drawn, blocks.section(f"… and {rest} you: the table lists them first.")]
        drawn.append(block)
    return [_NEEDS_HEADING, *drawn] if drawn else []


def under_way(found: ChannelDigest) -> list[Block]:
    """Say which backups run, wait, are tried again or were stopped: good to know, and nothing to do."""
    told = [text for line in found.lines if (text := _going(line))]
    told += [restoring.under_way(one) for one in found.restores if not one.waits_for_people]
    return _listed("*Nothing to do for you*", told, "`/backup status` shows all of them.")


def limits(found: ChannelDigest) -> list[Block]:
    """List the size limits that are over or close, or that growth reaches within 60 days."""
    told = [
        f"• *{name(line.name, _NAME)}*: {_heading(one)}"
        for line in found.lines
        for one in line.tight(found.day)
        if not (line.newly_over and one.limit.level is Level.OVER)  # told above
    ]
    return _listed(
        "*Size limits* (above these a restore is known to run into trouble)",
        told,
        "the table shows the nearest limit of each.",
    )


def coverage(found: ChannelDigest) -> Block:
    """Say what is not covered, always, and which gaps came or went."""
    news, here = found.coverage, [one for one in found.lines if _is_home(found, one.standing)]
    told = caveat(news.most)
    if news.least != news.most:
        told = (
            f"{number(news.least)} to {number(news.most)} kinds of data are not covered in each organisation;"
            " some others would come back changed."
        )
    if news.gaps:
        told += f" On top of that, the latest good backups have {counted(news.gaps, 'gap')}."
    text = f"*Coverage:* {told}\n{_changed(found, named=len(found.lines) != 1)}"
    if len(found.lines) != 1 or not here:
        return blocks.section(f"{text} `/backup coverage` and an organisation's name tells more.")
    return blocks.section(text, _button(here[0].standing, COVERAGE_LABEL, ids.COVERAGE))


def looks(found: ChannelDigest) -> list[Block]:
    """List the few things in the newest backups that are worth a look, without a word from the books."""
    if not found.looks:
        return []
    more = f" (the first {len(found.looks)} of {len(found.looks) + found.more_looks})"
    heading = blocks.section(f"*Worth a look*{more if found.more_looks else ''}")
    return [heading, *(_look(found, one) for one in found.looks)]


_NEEDS_HEADING = blocks.section("*Needs you*")


def _is_home(found: ChannelDigest, one: Standing) -> bool:
    """Say whether buttons about an organisation work here: elsewhere they would only be refused."""
    return one.organisation.home_channel in {found.channel_id, ""}


def _shut_out(out: Sequence[DigestLine]) -> Block:
    told = (
        f"*{counted(len(out), 'organisation')} are disconnected:* {_names([line.name for line in out], 15)}."
    )
    why = "Xero no longer lets Ledgerkeep in, so no new backups are made. The copies stand."
    button = blocks.button(CONNECT_LABEL, ids.CONNECT, spoken=f"{CONNECT_LABEL}: {len(out)} organisations")
    return blocks.section(f"{told}\n{why}", button)


def _need(found: ChannelDigest, line: DigestLine, *, only: bool) -> Block:
    one, why = line.standing, troubles(line)
    told = f"*{name(line.name, _NAME)}*: {' '.join(_SENTENCES[each](one) for each in why)}"
    text, action, command = _BUTTONS[why[0]]
    if _is_home(found, one):
        return blocks.section(told, _button(one, text, action, is_primary=only))
    return blocks.section(f"{told} *Next:* `/backup {command}` in {channel(one.organisation.home_channel)}.")


def _button(one: Standing, text: str, action: str, *, is_primary: bool = False) -> Block:
    title = one.organisation.name
    value = "" if action == ids.CONNECT else ids.reference(one.organisation.id)
    spoken = f"{text}: {plain_name(title, 70 - len(text))}"
    return blocks.button(text, action, value, style="primary" if is_primary else "", spoken=spoken)


def _stands(one: Standing) -> str:
    if one.good is None:
        return "There is no backup yet."
    return f"The last good backup, {when(one.good.finished_at)}, still stands."


def _disconnected(one: Standing) -> str:
    since = f" since {when(one.state_since)}" if one.state_since else ""
    return f"disconnected. Xero has not let Ledgerkeep in{since}, so no new backups are made. {_stands(one)}"


def _failed(one: Standing) -> str:
    last = one.last
    at = f", {when(last.finished_at)}," if last else ""
    why = stopped(last.failure, 200) if last else ""
    return " ".join(part for part in (f"the latest backup{at} failed.", why, _stands(one)) if part)


def _overdue(one: Standing) -> str:
    since = when(one.good.finished_at) if one.good else "it was linked"
    due = f"one was due {when(one.overdue_since)}" if one.overdue_since else "one was due"
    return f"overdue. No backup since {since}; {due}."


def _none_yet(one: Standing) -> str:
    due = f" One was due {when(one.overdue_since)}." if one.overdue_since else ""
    return f"no backup yet, so nothing of it is safe.{due}"


def _over(one: Standing) -> str:
    over = [limit for limit in (one.good.limits if one.good else ()) if limit.level is Level.OVER]
    told = "; ".join(limit_views.inline(limit) for limit in over)
    return f"now above a size limit. {told}: a restore of it is known to run into trouble."


_SENTENCES: Mapping[Trouble, Callable[[Standing], str]] = {
    Trouble.DISCONNECTED: _disconnected,
    Trouble.FAILED: _failed,
    Trouble.OVERDUE: _overdue,
    Trouble.NO_BACKUP: _none_yet,
    Trouble.OVER_LIMIT: _over,
}


def _going(line: DigestLine) -> str:
    one = line.standing
    title = f"• *{name(one.organisation.name, _NAME)}*"
    if one.running_state is RunState.PARKED:
        goes_on = f" {when(one.resume_at)}" if one.resume_at else ""
        told = f"{title}: paused, Xero's calls for the day are used up; it goes on by itself{goes_on}."
        return told + _late(one)
    if one.good is None and not one.running and one.last is None and one.next_run_at:
        return f"{title}: linked, and not backed up yet; the first backup comes {when(one.next_run_at)}."
    if one.running:
        going = "running" if one.running_state is RunState.RUNNING else "waiting its turn"
        left_out = f"; the one due {when(one.left_out_at)} was left out" if one.left_out_at else ""
        return f"{title}: a backup is {going}{left_out}.{_late(one)}"
    if troubles(line) or one.last is None or one.last.verdict is not Verdict.FAILED:
        return ""
    if one.last.state is RunState.STOPPED:
        comes = f" The next one comes {when(one.next_run_at)}." if one.next_run_at else ""
        return f"{title}: a person stopped the latest backup. {_stands(one)}{comes}"
    again = f" It is tried again {when(one.retry_at)}." if one.retry_at else ""
    return f"{title}: the latest backup failed.{again} {_stands(one)}"


def _late(one: Standing) -> str:
    return f" One was due {when(one.late_since)}. {_stands(one)}" if one.late_since else ""


def _heading(one: Forecast) -> str:
    """Say how close a limit is, and when it is reached at this pace."""
    told, limit = limit_views.inline(one.limit), one.limit
    if limit.level is Level.FINE:  # so far: "fine" beside a date close by would puzzle
        told = f"{label(limit.title)}, {number(limit.count or 0)} of {number(limit.limit)}"
        told += f" ({percent(limit.share)} so far)"
    if limit.level is Level.OVER:
        return f"{told}."
    if one.reaches_at:
        day = f"{one.reaches_at.day} {one.reaches_at:%b %Y}"
        return f"{told}; at this pace {number(one.limit.limit)} around {day}."
    if not one.enough_history:
        return f"{told}; not enough history to say when it is reached."
    return f"{told}; at this pace it is not reached soon."


def _changed(found: ChannelDigest, *, named: bool) -> str:
    """Say which gaps came or went; a channel's first digest has none before it to be named."""
    news = found.coverage
    told = [
        f"*{word}:* {_news(some, named=named)}."
        for word, some in (("New gaps", news.new), ("Ended gaps", news.ended))
        if some
    ]
    since = "" if found.is_first else " since the last digest"
    return " ".join(told) or f"No gap is new{since}, and none has ended."


def _news(some: Sequence[GapNews], *, named: bool) -> str:
    told = [
        f"{label(one.title)} of {_names(one.organisations, _NAMES_AT_MOST)}" if named else label(one.title)
        for one in some[:_NEWS_AT_MOST]
    ]
    if len(some) > _NEWS_AT_MOST:
        told.append(counted(len(some) - _NEWS_AT_MOST, "other kind"))
    return "; ".join(told)


def _names(names: Sequence[str], most: int) -> str:
    """Name some and count the others; two over the number are still named rather than counted."""
    shown = [name(one, 40) for one in (names if len(names) <= most else names[: most - 1])]
    return series([*shown, counted(len(names) - len(shown), "other")] if len(shown) < len(names) else shown)


def _look(found: ChannelDigest, look: Look) -> Block:
    one = look.standing
    told = f"*{name(one.organisation.name, _NAME)}*: {findings.told(look.finding)}"
    if not _is_home(found, one):
        return blocks.section(f"{told} The message of that backup in {_home(one)} shows more.")
    spoken = f"{findings.SEE_LABEL}: {plain_name(one.organisation.name, 50)}"
    button = blocks.button(findings.SEE_LABEL, ids.SEE_FINDINGS, ids.reference(look.run_id), spoken=spoken)
    return blocks.section(told, button)


def _home(one: Standing) -> str:
    return channel(one.organisation.home_channel) or "its channel"


def _listed(heading: str, told: Sequence[str], more: str) -> list[Block]:
    shown: list[str] = []
    left = LIST_ROOM
    for text in told[:_LIST_AT_MOST]:
        left -= len(text)
        if left < 0:
            break
        shown.append(text)
    rest = len(told) - len(shown)
    tail = [f"… and {number(rest)} more: {more}"] if rest else []
    return [blocks.section("\n".join([heading, *shown, *tail]))] if told else []
