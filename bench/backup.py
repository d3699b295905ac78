"""What nights cost: the first backup, one in which nothing had changed, one after 1 % had changed.

`python -m bench.backup 5000` takes another number of invoices for the large organisation. Calls stand beside
the least possible for reading all the books; what is stored beside what the first backup stored. What costs a
call for each record (history, attachments) is left out, but for one small organisation, whose first backup
reads all of it.
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

from bench import results
from bench.ground import MANY, Ground, ground
from bot.backup.stages import stage_plans
from bot.sandbox.xero import PretendOrganisation
from bot.sandbox.xero.beside import beside_of
from bot.sandbox.xero.demo import build_organisation
from bot.sandbox.xero.demo.volume import volume
from bot.sandbox.xero.server import utcnow
from bot.xero.sizing import least_calls

AT_THE_LIMIT = 40_000
SHARE = 0.01
_PER_PARENT = {"contact_groups": "ContactGroups", "budgets": "Budgets"}


def at_the_limits(invoices: int = AT_THE_LIMIT) -> PretendOrganisation:
    """Make an organisation as large as Xero recommends at the most: a quarter as many contacts."""
    return volume("limit", invoices=invoices, bank_transactions=invoices, contacts=invoices // 4)


def size_of(org: PretendOrganisation) -> int:
    """Count an organisation's records."""
    return sum(len(shelf.records) for shelf in org.shelves.values())


def least(org: PretendOrganisation) -> int:
    """Count the least possible calls for this organisation: every page full, nothing asked twice."""
    plans = stage_plans(frozenset(), country=org.about["CountryCode"])
    resources = [one for plan in plans for one in plan.resources]
    counts = {}
    for one in resources:
        shelf = org.shelves.get(one.read.path.split("/")[0]) if one.read and not one.read.parent else None
        counts[one.key] = len(shelf.records) if shelf else 0
    parents = {key: len(_listed(org, name)) for key, name in _PER_PARENT.items()}
    parents["organisation"] = 1
    parents["projects"] = len(beside_of(org).projects.projects)
    return least_calls(resources, counts, parents)


def _listed(org: PretendOrganisation, name: str) -> list[object]:
    """Give the records that a list hands out: deleted groups are not among them."""
    return [one for one in org.shelves[name].records.values() if one.own().get("Status") != "DELETED"]


def row(what: str, found: dict[str, Any]) -> dict[str, Any]:
    """Shorten what was measured to what is kept of it."""
    kept = ("calls", "seconds", "cpu", "peak", "stored", "received")
    return {"what": what, **{name: round(found[name], 3) for name in kept}}


def nights(running: Ground, org: PretendOrganisation) -> list[dict[str, Any]]:
    """Measure three backups of one organisation and print a row each."""
    running.link(org.key)
    fewest, records, rows = least(org), size_of(org), []
    print(f"\n{org.name}: {records:,} records; least calls for all of it {fewest}")
    for what in ("first", "nothing changed", "1 % changed"):
        if what == "1 % changed":
            org.change_share(SHARE)
        rows.append(row(what, asdict(running.measured([org]))) | {"org": org.key, "records": records})
        one = rows[-1] | {"least": fewest}
        rows[-1] = one
        print(
            f"  {what:16} {one['calls']:5} calls  {one['seconds']:6.1f} s  {one['cpu']:6.2f} CPU s  "
            f"{one['received'] / 1000:9,.0f} kB received  {one['stored'] / 1000:9,.1f} kB stored "
            f"({one['stored'] / rows[0]['stored']:.2%} of the first)  {one['peak']:5.0f} MB at most"
        )
    return rows


def main(invoices: int = AT_THE_LIMIT) -> None:
    """Measure the demo organisation and the one at the limits, each with a bot of its own."""
    books = (build_organisation("lively", seed=7, now=utcnow), at_the_limits(invoices))
    small = volume("small", invoices=100, bank_transactions=80, contacts=30)
    rows = []
    for org, fill_calls in (*((one, 0) for one in books), (small, MANY)):
        with ground([org], fill_calls=fill_calls) as running:
            rows += nights(running, org)
    if invoices == AT_THE_LIMIT:
        results.save("backup", rows)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
