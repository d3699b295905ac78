"""Modals for what comes by the clock: the backups of an organisation, the daily digest of the workspace."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.domain.schedule import Planned
from bot.domain.settings import TIMES_AT_MOST, DigestSettings
from bot.domain.timetable import EVERY_DAY, Timetable
from bot.views import blocks, ids
from bot.views import settings_inputs as inputs
from bot.views.blocks import Block
from bot.views.moments import soon
from bot.views.settings_words import WEEKDAYS, backups_run, digest_comes
from bot.views.words import name

WHEN, TIMES, DAYS, ZONE = "when", "times", "days", "zone"
QUIET, CHOSEN, HAND = "quiet", "chosen", "hand"
ENABLED, AT, WHERE, CHANNEL = "enabled", "at", "where", "channel"
ON, OFF, HOMES, ONE = "on", "off", "homes", "one"
_ZONE_HINT = "A city or an IANA name: London, Pacific/Auckland, UTC."


def schedule_modal(
    organisation_name: str, planned: Planned, quiet: Timetable, *, now: datetime, ref: str
) -> Block:
    """Ask when backups of an organisation run; `quiet` is what runs when nobody chooses."""
    table = planned.timetable
    following = soon(planned.next_at, now, table.zone) if planned.next_at else "none is planned"
    mode = QUIET if planned.is_default else CHOSEN if table.times and table.weekdays else HAND
    choices = (
        inputs.choice("In the quiet hour I chose", QUIET, f"Now {backups_run(quiet)}."),
        inputs.choice("At times of our own", CHOSEN, "The times, days and zone below."),
        inputs.choice("Only by hand", HAND, "Nothing runs by itself; /backup now always works."),
    )
    return blocks.modal(
        "Backup times",
        (
            blocks.section(
                f"*{name(organisation_name)}* is backed up {backups_run(table)}.\nNext backup: {following}."
            ),
            inputs.one_of(WHEN, "When do backups run?", choices, chosen=mode),
            inputs.line(
                TIMES,
                "Times of day",
                typed_times(planned),
                hint=f"Up to {TIMES_AT_MOST}, by the 24-hour clock: 02:00, 13:30",
            ),
            _days(table.weekdays if mode == CHOSEN else EVERY_DAY),
            inputs.line(ZONE, "Time zone", table.zone if mode == CHOSEN else quiet.zone, hint=_ZONE_HINT),
        ),
        callback_id=ids.SCHEDULE_MODAL,
        submit="Save",
        metadata=ids.reference(ref),
    )


def typed_times(planned: Planned) -> str:
    """Give what stands in the field for times: those that were chosen, nothing of those that were not."""
    return "" if planned.is_default else ", ".join(f"{one:%H:%M}" for one in sorted(planned.timetable.times))


def digest_modal(
    digest: DigestSettings, zone: str, *, next_at: datetime | None, now: datetime, ref: str
) -> Block:
    """Ask when and where the daily digest comes; `zone` is the one in force."""
    following = soon(next_at, now, zone) if next_at and digest.enabled else "none is planned"
    return blocks.modal(
        "Daily digest",
        (
            blocks.section(f"The digest comes {digest_comes(digest, zone)}.\nNext digest: {following}."),
            inputs.one_of(ENABLED, "Daily digest", _switch(), chosen=ON if digest.enabled else OFF),
            inputs.time_of_day(AT, "Time of day", f"{digest.at:%H:%M}"),
            _days(digest.weekdays),
            inputs.line(
                ZONE,
                "Time zone",
                zone,
                hint=f"{_ZONE_HINT} Left as it is, it follows the organisation linked first."
                if not digest.zone
                else _ZONE_HINT,
            ),
            inputs.one_of(WHERE, "Where", _places(), chosen=ONE if digest.channel else HOMES),
            inputs.channel_of(
                CHANNEL,
                "The one channel",
                digest.channel,
                optional=True,
                hint="Only for “All in one channel”. Mind who is in it: they see every organisation's name "
                "and how its backups stand, also of those at home elsewhere.",
            ),
        ),
        callback_id=ids.DIGEST_MODAL,
        submit="Save",
        metadata=ids.reference(ref),
    )


def _switch() -> tuple[Block, ...]:
    return (
        inputs.choice("On", ON, "A short message every chosen day, also when all is well."),
        inputs.choice("Off", OFF, "Trouble is still told when it happens."),
    )


def _places() -> tuple[Block, ...]:
    return (
        inputs.choice("In each organisation's home channel", HOMES, "Everybody sees what is at home there."),
        inputs.choice("All in one channel", ONE, "Everybody there sees the states of all organisations."),
    )


def _days(chosen: Collection[int]) -> Block:
    choices = [inputs.choice(day, str(number)) for number, day in enumerate(WEEKDAYS)]
    return inputs.ticks(DAYS, "On which days?", choices, chosen=[str(one) for one in chosen])
