"""The lively organisation's remaining books.

Bank lines, transfers, journals, templates, budgets, claims, links.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from bot.sandbox.xero.books.cash import Movement, Transfer, add_bank_transaction, add_transfer
from bot.sandbox.xero.books.documents import Draft, add_repeating_invoice
from bot.sandbox.xero.books.journal import JournalLine, add_manual_journal
from bot.sandbox.xero.books.lines import Line, lay_out, tracking_of
from bot.sandbox.xero.demo.lively_lists import first_of_month
from bot.sandbox.xero.demo.stage import Stage
from bot.sandbox.xero.demo.words import COSTS, GOODS
from bot.sandbox.xero.wire import Fields, money


def fill_rest(stage: Stage) -> None:
    """Enter everything that is not trade on account."""
    _bank_transactions(stage, 620)
    _transfers(stage, 24)
    _journals(stage)
    _standing_payments(stage)
    _templates(stage)
    _budgets(stage)
    _claims(stage)
    _links(stage)


def _bank_transactions(stage: Stage, count: int) -> None:
    org, random = stage.org, stage.org.random
    for number, day in enumerate(stage.days(count)):
        spent = number % 4 != 0
        bank = random.choice(
            ("main", "main", "card", "card", "euro", "dollar") if spent else ("main", "paypal", "euro")
        )
        home = bank in {"main", "card", "paypal"}
        account, text = random.choice(COSTS) if spent else ("200", random.choice(GOODS)[1])
        if number % 50 == 3:
            account, text, home = "404", "Bank charges", False
        tax = ("INPUT2" if spent else "OUTPUT2") if home else "NONE"
        unit = money(Decimal(random.randint(150, 42_000)) / 100)
        partner = random.choice(stage.suppliers if spent else stage.customers)
        movement = Movement(
            kind="SPEND" if spent else "RECEIVE",
            bank=stage.banks[bank],
            on=day,
            lines=[Line(description=text, unit=unit, account=account, tax=tax)],
            contact=partner.contact_id,
            reference=f"Card {number}" if bank == "card" else "",
            status="DELETED" if number % 61 == 7 else "AUTHORISED",
            reconciled=number % 6 != 0,
        )
        add_bank_transaction(org, movement, stage.moment(day))


def _transfers(stage: Stage, count: int) -> None:
    routes = (("main", "card"), ("main", "savings"), ("main", "euro"), ("dollar", "main"))
    for number, day in enumerate(stage.days(count)):
        source, target = routes[number % len(routes)]
        transfer = Transfer(
            source=stage.banks[source],
            target=stage.banks[target],
            amount=Decimal(200 + 35 * number).quantize(Decimal("0.01")),
            on=day,
            reference=f"Move {number}",
            deleted=number == 11,
        )
        add_transfer(stage.org, transfer, stage.moment(day))


def _month_ends(stage: Stage) -> list[date]:
    ends = (first_of_month(stage.today, back) - timedelta(days=1) for back in range(17, -1, -1))
    return [day for day in ends if day > stage.start]


def _journals(stage: Stage) -> None:
    for number, day in enumerate(_month_ends(stage)):
        wages, tax = Decimal("8450.00"), Decimal("2110.35")
        cost = JournalLine(account="477", amount=wages + tax, tracking=(stage.options[3],))
        owed = [JournalLine(account="825", amount=-tax), JournalLine(account="814", amount=-wages)]
        add_manual_journal(stage.org, f"Wages {day:%B %Y}", day, [cost, *owed], at=stage.moment(day))
        status = {4: "VOIDED", 6: "DRAFT", 9: "DELETED"}.get(number, "POSTED")
        amount = Decimal("416.67")
        lines = [JournalLine(account="416", amount=amount), JournalLine(account="711", amount=-amount)]
        add_manual_journal(
            stage.org, f"Depreciation {day:%B %Y}", day, lines, status=status, at=stage.moment(day)
        )


def _standing_payments(stage: Stage) -> None:
    """Pay wages and their taxes every month, VAT every quarter, and what the card ran up."""
    for number, day in enumerate(_month_ends(stage)):
        for account, amount, text in (
            ("814", "8450.00", "Net wages"),
            ("825", "2110.35", "HMRC PAYE"),
            ("820", "11800.00", "HMRC VAT"),
        ):
            if account == "820" and number % 3:
                continue
            movement = Movement(
                kind="SPEND",
                bank=stage.banks["main"],
                on=day,
                lines=[Line(description=text, unit=Decimal(amount), account=account, tax="NONE")],
                contact=stage.suppliers[0].contact_id,
                reference=text,
                amounts="NoTax",
            )
            add_bank_transaction(stage.org, movement, stage.moment(day))
        transfer = Transfer(
            source=stage.banks["main"],
            target=stage.banks["card"],
            amount=Decimal("1450.00"),
            on=day,
            reference="Card settled",
        )
        add_transfer(stage.org, transfer, stage.moment(day))


def _templates(stage: Stage) -> None:
    for number in range(9):
        start = first_of_month(stage.today, 5)
        selling = number % 3 != 2
        partner = (stage.customers if selling else stage.suppliers)[number * 2 + 5]
        schedule: Fields = {
            "Period": 1 + number % 2,
            "Unit": "MONTHLY" if number % 4 else "WEEKLY",
            "DueDate": 14,
            "DueDateType": "DAYSAFTERBILLDATE",
            "StartDate": start,
            "NextScheduledDate": first_of_month(stage.today, -1),
        }
        if number % 4 == 1:
            schedule["EndDate"] = date(stage.today.year + 2, 12, 31)
        line = Line(
            description="Berth for [Month] [Year]" if selling else "Rent",
            unit=Decimal("410.00"),
            account="200" if selling else "469",
            tax="OUTPUT2" if selling else "INPUT2",
        )
        draft = Draft(
            kind="ACCREC" if selling else "ACCPAY",
            contact=partner.contact_id,
            on=start,
            lines=[line],
            reference="[Month]",
            status=("AUTHORISED", "AUTHORISED", "DRAFT", "DELETED")[number % 4],
        )
        add_repeating_invoice(stage.org, draft, schedule, stage.moment(start))


def _budgets(stage: Stage) -> None:
    org = stage.org
    months = [first_of_month(stage.today, back).strftime("%Y-%m") for back in range(11, -13, -1)]
    codes = ("200", "310", "469", "477", "400")
    plans = (
        ("OVERALL", "Overall Budget", ()),
        ("TRACKING", "Marina", (stage.options[5],)),
        ("TRACKING", "North workshop", (stage.options[0], stage.options[4])),
    )
    for kind, description, options in plans:
        lines = []
        for row, code in enumerate(codes):
            balances = [
                {
                    "Period": month,
                    "Amount": money(1000 * (row + 1) + 10 * step),
                    "Notes": "" if step else "Opening",
                }
                for step, month in enumerate(months)
            ]
            lines.append(
                {"AccountID": org.account(code).record_id, "AccountCode": code, "BudgetBalances": balances}
            )
        fields: Fields = {
            "BudgetID": org.new_id(),
            "Type": kind,
            "Description": description,
            "UpdatedDateUTC": stage.moment(stage.start),
            "Tracking": [tracking_of(org, option) for option in options],
            "_lines": lines,
        }
        org.put("Budgets", fields, fields["UpdatedDateUTC"])


def _claims(stage: Stage) -> None:
    org = stage.org
    for number, day in enumerate(stage.days(5)):
        status = ("PAID", "AUTHORISED", "AUTHORISED", "SUBMITTED", "DECLINED")[number]
        user_id = stage.users[number % 2]
        user = {key: org.record("Users", user_id).fields[key] for key in ("UserID", "FirstName", "LastName")}
        receipts = [_receipt(stage, user, day, number * 3 + step, status) for step in range(3)]
        if status == "DECLINED":
            continue
        total = sum((receipt["Total"] for receipt in receipts), Decimal("0.00"))
        paid = total if status == "PAID" else Decimal("0.00")
        payment = {
            "PaymentID": org.new_id(),
            "Date": day + timedelta(days=5),
            "Amount": total,
            "Reference": "Expenses",
            "CurrencyRate": Decimal("1.0000000000"),
            "HasAccount": False,
            "HasValidationErrors": False,
        }
        at = stage.moment(day)
        fields: Fields = {
            "ExpenseClaimID": org.new_id(),
            "Status": status,
            "UpdatedDateUTC": at,
            "User": user,
            "Receipts": [{"ReceiptID": receipt["ReceiptID"]} for receipt in receipts],
            "Payments": [payment] if paid else [],
            "Total": total,
            "AmountDue": total - paid,
            "AmountPaid": paid,
            "PaymentDueDate": day + timedelta(days=14),
            "ReportingDate": day,
            "_bank": stage.banks["main"],
        }
        org.put("ExpenseClaims", fields, at)


def _receipt(stage: Stage, user: Fields, day: date, number: int, claim_status: str) -> Fields:
    status = "AUTHORISED" if claim_status in {"PAID", "AUTHORISED"} else claim_status
    line = Line(description="Ferry and lunch", unit=Decimal("17.2500") + number, account="493", tax="INPUT2")
    laid = lay_out(stage.org, [line], "Inclusive")
    receipt_id = stage.org.new_id()
    fields: Fields = {
        "ReceiptID": receipt_id,
        "ReceiptNumber": number + 1,
        "Status": status,
        "User": user,
        "Contact": {"ContactID": stage.suppliers[number].contact_id},
        "Date": day,
        "UpdatedDateUTC": None,
        "Reference": "",
        "LineAmountTypes": "Inclusive",
        "LineItems": laid.items,
        **laid.totals(),
        "ID": receipt_id,
        "HasAttachments": False,
    }
    stage.org.put("Receipts", fields, stage.moment(day))
    return fields


def _links(stage: Stage) -> None:
    org = stage.org
    sources = [bill for bill in stage.bills if bill.fields["Status"] in {"AUTHORISED", "PAID"}]
    targets = [sale for sale in stage.sales if sale.fields["Status"] in {"AUTHORISED", "PAID"}]
    for number in range(14):
        source, target = sources[number * 2], targets[number * 3]
        at = stage.moment(source.fields["Date"])
        billed = number % 3 != 0
        fields: Fields = {
            "LinkedTransactionID": org.new_id(),
            "SourceTransactionID": source.record_id,
            "SourceLineItemID": source.fields["LineItems"][0]["LineItemID"],
            "ContactID": target.fields["Contact"]["ContactID"],
            **({"TargetTransactionID": target.record_id} if billed else {}),
            **({"TargetLineItemID": target.fields["LineItems"][0]["LineItemID"]} if billed else {}),
            "Status": "BILLED" if billed else "APPROVED",
            "Type": "BILLABLEEXPENSE",
            "UpdatedDateUTC": at,
            # Real answers hold RECEIPT here although no specification lists it (xero-python issue 206).
            "SourceTransactionTypeCode": "RECEIPT" if number == 5 else "ACCPAY",
        }
        org.put("LinkedTransactions", fields, at)
