"""Sum up a backup: verdict, counts, gaps, limits, what it cost. Must not read Xero or write anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.backup.results import StageResult
from bot.catalogue import RESOURCES
from bot.catalogue.coverage import GapLine, coverage_lines
from bot.catalogue.model import Paging, Reading, ReasonClass, Rhythm
from bot.domain.backup import BalanceCheck, Gap, Outcome, OutcomeStatus, Run, Summary, Verdict
from bot.services.limits import readings
from bot.vault import SnapshotInfo

ATTACHMENTS = "attachments"


def counts_of(snapshot: SnapshotInfo) -> dict[str, int | None]:
    """Count the records of every resource in a snapshot, and what is measured beside them."""
    counts: dict[str, int | None] = {key: entry.count for key, entry in snapshot.resources.items()}
    for result in results_of(snapshot).values():
        counts.update(result.measures)
    return counts


def results_of(snapshot: SnapshotInfo) -> Mapping[str, StageResult]:
    """Give what each stage of a snapshot found."""
    return {name: StageResult.from_json(dict(stored)) for name, stored in snapshot.stages.items()}


def succeeded(
    run: Run,
    snapshot: SnapshotInfo,
    earlier: Iterable[SnapshotInfo],
    *,
    calls_allowed: int,
    balance: BalanceCheck,
    not_covered: int,
    country: str,
) -> Summary:
    """Sum up a published snapshot; `earlier` are the snapshots before it, oldest first."""
    before = list(earlier)
    results = results_of(snapshot)
    outcomes = tuple(_steady(one) for result in results.values() for one in result.outcomes)
    gaps = tuple(_since(gap, before) for result in results.values() for gap in result.gaps)
    fills = tuple(one for result in results.values() for one in result.fills)
    return Summary(
        run=run,
        verdict=Verdict.GAPS if gaps else Verdict.COMPLETE,
        outcomes=outcomes,
        gaps=gaps,
        fills=fills,
        limits=readings(counts_of(snapshot)),
        balance=balance,
        not_covered=not_covered,
        not_yet_read=not_yet_read(country),
        first=not before,
        calls_used=run.progress.calls,
        calls_allowed=calls_allowed,
        calls_left_today=run.progress.calls_left_today,
        bytes_added=snapshot.bytes_added,
        snapshot_id=snapshot.id,
        snapshot_number=snapshot.number,
        short_hash=snapshot.short_hash,
    )


def failed(
    run: Run,
    *,
    why: str,
    next_step: str,
    last_good: SnapshotInfo | None,
    calls_allowed: int,
    not_covered: int,
    country: str,
) -> Summary:
    """Sum up a backup that published nothing; the last good snapshot, if any, still stands."""
    return Summary(
        run=run,
        verdict=Verdict.FAILED,
        not_covered=not_covered,
        not_yet_read=not_yet_read(country),
        calls_used=run.progress.calls,
        calls_allowed=calls_allowed,
        calls_left_today=run.progress.calls_left_today,
        failure=why,
        next_step=next_step,
        last_good_at=last_good.taken_at if last_good else None,
        last_good_number=last_good.number if last_good else 0,
    )


def not_yet_read(country: str) -> tuple[str, ...]:
    """Name what Xero offers in a country and this version does not read, worst first; groups once."""
    return tuple(dict.fromkeys(line.title for line in coverage_lines(country) if _is_left_out(line)))


def _is_left_out(line: GapLine) -> bool:
    """Say whether a whole kind of data is not read yet; a part of one is told among its caveats."""
    return line.reason is ReasonClass.NOT_YET_READ and all(
        RESOURCES[key].reading is Reading.NOT_YET for key in line.resources
    )


def _steady(outcome: Outcome) -> Outcome:
    """Count no report as changed or new: each carries the moment it was made, and each day has its own.

    Nor what fills up over nights: that it is read now says nothing of when it came into Xero. A new file on a
    record is news once all of them are there.
    """
    entry = RESOURCES.get(outcome.resource)
    is_report = entry is not None and entry.read is not None and entry.read.paging is Paging.REPORT
    fills = entry is not None and entry.rhythm is Rhythm.FILLED
    is_news = outcome.resource == ATTACHMENTS and outcome.status is OutcomeStatus.READ
    return replace(outcome, new=0, changed=0) if is_report or (fills and not is_news) else outcome


def _since(gap: Gap, before: list[SnapshotInfo]) -> Gap:
    """Date a gap by the first of the unbroken row of snapshots that had it too."""
    since: datetime | None = None
    for older in reversed(before):
        if gap.resource not in {one.resource for result in results_of(older).values() for one in result.gaps}:
            break
        since = older.taken_at
    return replace(gap, since_at=since)
