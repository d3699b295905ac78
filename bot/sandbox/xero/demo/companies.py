"""The made-up organisations, one function each.

The lively one, an empty one, an oddly named one, a small foreign one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from bot.sandbox.xero.books.documents import Draft, add_contact, add_invoice
from bot.sandbox.xero.books.lines import Line
from bot.sandbox.xero.books.settle import Settlement, pay
from bot.sandbox.xero.demo.charts import add_account
from bot.sandbox.xero.demo.ground import Profile, at_hour, lay_ground
from bot.sandbox.xero.demo.lively_beside import fill_beside
from bot.sandbox.xero.demo.lively_credit import fill_credit
from bot.sandbox.xero.demo.lively_lists import fill_lists, first_of_month
from bot.sandbox.xero.demo.lively_papers import fill_papers
from bot.sandbox.xero.demo.lively_rest import fill_rest
from bot.sandbox.xero.demo.lively_trade import fill_trade
from bot.sandbox.xero.demo.stage import Stage
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.wire import money

Clock = Callable[[], datetime]
_OPENING = {
    "090": 2_418_055,
    "091": 1_500_000,
    "710": 640_000,
    "711": -128_000,
    "764": 1_850_000,
    "820": -214_755,
    "900": -1_200_000,
    "950": -1_000_000,
    "960": -3_865_300,
}


def lively(seed: int, now: Clock) -> PretendOrganisation:
    """Make the lively UK company of about three thousand records."""
    today = now().date()
    start = first_of_month(today, 18)
    lock = first_of_month(today, 8) - timedelta(days=1)
    profile = Profile(
        key="lively",
        name="Harbour & Sons Trading Ltd",
        legal_name="Harbour and Sons Trading Limited",
        other_currencies=("EUR", "USD"),
        edition_class="COMPREHENSIVE",
        extra={
            "PeriodLockDate": lock,
            "EndOfYearLockDate": date(start.year - 1, 3, 31),
            "SalesTaxScheme": "MTD",
        },
    )
    org = lay_ground(profile, seed=seed, now=now)
    stage = Stage(org=org, start=start, today=today)
    fill_lists(stage)
    org.conversion_date = start
    org.conversion_balances = {org.account(code).record_id: cents for code, cents in _OPENING.items()}
    fill_trade(stage)
    fill_credit(stage)
    fill_rest(stage)
    fill_papers(stage)
    fill_beside(stage)
    return org


def empty(seed: int, now: Clock) -> PretendOrganisation:
    """Make an organisation with nothing but what Xero gives it."""
    profile = Profile(key="empty", name="Empty Shell Restore Ltd", legal_name="Empty Shell Restore Limited")
    return lay_ground(profile, seed=seed, now=now)


def odd(seed: int, now: Clock) -> PretendOrganisation:
    """Make an empty organisation whose name tries every escaping rule there is."""
    profile = Profile(key="odd", name='<!channel> & "Söhne" 🧾', legal_name='<!channel> & "Söhne" 🧾')
    return lay_ground(profile, seed=seed, now=now)


def nz(seed: int, now: Clock) -> PretendOrganisation:
    """Make a small New Zealand company whose answers are laid out on many lines."""
    profile = Profile(
        key="nz",
        name="Kererū Coffee Roasters",
        legal_name="Kereru Coffee Roasters 2019 Limited",
        country="NZ",
        version="NZ",
        currency="NZD",
        edition_class="STANDARD",
        tax_number="071-138-054",
        timezone="NEWZEALANDSTANDARDTIME",
        tax_basis="PAYMENTS",
        tax_period="TWOMONTHS",
    )
    org = lay_ground(profile, seed=seed, now=now)
    org.pretty = True
    today = now().date()
    opened = first_of_month(today, 6)
    bank = add_account(
        org,
        "090",
        "Everyday Account",
        "BANK",
        at=at_hour(opened, 9),
        BankAccountNumber="0209087654321050",
    )
    contacts = [
        add_contact(org, f"Café {name}", at_hour(opened, 9)) for name in ("Tūī", "Rimu", "Kōwhai", "Manuka")
    ]
    for number in range(36):
        day = opened + timedelta(days=number * 4)
        line = Line(
            description="Roasted beans, kg",
            unit=Decimal("31.5000"),
            quantity=Decimal(number % 7 + 1),
            account="200",
            tax="OUTPUT2",
        )
        draft = Draft(
            kind="ACCREC",
            contact=contacts[number % 4].record_id,
            on=day,
            lines=[line],
            number=f"INV-{number + 1:04d}",
            status="AUTHORISED",
        )
        invoice = add_invoice(org, draft, at_hour(day, 10))
        if number % 2:
            due = money(invoice.fields["AmountDue"])
            settlement = Settlement(
                collection="Invoices",
                document=invoice,
                bank=bank.record_id,
                amount=due,
                on=day + timedelta(days=2),
            )
            pay(org, settlement, at_hour(day + timedelta(days=2), 9))
    for months in (4, 2):
        first, next_first = first_of_month(today, months), first_of_month(today, months - 2)
        org.publish_report("GST Report", first, next_first - timedelta(days=1))
    return org
