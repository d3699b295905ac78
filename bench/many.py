"""What many small organisations cost one machine: 500 of 300 records, all due at once, as on a night.

`python -m bench.many 50` takes another number. The first night stores everything, the second finds nothing
new. The pretend Xero answers at once: seconds are those of the machine.
"""

from __future__ import annotations

import sys
from dataclasses import asdict

from bench import results
from bench.backup import row, size_of
from bench.ground import ground
from bot.sandbox.xero.demo.volume import volume

ORGANISATIONS, KEPT_FROM = 500, 100


def main(count: int = ORGANISATIONS) -> None:
    """Link them all, let two nights pass, print a row each."""
    organisations = [
        volume(f"client{number:03}", invoices=100, bank_transactions=80, contacts=30, seed=number)
        for number in range(count)
    ]
    records, rows = sum(map(size_of, organisations)), []
    with ground(organisations) as running:
        for one in organisations:
            running.link(one.key)
        print(f"{count} organisations, {records:,} records")
        for what in ("first", "nothing changed"):
            spent = running.measured(organisations)
            rows.append(row(what, asdict(spent)) | {"organisations": count, "records": records})
            print(
                f"{what:16} {spent.seconds:7.1f} s, {spent.cpu:7.1f} CPU s ({spent.cpu / count:.2f} each), "
                f"{spent.calls:6} calls ({spent.calls / count:.1f} each), "
                f"{spent.stored / 1e6:6.1f} MB stored, {spent.peak:5.0f} MB at most"
            )
    if count >= KEPT_FROM:
        results.save("many", rows)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
