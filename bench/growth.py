"""How cost grows with an organisation: the first backup of a thousand records, ten, a hundred thousand.

`python -m bench.growth 400000` adds one of four hundred thousand (twice what Xero recommends at the most for
everything together). Each organisation meets a bot of its own.
"""

from __future__ import annotations

import sys
from dataclasses import asdict

from bench import results
from bench.backup import least, row, size_of
from bench.ground import ground
from bot.sandbox.xero.demo.volume import volume

SIZES = (1_000, 10_000, 100_000)


def main(*more: int, sizes: tuple[int, ...] = SIZES) -> None:
    """Print a row for each size, and keep them."""
    rows = []
    for size in (*sizes, *more):
        documents = size * 9 // 20
        org = volume(
            f"{size}", invoices=documents, bank_transactions=documents, contacts=size - 2 * documents
        )
        with ground([org]) as running:
            running.link(org.key)
            idle, spent = running.bot.peak_bytes() / 1e6, running.measured([org])
        records = size_of(org)
        rows.append(
            row("first", asdict(spent)) | {"records": records, "least": least(org), "idle": round(idle, 1)}
        )
        print(
            f"{records:8,} records: {spent.calls:4} calls (least {least(org)}), {spent.seconds:6.1f} s, "
            f"{spent.cpu:6.2f} CPU s, {spent.cpu / records * 1e6:6.1f} CPU s a million records, "
            f"{spent.peak:5.0f} MB at most ({idle:.0f} before)"
        )
    if sizes == SIZES:
        results.save("growth", rows)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
