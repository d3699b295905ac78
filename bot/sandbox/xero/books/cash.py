"""Money moving through bank accounts: bank transactions, transfers, prepayments and overpayments."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from bot.sandbox.xero.books.lines import Line, lay_out
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields, money


def account_brief(account: Record) -> Fields:
    """Name an account the way documents do."""
    fields = account.fields
    code = {"Code": fields["Code"]} if fields.get("Code") else {}
    return {"AccountID": account.record_id, **code, "Name": fields["Name"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """What a person fills in for money spent or received."""

    kind: str
    bank: str
    on: date
    lines: list[Line]
    contact: str = ""
    reference: str = ""
    status: str = "AUTHORISED"
    amounts: str = "Inclusive"
    reconciled: bool = True
    rate: Decimal | None = None
    extra: Fields = field(default_factory=dict)


def add_bank_transaction(org: PretendOrganisation, movement: Movement, at: datetime | None = None) -> Record:
    """Enter spend or receive money; its currency is the bank account's."""
    return org.put("BankTransactions", movement_fields(org, movement), at)


def movement_fields(org: PretendOrganisation, movement: Movement) -> Fields:
    """Work out the fields of spend or receive money."""
    account = org.account(movement.bank)
    laid = lay_out(org, movement.lines, movement.amounts)
    currency = account.fields.get("CurrencyCode") or org.base_currency
    fields: Fields = {
        "BankTransactionID": org.new_id(),
        "BankAccount": account_brief(account),
        "Type": movement.kind,
        "Reference": movement.reference,
        "IsReconciled": movement.reconciled,
        "HasAttachments": False,
        **({"Contact": {"ContactID": movement.contact}} if movement.contact else {}),
        "Date": movement.on,
        "Status": movement.status,
        "LineAmountTypes": movement.amounts,
        "LineItems": laid.items,
        **laid.totals(),
        "UpdatedDateUTC": None,
        "CurrencyCode": currency,
    }
    if currency != org.base_currency:
        fields["CurrencyRate"] = movement.rate or org.rate(currency, movement.on)
    return fields | movement.extra


def add_advance(org: PretendOrganisation, movement: Movement, at: datetime | None = None) -> Record:
    """Enter a prepayment or overpayment with its bank transaction; give the prepayment or overpayment."""
    collection, id_field = (
        ("Prepayments", "PrepaymentID")
        if movement.kind.endswith("PREPAYMENT")
        else ("Overpayments", "OverpaymentID")
    )
    bank = add_bank_transaction(org, movement, at)
    bank.own()[id_field] = advance_id = org.new_id()
    source = bank.fields
    fields: Fields = {
        id_field: advance_id,
        "ID": advance_id,
        "Type": movement.kind,
        "Reference": movement.reference,
        **({"InvoiceNumber": movement.reference} if collection == "Prepayments" else {}),
        "RemainingCredit": source["Total"],
        "Allocations": [],
        "Payments": [],
        "HasAttachments": False,
        "Contact": source["Contact"],
        "Date": movement.on,
        "Status": "AUTHORISED",
        "LineAmountTypes": movement.amounts,
        "LineItems": [dict(item) for item in source["LineItems"]],
        "SubTotal": source["SubTotal"],
        "TotalTax": source["TotalTax"],
        "Total": source["Total"],
        "UpdatedDateUTC": None,
        "CurrencyCode": source["CurrencyCode"],
        "CurrencyRate": source.get("CurrencyRate", Decimal("1.0000000000")),
    }
    return org.put(collection, fields, at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Money moved between two bank accounts; `amount` is in the first one's currency."""

    source: str
    target: str
    amount: Decimal
    on: date
    reference: str = ""
    deleted: bool = False
    reconciled: bool = True
    arrived: bool | None = None

    @property
    def confirmed(self) -> bool:
        """Tell whether the target account's bank confirmed it; as the first one's unless said otherwise."""
        return self.reconciled if self.arrived is None else self.arrived


def add_transfer(org: PretendOrganisation, transfer: Transfer, at: datetime | None = None) -> Record:
    """Enter a bank transfer and the two bank transactions Xero makes of it."""
    source, target = org.account(transfer.source), org.account(transfer.target)
    there, here = (account.fields.get("CurrencyCode") or org.base_currency for account in (target, source))
    rate = (org.rate(there, transfer.on) / org.rate(here, transfer.on)).quantize(Decimal("1.0000000000"))
    paid, received, landed = transfer.amount, money(transfer.amount * rate), transfer.confirmed
    legs = [
        add_bank_transaction(org, _leg("SPEND-TRANSFER", source, paid, transfer, transfer.reconciled), at),
        add_bank_transaction(org, _leg("RECEIVE-TRANSFER", target, received, transfer, landed), at),
    ]
    created = at or org.stamp()
    fields: Fields = {
        "BankTransferID": org.new_id(),
        "CreatedDateUTC": created,
        "Date": transfer.on,
        "Status": "DELETED" if transfer.deleted else "AUTHORISED",
        "FromBankAccount": account_brief(source),
        "ToBankAccount": account_brief(target),
        "Amount": transfer.amount,
        "FromBankTransactionID": legs[0].record_id,
        "ToBankTransactionID": legs[1].record_id,
        "FromIsReconciled": transfer.reconciled,
        "ToIsReconciled": transfer.confirmed,
        "Reference": transfer.reference,
        "CurrencyRate": rate,
        "HasAttachments": False,
    }
    return org.put("BankTransfers", fields, created)


def _leg(kind: str, bank: Record, amount: Decimal, transfer: Transfer, confirmed: bool) -> Movement:
    return Movement(
        kind=kind,
        bank=bank.record_id,
        on=transfer.on,
        lines=[Line(description="Bank transfer", unit=amount, account=bank.record_id, tax="NONE")],
        reference=transfer.reference,
        status="DELETED" if transfer.deleted else "AUTHORISED",
        amounts="NoTax",
        reconciled=confirmed,
    )
