"""Say how organisations stand, all at once: a handful of queries, however many there are. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from bot.db.engine import Database
from bot.db.tables import ACTIVE_RUN_STATES, OrganisationRow, RunRow
from bot.domain.backup import RunState
from bot.domain.organisation import LinkState, Organisation
from bot.domain.schedule import Planned, SlotOutcome
from bot.domain.standing import Outline, Standing
from bot.services import restore_notes
from bot.services.running import outlines
from bot.services.running.runs import BACKUP
from bot.services.timing.schedules import Schedules

NIGHTS_LOOKED_AT = 400  # slots; what takes longer has no date
GRACE = timedelta(hours=2)  # a backup that waits its turn or for Xero's minute is late, not overdue


class Standings:
    """How every organisation stands."""

    def __init__(self, db: Database, *, schedules: Schedules, now: Callable[[], datetime]) -> None:
        self._db, self._schedules, self._now = db, schedules, now

    def of(self, organisations: Sequence[Organisation]) -> list[Standing]:
        """Give the standings in the order of the organisations."""
        ids, now = [one.id for one in organisations], self._now()
        planned = self._schedules.planned(organisations)
        with self._db.reading() as session:
            last = outlines.newest(session, ids)
            good = {key: one for key, one in last.items() if one.snapshot_id}
            if lacking := [one for one in ids if one not in good]:
                good |= outlines.newest(session, lacking, good=True)
            active = {
                row.organisation_id: (row.id, RunState(row.state), row.resume_at)
                for row in session.execute(
                    select(RunRow.organisation_id, RunRow.id, RunRow.state, RunRow.resume_at).where(
                        RunRow.organisation_id.in_(ids),
                        RunRow.kind == BACKUP,
                        RunRow.state.in_(ACTIVE_RUN_STATES),
                    )
                )
            }
            special = select(OrganisationRow.id, OrganisationRow.state_since, OrganisationRow.legal_hold)
            special = special.where(
                OrganisationRow.id.in_(ids),
                or_(OrganisationRow.state != LinkState.ACTIVE, OrganisationRow.legal_hold),
            )
            links = {row.id: row for row in session.execute(special)}
            notes = restore_notes.by_organisation(restore_notes.current(session, ids, now))
        found = [
            replace(
                _standing(one, planned[one.id], last.get(one.id), good.get(one.id), active.get(one.id), now),
                restores=notes.get(one.id, ()),
            )
            for one in organisations
        ]
        return [
            replace(one, state_since=link.state_since, legal_hold=link.legal_hold)
            if (link := links.get(one.organisation.id))
            else one
            for one in found
        ]


def _standing(  # noqa: PLR0917 - one call, in the order things are read
    organisation: Organisation,
    planned: Planned,
    last: Outline | None,
    good: Outline | None,
    active: tuple[str, RunState, datetime | None] | None,
    now: datetime,
) -> Standing:
    run_id, state, resume_at = active or ("", None, None)
    due = _overdue(organisation, good, planned, now)
    return Standing(
        organisation=organisation,
        last=last,
        good=good,
        running=run_id,
        running_state=state,
        resume_at=resume_at,
        next_run_at=planned.next_at if organisation.state is LinkState.ACTIVE else None,
        zone=planned.timetable.zone,
        filled_on=_filled_on(good, planned),
        overdue_since=None if active else due,
        late_since=due if active else None,
        retry_at=planned.retry_at,
        left_out_at=planned.due_at if active and planned.outcome is SlotOutcome.KEPT else None,
    )


def _filled_on(good: Outline | None, planned: Planned) -> date | None:
    """Say on which day the last record has its turn, by the nights that takes and the days of the schedule.

    Several backups of one day share its calls, so that a day counts as one night.
    """
    known = [one.nights for one in (good.fills if good else ()) if not one.is_done]
    nights = max((one for one in known if one is not None), default=0)
    if not nights or None in known or planned.next_at is None:
        return None
    zone, slot = ZoneInfo(planned.timetable.zone), planned.next_at
    days = {slot.astimezone(zone).date()}
    for _ in range(NIGHTS_LOOKED_AT):
        following = planned.timetable.next_after(slot) if len(days) < nights else None
        if following is None:
            break
        slot = following.at
        days.add(slot.astimezone(zone).date())
    return max(days) if len(days) == nights else None


def _overdue(
    organisation: Organisation, good: Outline | None, planned: Planned, now: datetime
) -> datetime | None:
    """Give the slot that should have brought a backup and did not; nothing while Xero keeps us out."""
    due = planned.due_at
    if due is None or organisation.state is not LinkState.ACTIVE or now < due + GRACE:
        return None
    return due if good is None or good.finished_at < due else None
