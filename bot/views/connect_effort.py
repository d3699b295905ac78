"""What the first backup of an organisation takes, and what follows night by night; for connect.py."""

from __future__ import annotations

from bot.domain.connection import FirstScan
from bot.views.moments import soon
from bot.views.words import capital, counted, duration, number, series, stopped


def effort(scan: FirstScan, *, plain: bool = False) -> str:
    """Say what the next backup of the books takes, in calls and time."""
    calls = f"about {counted(scan.calls_estimate, 'call')} to Xero"
    which = "next" if scan.has_copies else "first"
    lead = f"The {which} backup takes" if plain else f"*{capital(which)} backup:*"
    days = -(-scan.calls_estimate // scan.calls_per_day) if scan.calls_per_day else 1
    if days > 1:
        return (
            f"{lead} {calls}. Xero allows {number(scan.calls_per_day)} a day, so it runs over "
            f"{counted(days, 'day')}: it pauses when the day's calls are spent and goes on by itself."
        )
    time = f"about {duration(scan.seconds_estimate)}"
    return f"{lead} {calls} (of {number(scan.calls_per_day)} allowed a day) and {time}."


def nights(scan: FirstScan) -> str:
    """Say what follows record by record, and that the books do not wait for it; "" where nothing does."""
    named = ["attached files"] if scan.reads_attachments else []
    named += ["history with notes"] if scan.history_calls else []
    if not named:
        return ""
    if scan.fill_nights is None:
        return f"*Not read:* {series(named)}. Beside the books, a day has no calls to Xero left for it."
    told = ["attached files take one call or two for each record that has any"]
    if scan.history_calls:
        each = f"history with notes takes one for each record, about {number(scan.history_calls)}"
        told = [*told, each] if scan.reads_attachments else [each.replace("takes one", "takes one call")]
        told[-1] += f", so about {counted(scan.fill_nights, 'night')}"
    return f"*Then, night by night:* {'; '.join(told)}. Newest records come first; the books do not wait."


def following(scan: FirstScan) -> str:
    """Say when the next backup comes by itself, and how to have it at once."""
    if scan.next_step:
        return stopped(scan.next_step)
    which = "next" if scan.has_copies else "first"
    if scan.next_run_at is None or scan.seen_at is None:
        return f"nothing runs by itself here; make the {which} backup with the button below."
    by_itself = soon(scan.next_run_at, scan.seen_at, scan.zone)
    builds = " and builds on the copies kept" if scan.has_copies else ""
    return f"the {which} backup runs by itself {by_itself}{builds}; `/backup now` does it at once."
