"""What settles documents: payments, batches, refunds and the allocation of credits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bot.sandbox.xero.books.cash import account_brief
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields, money

NOTHING = Decimal("0.00")
# Collection, document, and which counter of an invoice moves.
Target = tuple[str, Record, str]
_PAYMENT_TYPES = {
    "ACCREC": "ACCRECPAYMENT",
    "ACCPAY": "ACCPAYPAYMENT",
    "ACCRECCREDIT": "ARCREDITPAYMENT",
    "ACCPAYCREDIT": "APCREDITPAYMENT",
    "RECEIVE-PREPAYMENT": "ARPREPAYMENTPAYMENT",
    "SPEND-PREPAYMENT": "APPREPAYMENTPAYMENT",
    "RECEIVE-OVERPAYMENT": "AROVERPAYMENTPAYMENT",
    "SPEND-OVERPAYMENT": "APOVERPAYMENTPAYMENT",
}
_TARGETS = {
    "Invoices": ("Invoice", "InvoiceID", "InvoiceNumber"),
    "CreditNotes": ("CreditNote", "CreditNoteID", "CreditNoteNumber"),
    "Prepayments": ("Prepayment", "PrepaymentID", ""),
    "Overpayments": ("Overpayment", "OverpaymentID", ""),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A payment of one document; `amount` is in the document's currency."""

    collection: str
    document: Record
    bank: str
    amount: Decimal
    on: date
    reference: str = ""
    reconciled: bool = True
    batch: Fields | None = None
    rate: Decimal | None = None
    bank_amount: Decimal | None = None


def pay(org: PretendOrganisation, settlement: Settlement, at: datetime | None = None) -> Record:
    """Enter a payment and bring the document's outstanding amount up to date."""
    document, account = settlement.document.own(), org.account(settlement.bank)
    singular, id_field, number_field = _TARGETS[settlement.collection]
    rate = settlement.rate or org.rate(document["CurrencyCode"], settlement.on)
    same_currency = (account.fields.get("CurrencyCode") or org.base_currency) == document["CurrencyCode"]
    target: Fields = {"Type": document["Type"], id_field: settlement.document.record_id}
    if number_field:
        target[number_field] = document[number_field]
    target |= {"HasErrors": False, "LineItems": [], "CurrencyCode": document["CurrencyCode"]}
    batch = {"BatchPaymentID": settlement.batch["BatchPaymentID"]} if settlement.batch else {}
    fields: Fields = {
        "PaymentID": org.new_id(),
        **batch,
        **({"BatchPayment": settlement.batch} if settlement.batch else {}),
        "Date": settlement.on,
        "BankAmount": settlement.amount
        if same_currency
        else settlement.bank_amount or money(settlement.amount / rate),
        "Amount": settlement.amount,
        "Reference": settlement.reference,
        "CurrencyRate": rate,
        "PaymentType": _PAYMENT_TYPES[document["Type"]],
        "Status": "AUTHORISED",
        "UpdatedDateUTC": None,
        "HasAccount": True,
        "IsReconciled": settlement.reconciled,
        "Account": account_brief(account),
        singular: target | {"Contact": dict(document["Contact"])},
        "HasValidationErrors": False,
    }
    payment = org.put("Payments", fields, at)
    brief = {key: fields[key] for key in ("PaymentID", "Date", "Amount", "Reference", "CurrencyRate")}
    document["Payments"].append({**batch, **brief, "HasAccount": False, "HasValidationErrors": False})
    paid = (settlement.collection, settlement.document, "AmountPaid")
    _settle(org, paid, settlement.amount, settlement.on, at)
    return payment


def _settle(org: PretendOrganisation, target: Target, amount: Decimal, on: date, at: datetime | None) -> None:
    collection, record, counter = target
    document = record.own()
    if collection == "Invoices":
        document[counter] += amount
        document["AmountDue"] -= amount
        left = document["AmountDue"]
    else:
        document["RemainingCredit"] -= amount
        left = document["RemainingCredit"]
    if left < 0:
        raise ValueError("More than the amount outstanding.")
    if left == 0:
        document["Status"] = "PAID"
        if collection in {"Invoices", "CreditNotes"}:
            document["FullyPaidOnDate"] = on
    org.shelf(collection).changed(record, at or org.stamp())


def delete_payment(org: PretendOrganisation, payment: Record, at: datetime | None = None) -> None:
    """Delete a payment; it stays in the list as DELETED, its document is outstanding again."""
    fields = payment.own()
    fields["Status"] = "DELETED"
    org.shelf("Payments").changed(payment, at or org.stamp())
    collection, (singular, id_field, _) = next(item for item in _TARGETS.items() if item[1][0] in fields)
    record = org.record(collection, fields[singular][id_field])
    document = record.own()
    document["Payments"] = [one for one in document["Payments"] if one["PaymentID"] != payment.record_id]
    document["Status"] = "AUTHORISED"
    document.pop("FullyPaidOnDate", None)
    _settle(org, (collection, record, "AmountPaid"), -fields["Amount"], fields["Date"], at)


def allocate(
    org: PretendOrganisation,
    collection: str,
    credit: Record,
    invoice: Record,
    *,
    amount: Decimal,
    on: date,
    at: datetime | None = None,
) -> Fields:
    """Set a credit note, prepayment or overpayment against an invoice; give the allocation."""
    allocation = _allocation(org, invoice, amount, on)
    credit.own()["Allocations"].append(allocation)
    singular = _TARGETS[collection][0]
    invoice.own()[singular + "s"].append(_applied(collection, credit, amount, on))
    _settle(org, (collection, credit, ""), amount, on, at)
    _settle(org, ("Invoices", invoice, "AmountCredited"), amount, on, at)
    return allocation


def take_back(org: PretendOrganisation, collection: str, credit: Record, allocation: Fields) -> None:
    """Undo an allocation; both documents are outstanding again."""
    invoice = org.record("Invoices", allocation["Invoice"]["InvoiceID"])
    amount, on = allocation["Amount"], allocation["Date"]
    credit.own()["Allocations"].remove(allocation)
    singular, id_field, _ = _TARGETS[collection]
    applied = invoice.own()[singular + "s"]
    applied.remove(
        next(
            one
            for one in applied
            if (one[id_field], one["AppliedAmount"], one["Date"]) == (credit.record_id, amount, on)
        )
    )
    for name, record, counter in ((collection, credit, ""), ("Invoices", invoice, "AmountCredited")):
        record.own()["Status"] = "AUTHORISED"
        record.own().pop("FullyPaidOnDate", None)
        _settle(org, (name, record, counter), -amount, on, None)


def _allocation(org: PretendOrganisation, invoice: Record, amount: Decimal, on: date) -> Fields:
    """What a credit says of an allocation."""
    brief = {
        "InvoiceID": invoice.record_id,
        "InvoiceNumber": invoice.fields["InvoiceNumber"],
        "HasErrors": False,
        "LineItems": [],
    }
    return {
        "AllocationID": org.new_id(),
        "Amount": amount,
        "Date": on,
        "Invoice": brief,
        "IsDeleted": False,
    }


def _applied(collection: str, credit: Record, amount: Decimal, on: date) -> Fields:
    """What an invoice says of a credit set against it."""
    _, id_field, number_field = _TARGETS[collection]
    number = {number_field: credit.fields[number_field]} if number_field else {}
    return {
        id_field: credit.record_id,
        **number,
        "ID": credit.record_id,
        "HasErrors": False,
        "AppliedAmount": amount,
        "Date": on,
        "LineItems": [],
        "Total": credit.fields["Total"],
    }


@dataclass(frozen=True, slots=True)
class Share:
    """What a batch pays of one invoice or bill."""

    invoice: Record
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a person fills in for a batch of payments."""

    shares: list[Share]
    bank: str
    on: date
    reference: str = ""
    reconciled: bool = False


def pay_in_batch(
    org: PretendOrganisation,
    invoices: list[Record],
    *,
    bank: str,
    on: date,
    reference: str,
    at: datetime | None = None,
) -> Record:
    """Pay several invoices or bills in full as one batch, and let the bank confirm it."""
    shares = [Share(invoice, invoice.fields["AmountDue"]) for invoice in invoices]
    batch = Batch(shares=shares, bank=bank, on=on, reference=reference, reconciled=True)
    return add_batch(org, batch, at)


def add_batch(org: PretendOrganisation, batch: Batch, at: datetime | None = None) -> Record:
    """Enter a batch payment and the payments it is made of."""
    account = org.account(batch.bank)
    moment = at or org.stamp()
    head: Fields = {
        "Account": {"AccountID": account.record_id},
        "BatchPaymentID": org.new_id(),
        "Date": batch.on,
        "Type": "PAYBATCH" if batch.shares[0].invoice.fields["Type"] == "ACCPAY" else "RECBATCH",
        "Status": "AUTHORISED",
        "TotalAmount": sum((share.amount for share in batch.shares), NOTHING),
        "UpdatedDateUTC": moment,
        "IsReconciled": batch.reconciled,
    }
    lines = [_paid(org, share, batch, head, moment) for share in batch.shares]
    currency = account.fields.get("CurrencyCode") or org.base_currency
    account_part = {"AccountID": account.record_id, "CurrencyCode": currency}
    return org.put(
        "BatchPayments",
        head | {"Account": account_part, "Reference": batch.reference, "Payments": lines},
        moment,
    )


def _paid(org: PretendOrganisation, share: Share, batch: Batch, head: Fields, at: datetime) -> Fields:
    """Pay one invoice within a batch; give the batch's line about it."""
    settlement = Settlement(
        collection="Invoices",
        document=share.invoice,
        bank=batch.bank,
        amount=share.amount,
        on=batch.on,
        reference=batch.reference,
        reconciled=batch.reconciled,
        batch=head,
    )
    payment = pay(org, settlement, at)
    brief = {
        "InvoiceID": share.invoice.record_id,
        "CurrencyCode": share.invoice.fields["CurrencyCode"],
        "LineItems": [],
    }
    amounts = {"Amount": share.amount, "BankAmount": payment.fields["BankAmount"]}
    return {"Invoice": brief, "PaymentID": payment.record_id, **amounts}
