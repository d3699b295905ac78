"""The lively organisation's credits and promises: credit notes, advances, orders, quotes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bot.sandbox.xero.books.cash import Movement, add_advance
from bot.sandbox.xero.books.documents import Draft, add_credit_note, add_purchase_order, add_quote
from bot.sandbox.xero.books.lines import Line
from bot.sandbox.xero.books.settle import Settlement, allocate, pay
from bot.sandbox.xero.demo.lively_trade import BANK_OF, cost_lines, still_open
from bot.sandbox.xero.demo.stage import Stage
from bot.sandbox.xero.demo.words import GOODS
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import money


def fill_credit(stage: Stage) -> None:
    """Enter what reduces or precedes invoices."""
    _credit_notes(stage)
    _supplier_credits(stage)
    _advances(stage)
    _orders(stage)
    _quotes(stage)


def _bank(stage: Stage, currency: str) -> str:
    return stage.banks[BANK_OF[currency]]


def _credit_notes(stage: Stage) -> None:
    for number, invoice in enumerate(still_open(stage.sales, stage.today - timedelta(days=5))[:30], 1):
        fields = invoice.fields
        home = fields["CurrencyCode"] == "GBP"
        unit = money(fields["AmountDue"] / 3)
        day = min(fields["Date"] + timedelta(days=4), stage.today)
        draft = Draft(
            kind="ACCRECCREDIT",
            contact=fields["Contact"]["ContactID"],
            on=day,
            lines=[Line(description="Goods returned", unit=unit, account="200", tax="OUTPUT2")],
            number=f"CN-{number:04d}",
            reference=fields["InvoiceNumber"],
            status="VOIDED" if number == 9 else "AUTHORISED",
            amounts="Inclusive" if home else "NoTax",
            currency=fields["CurrencyCode"],
        )
        note = add_credit_note(stage.org, draft, stage.moment(day))
        _use(stage, Use("CreditNotes", note, invoice, note.fields["RemainingCredit"], day), number)


@dataclass(frozen=True, slots=True)
class Use:
    """What becomes of a credit."""

    collection: str
    credit: Record
    invoice: Record
    amount: Decimal
    day: date


def _use(stage: Stage, use: Use, number: int) -> None:
    """Allocate two credits of three, pay a few back, leave the others."""
    if not use.amount:
        return
    if number % 3:
        allocate(
            stage.org,
            use.collection,
            use.credit,
            use.invoice,
            amount=use.amount,
            on=use.day,
            at=stage.moment(use.day),
        )
    elif number in {3, 6, 12}:
        refund = Settlement(
            collection=use.collection,
            document=use.credit,
            bank=_bank(stage, use.credit.fields["CurrencyCode"]),
            amount=use.amount,
            on=min(use.day + timedelta(days=9), stage.today),
            reference="Refund",
        )
        pay(stage.org, refund, stage.moment(refund.on))


def _supplier_credits(stage: Stage) -> None:
    for number, day in enumerate(stage.days(8), 1):
        supplier = stage.suppliers[number * 3]
        unit = Decimal("18.4000") * number
        line = Line(description="Overcharged freight", unit=unit, account="425", tax="INPUT2")
        draft = Draft(
            kind="ACCPAYCREDIT",
            contact=supplier.contact_id,
            on=day,
            lines=[line],
            number=f"SCN{number}",
            amounts="Exclusive" if supplier.currency == "GBP" else "NoTax",
            currency=supplier.currency,
        )
        add_credit_note(stage.org, draft, stage.moment(day))


def _advances(stage: Stage) -> None:
    for number, invoice in enumerate(still_open(stage.sales, stage.today - timedelta(days=3))[-16:]):
        fields = invoice.fields
        due = fields["AmountDue"]
        amount = money(due * 2 / 3) if number % 4 < 2 else due
        movement = _prepaid(stage, invoice, amount) if number % 2 == 0 else _overpaid(stage, invoice, amount)
        advance = add_advance(stage.org, movement, stage.moment(movement.on))
        collection = "Overpayments" if number % 2 else "Prepayments"
        share = money(amount / 2) if number % 5 == 0 else amount
        _use(stage, Use(collection, advance, invoice, share, fields["Date"]), number)


def _prepaid(stage: Stage, invoice: Record, amount: Decimal) -> Movement:
    fields = invoice.fields
    tax = "OUTPUT2" if fields["CurrencyCode"] == "GBP" else "NONE"
    return Movement(
        kind="RECEIVE-PREPAYMENT",
        bank=_bank(stage, fields["CurrencyCode"]),
        on=max(stage.start, fields["Date"] - timedelta(days=6)),
        lines=[Line(description="Paid ahead", unit=amount, account="810", tax=tax)],
        contact=fields["Contact"]["ContactID"],
        reference=fields["InvoiceNumber"],
        amounts="Inclusive",
    )


def _overpaid(stage: Stage, invoice: Record, amount: Decimal) -> Movement:
    fields = invoice.fields
    return Movement(
        kind="RECEIVE-OVERPAYMENT",
        bank=_bank(stage, fields["CurrencyCode"]),
        on=max(stage.start, fields["Date"] - timedelta(days=2)),
        lines=[Line(description="Paid twice", unit=amount, account="610", tax="NONE")],
        contact=fields["Contact"]["ContactID"],
        reference="Overpaid",
        amounts="NoTax",
    )


def _orders(stage: Stage) -> None:
    for number, day in enumerate(stage.days(55), 1):
        supplier = stage.org.random.choice(stage.suppliers)
        draft = Draft(
            kind="",
            contact=supplier.contact_id,
            on=day,
            lines=cost_lines(stage, number, "INPUT2" if supplier.currency == "GBP" else "TAX001"),
            number=f"PO-{number:04d}",
            status=("DRAFT", "SUBMITTED", "AUTHORISED", "BILLED", "BILLED", "DELETED")[number % 6],
            currency=supplier.currency,
        )
        add_purchase_order(stage.org, draft, stage.moment(day))


def _quotes(stage: Stage) -> None:
    random = stage.org.random
    for number, day in enumerate(stage.days(125), 1):
        customer = random.choice(stage.customers)
        code, name, _ = random.choice(GOODS)
        line = Line(
            description=name,
            unit=money(Decimal(random.randint(500, 90_000)) / 100),
            quantity=Decimal(number % 5 + 1),
            account="200",
            tax="OUTPUT2" if customer.currency == "GBP" else "ZERORATEDOUTPUT",
            item=code,
        )
        draft = Draft(
            kind="",
            contact=customer.contact_id,
            on=day,
            lines=[line],
            number=f"QU-{number:04d}",
            status=("DRAFT", "SENT", "ACCEPTED", "INVOICED", "DECLINED", "DELETED")[number % 6],
            currency=customer.currency,
        )
        add_quote(stage.org, draft, stage.moment(day))
