"""How long a large backup takes within Xero's real limits: 60 calls a minute, 5 at once, 2 s an answer.

What the minute allows: 60 calls as fast as 5 at once can, then nothing until the minute is over, and so on.
That is the least for a client that is not told when Xero's minute begins. `python -m bench.minute 3` divides
all that is a time of Xero's (its minute, its 2 s) by 3; the bot's own work is not shortened and weighs three
times as much as at the real Xero.
"""

from __future__ import annotations

import sys
import time
from dataclasses import asdict
from math import ceil
from typing import Any

from bench import results
from bench.backup import AT_THE_LIMIT, at_the_limits, row
from bench.ground import ground

SHORTENED = 1
PER_MINUTE, AT_ONCE, ANSWER_SECONDS = 60, 5, 2.0


def allowed_seconds(calls: int) -> float:
    """Give the least seconds that so many calls take within the limits."""
    minutes, rest = divmod(calls - 1, PER_MINUTE)
    return minutes * 60 + ceil((rest + 1) / AT_ONCE) * ANSWER_SECONDS


def main(shortened: int = SHORTENED, invoices: int = AT_THE_LIMIT) -> None:
    """Measure a first backup and a night without changes."""
    org, rows = at_the_limits(invoices), []
    minute = 60 / shortened
    with ground(
        [org], limits=True, latency_seconds=ANSWER_SECONDS / shortened, minute_seconds=minute
    ) as running:
        running.link(org.key)
        for what in ("first", "nothing changed"):
            time.sleep(minute * 1.1)  # the minute before is over: what was asked in it does not count
            spent = running.measured([org])
            one: dict[str, Any] = row(what, asdict(spent)) | {"refused": spent.refused}
            one["seconds"] = round(spent.seconds * shortened, 1)
            one["allowed"] = allowed_seconds(spent.calls)
            rows.append(one)
            print(
                f"{what:16} {one['calls']:4} calls, {one['refused']} refused: {one['seconds']:6.1f} s; "
                f"the minute allows {one['allowed']:.0f} s ({one['seconds'] / one['allowed'] - 1:+.1%})"
            )
    if invoices == AT_THE_LIMIT:
        results.save("minute", rows, shortened=shortened)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
