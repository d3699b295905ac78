"""What planning a restore costs: seconds, CPU and memory for an organisation at the size limits.

`python -m bench.restore_plan` writes a copy of generated records into a vault in a folder, as a backup does,
and plans its restore into a new organisation in a child process; `python -m bench.restore_plan 5000` takes
another number of invoices, payments and bank transactions. The comparison is the least that nobody can avoid:
reading every record once from the vault and decoding it.
"""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.catalogue import RESOURCES, restore_scopes
from bot.crypto import KeyRing, new_key
from bot.domain.restore_plan import Action, Choice
from bot.restore.effort import DayAllowance
from bot.restore.planner import Order, make_plan
from bot.restore.source import SnapshotSource, decode
from bot.restore.target import TargetState
from bot.sandbox.xero import PretendOrganisation, PretendXero
from bot.sandbox.xero.demo import build_organisation
from bot.sandbox.xero.demo.volume import amount_of, changed_at, day_of, made_id, volume
from bot.sandbox.xero.reports import Reporter
from bot.sandbox.xero.wire import encode, milliseconds
from bot.vault import Store, Vault
from bot.xero.facts import organisation_facts

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MANY = 1_000_000
LISTS = {
    "organisation": "Organisations",
    "currencies": "Currencies",
    "accounts": "Accounts",
    "tax_rates": "TaxRates",
    "branding_themes": "BrandingThemes",
    "contacts": "Contacts",
    "invoices": "Invoices",
    "bank_transactions": "BankTransactions",
}
Rows = Iterator[tuple[str, bytes]]


def now() -> datetime:
    """Give the same moment always."""
    return AT


def payments(org: PretendOrganisation, count: int) -> Rows:
    """Make one payment in full for each invoice, as Xero's list shows it."""
    bank = org.account("090").record_id
    for number in range(count):
        net = amount_of(number)
        total, paid = b"%d.%02d" % divmod(net + net // 5, 100), milliseconds(day_of(number))
        key = made_id("b", number).replace("b0", "90", 1)
        yield (
            key,
            b'{"PaymentID":"%s","Date":"/Date(%d+0000)/","BankAmount":%s,"Amount":%s,"Reference":"BACS %d",'
            b'"CurrencyRate":1.0000000000,"PaymentType":"ACCRECPAYMENT","Status":"AUTHORISED",'
            b'"UpdatedDateUTC":"/Date(%d+0000)/","HasAccount":true,"IsReconciled":true,'
            b'"Account":{"AccountID":"%s","Code":"090","Name":"Current Account"},"Invoice":{"Type":"ACCREC",'
            b'"InvoiceID":"%s","InvoiceNumber":"INV-%07d","HasErrors":false,"LineItems":[],'
            b'"CurrencyCode":"GBP","Contact":{"ContactID":"%s","Name":"Volume customer"}}}'
            % (
                key.encode(), paid, total, total, number, milliseconds(changed_at(number)), bank.encode(),
                made_id("i", number).encode(), number, made_id("c", number % 10_000).encode(),
            ),
        )  # fmt: skip


def trial_balances(org: PretendOrganisation) -> Rows:
    """Give the trial balances that a backup keeps."""
    reporter, day = Reporter(org), AT.date()
    for _ in range(14):
        yield f"TrialBalance/{day}", encode(reporter.trial_balance({"date": str(day)}))
        day = day.replace(day=1) - timedelta(days=1)


def fill(folder: Path, count: int) -> None:
    """Write the copy into a vault, and what is known of the target beside it."""
    org = volume(
        "limit", invoices=count, bank_transactions=count, contacts=max(1, min(10_000, count // 4)), now=now
    )
    fresh = build_organisation("fresh-uk", seed=7, now=now)
    xero = PretendXero(now=now, organisations=(), calls_per_minute=MANY, calls_per_day=MANY)
    xero.add_organisation(org)
    xero.add_organisation(fresh)
    entry, key = new_key("bench"), bytes(32)
    draft = open_vault(folder, entry).books("T1", "o1", key).draft("run", AT)
    stage = draft.stage("all")
    served = {name: xero.served(org.tenant_id, collection) for name, collection in LISTS.items()}
    rows: dict[str, Rows] = {name: iter(found.items()) for name, found in served.items()}
    rows |= {"payments": payments(org, count), "trial_balance": trial_balances(org)}
    for name, found in rows.items():
        for record_id, raw in found:
            stage.add(name, record_id, raw)
        stage.finish(name, complete=True, facts={})
    stage.seal({})
    draft.publish({})
    about, currencies = served["organisation"].values(), served["currencies"].values()
    facts = organisation_facts(next(iter(about)), sorted(currencies))
    target = look(xero, fresh)
    (folder / "known").write_bytes(pickle.dumps((entry, key, facts, target)))


def look(xero: PretendXero, fresh: PretendOrganisation) -> TargetState:
    """Give what a plan knows of the target."""
    rows = {
        name: tuple(dict(decode(raw)) for raw in xero.served(fresh.tenant_id, collection).values())
        for name, collection in LISTS.items()
    }
    raw = next(iter(xero.served(fresh.tenant_id, "Organisations").values()))
    return TargetState(
        organisation_id="o2",
        tenant_id=fresh.tenant_id,
        facts=organisation_facts(raw, [b'{"Code":"GBP"}']),
        organisation=dict(decode(raw)),
        currencies=("GBP",),
        scopes=frozenset(restore_scopes(frozenset(RESOURCES))),
        calls=24,
        **{name: rows[name] for name in ("accounts", "tax_rates", "branding_themes")},
    )


def open_vault(folder: Path, entry: str) -> Vault:
    """Open the vault in a folder."""
    store = Store.open(f"file://{folder}/vault", {})
    return Vault(store, KeyRing.parse(entry), folder / "cache", now=now, tool="bench")


def plan(folder: Path) -> None:
    """Plan in this process and print one row."""
    entry, key, facts, target = pickle.loads((folder / "known").read_bytes())  # noqa: S301 - written by our own parent
    books = open_vault(folder, entry).books("T1", "o1", key)
    source = SnapshotSource(books, books.snapshot("latest"), facts)
    before, base = time.process_time(), peak_mib()
    for name in source.resources():
        for _ in source.records(name):
            pass
    floor, began, cpu = time.process_time() - before, time.perf_counter(), time.process_time()
    made = make_plan(
        source,
        target,
        Order(source_id="o1", target_id="o2", choice=Choice(), snapshot_taken_at=AT),
        allowance=DayAllowance(calls_per_minute=60, calls_per_day=5000),
        limits=(),
        now=AT,
    )
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    records, summary = sum(source.resources().values()), made.summary
    print(
        f"{records:,} records, {len(made.plan.steps):,} steps, {summary.effort.calls:,} calls in "
        f"{summary.effort.days} days: {took:.1f} s, {cpu:.1f} CPU s ({cpu / floor:.1f} x reading once, "
        f"{floor:.1f} s), peak {peak_mib():.0f} MiB ({base:.0f} before); "
        f"created {summary.total(Action.CREATE):,}, blocked {summary.total(Action.BLOCKED):,}"
    )


def peak_mib() -> float:
    """Give the most memory that this process ever held; what its parent held does not count."""
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def main() -> None:
    """Measure in a child process, so that making the copy does not count."""
    if sys.argv[1:2] == ["child"]:
        plan(Path(sys.argv[2]))
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 40_000
    with tempfile.TemporaryDirectory(prefix="ledgerkeep-bench-") as folder:
        fill(Path(folder), count)
        child = [sys.executable, "-m", "bench.restore_plan", "child", folder]
        subprocess.run(child, check=True)


if __name__ == "__main__":
    main()
