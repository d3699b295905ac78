"""The people of the made-up payrolls, and what a month's pay comes to. Every one of them is invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bot.sandbox.xero.wire import money


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody on the payroll: with a yearly salary, or paid by the hour."""

    first: str
    last: str
    born: date
    gender: str
    started: date
    street: str
    city: str
    post_code: str
    account: str
    tax_number: str
    salary: Decimal = Decimal(0)
    hourly: Decimal = Decimal(0)

    @property
    def email(self) -> str:
        """Give their address."""
        return f"{self.first}.{self.last}@example.com".lower()

    @property
    def name(self) -> str:
        """Give their whole name."""
        return f"{self.first} {self.last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay:
    """One month's pay of one person."""

    gross: Decimal
    hours: Decimal
    tax: Decimal
    levy: Decimal  # what the employee pays beside the tax: national insurance, say
    employer: Decimal  # what the employer pays on top
    saved: Decimal  # into a pension, taken from the gross

    @property
    def net(self) -> Decimal:
        """Give what is paid out."""
        return self.gross - self.tax - self.levy - self.saved


UK = (
    Person(
        first="Maisie", last="Thornbury", born=date(1988, 3, 14), gender="F", started=date(2021, 4, 6),
        street="4 Quayside", city="Whitby", post_code="YO21 1DH", account="31926819", tax_number="QQ123456C",
        salary=Decimal(38400),
    ),
    Person(
        first="Desmond", last="Okafor-Lyle", born=date(1975, 11, 2), gender="M", started=date(2019, 9, 2),
        street="17 Ropery Lane", city="Hull", post_code="HU1 2AB", account="55779911",
        tax_number="QQ654321A", salary=Decimal(52200),
    ),
    Person(
        first="Ffion", last="Pritchard", born=date(2001, 7, 29), gender="F", started=date(2023, 1, 9),
        street="2 Harbour Row", city="Goole", post_code="DN14 5AA", account="12457800",
        tax_number="QQ222333B", hourly=Decimal("13.40"),
    ),
)  # fmt: skip
NZ = (
    Person(
        first="Aroha", last="Ngata-Wills", born=date(1990, 5, 6), gender="F", started=date(2020, 4, 1),
        street="9 Marine Parade", city="Napier", post_code="4110", account="0209087654321071",
        tax_number="012345678", salary=Decimal(72000),
    ),
    Person(
        first="Tane", last="Kereama", born=date(1983, 1, 30), gender="M", started=date(2019, 7, 15),
        street="31 Bean Street", city="Wellington", post_code="6011", account="0301230456789000",
        tax_number="087654321", salary=Decimal(84000),
    ),
    Person(
        first="Isla", last="McCready", born=date(2002, 10, 11), gender="F", started=date(2024, 2, 5),
        street="5 Roaster Way", city="Petone", post_code="5012", account="1234567890123400",
        tax_number="023456789", hourly=Decimal("27.50"),
    ),
)  # fmt: skip
AU = (
    Person(
        first="Bronte", last="Halloran", born=date(1986, 8, 21), gender="F", started=date(2021, 7, 1),
        street="12 Jetty Road", city="Glenelg", post_code="5045", account="123456789", tax_number="111111111",
        salary=Decimal(91200),
    ),
    Person(
        first="Kieran", last="Vassallo", born=date(1979, 2, 17), gender="M", started=date(2018, 3, 12),
        street="88 Sandgate Street", city="Newcastle", post_code="2300", account="987654321",
        tax_number="222222222", salary=Decimal(78000),
    ),
    Person(
        first="Marnie", last="Duong", born=date(2003, 12, 4), gender="F", started=date(2024, 1, 22),
        street="3 Tramway Court", city="Hobart", post_code="7000", account="456123789",
        tax_number="333333333", hourly=Decimal("31.20"),
    ),
)  # fmt: skip
HOURS = Decimal(88)  # what somebody paid by the hour works in a month here


def pay_of(person: Person) -> Pay:
    """Reckon one month's pay; the rates are made up, the sums are right."""
    gross = money(person.salary / 12 if person.salary else person.hourly * HOURS)
    return Pay(
        gross=gross,
        hours=Decimal(0) if person.salary else HOURS,
        tax=money(gross * Decimal("0.14")),
        levy=money(gross * Decimal("0.05")),
        employer=money(gross * Decimal("0.09")),
        saved=money(gross * Decimal("0.04")),
    )


def months_before(today: date, count: int) -> list[tuple[date, date]]:
    """Give first and last day of the months before this one, the oldest first."""
    found: list[tuple[date, date]] = []
    last = today.replace(day=1) - timedelta(days=1)
    for _ in range(count):
        found.append((last.replace(day=1), last))
        last = last.replace(day=1) - timedelta(days=1)
    return found[::-1]
