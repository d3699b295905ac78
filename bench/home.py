"""How soon App Home is drawn with 50 organisations: 200 openings from 8 threads, over real HTTP and signed.

`python -m bench.home 10` takes another number; linking and backing them up is most of its time.
The time is from sending `app_home_opened` until the page arrived at the pretend Slack. The comparison is
`/healthz` of the same process asked by as many threads in the same run: what the server alone costs.
"""

from __future__ import annotations

import sys
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from bench.acknowledge import show
from bench.ground import Ground, ground
from bot.sandbox.slack.people import Person
from bot.sandbox.xero.demo.volume import volume

ORGANISATIONS, OPENINGS, THREADS = 50, 200, 8


def main(count: int = ORGANISATIONS) -> None:
    """Print the 50th and 99th percentile of an opening, beside /healthz."""
    organisations = [
        volume(f"org{number}", invoices=20, bank_transactions=20, contacts=10) for number in range(count)
    ]
    with ground(organisations) as running:
        for one in organisations:
            running.link(one.key)
            running.back_up(one.name)
        people = viewers(running)
        for _ in range(2):
            show_openings(running, people, count)
        show("/healthz", sample(lambda _: healthy(running)))


def viewers(running: Ground) -> list[str]:
    """Let as many admins join as there are openings: each is a person Slack is asked about."""
    people = running.slack.workspace.people
    admin: Person = people["U0ANA"]
    found = [f"U0ADMIN{number}" for number in range(OPENINGS)]
    people.update({one: replace(admin, id=one, handle=one.lower(), name=one) for one in found})
    return found


def show_openings(running: Ground, people: list[str], organisations: int) -> None:
    """Open Home once for each person, and print how long the pages took to arrive."""
    homes = running.slack.workspace.homes

    def opened(number: int) -> None:
        user = people[number]
        before = homes.get(user)
        if not running.slack.open_home(user).ok:
            raise SystemExit("not acknowledged")
        if not running.slack.wait_until(lambda: homes.get(user) is not before, 30):
            raise SystemExit("no page came")

    show(f"Home, {organisations} organisations", sample(opened))


def healthy(running: Ground) -> None:
    """Ask whether the process is well."""
    urllib.request.urlopen(running.slack.events_url.replace("/slack/events", "/healthz")).read()


def sample(work: Callable[[int], None]) -> list[float]:
    """Time something as often as Home is opened, from as many threads."""

    def timed(number: int) -> float:
        began = time.perf_counter()
        work(number)
        return time.perf_counter() - began

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(timed, range(OPENINGS)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
