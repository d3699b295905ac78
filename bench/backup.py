"""What a backup costs: calls to Xero, seconds, CPU, memory, stored bytes; and what a second one costs.

`make bench` runs it; `python bench/backup.py 40000` adds the organisation at the size limits.
Calls stand beside the least possible for the same organisation; times beside the raw work of the same run.
"""

from __future__ import annotations

import sys
import time

import msgspec
import zstandard
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.ground import Ground, ground
from bot.backup.stages import stage_plans
from bot.sandbox.xero import PretendOrganisation
from bot.sandbox.xero.demo import build_organisation
from bot.sandbox.xero.demo.volume import volume
from bot.sandbox.xero.server import utcnow
from bot.xero.sizing import least_calls

_PER_PARENT = {"contact_groups": "ContactGroups", "budgets": "Budgets"}


def least(org: PretendOrganisation) -> int:
    """Count the least possible calls for this organisation: every page full, nothing asked twice."""
    resources = [one for plan in stage_plans(frozenset()) for one in plan.resources]
    counts = {}
    for one in resources:
        shelf = org.shelves.get(one.read.path.split("/")[0]) if one.read and not one.read.parent else None
        counts[one.key] = len(shelf.records) if shelf else 0
    parents = {key: len(_listed(org, name)) for key, name in _PER_PARENT.items()}
    return least_calls(resources, counts, parents)


def _listed(org: PretendOrganisation, name: str) -> list[object]:
    """Give the records that a list hands out: deleted groups are not among them."""
    return [one for one in org.shelves[name].records.values() if one.own().get("Status") != "DELETED"]


def floor_seconds(org: PretendOrganisation, xero: object) -> float:
    """Time the work nobody can avoid on the same bytes, in this process: split, compress, encrypt."""
    pages = [
        b"[" + b",".join(xero.served(org.tenant_id, name).values()) + b"]"
        for name in ("Invoices", "BankTransactions", "Contacts")
    ]
    began = time.process_time()
    for page in pages:
        msgspec.json.decode(page, type=list[msgspec.Raw])
        packed = zstandard.ZstdCompressor(level=3).compress(page)
        AESGCM(bytes(32)).encrypt(bytes(12), packed, b"")
    return time.process_time() - began


def measure(ground: Ground, org: PretendOrganisation) -> None:
    """Print one organisation's row."""
    ground.link(org.key)
    rows = []
    records = sum(len(shelf.records) for shelf in org.shelves.values())
    for what in ("first", "unchanged", "1 % changed"):
        if what == "1 % changed":
            org.change_share(0.01)
        calls, cpu, stored = len(ground.xero.calls), ground.cpu_seconds(), ground.stored_bytes()
        took, sentence = ground.back_up(org.name)
        if "Complete" not in sentence:
            raise SystemExit(sentence)
        rows.append(
            (
                what,
                sum(1 for one in ground.xero.calls[calls:] if one.tenant_id == org.tenant_id),
                took,
                ground.cpu_seconds() - cpu,
                ground.stored_bytes() - stored,
            )
        )
    fewest, floor = least(org), floor_seconds(org, ground.xero)
    print(f"\n{org.name}: {records:,} records; least possible calls {fewest}; floor {floor:.2f} CPU s")
    for what, calls, took, cpu, stored in rows:
        print(
            f"  {what:12} {calls:5} calls ({(calls - fewest) / fewest:+.1%})  {took:6.1f} s  {cpu:6.2f} CPU s"
            f" ({cpu / max(floor, 0.001):.1f} x floor, {cpu / records * 1000:.2f} s per 1,000)"
            f"  {stored / 1000:9,.0f} kB ({stored / records:,.0f} B a record, {stored / rows[0][4]:.1%})"
        )
    print(f"  peak memory of the bot so far: {ground.peak_mib():.0f} MiB")


def main() -> None:
    """Measure the demo organisation, a small one, a middle one and, when asked for, one at the limits."""
    largest = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    organisations = [
        build_organisation("lively", seed=7, now=utcnow),
        volume("ten", invoices=5_000, bank_transactions=5_000, contacts=1_000),
    ]
    if largest:
        organisations.append(
            volume("limit", invoices=largest, bank_transactions=largest, contacts=largest // 4)
        )
    with ground(organisations) as running:
        for org in organisations:
            measure(running, org)


if __name__ == "__main__":
    main()
