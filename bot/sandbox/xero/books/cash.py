"""Money moving: bank transactions, transfers, payments, batches, prepayments, overpayments, allocations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from bot.sandbox.xero.books.lines import Line, lay_out
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields, money

NOTHING = Decimal("0.00")
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
    extra: Fields = field(default_factory=dict)


def add_bank_transaction(org: PretendOrganisation, movement: Movement, at: datetime | None = None) -> Record:
    """Enter spend or receive money; its currency is the bank account's."""
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
        fields["CurrencyRate"] = org.rate(currency, movement.on)
    return org.put("BankTransactions", fields | movement.extra, at)


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


def add_transfer(org: PretendOrganisation, transfer: Transfer, at: datetime | None = None) -> Record:
    """Enter a bank transfer and the two bank transactions Xero makes of it."""
    source, target = org.account(transfer.source), org.account(transfer.target)
    status = "DELETED" if transfer.deleted else "AUTHORISED"
    there, here = (account.fields.get("CurrencyCode") or org.base_currency for account in (target, source))
    rate = (org.rate(there, transfer.on) / org.rate(here, transfer.on)).quantize(Decimal("1.0000000000"))
    legs = [
        _leg(org, "SPEND-TRANSFER", source, transfer.amount, transfer, status, at),
        _leg(org, "RECEIVE-TRANSFER", target, money(transfer.amount * rate), transfer, status, at),
    ]
    created = at or org.stamp()
    fields: Fields = {
        "BankTransferID": org.new_id(),
        "CreatedDateUTC": created,
        "Date": transfer.on,
        "Status": status,
        "FromBankAccount": account_brief(source),
        "ToBankAccount": account_brief(target),
        "Amount": transfer.amount,
        "FromBankTransactionID": legs[0].record_id,
        "ToBankTransactionID": legs[1].record_id,
        "FromIsReconciled": transfer.reconciled,
        "ToIsReconciled": transfer.reconciled,
        "Reference": transfer.reference,
        "CurrencyRate": rate,
        "HasAttachments": False,
    }
    return org.put("BankTransfers", fields, created)


def _leg(
    org: PretendOrganisation,
    kind: str,
    bank: Record,
    amount: Decimal,
    transfer: Transfer,
    status: str,
    at: datetime | None,
) -> Record:
    line = Line(description="Bank transfer", unit=amount, account=bank.record_id, tax="NONE")
    movement = Movement(
        kind=kind,
        bank=bank.record_id,
        on=transfer.on,
        lines=[line],
        reference=transfer.reference,
        status=status,
        amounts="NoTax",
        reconciled=transfer.reconciled,
    )
    return add_bank_transaction(org, movement, at)


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


def pay(org: PretendOrganisation, settlement: Settlement, at: datetime | None = None) -> Record:
    """Enter a payment and bring the document's outstanding amount up to date."""
    document, account = settlement.document.own(), org.account(settlement.bank)
    singular, id_field, number_field = _TARGETS[settlement.collection]
    rate = org.rate(document["CurrencyCode"], settlement.on)
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
        "BankAmount": settlement.amount if same_currency else money(settlement.amount / rate),
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
    _settle(
        org, settlement.collection, settlement.document, settlement.amount, settlement.on, "AmountPaid", at
    )
    return payment


def _settle(
    org: PretendOrganisation,
    collection: str,
    record: Record,
    amount: Decimal,
    on: date,
    counter: str,
    at: datetime | None,
) -> None:
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
    _settle(org, collection, record, -fields["Amount"], fields["Date"], "AmountPaid", at)


def allocate(
    org: PretendOrganisation,
    collection: str,
    credit: Record,
    invoice: Record,
    *,
    amount: Decimal,
    on: date,
    at: datetime | None = None,
) -> None:
    """Set a credit note, prepayment or overpayment against an invoice."""
    singular, id_field, number_field = _TARGETS[collection]
    source, target = credit.own(), invoice.own()
    source["Allocations"].append(
        {
            "AllocationID": org.new_id(),
            "Amount": amount,
            "Date": on,
            "Invoice": {
                "InvoiceID": invoice.record_id,
                "InvoiceNumber": target["InvoiceNumber"],
                "HasErrors": False,
                "LineItems": [],
            },
            "IsDeleted": False,
        }
    )
    number = {number_field: source[number_field]} if number_field else {}
    target[singular + "s"].append(
        {
            id_field: credit.record_id,
            **number,
            "ID": credit.record_id,
            "HasErrors": False,
            "AppliedAmount": amount,
            "Date": on,
            "LineItems": [],
            "Total": source["Total"],
        }
    )
    _settle(org, collection, credit, amount, on, "", at)
    _settle(org, "Invoices", invoice, amount, on, "AmountCredited", at)


def pay_in_batch(
    org: PretendOrganisation,
    invoices: list[Record],
    *,
    bank: str,
    on: date,
    reference: str,
    at: datetime | None = None,
) -> Record:
    """Pay several invoices or bills in full as one batch."""
    account = org.account(bank)
    moment = at or org.stamp()
    total = sum((invoice.fields["AmountDue"] for invoice in invoices), NOTHING)
    head: Fields = {
        "Account": {"AccountID": account.record_id},
        "BatchPaymentID": org.new_id(),
        "Date": on,
        "Type": "PAYBATCH" if invoices[0].fields["Type"] == "ACCPAY" else "RECBATCH",
        "Status": "AUTHORISED",
        "TotalAmount": total,
        "UpdatedDateUTC": moment,
        "IsReconciled": True,
    }
    lines = []
    for invoice in invoices:
        due = invoice.fields["AmountDue"]
        payment = pay(
            org,
            Settlement(
                collection="Invoices",
                document=invoice,
                bank=bank,
                amount=due,
                on=on,
                reference=reference,
                batch=head,
            ),
            moment,
        )
        brief = {
            "InvoiceID": invoice.record_id,
            "CurrencyCode": invoice.fields["CurrencyCode"],
            "LineItems": [],
        }
        lines.append({"Invoice": brief, "PaymentID": payment.record_id, "Amount": due, "BankAmount": due})
    account_part = {"AccountID": account.record_id, "CurrencyCode": account.fields["CurrencyCode"]}
    return org.put(
        "BatchPayments", head | {"Account": account_part, "Reference": reference, "Payments": lines}, moment
    )
