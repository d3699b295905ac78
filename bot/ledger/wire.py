"""The few fields of Xero's records that the ledger needs, decoded with exact numbers.

Unknown fields and values pass; what cannot be decoded raises ValueError, as msgspec's errors are.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

from bot.ledger.model import AccountKey

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICKS = "/Date("


class Record(msgspec.Struct, gc=False, rename="pascal"):
    """What all of them are: pieces of JSON in Xero's spelling."""


class Line(Record, gc=False):
    """A line of a document or journal."""

    account_id: AccountKey | None = msgspec.field(default=None, name="AccountID")
    account_code: str | None = None
    line_amount: Decimal | None = None
    tax_amount: Decimal | None = None


class Use(Record, gc=False):
    """A payment, allocation or applied credit, as it is listed inside a document."""

    date: str | None = None
    amount: Decimal | None = None
    applied_amount: Decimal | None = None
    is_deleted: bool | None = None
    status: str | None = None


class Document(Record, gc=False):
    """An invoice, bill, credit note, prepayment, overpayment or receipt."""

    type: str = ""
    status: str = ""
    date: str | None = None
    line_amount_types: str | None = None
    line_items: list[Line] | None = None
    total_tax: Decimal | None = None
    total: Decimal | None = None
    currency_code: str | None = None
    currency_rate: Decimal | None = None
    amount_due: Decimal | None = None
    remaining_credit: Decimal | None = None
    payments: list[Use] | None = None
    allocations: list[Use] | None = None
    credit_notes: list[Use] | None = None
    prepayments: list[Use] | None = None
    overpayments: list[Use] | None = None
    receipt_id: str | None = msgspec.field(default=None, name="ReceiptID")


class AccountRef(Record, gc=False):
    """An account as other records name it."""

    account_id: AccountKey | None = msgspec.field(default=None, name="AccountID")
    code: str | None = None


class BankTransaction(Document, gc=False):
    """Money spent or received, also half a transfer."""

    bank_transaction_id: str | None = msgspec.field(default=None, name="BankTransactionID")
    bank_account: AccountRef | None = None


class Target(Record, gc=False):
    """The document a payment settles."""

    currency_code: str | None = None


class Payment(Record, gc=False):
    """A payment or refund of one document."""

    payment_type: str = ""
    status: str = ""
    date: str | None = None
    amount: Decimal | None = None
    bank_amount: Decimal | None = None
    currency_rate: Decimal | None = None
    account: AccountRef | None = None
    invoice: Target | None = None
    credit_note: Target | None = None
    prepayment: Target | None = None
    overpayment: Target | None = None


class Transfer(Record, gc=False):
    """Money moved between two bank accounts; `amount` is in the first one's currency."""

    date: str | None = None
    status: str | None = None
    amount: Decimal | None = None
    from_bank_account: AccountRef | None = None
    to_bank_account: AccountRef | None = None
    from_bank_transaction_id: str | None = msgspec.field(default=None, name="FromBankTransactionID")
    to_bank_transaction_id: str | None = msgspec.field(default=None, name="ToBankTransactionID")


class Journal(Record, gc=False):
    """A manual journal."""

    date: str | None = None
    status: str = ""
    line_amount_types: str | None = None
    journal_lines: list[Line] | None = None


class ReceiptRef(Record, gc=False):
    """A receipt as its claim names it."""

    receipt_id: str | None = msgspec.field(default=None, name="ReceiptID")


class Claim(Record, gc=False):
    """A classic expense claim."""

    status: str = ""
    reporting_date: str | None = None
    receipts: list[ReceiptRef] | None = None
    payments: list[Use] | None = None


def decoder(kind: type[Any]) -> msgspec.json.Decoder[Any]:
    """Make a decoder for one of these; its `decode` raises ValueError."""
    return msgspec.json.Decoder(kind)


def standing(listed: list[Use] | None) -> list[Use]:
    """Give the settlements a document lists, without those that were deleted."""
    return [one for one in listed or () if not one.is_deleted and one.status != "DELETED"]


@lru_cache(maxsize=4096)
def day(text: str | None) -> date:
    """Read a business date: `/Date(ms+0000)/` or ISO text. Raises ValueError.

    Business dates are midnight UTC of the day meant, so the UTC date is the day; an offset changes nothing.
    """
    if not text:
        raise ValueError("no date")
    if not text.startswith(_TICKS):
        return date.fromisoformat(text[:10])
    digits = text[len(_TICKS) : text.index(")")]
    sign = max(digits.find("+"), digits.find("-", 1))
    try:
        return (_EPOCH + timedelta(milliseconds=int(digits if sign < 0 else digits[:sign]))).date()
    except OverflowError:
        raise ValueError("no date a calendar has") from None


def amount(value: Decimal | None) -> Decimal:
    """Give an amount that must be there and be a number. Raises ValueError."""
    if value is None or not value.is_finite():
        raise ValueError("no amount")
    return value
