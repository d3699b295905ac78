"""An organisation at the size limits, backed up by the bot, by the loop people write, and by nobody.

*Nobody* is the floor: the same answers received, cut up, compressed, encrypted and written, nothing else. All
three are processes of their own against the same pretend Xero, which answers at once; its own CPU counts for
none of them. `python -m bench.compare 2000` takes another number of invoices.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench import results
from bench.backup import AT_THE_LIMIT, at_the_limits, least, row, size_of
from bench.ground import Ground, Spent, ground
from bench.peer import peer_python
from bot.sandbox.xero import PretendOrganisation

ROUNDS = 3
HERE = Path(__file__).resolve().parent


def beside(ground: Ground, org: PretendOrganisation, command: list[str], **order: Any) -> dict[str, Any]:
    """Run a process beside the bot; gives what it tells of itself, and what the pretend Xero saw of it."""
    calls = len(ground.xero.calls)
    with tempfile.TemporaryDirectory(prefix="ledgerkeep-bench-") as folder:
        order |= {"api_url": ground.xero_url, "tenant_id": org.tenant_id, "folder": folder}
        text = json.dumps({**order, "token": ground.token(org)})
        told = subprocess.run(command, input=text, stdout=subprocess.PIPE, text=True, check=True).stdout
    answered = ground.xero.calls[calls:]
    return {**json.loads(told), "calls": len(answered), "received": sum(one.bytes for one in answered)}


def floor(ground: Ground, org: PretendOrganisation, paths: tuple[str, ...]) -> dict[str, Any]:
    """Let the floor repeat the calls that the bot made."""
    return beside(ground, org, [sys.executable, "-m", "bench.beside.floor"], paths=paths)


def loop(ground: Ground, org: PretendOrganisation, page_size: int, python: Path) -> dict[str, Any]:
    """Let the loop read the organisation, with an interpreter that has xero-python."""
    command = [str(python), str(HERE / "beside" / "loop.py")]
    return beside(ground, org, command, page_size=page_size)


def first_backup(org: PretendOrganisation) -> tuple[Spent, list[dict[str, Any]]]:
    """Let a fresh bot take the first backup, then the floor repeat its calls."""
    with ground([org]) as running:
        running.link(org.key)
        idle = running.bot.peak_bytes() / 1e6
        spent = running.measured([org])
        mine = row("bot", asdict(spent)) | {"idle": round(idle, 1)}
        return spent, [mine, row("floor", floor(running, org, spent.paths))]


def middle(rounds: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Give the round whose CPU of the bot is the middle one; its floor was measured right after it."""
    return sorted(rounds, key=lambda one: float(one[0]["cpu"]))[len(rounds) // 2]


def main(invoices: int = AT_THE_LIMIT, *, loops: bool = True) -> None:
    """Measure all, print a row each, and keep them."""
    org = at_the_limits(invoices)
    rows = middle([first_backup(org)[1] for _ in range(ROUNDS)])
    if loops:
        python = peer_python()
        with ground([org]) as running:
            running.link(org.key)
            for size in (1000, 100):
                rows.append(row(f"loop {size}", loop(running, org, size, python)))
    fewest = least(org)
    for one in rows:
        print(
            f"{one['what']:10} {one['calls']:5} calls (least {fewest}) {one['seconds']:7.1f} s "
            f"{one['cpu']:7.2f} CPU s ({one['cpu'] / rows[1]['cpu']:.1f} x floor, "
            f"{one['cpu'] / rows[0]['cpu']:.1f} x bot) {one['peak']:6.0f} MB at most, "
            f"{one['stored'] / 1e6:6.1f} MB written, {one['received'] / 1e6:5.1f} MB received"
        )
    if invoices == AT_THE_LIMIT:
        results.save("compare", rows, records=size_of(org), least=fewest)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
