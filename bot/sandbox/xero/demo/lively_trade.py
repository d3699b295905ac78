"""The lively organisation's trade: invoices, bills, payments, batches."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from bot.sandbox.xero.books.documents import (
    Draft,
    add_invoice,
)
from bot.sandbox.xero.books.lines import Line
from bot.sandbox.xero.books.settle import Settlement, delete_payment, pay, pay_in_batch
from bot.sandbox.xero.demo.stage import Stage
from bot.sandbox.xero.demo.words import COSTS, GOODS
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields, money

_STATUSES = ["AUTHORISED"] * 40 + ["DRAFT", "DRAFT", "SUBMITTED", "VOIDED", "DELETED"]
BANK_OF = {"GBP": "main", "EUR": "euro", "USD": "dollar"}


def fill_trade(stage: Stage) -> None:
    """Enter a year and a half of trade."""
    _sales(stage, 640)
    _bills(stage, 410)
    _payments(stage)
    _batches(stage)


def _tracking(stage: Stage, number: int) -> tuple[str, ...]:
    if number % 17 == 0:
        return (stage.archived_options[number % len(stage.archived_options)],)
    if number % 3 == 0:
        return (stage.options[number % 3], stage.options[3 + number % 4])
    return ()


def _sale_lines(stage: Stage, number: int, tax: str) -> list[Line]:
    random = stage.org.random
    lines = []
    for position in range(random.choice((1, 1, 1, 2, 2, 3, 4))):
        code, name, price = random.choice(GOODS)
        discount = Decimal("12.5") if (number + position) % 23 == 0 else None
        lines.append(
            Line(
                description=name,
                unit=Decimal(price),
                quantity=Decimal(random.randint(1, 12)),
                account="204" if number % 71 == 0 else "200",
                tax=tax,
                item=code,
                tracking=_tracking(stage, number),
                discount=discount,
            )
        )
    return lines


def cost_lines(stage: Stage, number: int, tax: str) -> list[Line]:
    """Make up what a supplier charges for."""
    random = stage.org.random
    lines = []
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        account, text = random.choice(COSTS)
        unit = money(Decimal(random.randint(900, 60_000)) / (15 if account == "310" else 100))
        lines.append(
            Line(description=text, unit=unit, account=account, tax=tax, tracking=_tracking(stage, number))
        )
    return lines


def _oddities(number: int) -> Fields:
    """Give what a few invoices have that most have not: unknown fields, a date before 1970, rounding."""
    if number == 3:
        return {"PlannedPaymentDate": date(1967, 6, 18), "Url": "https://example.com/orders/3?a=1&b=2"}
    if number == 5:
        return {"RoundingAmount": Decimal("0.02"), "EnteredTotal": Decimal("100.00")}
    if number == 8:
        return {"TideTable": {"High": "04:12", "Level": Decimal("5.2000"), "Notes": [None, True, "½"]}}
    if number == 13:
        return {"Status": "ARCHIVED", "AmountDue": Decimal("0.00")}
    if number % 40 == 0:
        return {"ExpectedPaymentDate": date(2026, 1, 15)}
    return {}


def _sales(stage: Stage, count: int) -> None:
    org = stage.org
    for number, day in enumerate(stage.days(count), 1):
        partner = org.random.choice(stage.customers)
        tax = "OUTPUT2" if partner.currency == "GBP" else "ZERORATEDOUTPUT"
        amounts = "Inclusive" if number % 19 == 0 and partner.currency == "GBP" else "Exclusive"
        draft = Draft(
            kind="ACCREC",
            contact=partner.contact_id,
            on=day,
            lines=_sale_lines(stage, number, tax),
            number=f"INV-{number:04d}",
            reference=f"PO {org.random.randint(1000, 9999)}" if number % 4 else "",
            status=org.random.choice(_STATUSES),
            amounts=amounts,
            currency=partner.currency,
            theme=stage.themes[0] if partner.currency != "GBP" else "",
            extra=_oddities(number),
        )
        stage.sales.append(add_invoice(org, draft, stage.moment(day)))


def _bills(stage: Stage, count: int) -> None:
    org = stage.org
    for number, day in enumerate(stage.days(count), 1):
        partner = org.random.choice(stage.suppliers)
        tax = "INPUT2" if partner.currency == "GBP" else "TAX001" if number % 2 else "REVERSECHARGES"
        draft = Draft(
            kind="ACCPAY",
            contact=partner.contact_id,
            on=day,
            lines=cost_lines(stage, number, tax),
            number=f"{org.random.randint(10_000, 99_999)}",
            status=org.random.choice(_STATUSES),
            currency=partner.currency,
            extra={"PlannedPaymentDate": day + timedelta(days=28)} if number % 3 == 0 else {},
        )
        stage.bills.append(add_invoice(org, draft, stage.moment(day)))


def still_open(records: list[Record], before: date) -> list[Record]:
    """Give approved invoices older than a day that are not settled."""
    return [
        record
        for record in records
        if record.fields["Status"] == "AUTHORISED"
        and record.fields["Date"] < before
        and record.fields["AmountDue"]
    ]


def _payments(stage: Stage) -> None:
    org = stage.org
    ready = still_open(stage.sales, stage.today - timedelta(days=14)) + still_open(
        stage.bills, stage.today - timedelta(days=14)
    )
    for number, invoice in enumerate(ready):
        fields = invoice.fields
        if org.random.random() < 0.12:
            continue
        day = min(fields["Date"] + timedelta(days=org.random.randint(3, 60)), stage.today)
        due = fields["AmountDue"]
        amount = money(due / 2) if number % 25 == 0 and due > 1 else due
        bank = "main" if number % 11 == 0 else BANK_OF[fields["CurrencyCode"]]
        settlement = Settlement(
            collection="Invoices",
            document=invoice,
            bank=stage.banks[bank],
            amount=amount,
            on=day,
            reference=f"BACS {number}" if number % 3 else "",
            reconciled=number % 8 != 0,
        )
        payment = pay(org, settlement, stage.moment(day))
        if number % 97 == 5:
            delete_payment(org, payment, stage.moment(day))


def _batches(stage: Stage) -> None:
    before = stage.today - timedelta(days=20)
    waiting = [bill for bill in still_open(stage.bills, before) if bill.fields["CurrencyCode"] == "GBP"]
    for number in range(10):
        group = waiting[number * 4 : number * 4 + 4]
        if not group:
            return
        day = min(max(bill.fields["Date"] for bill in group) + timedelta(days=15), stage.today)
        pay_in_batch(
            stage.org,
            group,
            bank=stage.banks["main"],
            on=day,
            reference=f"Friday run {number + 1}",
            at=stage.moment(day),
        )
