"""Says in words what is set: when backups run, when the digest comes, what is kept. Values in, words out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import time

from bot.domain.access import ApproverList
from bot.domain.settings import DigestSettings, Retention
from bot.domain.timetable import EVERY_DAY, WORKDAYS, Timetable
from bot.views.moments import place
from bot.views.words import channel, counted, number, person, sentence, series

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
BY_HAND = "only when somebody asks"
WHAT_THEY_DO = "They approve the plan of a restore before anything is written."


def backups_run(timetable: Timetable) -> str:
    """Say when backups run: "at 02:00 every day, London time"."""
    if not timetable.times or not timetable.weekdays:
        return BY_HAND
    return f"at {clock(timetable.times)} {days(timetable.weekdays)}, {zone_name(timetable.zone)}"


def digest_comes(digest: DigestSettings, zone: str) -> str:
    """Say when and where the digest comes; `zone` is the one in force."""
    if not digest.enabled or not digest.weekdays:
        return "never, because it is switched off"
    one = channel(digest.channel)
    where = f"all organisations in {one}" if one else "for each organisation in its home channel"
    return f"at {clock((digest.at,))} {days(digest.weekdays)}, {zone_name(zone)}, {where}"


def kept(retention: Retention) -> str:
    """Say which snapshots are kept (domain/retention.py counts only days, months and years that have one)."""
    counts = (("day", retention.daily), ("month", retention.monthly), ("year", retention.yearly))
    rest = [counted(count, unit) for unit, count in counts if count]
    recent = "day" if retention.all_days == 1 else counted(retention.all_days, "day")
    first = f"every snapshot of the last {recent}"
    return f"{first}, then the last one of each of {series(rest)}" if rest else first


def keepers(named: Sequence[str]) -> str:
    """Say who keeps the settings."""
    return f"workspace admins and {series(people(named))}" if named else "workspace admins"


def approvers(named: ApproverList) -> str:
    """Say who is named to approve restores, and how many of them it takes."""
    who = "workspace admins" if named.is_default else series(people(named.users) + _groups(named.groups))
    return f"{who}; {counted(named.needed, 'approval')} needed"


def people(user_ids: Collection[str]) -> list[str]:
    """Mention people; of very many only some."""
    shown = [person(one) for one in list(user_ids)[:20]]
    more = len(user_ids) - len(shown)
    return [*shown, f"{number(more)} more"] if more > 0 else shown


def days(weekdays: Collection[int]) -> str:
    """Say on which days: "every day", "Monday to Friday", "on Tuesday and Friday"."""
    chosen = frozenset(weekdays) & EVERY_DAY
    if chosen == EVERY_DAY:
        return "every day"
    if chosen == WORKDAYS:
        return "Monday to Friday"
    return f"on {series([WEEKDAYS[one] for one in sorted(chosen)])}"


def clock(times: Collection[time]) -> str:
    """Say the times of day in order."""
    return series([f"{one:%H:%M}" for one in sorted(times)])


def zone_name(zone: str) -> str:
    """Name a zone as people do, safe to show."""
    return sentence(place(zone))


def _groups(group_ids: Sequence[str]) -> list[str]:
    count = len(group_ids)
    return [counted(count, "user group")] if count else []
