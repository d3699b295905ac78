"""Unrealised currency gains: what open foreign documents and foreign bank balances are worth on a day.

Xero works them out for the date of every report and books them nowhere; no document explains them. The rates
are the pretend Xero's own. Gains on documents go to Unrealised Currency Gains, those on banks to Bank
Revaluations.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from bot.sandbox.xero.ledger import CREDITS, LIVE, Balances, Bookkeeper, is_sales
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields, pence

INCOMING = {"ACCRECPAYMENT", "APCREDITPAYMENT", "APPREPAYMENTPAYMENT", "APOVERPAYMENTPAYMENT"}


class Revaluation:
    """Adjustments per account for any day, in pence, debits positive; each day's adjustments sum to zero."""

    def __init__(self, bookkeeper: Bookkeeper, balances: Balances) -> None:
        self.org, self.bookkeeper, self.balances = bookkeeper.org, bookkeeper, balances
        self.on = self.org.revalues
        self._days: dict[date, dict[str, int]] = {}

    def of(self, account: str, day: date) -> int:
        """Give one account's adjustment on a day."""
        if not self.on or day == date.min:
            return 0
        if day not in self._days:
            self._days[day] = self._all(day)
        return self._days[day].get(account, 0)

    def _all(self, day: date) -> dict[str, int]:
        found: dict[str, int] = defaultdict(int)
        system = self.bookkeeper.system
        for plural in ("Invoices", *CREDITS):
            for record in self.org.shelf(plural):
                if record.record_id in self.bookkeeper.events:
                    gain = self._document(record.record_id, record.fields, day)
                    # Invoices are owed to us or by us; credits the other way round.
                    sign = (1 if is_sales(record.fields["Type"]) else -1) * (
                        1 if plural == "Invoices" else -1
                    )
                    control = system["DEBTORS" if is_sales(record.fields["Type"]) else "CREDITORS"]
                    found[control] += sign * gain
                    found[system["UNREALISEDCURRENCYGAIN"]] -= sign * gain
        for account, (currency, amount) in self._bank_balances(day).items():
            gain = pence(amount, self.org.rate(currency, day)) - self.balances.moved(account, date.min, day)
            found[account] += gain
            found[system["BANKCURRENCYGAIN"]] -= gain
        return found

    def base_due(self, record: Record, left: Decimal, day: date) -> int:
        """Give what is left of a document in pence of the base currency, as the control accounts hold it."""
        fields = record.fields
        if record.record_id not in self.bookkeeper.events:
            return pence(left)
        gain = self._document(record.record_id, fields, day) if self.on else 0
        return self._base_left(record.record_id, fields, day)[1] + gain

    def _document(self, document_id: str, fields: Fields, day: date) -> int:
        if fields["Status"] not in LIVE or fields["Date"] > day or "PrepaymentID" in fields:
            return 0
        left, base_left = self._base_left(document_id, fields, day)
        return pence(left, self.org.rate(fields["CurrencyCode"], day)) - base_left

    def _base_left(self, document_id: str, fields: Fields, day: date) -> tuple[Decimal, int]:
        left, base_left = fields["Total"], pence(fields["Total"], fields["CurrencyRate"])
        for on, amount, share in self.bookkeeper.events[document_id]:
            if on <= day:
                left, base_left = left - amount, base_left - share
        return left, base_left

    def _bank_balances(self, day: date) -> dict[str, tuple[str, Decimal]]:
        """Give the balance of every foreign bank account in its own currency."""
        totals: dict[str, Decimal] = defaultdict(Decimal)
        for record in self.org.shelf("BankTransactions"):
            if record.is_lazy:
                continue  # generated in bulk, always in the base currency
            fields = record.fields
            if fields["CurrencyCode"] != self.org.base_currency and _counts(fields, day):
                sign = 1 if fields["Type"].startswith("RECEIVE") else -1
                totals[fields["BankAccount"]["AccountID"]] += sign * fields["Total"]
        for record in self.org.shelf("Payments"):
            fields = record.fields
            if _counts(fields, day):
                sign = 1 if fields["PaymentType"] in INCOMING else -1
                totals[fields["Account"]["AccountID"]] += sign * fields["BankAmount"]
        balances = {}
        for account, amount in totals.items():
            currency = self.org.record("Accounts", account).fields.get("CurrencyCode", self.org.base_currency)
            if currency != self.org.base_currency:
                balances[account] = (currency, amount)
        return balances


def _counts(fields: Fields, day: date) -> bool:
    return fields["Status"] == "AUTHORISED" and bool(fields["Date"] <= day)
