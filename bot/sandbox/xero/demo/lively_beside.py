"""What the lively organisation holds beside its books: files, fixed assets, projects.

Nothing here draws on the organisation's own luck or ids, so its books are the same with and without it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from bot.sandbox.xero.beside import Beside, Link, beside_of, link_to
from bot.sandbox.xero.beside.library import Person
from bot.sandbox.xero.beside.register import Depreciation, Worth
from bot.sandbox.xero.demo.ground import at_hour
from bot.sandbox.xero.demo.stage import Stage
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import money

BIG = 2_000_000
# Names that try every way of writing a name down, and the folder each lies in.
_NAMES = (
    ("mooring agreement 2026.pdf", "Contracts"),
    ("عقد الإيجار ٢٠٢٦.pdf", "Contracts"),
    ("Kaufvertrag Schäfer & Söhne.docx", "Contracts"),
    ("⛵ regatta receipts 🧾.png", "Inbox"),
    ("empty.txt", "Inbox"),
    ("harbour survey.tif", "Søndergård ⚓"),
    ("CON.pdf", "Søndergård ⚓"),
    ("ledger,with;commas=1.csv", "عقود"),
)
_COPIES = 10
# name | code of asset, expense and accumulation account | method | averaging | rate | life
_TYPES = """
Office Equipment|710|416|711|StraightLine|FullMonth|25.00|
Computer Equipment|720|416|721|StraightLine|ActualDays||3
Motor Vehicles|764|416|711|DiminishingValue150|ActualDays|20.00|
Buildings|740|416|711|NoDepreciation|ActualDays||
Boats & tenders ⚓|764|416|711|DiminishingValue200|FullMonth|12.50|
Small tools|710|416|711|FullDepreciation|ActualDays||
"""
# type (by number, or none) | name | status | months ago bought | price | lost before this year | lost in it
_ASSETS = """
0|Filing cabinet|Registered|40|480.00|240.00|80.00
0|Reception desk|Registered|36|1250.00|625.00|208.33
0|Conference table|Registered|20|890.50|111.31|148.42
0|Franking machine|Disposed|44|640.00|480.00|40.00
1|Laptop, Ana|Registered|17|1399.00|194.31|310.89
1|Laptop, Bea|Registered|17|1399.00|194.31|310.89
1|Server rack|Registered|30|5200.00|2166.67|1155.55
1|Old server|Disposed|60|4100.00|4100.00|0.00
1|Chart plotter 🧭|Draft|1|2199.99|0.00|0.00
1|Phones (6)|Draft|1|714.00|0.00|0.00
2|Ford Transit|Registered|26|18500.00|5180.00|2104.00
2|Forklift|Registered|50|12750.00|6120.00|890.00
2|Trailer|Disposed|48|2300.00|1100.00|120.00
3|Boat shed|Registered|90|145000.00|0.00|0.00
3|Slipway|Registered|90|68000.00|0.00|0.00
4|Workboat "Ægir"|Registered|33|42000.00|13125.00|3609.38
4|Tender "Rán"|Disposed|29|9800.00|2400.00|610.00
5|Torque wrenches|Registered|8|390.00|0.00|390.00
|Crane, second-hand|Draft|0|27500.00|0.00|0.00
|Unnamed purchase from bill|Draft|2|318.40|0.00|0.00
"""
# name | months ago begun | status | currency | tasks: name, charge, rate, hours a month
_PROJECTS = """
Refit of "Ægir" ⚓|7|INPROGRESS|GBP|Hull=TIME=48.00=22;Rigging=TIME=52.50=9;Survey=FIXED=320.00=3
Pontoon extension|5|INPROGRESS|GBP|Piling=TIME=64.00=15;Permits=NON_CHARGEABLE=0.00=4
Export of sails to Kiel|4|INPROGRESS|EUR|Cutting=TIME=41.00=12;Freight=FIXED=890.00=1
Boat show stand 2025|15|CLOSED|GBP|Design=TIME=55.00=8;Build=FIXED=2400.00=6
Website|12|CLOSED|GBP|Photographs=FIXED=450.00=2
"""


def fill_beside(stage: Stage) -> None:
    """Enter files, fixed assets and projects."""
    beside = beside_of(stage.org)
    luck = random.Random(f"{stage.org.tenant_id}:lively beside")
    _files(stage, beside, luck)
    _assets(stage, beside)
    _projects(stage, beside, luck)


def _person(stage: Stage, number: int) -> Person:
    fields = stage.org.record("Users", stage.users[number]).fields
    return Person(
        user_id=fields["UserID"],
        email=fields["EmailAddress"],
        first=fields["FirstName"],
        last=fields["LastName"],
    )


def _content(name: str, number: int) -> bytes:
    if name == "empty.txt":
        return b""
    head = {"pdf": b"%PDF-1.4\n% ", "png": b"\x89PNG\r\n\x1a\n"}.get(name.rpartition(".")[2], b"")
    return head + f"made up: {name}, number {number}\n".encode() * 20


def _big(seed: str) -> Callable[[], bytes]:
    return lambda: random.Random(seed).randbytes(BIG)


def _files(stage: Stage, beside: Beside, luck: random.Random) -> None:
    library = beside.files
    for folder in ("Contracts", "Søndergård ⚓", "عقود"):
        library.add_folder(folder)
    named = [*_NAMES, *(("scan.pdf", "Inbox") for _ in range(_COPIES))]
    links = _links(stage)
    for number, (name, folder) in enumerate(named):
        day = stage.start + timedelta(days=25 * number + luck.randint(0, 9))
        large = name == "harbour survey.tif"
        library.add_file(
            name,
            _big(f"{stage.org.tenant_id}:{number}") if large else _content(name, number),
            folder,
            links.get(number, ()),
            size=BIG if large else None,
            person=_person(stage, number % 2),
            at=at_hour(day, 9 + number % 8, number) + timedelta(microseconds=1000 * luck.randint(0, 999)),
        )


def _links(stage: Stage) -> dict[int, list[Link]]:
    """Say which file (by its number) belongs to which records."""
    org = stage.org
    spent = [one for one in org.shelf("BankTransactions") if one.fields["Status"] == "AUTHORISED"]
    sold, bought = _authorised(stage.sales), _authorised(stage.bills)
    return {
        0: [link_to(org, "Contacts", stage.customers[0].contact_id)],
        1: [link_to(org, "Contacts", stage.suppliers[3].contact_id)],
        2: [link_to(org, "Contacts", stage.suppliers[5].contact_id), link_to(org, "Invoices", bought[0])],
        3: [link_to(org, "BankTransactions", spent[1].record_id)],
        8: [link_to(org, "Invoices", sold[0], send_with=True), link_to(org, "Invoices", sold[1])],
        9: [link_to(org, "Invoices", sold[0])],
        10: [link_to(org, "Invoices", bought[1])],
        11: [link_to(org, "BankTransactions", spent[2].record_id)],
    }


def _authorised(documents: list[Record]) -> list[str]:
    return [one.record_id for one in documents if one.fields["Status"] in {"AUTHORISED", "PAID"}]


def _rows(text: str) -> list[list[str]]:
    return [row.split("|") for row in text.strip().splitlines()]


def _ago(today: date, months: int) -> date:
    return today - timedelta(days=30 * months + 4)


def _types(stage: Stage, beside: Beside) -> list[tuple[str, Depreciation]]:
    org, made = stage.org, []
    for name, *codes, method, averaging, rate, life in _rows(_TYPES):
        depreciation = Depreciation(
            method=method,
            averaging=averaging,
            rate=Decimal(rate) if rate else None,
            life=int(life) if life else None,
        )
        asset, expense, lost = (org.account(code).record_id for code in codes)
        made.append((beside.assets.add_type(name, (asset, expense, lost), depreciation), depreciation))
    return made


def _assets(stage: Stage, beside: Beside) -> None:
    today, types = stage.today, _types(stage, beside)
    without: tuple[str, Depreciation | None] = ("", None)
    for number, (kind, name, status, months, price, prior, current) in enumerate(_rows(_ASSETS)):
        type_id, depreciation = types[int(kind)] if kind else without
        sold = status == "Disposed"
        worth = Worth(
            prior=Decimal(prior),
            current=Decimal(current),
            residual=Decimal("100.00") if number % 5 == 0 else None,
            sold_on=_ago(today, 1 + number % 3) if sold else None,
            sold_for=money(Decimal(price) * number / 25) if sold else Decimal(0),
        )
        beside.assets.add_asset(
            name,
            bought_on=_ago(today, int(months)),
            price=Decimal(price),
            status=status,
            type_id=type_id,
            depreciation=depreciation,
            worth=worth,
            extra={"serialNumber": f"SN-{number:05d}", "description": "Made up"} if number % 3 else None,
        )
    _settings(stage, beside)


def _settings(stage: Stage, beside: Beside) -> None:
    org, settings = stage.org, beside.assets.settings
    settings |= {
        "assetStartDate": f"{stage.start:%Y-%m-%d}T00:00:00",
        "lastDepreciationDate": f"{stage.today.replace(day=1) - timedelta(days=1):%Y-%m-%d}T00:00:00",
        "defaultGainOnDisposalAccountId": org.account("260").record_id,
        "defaultLossOnDisposalAccountId": org.account("429").record_id,
        "defaultCapitalGainOnDisposalAccountId": org.account("260").record_id,
    }


def _projects(stage: Stage, beside: Beside, luck: random.Random) -> None:
    book = beside.projects
    for number in range(3):
        person = _person(stage, number)
        book.add_worker(person.user_id, f"{person.first} {person.last}", person.email)
    for number, (name, months, status, currency, tasks) in enumerate(_rows(_PROJECTS)):
        begun = _ago(stage.today, int(months))
        project_id = book.add_project(
            name,
            stage.customers[number * 2].contact_id,
            currency=currency,
            status=status,
            deadline_at=at_hour(begun + timedelta(days=300), 15) if number % 3 != 2 else None,
            estimate=Decimal(1800 + 999 * number) + Decimal("0.50") if number != 4 else None,
            expenses=Decimal("499.00") * number,
            expenses_invoiced=Decimal("499.00") * number if status == "CLOSED" else Decimal("0.0"),
            deposit=Decimal("250.00") if number == 1 else Decimal("0.0"),
        )
        for task in tasks.split(";"):
            _task(stage, luck, project_id, task.split("="), begun)


def _task(stage: Stage, luck: random.Random, project_id: str, row: list[str], begun: date) -> None:
    book, (name, charge, rate, hours) = beside_of(stage.org).projects, row
    closed = book.projects[project_id].status == "CLOSED"
    task_id = book.add_task(
        project_id,
        name,
        Decimal(rate),
        charge_type=charge,
        status="INVOICED" if closed and charge == "FIXED" else "ACTIVE",
        estimate_minutes=int(hours) * 90,
    )
    people = list(book.workers)
    for number in range(4):
        on = at_hour(begun + timedelta(days=14 * number + luck.randint(0, 6)), 9 + number)
        if on > stage.org.now():
            continue
        book.log_time(
            task_id,
            luck.choice(people),
            int(hours) * 15 + 5 * luck.randint(0, 11),
            on=on,
            entered_at=_entered(on, luck),
            description="" if number == 2 else f"{name}, day {number + 1}",
            status="INVOICED" if closed and charge == "TIME" else "ACTIVE",
        )


def _entered(on: datetime, luck: random.Random) -> datetime:
    return on + timedelta(hours=8, microseconds=luck.randint(0, 999_999))
