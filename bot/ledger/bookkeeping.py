"""Turn records as Xero sent them into postings, and count those it cannot understand. Pure; keeps no records.

Not posted, because Xero gives no record that says it: payroll, conversion balances, fixed asset journals,
unrealised gains and stock movements of tracked items; CIS deductions and taxes that cannot be recovered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from bot.ledger.cash import Banking, payment_postings
from bot.ledger.chart import Chart
from bot.ledger.control import OPEN, OpenItems
from bot.ledger.documents import (
    document_postings,
    is_live,
    journal_sides,
    overpayment_postings,
    prepayment_postings,
    receipt_posting,
)
from bot.ledger.model import CLAIMS, UNTOLD, Posting, to_base
from bot.ledger.wire import BankTransaction, Claim, Document, Journal, Payment, Transfer, amount, day, decoder

# The order in which resources must be given: transfers before their halves, claims before their receipts.
RESOURCES = (
    "bank_transfers",
    "expense_claims",
    "receipts",
    "invoices",
    "credit_notes",
    "prepayments",
    "overpayments",
    "payments",
    "bank_transactions",
    "manual_journals",
)
_JOURNALS = frozenset({"POSTED"}), frozenset({"DRAFT", "DELETED", "VOIDED"})
_Make = Callable[[Any], Iterable[Posting]]


class Bookkeeper:
    """Reads the records of one organisation, resource by resource in the order of RESOURCES.

    `open_items` is handed every document that can be open, as it is decoded.
    """

    def __init__(self, chart: Chart, open_items: OpenItems | None = None) -> None:
        self.chart = chart
        self.records = 0
        self.currencies: set[str] = set()
        self._unread: Counter[str] = Counter()
        self._banking = Banking(chart)
        self._claimed: dict[str, date | None] = {}
        makers: dict[str, tuple[type[Any], _Make]] = {
            "bank_transfers": (Transfer, self._banking.transfer),
            "expense_claims": (Claim, self._claim),
            "receipts": (Document, self._receipt),
            "invoices": (Document, lambda one: document_postings(one, chart)),
            "credit_notes": (Document, lambda one: document_postings(one, chart)),
            "prepayments": (Document, lambda one: prepayment_postings(one, chart)),
            "overpayments": (Document, lambda one: overpayment_postings(one, chart)),
            "payments": (Payment, lambda one: payment_postings(one, chart)),
            "bank_transactions": (BankTransaction, self._banking.transaction),
            "manual_journals": (Journal, self._journal),
        }
        self._makers = {key: (decoder(kind).decode, make) for key, (kind, make) in makers.items()}
        self._takers = {} if open_items is None else dict.fromkeys(OPEN, open_items.take)

    def post(self, resource: str, raw: bytes) -> list[Posting]:
        """Give what a record posts; nothing for a draft, a void, or what cannot be understood (counted)."""
        (decode, make), take = self._makers[resource], self._takers.get(resource)
        self.records += 1
        try:
            record = decode(raw)
            if take is not None:
                take(record)
            found = list(make(record))
        except (ValueError, ArithmeticError):
            self._unread[resource] += 1
            return []
        for one in found:
            self.currencies.add(one.currency)
        return found

    @property
    def not_understood(self) -> dict[str, int]:
        """Count what could not be understood, by resource; final once all records have been given."""
        counted = self._unread + Counter(
            accounts=self.chart.not_understood, bank_transfers=self._banking.waiting
        )
        return {resource: count for resource, count in counted.items() if count}

    @property
    def is_multi_currency(self) -> bool:
        """Say whether any posting came from a foreign document."""
        return bool(self.currencies - {"", self.chart.company.base_currency})

    def _journal(self, journal: Journal) -> Iterator[Posting]:
        if is_live(journal.status, *_JOURNALS):
            sides = journal_sides(journal.journal_lines or [], journal.line_amount_types, self.chart)
            yield Posting(day(journal.date), "", sides)

    def _claim(self, claim: Claim) -> Iterator[Posting]:
        """Remember which receipts are approved; post what was paid back, from where Xero does not say."""
        if not is_live(claim.status):
            return
        on = day(claim.reporting_date) if claim.reporting_date else None
        self._claimed |= {(one.receipt_id or "").lower(): on for one in claim.receipts or ()}
        owed = self.chart.role(CLAIMS)
        for paid in claim.payments or ():
            value = to_base(amount(paid.amount))
            yield Posting(day(paid.date), "", ((owed, value), (UNTOLD, -value)))

    def _receipt(self, receipt: Document) -> Iterator[Posting]:
        key = (receipt.receipt_id or "").lower()
        if key in self._claimed:
            owed = (self.chart.role(CLAIMS), -to_base(amount(receipt.total)))
            yield receipt_posting(receipt, self.chart, self._claimed[key] or day(receipt.date), owed)
