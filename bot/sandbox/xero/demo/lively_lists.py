"""The lively organisation's lists: bank accounts, tracking, people, contacts, groups, items."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from bot.sandbox.xero.books.documents import add_contact
from bot.sandbox.xero.demo.charts import add_account, add_tax_rate
from bot.sandbox.xero.demo.ground import add_theme, add_user, at_hour
from bot.sandbox.xero.demo.stage import Partner, Stage
from bot.sandbox.xero.demo.words import FIRST, FORMS_EU, FORMS_GB, FORMS_US, GOODS, LAST, TRADES
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields

LONG_NAME = (
    "The Honourable Company of Pilots, Lightermen, Boatbuilders and Chandlers of the Northern Harbours " * 3
)
HARD_NAMES = (
    '<!channel> & "Söhne" 🧾',
    "Ægir & Rán ⚓ 海運株式会社",
    "O'Brien \\ Partners / Ltd",
    LONG_NAME[:255],
)


def fill_lists(stage: Stage) -> None:
    """Enter every list the documents need."""
    at = at_hour(stage.start - timedelta(days=30), 10)
    _accounts(stage, at)
    _tax_rates(stage, at)
    _tracking(stage, at)
    _people(stage, at)
    _contacts(stage)
    _groups(stage, at)
    _items(stage, at)


def _accounts(stage: Stage, at: datetime) -> None:
    org = stage.org
    for key, code, name, currency, extra in (
        ("main", "090", "Business Current Account", "GBP", {"BankAccountNumber": "20000012345678"}),
        ("savings", "091", "Business Savings", "GBP", {"BankAccountNumber": "20000087654321"}),
        ("euro", "092", "Euro Account", "EUR", {"BankAccountNumber": "20000055512345"}),
        ("dollar", "093", "US Dollar Account", "USD", {"BankAccountNumber": "20000055598765"}),
        (
            "card",
            "094",
            "Company Credit Card",
            "GBP",
            {"BankAccountType": "CREDITCARD", "BankAccountNumber": "4929"},
        ),
        ("paypal", "", "PayPal", "GBP", {"BankAccountType": "PAYPAL"}),
    ):
        record = add_account(org, code, name, "BANK", at=at, CurrencyCode=currency, **extra)
        stage.banks[key] = record.record_id
    add_account(org, "204", "Sales - moorings (old)", "REVENUE", tax="OUTPUT2", at=at, Status="ARCHIVED")
    add_account(org, "426", "Fax line", "OVERHEADS", tax="INPUT2", at=at, Status="ARCHIVED")
    add_account(
        org,
        "815",
        "Owner's clearing",
        "CURRLIAB",
        at=at,
        EnablePaymentsToAccount=True,
        Description="Payments allowed",
    )


def _tax_rates(stage: Stage, at: datetime) -> None:
    add_tax_rate(stage.org, "TAX001", "Reverse charge 0%", "REVERSECHARGES", at=at, rate="0", applies="YYYYN")
    add_tax_rate(
        stage.org,
        "TAX002",
        "Flood relief 10%",
        "OUTPUT",
        at=at,
        rate="10",
        applies="YYNYY",
        status="ARCHIVED",
    )
    # An enum value no published specification knows; real Xero has them too.
    add_tax_rate(stage.org, "TAX003", "Tourist levy 2.5%", "HARBOURLEVY", at=at, rate="2.5", applies="YYNYY")


def _tracking(stage: Stage, at: datetime) -> None:
    org = stage.org
    plan = (
        ("Region", "ACTIVE", ("North", "South", "Export"), ("Old East",)),
        ("Department", "ACTIVE", ("Chandlery", "Workshop", "Marina", "Office"), ("Sail loft (closed)",)),
        ("Project 2024", "ARCHIVED", (), ("Slipway", "Crane")),
    )
    for name, status, live, archived in plan:
        category_id = org.new_id()
        options = []
        for option, option_status in [
            *((one, "ACTIVE") for one in live),
            *((one, "ARCHIVED") for one in archived),
        ]:
            option_id = org.new_id()
            (stage.options if option_status == "ACTIVE" else stage.archived_options).append(option_id)
            options.append({"TrackingOptionID": option_id, "Name": option, "Status": option_status})
        fields: Fields = {
            "Name": name,
            "Status": status,
            "TrackingCategoryID": category_id,
            "Options": options,
        }
        org.put("TrackingCategories", fields, at)


def _people(stage: Stage, at: datetime) -> None:
    for first, last, role in (
        ("Sam", "Standard", "STANDARD"),
        ("Bea", "Bookkeeper", "STANDARD"),
        ("Rick", "Reader", "READONLY"),
        ("Ivy", "Invoices", "INVOICEONLY"),
        ("Gone", "Person", "REMOVED"),
    ):
        stage.users.append(add_user(stage.org, first, last, role, at))
    stage.themes = [
        add_theme(stage.org, name, order, at) for order, name in enumerate(("Export", "Wörkshop ⚓"), 1)
    ]


def _contacts(stage: Stage) -> None:
    random = stage.org.random
    for number in range(180):
        currency = (
            ("EUR" if number % 9 == 4 else "USD" if number % 15 == 7 else "GBP") if number >= 4 else "GBP"
        )
        forms = {"EUR": FORMS_EU, "USD": FORMS_US}.get(currency, FORMS_GB)
        trade = f"{random.choice(LAST)} {random.choice(TRADES)} {random.choice(forms)}".strip()
        name = HARD_NAMES[number] if number < len(HARD_NAMES) else f"{trade} {number:03d}"
        record = _contact(stage, number, name, currency)
        partner = Partner(record.record_id, currency)
        (stage.customers if number % 5 < 3 else stage.suppliers).append(partner)


def _contact(stage: Stage, number: int, name: str, currency: str) -> Record:
    random, customer = stage.org.random, number % 5 < 3
    first, last = random.choice(FIRST), random.choice(LAST)
    extra: Fields = {
        "FirstName": first,
        "LastName": last,
        "EmailAddress": f"{first}.{number}@example.com".lower(),
        "AccountNumber": f"A{number:05d}",
        "DefaultCurrency": currency,
        "IsCustomer": customer,
        "IsSupplier": not customer,
        "PaymentTerms": {"Bills": {"Day": 30, "Type": "DAYSAFTERBILLDATE"}},
    }
    if number % 6 == 0:
        extra["ContactNumber"] = f"C-{number:04d}"
    if number % 7 == 0:
        person = {
            "FirstName": random.choice(FIRST),
            "LastName": last,
            "EmailAddress": f"office.{number}@example.com",
        }
        extra["ContactPersons"] = [person | {"IncludeInEmails": True}]
    if not customer:
        extra["BankAccountDetails"] = f"2000{random.randint(10, 99)}{random.randint(10**7, 10**8 - 1)}"
    if number % 13 == 12:
        extra["ContactStatus"] = "ARCHIVED"
    if number == 100:
        extra["ContactStatus"] = "GDPRREQUEST"
    if number == 31:
        extra["HarbourMasterRating"] = {"Stars": Decimal("4.50"), "Since": "2019"}
    return add_contact(stage.org, name, stage.moment(stage.start), **extra)


def _groups(stage: Stage, at: datetime) -> None:
    contacts = [record.record_id for record in stage.org.shelf("Contacts")]
    for number, name in enumerate(
        ("Members", "Berth holders", "Trade", "Abroad", "Slow payers", "Closed group")
    ):
        members = contacts[number::9][: 18 - 2 * number]
        group_id = stage.org.new_id()
        status = "DELETED" if name == "Closed group" else "ACTIVE"
        fields: Fields = {
            "ContactGroupID": group_id,
            "Name": name,
            "Status": status,
            "HasValidationErrors": False,
        }
        stage.org.put("ContactGroups", fields | {"_members": members}, at)
        brief = {"ContactGroupID": group_id, "Name": name, "Status": status, "HasValidationErrors": False}
        for member in members:
            if status == "ACTIVE":
                stage.org.record("Contacts", member).own()["ContactGroups"].append(brief)


def _items(stage: Stage, at: datetime) -> None:
    for code, name, price in GOODS:
        unit = Decimal(price)
        cost = (unit * Decimal("0.62")).quantize(Decimal("0.0001"))
        fields: Fields = {
            "ItemID": stage.org.new_id(),
            "Code": code,
            "Name": name[:50],
            "Description": name,
            "PurchaseDescription": f"{name} (purchase)",
            "UpdatedDateUTC": at,
            "PurchaseDetails": {"UnitPrice": cost, "AccountCode": "310", "TaxType": "INPUT2"},
            "SalesDetails": {"UnitPrice": unit, "AccountCode": "200", "TaxType": "OUTPUT2"},
            "IsTrackedAsInventory": False,
            "IsSold": True,
            "IsPurchased": True,
        }
        stage.org.put("Items", fields, at)


def first_of_month(day: date, months_back: int) -> date:
    """Give the first day of the month that many months before."""
    number = day.year * 12 + day.month - 1 - months_back
    return date(number // 12, number % 12 + 1, 1)
