"""Postings of money that moves: bank transactions, transfers between bank accounts, payments and refunds.

A transfer is worth what its side in the base currency says; only transfers out of foreign accounts have to be
remembered until their bank transaction comes by. Raises ValueError for what it cannot understand.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from bot.ledger.chart import Chart
from bot.ledger.documents import balanced, is_live, line_sides, rate_of
from bot.ledger.model import ONE, PAYABLE, REALISED, RECEIVABLE, AccountKey, Posting, Side, to_base
from bot.ledger.wire import BankTransaction, Payment, Transfer, amount, day

_POSTED = frozenset({"AUTHORISED"})
_SILENT = frozenset({"DELETED", "VOIDED"})
# Payment.PaymentType (Xero OpenAPI 16.1.0): which way the money goes, and the account it settles. A refund of
# a prepayment meets the prepayment's own posting on realised gains.
_PAYMENTS = {
    "ACCRECPAYMENT": (1, RECEIVABLE),
    "ACCPAYPAYMENT": (-1, PAYABLE),
    "ARCREDITPAYMENT": (-1, RECEIVABLE),
    "APCREDITPAYMENT": (1, PAYABLE),
    "AROVERPAYMENTPAYMENT": (-1, RECEIVABLE),
    "APOVERPAYMENTPAYMENT": (1, PAYABLE),
    "ARPREPAYMENTPAYMENT": (-1, REALISED),
    "APPREPAYMENTPAYMENT": (1, REALISED),
}
_OUT, _IN, _OUT_LEG, _IN_LEG = "SPEND", "RECEIVE", "SPEND-TRANSFER", "RECEIVE-TRANSFER"
_LEGS = frozenset({_OUT_LEG, _IN_LEG})
_MOVES = {_IN: -1, _OUT: 1} | {
    f"{way}-{kind}": sign for way, sign in ((_IN, -1), (_OUT, 1)) for kind in ("PREPAYMENT", "OVERPAYMENT")
}


class Banking:
    """Posts bank transactions and transfers; hand it all transfers first."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        self._waiting: dict[str, tuple[date, AccountKey, AccountKey]] = {}

    @property
    def waiting(self) -> int:
        """Count the transfers whose bank transaction has not come by."""
        return len(self._waiting)

    def transfer(self, transfer: Transfer) -> Iterator[Posting]:
        """Post a transfer, or remember it. Status is missing before July 2026: such a transfer stands."""
        if not is_live(transfer.status or "AUTHORISED", _POSTED, _SILENT):
            return
        source = self._chart.of_ref(transfer.from_bank_account)
        target = self._chart.of_ref(transfer.to_bank_account)
        on, value = day(transfer.date), amount(transfer.amount)
        if not self._chart.is_foreign(source):
            yield Posting(on, "", _moved(source, target, to_base(value)))
            return
        home = not self._chart.is_foreign(target)
        leg = transfer.to_bank_transaction_id if home else transfer.from_bank_transaction_id
        if not leg:
            raise ValueError("a transfer without its bank transaction")
        self._waiting[leg.lower()] = (on, source, target)

    def transaction(self, one: BankTransaction) -> Iterator[Posting]:
        """Post money spent or received."""
        if one.type in _LEGS:
            yield from self._leg(one)
            return
        if one.type not in _MOVES:
            raise ValueError("unknown type")
        if not is_live(one.status, _POSTED, _SILENT):
            return
        sign, rate = _MOVES[one.type], rate_of(one, self._chart)
        value = to_base(amount(one.total), rate)
        sides = line_sides(one, self._chart, rate, sign)
        sides.append((self._chart.of_ref(one.bank_account), value if sign < 0 else -value))
        yield Posting(day(one.date), one.currency_code or "", balanced(sides, self._chart, rate))

    def _leg(self, one: BankTransaction) -> Iterator[Posting]:
        waiting = self._waiting.pop((one.bank_transaction_id or "").lower(), None)
        if waiting and is_live(one.status, _POSTED, _SILENT):
            on, source, target = waiting
            value = to_base(amount(one.total), rate_of(one, self._chart))
            yield Posting(on, "", _moved(source, target, value))


def payment_postings(payment: Payment, chart: Chart) -> Iterator[Posting]:
    """Post a payment or refund; batches are not posted, because their payments are."""
    if not is_live(payment.status, _POSTED, _SILENT):
        return
    if payment.payment_type not in _PAYMENTS:
        raise ValueError("unknown payment type")
    sign, role = _PAYMENTS[payment.payment_type]
    bank = chart.of_ref(payment.account)
    currency = _currency(payment)
    foreign = bool(currency) and currency != chart.company.base_currency
    value = sign * _value(payment, chart, bank, foreign=foreign)
    other = chart.role(REALISED if foreign else role)
    yield Posting(day(payment.date), currency, ((bank, value), (other, -value)))


def _value(payment: Payment, chart: Chart, bank: AccountKey, *, foreign: bool) -> Decimal:
    """Give what moved, in base currency: the side that is in it says so itself."""
    if not foreign:
        return to_base(amount(payment.amount))
    if not chart.is_foreign(bank) and payment.bank_amount is not None:
        return to_base(amount(payment.bank_amount))
    rate = amount(payment.currency_rate)
    if rate <= 0:
        raise ValueError("no rate")
    return to_base(amount(payment.amount), rate)


def _currency(payment: Payment) -> str:
    for target in (payment.invoice, payment.credit_note, payment.prepayment, payment.overpayment):
        if target is not None and target.currency_code:
            return target.currency_code
    if payment.currency_rate is not None and payment.currency_rate != ONE:
        raise ValueError("a rate without a currency")
    return ""


def _moved(source: AccountKey, target: AccountKey, value: Decimal) -> tuple[Side, ...]:
    return ((source, -value), (target, value))
