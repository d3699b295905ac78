"""Says where organisations stand, a few lines each, worst first; shared by `/backup status` and App Home.

*Needs you*: nothing good happens unless somebody acts. *Warning*: worth a look, or trouble that Ledgerkeep is
already trying to mend by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum

from bot.domain.backup import RunState, Verdict
from bot.domain.limits import Level, LimitReading
from bot.domain.organisation import LinkState
from bot.domain.standing import Finding, Standing
from bot.views import filling, findings, limits, restoring
from bot.views.moments import ago, soon
from bot.views.words import channel, counted, name, number, series, stopped, when, when_plain


class Need(IntEnum):
    """How much an organisation needs somebody; the first is the worst."""

    NEEDS_YOU = 0
    WARNING = 1
    STARTING = 2  # the first backup is under way, or planned
    FINE = 3
    ENDED = 4  # unlinked by a person


_SIGNS = {
    Need.NEEDS_YOU: "❗ Needs you",
    Need.WARNING: "⚠️ Warning",
    Need.STARTING: "⏳ First backup",
    Need.FINE: "✅ Fine",
    Need.ENDED: "🔌 Disconnected",
}
_LOOKS_AT_MOST, _RESTORES_AT_MOST = 3, 3
_ADVISER = "press *Connect to Xero*, or ask somebody with the Adviser role in Xero to do it."


def need(standing: Standing) -> Need:
    """Sort one organisation by what it needs."""
    if standing.organisation.state is LinkState.UNLINKED:
        return Need.ENDED
    if disconnected(standing) or missed(standing):
        return Need.NEEDS_YOU
    if failed(standing):
        return Need.WARNING if standing.running or standing.retry_at else Need.NEEDS_YOU
    if standing.good is None:
        return Need.STARTING if standing.running or standing.next_run_at else Need.NEEDS_YOU
    watched = standing.good.verdict is Verdict.GAPS or _stopped(standing) or standing.left_out_at
    return Need.WARNING if watched or standing.late_since or tight(standing) else Need.FINE


def sign(standing: Standing) -> str:
    """Give the sign and the word an organisation is marked with; the word alone says it all."""
    found = need(standing)
    if found is not Need.STARTING:
        return _SIGNS[found]
    return f"{_SIGNS[found]} {'under way' if standing.running else 'planned'}"


def disconnected(standing: Standing) -> bool:
    """Say whether Xero refuses this organisation until somebody connects it again."""
    return standing.organisation.state is LinkState.DISCONNECTED


def failed(standing: Standing) -> bool:
    """Say whether the newest backup failed; one that a person stopped did not."""
    return standing.last is not None and standing.last.verdict is Verdict.FAILED and not _stopped(standing)


def missed(standing: Standing) -> bool:
    """Say whether a backup was due and none was even tried."""
    due, last = standing.overdue_since, standing.last
    return due is not None and (last is None or last.finished_at < due)


def wants_backup(standing: Standing) -> bool:
    """Say whether the one thing to do is to start a backup."""
    if standing.running or standing.organisation.state is not LinkState.ACTIVE:
        return False
    return standing.good is None or missed(standing) or failed(standing) or _stopped(standing)


def tight(standing: Standing) -> LimitReading | None:
    """Give the nearest size limit, when it is close or over."""
    found = standing.good.limits if standing.good else ()
    near = (one for one in found if one.level in {Level.CLOSE, Level.OVER})
    return max(near, key=lambda one: one.share, default=None)


def looks(standing: Standing) -> tuple[Finding, ...]:
    """Give what is worth a look in the newest backup; nothing of what nobody may look at any more."""
    ended = standing.organisation.state is LinkState.UNLINKED
    return () if ended or standing.good is None else standing.good.findings


def worth_a_look(standings: Sequence[Standing]) -> str:
    """Count what is worth a look in the newest backups, e.g. "1 thing worth a look"; "" for nothing."""
    found = sum(len(looks(one)) for one in standings)
    return f"{counted(found, 'thing')} worth a look" if found else ""


def worst_first(standings: Sequence[Standing]) -> list[Standing]:
    """Order organisations by need, then by name."""
    return sorted(standings, key=lambda one: (need(one), one.organisation.name.casefold()))


def headline(standings: Sequence[Standing]) -> str:
    """Say all of it in one sentence; for one organisation, its own state without signs."""
    if len(standings) == 1:
        return _alone(standings[0])
    needs = [need(one) for one in standings]
    yours, warnings, starting = (needs.count(one) for one in (Need.NEEDS_YOU, Need.WARNING, Need.STARTING))
    counts = [f"{number(yours)} need{'s' if yours == 1 else ''} you"] if yours else []
    counts += [counted(warnings, "warning")] if warnings else []
    counts += [f"{number(starting)} waiting for a first backup"] if starting else []
    counts += [f"{number(needs.count(Need.FINE))} fine"] if Need.FINE in needs else []
    counts += [f"{number(needs.count(Need.ENDED))} disconnected"] if Need.ENDED in needs else []
    more = f"; {look}" if (look := worth_a_look(standings)) else ""
    return f"{counted(len(standings), 'organisation')}: {series(counts)}{more}."


def line(standing: Standing, now: datetime, *, beside: str = "") -> str:
    """Draw one organisation: sign and word, last good backup, what is wrong since when, what comes next.

    What is worth a look in the newest backup is said in counts: the books' own words stay out of it.

    `beside`: the label of the button beside it, which says what to do where otherwise a command would.
    """
    parts = [
        f"*{name(standing.organisation.name)}* · {sign(standing)}",
        last_good(standing, now),
        _filling(standing),
        *_troubles(standing, now),
        _look_at(standing, beside),
        _under_way(standing, now),
        *([] if beside else restoring.beside(standing)[:_RESTORES_AT_MOST]),
        "Legal hold: no snapshot is ever removed." if standing.legal_hold else "",
        f"*Next:* {_next(standing, now, beside)}",
    ]
    return "\n".join(part for part in parts if part)


def last_good(standing: Standing, now: datetime) -> str:
    """Say when the last good backup was, how old it is, which snapshot and how it went."""
    good = standing.good
    if good is None:
        return "No backup yet."
    which = f", #{good.snapshot_number}" if good.snapshot_number else ""
    gaps = f" ({counted(len(good.gaps), 'gap')})" if good.gaps else ""
    at = good.finished_at
    return f"Last good backup {when(at)}, {ago(at, now)}{which}: {good.verdict.value}{gaps}."


def _filling(standing: Standing) -> str:
    if standing.good is None or standing.organisation.state is LinkState.UNLINKED:
        return ""
    return filling.brief(standing.good.fills, standing.filled_on)


def _alone(standing: Standing) -> str:
    title, word = name(standing.organisation.name), sign(standing).split(" ", 1)[1].lower()
    word += f"; {look}" if (look := worth_a_look([standing])) else ""
    if standing.good is None:
        return f"{title}: {word}. There is no backup yet."
    return f"{title}: {word}. The last good backup is from {when_plain(standing.good.finished_at)}."


def _stopped(standing: Standing) -> bool:
    return standing.last is not None and standing.last.state is RunState.STOPPED


def _troubles(standing: Standing, now: datetime) -> list[str]:
    found = []
    if disconnected(standing):
        since = f" since {when(standing.state_since)}" if standing.state_since else ""
        stand = " The copies stand." if standing.good else ""
        found.append(f"Xero has not let Ledgerkeep in{since}, so no new backups are made.{stand}")
    else:
        found += _of_runs(standing, now)
    if limit := tight(standing):
        found.append(f"Size limit: {limits.inline(limit)}.")
    return found


def _look_at(standing: Standing, beside: str) -> str:
    """Say what is worth a look, and where it is shown to those who may see it."""
    found = looks(standing)
    if not found:
        return ""
    told = [findings.told(one) for one in found[:_LOOKS_AT_MOST]]
    rest = [f"And {counted(len(found) - len(told), 'other thing')}."] if len(found) > len(told) else []
    home = channel(standing.organisation.home_channel)
    where = f"The message of that backup{f' in {home}' if home else ''} shows more."
    if beside == findings.SEE_LABEL:
        where = f"Press *{beside}*."
    return " ".join([f"*{findings.TITLE}:*", *told, *rest, where])


def _of_runs(standing: Standing, now: datetime) -> list[str]:
    last, due = standing.last, standing.overdue_since
    if due is not None and missed(standing):
        return [f"Overdue: a backup should have run {when(due)}, and did not."]
    if last is not None and failed(standing):
        told = f"The latest backup, {when(last.finished_at)}, failed. {stopped(last.failure, 200)}".rstrip()
        again = soon(standing.retry_at, now, standing.zone) if standing.retry_at else ""
        return [f"{told} It is tried again {again}." if again else told]
    if last is not None and _stopped(standing):
        return [f"The latest backup, {when(last.finished_at)}, was stopped by a person."]
    if standing.left_out_at is not None:
        at = when(standing.left_out_at)
        return [f"The backup due {at} was left out, because the one before it is still under way."]
    if standing.late_since is not None:
        return [f"A backup was due {when(standing.late_since)}, and there is none since yet."]
    return []


def _under_way(standing: Standing, now: datetime) -> str:
    if not standing.running:
        return ""
    if standing.running_state is RunState.PARKED:
        on = f" and goes on {soon(standing.resume_at, now, standing.zone)}" if standing.resume_at else ""
        return f"A backup is paused: it waits for tomorrow's calls to Xero{on}."
    waiting = standing.running_state is RunState.QUEUED
    return "A backup is queued." if waiting else "A backup is running."


def _next(standing: Standing, now: datetime, beside: str) -> str:
    step = _step(standing, beside)
    if standing.organisation.state is not LinkState.ACTIVE or standing.running:
        return step
    if standing.next_run_at is None:
        return f"{step} No backup is planned."
    at = soon(standing.next_run_at, now, standing.zone)
    if need(standing) in {Need.STARTING, Need.FINE}:
        to_do = "Nothing else to do." if looks(standing) or standing.restores else "Nothing to do."
        return f"{'' if standing.good else 'first '}backup {at}. {to_do}"
    return f"{step} {'Next' if standing.good else 'First'} scheduled backup {at}."


def _step(standing: Standing, beside: str) -> str:
    if standing.organisation.state is LinkState.UNLINKED:
        return "`/backup connect` links it again."
    if disconnected(standing):
        return _ADVISER
    if standing.running:
        return "nothing to do; the result is posted in its channel."
    if failed(standing) and standing.retry_at:
        return "nothing to do yet."
    if wants_backup(standing):
        return f"press *{beside}*." if beside else "type `/backup now`."
    return _look(standing, beside)


def _look(standing: Standing, beside: str) -> str:
    """Say where to look, or how to take a backup that nothing asks for."""
    if need(standing) is not Need.WARNING or standing.good is None:
        return "`/backup now` takes one when you want it."
    gaps = standing.good.verdict is Verdict.GAPS
    what = "what is missing, and what to do" if gaps else "how near each size limit is"
    return f"*{beside}* says {what}." if beside else f"`/backup coverage` says {what}."
