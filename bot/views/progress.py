"""How far a run is, in words and as a share; for backup.py. Must not draw blocks."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.backup import Run, RunState
from bot.views.words import bar, counted, duration, number, percent, sentence, series

_NAMED_AT_MOST = 3


def share(run: Run) -> float:
    """Say how far a run is, never quite all: only the summary says that it ended."""
    progress = run.progress
    done, planned = progress.calls, progress.calls_planned
    if not planned:
        done, planned = progress.resources_done, progress.resources_total
    return min(done / planned, 0.99) if planned else 0.0


def spent(run: Run) -> str:
    """Say what a run has used so far, and how long it may take."""
    progress = run.progress
    told = [f"{counted(progress.calls, 'call')} to Xero used"]
    if progress.calls_left_today is not None and run.state is not RunState.PARKED:
        told.append(f"{number(progress.calls_left_today)} left today")
    if progress.seconds_left and run.state is RunState.RUNNING:
        told.append(f"about {duration(progress.seconds_left)} to go")
    return " · ".join(told)


def books_are_read(run: Run) -> bool:
    """Say whether only what is read record by record goes on: nobody knows how far its calls will reach."""
    progress = run.progress
    return bool(progress.current) and 0 < progress.resources_total <= progress.resources_done


def how_far(run: Run) -> str:
    """Say how far a run is, with a bar as long as that is known, and what is read now."""
    progress, done = run.progress, "Starting: asking Xero what there is."
    records = f"{counted(progress.records, 'record')} read so far"
    if books_are_read(run):
        return (
            f"The books are read; {records}. *Reading now, newest records first:* attached files, history "
            "and notes, with the calls that are left. What they do not reach goes on the next night."
        )
    if progress.resources_total:
        kinds = counted(progress.resources_total, "kind")
        done = f"{records}, {number(progress.resources_done)} of {kinds} of data done"
    now = f"\nReading now: {reading_now(progress.current)}" if progress.current else ""
    return f"`{bar(share(run), 20)}` {percent(share(run))}\n{done}{now}"


def so_far(run: Run) -> str:
    """Say all of it in one line."""
    progress = run.progress
    if not progress.records:
        return "Nothing is read yet."
    return f"{percent(share(run))} done, {counted(progress.records, 'record')} read so far · {spent(run)}"


def reading_now(titles: Sequence[str]) -> str:
    """Name what is being read: a stage may hold many kinds, and they are read side by side."""
    shown, rest = list(titles[:_NAMED_AT_MOST]), len(titles) - _NAMED_AT_MOST
    return sentence(series([*shown, counted(rest, "other")] if rest > 0 else shown), 200)


def already(run: Run) -> str:
    """Say what a run that was asked for before is doing."""
    if run.state is RunState.QUEUED:
        return "queued"
    return "under way, paused until Xero allows calls again" if run.state is RunState.PARKED else "running"
