"""The pretend Xero's own double entry: what every live document, payment, allocation and transfer posts.

Amounts are whole pence (cents) of the base currency, debits positive; every entry sums to zero. Foreign
amounts are divided by the document's own CurrencyRate. Inferred where Xero publishes nothing: a document's
rounding difference goes to Rounding; an advance (prepayment) stands on the account of its lines until it is
allocated or paid back; the difference between two rates is a realised currency gain. What stock costs is in
`books/stock.py`; unrealised gains are in `revaluation.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import ONE, Fields, pence

LIVE = frozenset({"AUTHORISED", "PAID"})
CREDITS = {"CreditNotes": "CreditNote", "Prepayments": "Prepayment", "Overpayments": "Overpayment"}
_ID_FIELDS = {"Invoice": "InvoiceID", "CreditNote": "CreditNoteID"} | {
    "Prepayment": "PrepaymentID",
    "Overpayment": "OverpaymentID",
}
_COLLECTION_OF = {"Invoice": "Invoices"} | {singular: plural for plural, singular in CREDITS.items()}
JOURNAL_TYPES = {"RECEIVE": "CASHREC", "SPEND": "CASHPAID"}


class Entry(NamedTuple):
    """What one event posts; `lines` are pairs of account id and pence, debits positive."""

    source_type: str
    source_id: str
    on: date
    reference: str
    lines: tuple[tuple[str, int], ...]


def is_sales(kind: str) -> bool:
    """Tell whether a document or advance stands on the receivable side."""
    return kind.startswith(("ACCREC", "RECEIVE", "AR"))


class Bookkeeper:
    """Reads one organisation's documents and gives their entries."""

    def __init__(self, org: PretendOrganisation) -> None:
        self.org = org
        accounts = org.shelf("Accounts")
        self.system = {
            record.fields["SystemAccount"]: record.record_id
            for record in accounts
            if record.fields.get("SystemAccount")
        }
        self.settled: dict[tuple[str, str], int] = {}
        self.events: dict[str, list[tuple[date, Decimal, int]]] = {}
        for plural in ("Invoices", *CREDITS):
            for record in org.shelf(plural):
                if not record.is_lazy and record.fields["CurrencyCode"] != org.base_currency:
                    self._settle_foreign(record.record_id, record.fields)

    def entries(self) -> Iterator[Entry]:
        """Give every entry of the books, in no particular order."""
        yield from self._conversion()
        for plural in ("Invoices", "CreditNotes"):
            for record in self.org.shelf(plural):
                yield from self._generated(record, self._document)
        for plural, singular in CREDITS.items():
            for record in self.org.shelf(plural):
                yield from self._allocations(record, singular)
        for record in self.org.shelf("BankTransactions"):
            yield from self._generated(record, self._bank_transaction)
        for name, make in (
            ("Payments", self._payment),
            ("BankTransfers", self._transfer),
            ("ManualJournals", self._journal),
            ("ExpenseClaims", self._claim),
        ):
            for record in self.org.shelf(name):
                yield from make(record)
        yield from self._stock()

    def _stock(self) -> Iterator[Entry]:
        """Give what tracked items cost: from the inventory account to cost of goods sold."""
        accounts = {one.fields.get("Code"): one.record_id for one in self.org.shelf("Accounts")}
        for asset, goods, cost in self.org.stock.costs():
            lines = ((accounts[goods], cost.amount), (accounts[asset], -cost.amount))
            yield Entry(cost.kind, cost.record_id, cost.on, "Cost of goods sold", lines)

    def _generated(self, record: Record, make: Callable[[Record], Iterator[Entry]]) -> Iterator[Entry]:
        if record.is_lazy and record.pattern is not None:
            entry = record.pattern.post(record.number)
            return iter([] if entry is None else [entry])
        return make(record)

    def _settle_foreign(self, document_id: str, fields: Fields) -> None:
        """Spread a foreign document's base amount over its settlements; the last one clears it exactly."""
        events = [(one["Date"], one["PaymentID"], one["Amount"]) for one in fields["Payments"]]
        events += [(one["Date"], one["AllocationID"], one["Amount"]) for one in fields.get("Allocations", ())]
        for plural, singular in CREDITS.items():
            for one in fields.get(plural, ()):
                key = _allocation_key(one[_ID_FIELDS[singular]], document_id, one)
                events.append((one["Date"], key, one["AppliedAmount"]))
        left, base_left = fields["Total"], pence(fields["Total"], fields["CurrencyRate"])
        self.events[document_id] = []
        for on, key, amount in sorted(events):
            left -= amount
            share = base_left if left == 0 else pence(amount, fields["CurrencyRate"])
            base_left -= share
            self.settled[document_id, key] = share
            self.events[document_id].append((on, amount, share))

    def _share(self, document_id: str, key: str, amount: Decimal) -> int:
        return self.settled.get((document_id, key), pence(amount))

    def _control(self, kind: str) -> str:
        return self.system["DEBTORS" if is_sales(kind) else "CREDITORS"]

    def _conversion(self) -> Iterator[Entry]:
        if self.org.conversion_date and self.org.conversion_balances:
            lines = tuple(self.org.conversion_balances.items())
            yield Entry("CONVERSION", "", self.org.conversion_date, "Conversion balances", lines)

    def _line_sides(self, fields: Fields, rate: Decimal, sign: int) -> list[tuple[str, int]]:
        """Give the income or expense side: the lines net of tax, then the tax."""
        inclusive = fields["LineAmountTypes"] == "Inclusive"
        sides = []
        for item in fields["LineItems"]:
            if "AccountID" not in item:
                continue  # a line of text only
            net = item["LineAmount"] - item["TaxAmount"] if inclusive else item["LineAmount"]
            sides.append((item["AccountID"], sign * pence(net, rate)))
        if fields["TotalTax"]:
            sides.append((self.system["GST"], sign * pence(fields["TotalTax"], rate)))
        return sides

    def _balanced(self, sides: list[tuple[str, int]], rest: str) -> tuple[tuple[str, int], ...]:
        difference = sum(amount for _, amount in sides)
        if difference:
            sides = [*sides, (self.system[rest], -difference)]
        return tuple(side for side in sides if side[1])

    def _document(self, record: Record) -> Iterator[Entry]:
        fields = record.fields
        if fields["Status"] not in LIVE:
            return
        kind, rate = fields["Type"], fields["CurrencyRate"]
        sign = -1 if kind in {"ACCREC", "ACCPAYCREDIT"} else 1
        sides = [
            (self._control(kind), -sign * pence(fields["Total"], rate)),
            *self._line_sides(fields, rate, sign),
        ]
        lines = self._balanced(sides, "ROUNDING")
        yield Entry(kind, record.record_id, fields["Date"], fields.get("Reference", ""), lines)

    def _bank_transaction(self, record: Record) -> Iterator[Entry]:
        fields = record.fields
        kind = fields["Type"]
        if fields["Status"] != "AUTHORISED" or kind.endswith("-TRANSFER"):
            return
        rate = fields.get("CurrencyRate", ONE)
        sign = -1 if kind.startswith("RECEIVE") else 1
        bank = (fields["BankAccount"]["AccountID"], -sign * pence(fields["Total"], rate))
        lines = self._balanced([bank, *self._line_sides(fields, rate, sign)], "ROUNDING")
        side, _, advance = kind.partition("-")
        source = JOURNAL_TYPES[side] if not advance else ("AR" if side == "RECEIVE" else "AP") + advance
        yield Entry(source, record.record_id, fields["Date"], fields["Reference"], lines)

    def _allocations(self, record: Record, singular: str) -> Iterator[Entry]:
        fields = record.fields
        if fields["Status"] not in LIVE:
            return
        for one in fields["Allocations"]:
            invoice = one["Invoice"]["InvoiceID"]
            given = self._share(record.record_id, one["AllocationID"], one["Amount"])
            key = _allocation_key(record.record_id, invoice, one)
            taken = self._share(invoice, key, one["Amount"])
            sign = 1 if is_sales(fields["Type"]) else -1
            control = self._control(fields["Type"])
            source = self._credit_side(fields, singular, sign * given, control)
            lines = self._balanced([*source, (control, -sign * taken)], "REALISEDCURRENCYGAIN")
            if any(amount for _, amount in lines):
                yield Entry("MANJOURNAL", one["AllocationID"], one["Date"], "Allocation", lines)

    def _credit_side(self, fields: Fields, singular: str, amount: int, control: str) -> list[tuple[str, int]]:
        """Give what using up a credit posts: its control account, or for a prepayment its own lines."""
        if singular != "Prepayment":
            return [(control, amount)]
        sides = self._line_sides(fields, fields["CurrencyRate"], 1)
        whole = sum(weight for _, weight in sides)
        spread = [(account, amount * weight // whole) for account, weight in sides]
        rest = amount - sum(part for _, part in spread)
        return [(spread[0][0], spread[0][1] + rest), *spread[1:]]

    def _payment(self, record: Record) -> Iterator[Entry]:
        fields = record.fields
        if fields["Status"] != "AUTHORISED":
            return
        singular = next(name for name in _ID_FIELDS if name in fields)
        target = self.org.record(_COLLECTION_OF[singular], fields[singular][_ID_FIELDS[singular]])
        document = target.fields
        sales = is_sales(document["Type"])
        received = sales == (singular == "Invoice")
        sign = 1 if received else -1
        bank = self.org.record("Accounts", fields["Account"]["AccountID"]).fields
        foreign = bank.get("CurrencyCode", self.org.base_currency) != self.org.base_currency
        cash = pence(fields["BankAmount"], fields["CurrencyRate"] if foreign else ONE)
        share = self._share(target.record_id, record.record_id, fields["Amount"])
        other = self._credit_side(document, singular, -sign * share, self._control(document["Type"]))
        sides = [(bank["AccountID"], sign * cash), *other]
        lines = self._balanced(sides, "REALISEDCURRENCYGAIN")
        yield Entry(fields["PaymentType"], record.record_id, fields["Date"], fields["Reference"], lines)

    def _transfer(self, record: Record) -> Iterator[Entry]:
        fields = record.fields
        if fields["Status"] == "AUTHORISED":
            leg = self.org.record("BankTransactions", fields["FromBankTransactionID"]).fields
            amount = pence(fields["Amount"], leg.get("CurrencyRate", ONE))
            sides = (
                (fields["FromBankAccount"]["AccountID"], -amount),
                (fields["ToBankAccount"]["AccountID"], amount),
            )
            yield Entry("TRANSFER", record.record_id, fields["Date"], fields["Reference"], sides)

    def _journal(self, record: Record) -> Iterator[Entry]:
        fields = record.fields
        if fields["Status"] != "POSTED":
            return
        inclusive = fields["LineAmountTypes"] == "Inclusive"
        sides = [
            (line["AccountID"], pence(line["LineAmount"] - (line["TaxAmount"] if inclusive else 0)))
            for line in fields["JournalLines"]
        ]
        tax = sum((line["TaxAmount"] for line in fields["JournalLines"]), Decimal(0))
        if tax:
            sides.append((self.system["GST"], pence(tax)))
        yield Entry("MANJOURNAL", record.record_id, fields["Date"], fields["Narration"], tuple(sides))

    def _claim(self, record: Record) -> Iterator[Entry]:
        fields = record.fields
        if fields["Status"] not in LIVE:
            return
        owed = self.system["UNPAIDEXPCLM"]
        for brief in fields["Receipts"]:
            receipt = self.org.record("Receipts", brief["ReceiptID"]).fields
            sides = [*self._line_sides(receipt, ONE, 1), (owed, -pence(receipt["Total"]))]
            lines = self._balanced(sides, "ROUNDING")
            yield Entry("EXPCLAIM", record.record_id, fields["ReportingDate"], "", lines)
        for payment in fields["Payments"]:
            amount = pence(payment["Amount"])
            lines = ((owed, amount), (fields["_bank"], -amount))
            yield Entry("EXPPAYMENT", payment["PaymentID"], payment["Date"], payment["Reference"], lines)


def _allocation_key(credit_id: str, invoice_id: str, one: Fields) -> str:
    """Name an allocation from the invoice's side, where Xero shows no allocation id."""
    amount = one.get("AppliedAmount", one.get("Amount"))
    return f"{credit_id}>{invoice_id}@{one['Date']}={amount}"


class Balances:
    """Movements per account and day, to be summed up to any date."""

    def __init__(self, entries: Iterator[Entry]) -> None:
        self.days: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
        for entry in entries:
            for account, amount in entry.lines:
                self.days[account][entry.on] += amount

    def moved(self, account: str, first: date, last: date) -> int:
        """Give the movement of an account between two days, both included, in pence."""
        return sum(amount for day, amount in self.days.get(account, {}).items() if first <= day <= last)
