"""How soon Slack is answered while three backups run: signed commands, one after the other, over real HTTP.

The comparison is `/healthz` of the same process in the same moment: what the server alone costs.
"""

from __future__ import annotations

import statistics
import threading
import time
import urllib.request
from collections.abc import Sequence

from bench.ground import ANA, FINANCE, Ground, ground
from bot.sandbox.xero import PretendOrganisation
from bot.sandbox.xero.demo.volume import volume

COMMANDS = 400


def main() -> None:
    """Print the 50th and 99th percentile of three commands, beside /healthz."""
    organisations = [
        volume(key, invoices=20_000, bank_transactions=20_000, contacts=2_000)
        for key in ("one", "two", "six")
    ]
    print("Xero answers at once and allows any number of calls: more work than it can ever cause")
    with ground(organisations) as running:
        measure(running, organisations)
    print("Xero's real limits, 0.3 s an answer")
    with ground(organisations, limits=True, latency_seconds=0.3) as running:
        measure(running, organisations)


def measure(running: Ground, organisations: Sequence[PretendOrganisation]) -> None:
    """Ask while nothing runs, then while one backup of each organisation runs."""
    for org in organisations:
        running.link(org.key)
    quiet = sample(running, lambda _: "status", 60)
    stop = threading.Event()
    loops = [
        threading.Thread(target=keep_busy, args=(running, org.name, stop), daemon=True)
        for org in organisations
    ]
    for one in loops:
        one.start()
    time.sleep(2)
    status = sample(running, lambda _: "status", COMMANDS)
    now = sample(running, lambda number: f"now {organisations[number % 3].name}", COMMANDS // 4)
    health = sample_health(running, COMMANDS)
    stop.set()
    show("status, nothing running", quiet)
    show("status, three backups", status)
    show("now, three backups", now)
    show("/healthz, three backups", health)


def keep_busy(running: Ground, name: str, stop: threading.Event) -> None:
    """Keep one backup of an organisation running."""
    while not stop.is_set():
        running.slack.command(ANA, FINANCE, f"now {name}")
        time.sleep(0.5)


def sample(running: Ground, text: object, times: int) -> list[float]:
    """Time commands."""
    taken = []
    for number in range(times):
        began = time.perf_counter()
        answer = running.slack.command(ANA, FINANCE, text(number))
        taken.append(time.perf_counter() - began)
        if not answer.ok:
            raise SystemExit(f"not answered: {answer.error}")
    return taken


def sample_health(running: Ground, times: int) -> list[float]:
    """Time /healthz of the same process."""
    url = running.slack.events_url.replace("/slack/events", "/healthz")
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        urllib.request.urlopen(url).read()
        taken.append(time.perf_counter() - began)
    return taken


def show(what: str, taken: list[float]) -> None:
    """Print one row, in milliseconds."""
    cuts = statistics.quantiles(taken, n=100)
    print(
        f"{what:28} median {cuts[49] * 1000:7.1f} ms   99th {cuts[98] * 1000:7.1f} ms   "
        f"most {max(taken) * 1000:7.1f} ms   ({len(taken)} asked)"
    )


if __name__ == "__main__":
    main()
