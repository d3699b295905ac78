"""A company, a new organisation with its lists and documents copied naively, and money written by the kinds.

The naive part is what other kinds do with care; only what moves or settles money goes through the code under
test, in the batches the plan makes of it, with every answer read element by element.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bot.domain.organisation import OrganisationFacts
from bot.domain.restore_plan import Action, Choice
from bot.restore.answers import records_of
from bot.restore.ground import Ground
from bot.restore.kinds import allocations, bank_transactions, bank_transfers, batch_payments, payments
from bot.restore.model import IdMap, Kind, Settle, Step
from bot.restore.source import MemorySource, decode
from bot.restore.target import TargetState
from bot.restore.writes import Write, cut
from bot.sandbox.xero import PretendOrganisation
from bot.xero.http import Answer
from bot.xero.writing import encode

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CENT = Decimal("0.01")
FACTS = OrganisationFacts(name="Company", region="UK", country="GB", base_currency="GBP")
MONEY: tuple[Kind, ...] = (
    bank_transactions.BANK_TRANSACTIONS,
    bank_transactions.PREPAYMENTS,
    bank_transactions.OVERPAYMENTS,
    bank_transfers.BANK_TRANSFERS,
    allocations.PREPAYMENT_ALLOCATIONS,
    allocations.OVERPAYMENT_ALLOCATIONS,
    allocations.CREDIT_NOTE_ALLOCATIONS,
    batch_payments.BATCH_PAYMENTS,
    payments.PAYMENTS,
    payments.REFUNDS,
)
# Resource, collection, id field, what its list is asked for.
READ: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("accounts", "Accounts", "AccountID", {}),
    ("tax_rates", "TaxRates", "TaxType", {}),
    ("contacts", "Contacts", "ContactID", {"includeArchived": "true"}),
    ("items", "Items", "ItemID", {"unitdp": 4}),
    ("manual_journals", "ManualJournals", "ManualJournalID", {}),
    ("invoices", "Invoices", "InvoiceID", {"unitdp": 4, "includeArchived": "true"}),
    ("credit_notes", "CreditNotes", "CreditNoteID", {"unitdp": 4}),
    ("bank_transactions", "BankTransactions", "BankTransactionID", {"unitdp": 4}),
    ("bank_transfers", "BankTransfers", "BankTransferID", {"includeDeleted": "true"}),
    ("prepayments", "Prepayments", "PrepaymentID", {"unitdp": 4}),
    ("overpayments", "Overpayments", "OverpaymentID", {"unitdp": 4}),
    ("batch_payments", "BatchPayments", "BatchPaymentID", {}),
    ("payments", "Payments", "PaymentID", {}),
)
Record = Mapping[str, Any]


def read_all(pen: Any) -> dict[str, dict[str, Record]]:
    """Read a company the way a backup does."""
    found: dict[str, dict[str, Record]] = {}
    for resource, collection, id_field, params in READ:
        rows = found[resource] = {}
        for page in range(1, 10):
            raw = pen.call("GET", collection, None, **params, page=page, pageSize=1000).raw
            body = decode(raw)
            rows |= {row[id_field]: row for row in body[collection]}
            if page >= body.get("pagination", {}).get("pageCount", 1):
                break
    return found


def ground_of(
    records: Mapping[str, Mapping[str, Record]], choice: Choice | None = None, **target: Any
) -> Ground:
    """Make a ground on which every list and document will exist."""
    source = MemorySource(FACTS, records)
    there = TargetState(organisation_id="o", tenant_id="t", facts=FACTS, **target)
    ground = Ground(
        source=source, target=there, choice=choice or Choice(), chosen=frozenset(one[0] for one in READ)
    )
    for resource in ("accounts", "contacts", "tax_rates", "invoices", "credit_notes"):
        for key, row in records.get(resource, {}).items():
            gone = row.get("Status") in {"VOIDED", "DELETED"} and resource != "tax_rates"
            ground.settle(resource, key, Action.LEAVE_OUT if gone else Action.CREATE)
            if resource == "accounts" and row.get("Code"):
                ground.settle("account_codes", row["Code"], Action.CREATE)
            if resource == "tax_rates":
                ground.settle("tax_types", key, Action.CREATE)
    for code in ("EUR", "USD"):
        ground.settle("currencies", code, Action.CREATE)
    return ground


@dataclass
class Bench:
    """A company, its records, a pen in the new organisation, and who became who."""

    company: PretendOrganisation
    records: dict[str, dict[str, Record]]
    pen: Any
    ground: Ground
    ids: IdMap = field(default_factory=IdMap)
    sent: list[tuple[Kind, str, Record]] = field(default_factory=list)  # what the kinds sent, and for whom

    # what other kinds do, naively

    def lists(self, currencies: Iterable[str]) -> None:
        for code in currencies:
            self.pen.put("Currencies", {"Code": code}).one()
        self._accounts()
        for key, row in self.records["contacts"].items():
            name = row["Name"].translate(str.maketrans("<>", "()")).strip()
            self.ids.add("contacts", key, self.pen.put("Contacts", {"Name": name}).one()["ContactID"])
        for row in self.records["items"].values():
            keys = ("Code", "Name", "Description", "SalesDetails", "PurchaseDetails")
            self.pen.put("Items", {key: row[key] for key in keys if key in row}, unitdp=4).one()
            self.ids.add("item_codes", row["Code"], row["Code"])
        for tax in self.records["tax_rates"]:
            self.ids.add("tax_types", tax, "NONE" if tax.startswith("TAX") else tax)

    def _accounts(self) -> None:
        there = {row.get("Code"): row["AccountID"] for row in self.pen.rows("Accounts")}
        keys = ("Code", "Name", "Type", "CurrencyCode", "EnablePaymentsToAccount")
        for key, row in self.records["accounts"].items():
            known = there.get(row.get("Code"))
            if known is None:
                number = {"BankAccountNumber": "20000012345678"} if row["Type"] == "BANK" else {}
                body = {name: row[name] for name in keys if name in row} | number
                known = self.pen.put("Accounts", body).one()["AccountID"]
            self.ids.add("accounts", key, known)
            if row.get("Code"):
                self.ids.add("account_codes", row["Code"], row["Code"])

    def documents(self) -> None:
        head = ("Type", "Date", "DueDate", "LineAmountTypes", "Reference", "CurrencyCode", "CurrencyRate")
        for resource, collection, id_field, number in (
            ("invoices", "Invoices", "InvoiceID", "InvoiceNumber"),
            ("credit_notes", "CreditNotes", "CreditNoteID", "CreditNoteNumber"),
        ):
            living = [
                row for row in self.records[resource].values() if row["Status"] in {"AUTHORISED", "PAID"}
            ]
            bodies = [
                {name: row[name] for name in (*head, number) if name in row}
                | {"Contact": {"ContactID": self.ids.need("contacts", row["Contact"]["ContactID"])}}
                | {"LineItems": [self._line(one) for one in row["LineItems"]], "Status": "AUTHORISED"}
                for row in living
            ]
            for start in range(0, len(bodies), 50):
                query = {"summarizeErrors": "false", "unitdp": 4}
                made = self._put(collection, collection, bodies[start : start + 50], query)
                for row, new in zip(living[start : start + 50], made, strict=True):
                    self.ids.add(resource, row[id_field], new[id_field])

    def _line(self, line: Record) -> dict[str, Any]:
        keys = ("Description", "UnitAmount", "Quantity", "TaxAmount", "DiscountRate", "ItemCode")
        return {key: line[key] for key in keys if key in line} | {
            "AccountID": self.ids.need("accounts", line["AccountID"]),
            "TaxType": self.ids.need("tax_types", line["TaxType"]),
        }

    def journals(self) -> None:
        for row in self.records["manual_journals"].values():
            if row["Status"] == "POSTED":
                keys = ("LineAmount", "TaxType", "Description")
                lines = [
                    {key: line[key] for key in keys}
                    | {"AccountID": self.ids.need("accounts", line["AccountID"])}
                    for line in row["JournalLines"]
                ]
                body = {key: row[key] for key in ("Narration", "Date", "Status")}
                self.pen.put("ManualJournals", body | {"JournalLines": lines}).one()

    # what is under test

    def steps(self) -> list[Step]:
        planned = [step for kind in MONEY for step in kind.plan(self.ground)]
        stage = {kind.key: kind.stage for kind in MONEY}
        return sorted(planned, key=lambda step: (step.phase, stage[step.kind]))

    def write(self, steps: Sequence[Step]) -> None:
        for write in cut(enumerate(steps), {kind.key: kind for kind in MONEY}):
            self._write(write)

    def _write(self, write: Write) -> None:
        kind = write.kind
        pairs = [(step, self.ground.source.record(kind.resource, step.record_id)) for _, step in write.steps]
        first = pairs[0][0]
        path = kind.path
        if "{parent}" in path:
            path = path.format(parent=self.ids.need(kind.parent_resource, first.parent))
        sent = [kind.payload(step, record, self.ids) for step, record in pairs]
        made = self._put(path, kind.collection, sent, dict(kind.params))
        self.sent += [(kind, first.parent, body) for body in sent]
        assert kind.learn is not None
        assert kind.settle is not None
        for (step, record), body, answer in zip(pairs, sent, made, strict=True):
            assert kind.settle.likeness(body) == kind.settle.likeness(answer), (body, answer)
            for pair in kind.learn(step, record, answer):
                self.ids.add(pair.resource, pair.source, pair.target)

    def unrecognised(self) -> list[Record]:
        """Give what was sent and cannot be told from what Xero lists, as after a lost answer."""
        there: dict[tuple[str, str], Counter[Hashable]] = {}
        missing = []
        for kind, parent, body in self.sent:
            settle = kind.settle
            assert settle is not None
            if (kind.key, parent) not in there:
                found = list(self._listed(kind, settle, parent))
                there[kind.key, parent] = Counter(settle.likeness(one) for one in found)
            left = there[kind.key, parent]
            likeness = settle.likeness(body)
            if left[likeness] < 1:
                missing.append(body)
            left[likeness] -= 1
        return missing

    def _listed(self, kind: Kind, settle: Settle, parent: str) -> Iterator[Record]:
        path = settle.path
        if "{parent}" in path:
            path = path.format(parent=self.ids.need(kind.parent_resource, parent))
        for page in range(1, 10 if settle.paged else 2):
            paging = {"page": page, "pageSize": 1000} if settle.paged else {}
            got = self.pen.call("GET", path, None, **settle.params, **paging)
            found = records_of(
                Answer(status=got.status, headers={}, body=got.raw, url=path), settle.collection
            )
            yield from found
            if not found:
                return

    def _put(
        self, path: str, collection: str, bodies: list[dict[str, Any]], query: dict[str, Any]
    ) -> list[Record]:
        answer = self.pen.call("PUT", path, encode({collection: bodies}), **query)
        assert answer.status == 200, answer.raw.decode()[:2000]
        made: list[Record] = decode(answer.raw)[collection]
        refused = [one for one in made if one.get("StatusAttributeString") == "ERROR"]
        assert refused == [], refused[:3]
        return made


def build_bench(open_pen: Any, choice: Choice | None = None) -> Bench:
    """Copy the lively company's lists and documents into a new organisation."""
    old = open_pen("lively", now=lambda: NOON, calls_per_day=1_000_000)
    for claim in list(old.org.shelf("ExpenseClaims").records):
        old.org.vanish("ExpenseClaims", claim)  # they cannot be written
    _bargain(old.org)
    records = read_all(old)
    pen = open_pen(now=lambda: NOON, calls_per_day=1_000_000)
    bench = Bench(old.org, records, pen, ground_of(records, choice))
    bench.lists(("EUR", "USD"))
    day, balances = old.org.conversion_date, old.org.conversion_balances
    opening = [
        {"AccountCode": records["accounts"][account]["Code"], "Balance": cents / 100}
        for account, cents in balances.items()
    ]
    body = {"ConversionDate": {"Month": day.month, "Year": day.year}, "ConversionBalances": opening}
    assert pen.post("Setup", body).status == 200
    bench.documents()
    bench.journals()
    return bench


def _bargain(org: PretendOrganisation) -> None:
    """Give foreign money rates that people agreed on, so that Xero's rates of the day give other books."""
    for collection in ("Payments", "BankTransactions", "Prepayments", "Overpayments"):
        for record in org.shelf(collection):
            fields = record.fields
            if fields.get("CurrencyRate", 1) == 1 or str(fields.get("Type")).endswith("TRANSFER"):
                continue
            rate = (fields["CurrencyRate"] * Decimal("1.017")).quantize(Decimal("1.0000000000"))
            more = {"CurrencyRate": rate}
            if fields.get("BankAmount") not in {None, fields.get("Amount")}:
                more["BankAmount"] = (fields["Amount"] / rate).quantize(CENT) + CENT  # a bank rounds, too
            org.change(collection, record.record_id, **more)
