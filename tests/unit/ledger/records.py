"""A small chart and short ways to write records as Xero sends them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from bot.ledger import Bookkeeper, Chart, Posting, read_company

DAY = date(2026, 3, 10)
# id | code | type | class | system account | currency of a bank account
_ACCOUNTS = (
    ("bank", "090", "BANK", "ASSET", "", "GBP"),
    ("savings", "091", "BANK", "ASSET", "", "GBP"),
    ("euro", "092", "BANK", "ASSET", "", "EUR"),
    ("dollar", "093", "BANK", "ASSET", "", "USD"),
    ("sales", "200", "REVENUE", "REVENUE", "", ""),
    ("costs", "429", "OVERHEADS", "EXPENSE", "", ""),
    ("wages", "477", "OVERHEADS", "EXPENSE", "", ""),
    ("gains", "499", "EXPENSE", "EXPENSE", "REALISEDCURRENCYGAIN", ""),
    ("unrealised", "498", "EXPENSE", "EXPENSE", "UNREALISEDCURRENCYGAIN", ""),
    ("debtors", "610", "CURRENT", "ASSET", "DEBTORS", ""),
    ("stock", "630", "INVENTORY", "ASSET", "", ""),
    ("plant", "710", "FIXED", "ASSET", "", ""),
    ("creditors", "800", "CURRLIAB", "LIABILITY", "CREDITORS", ""),
    ("claims", "801", "CURRLIAB", "LIABILITY", "UNPAIDEXPCLM", ""),
    ("advance", "810", "CURRLIAB", "LIABILITY", "", ""),
    ("payroll", "814", "CURRLIAB", "LIABILITY", "WAGEPAYABLES", ""),
    ("tax", "820", "CURRLIAB", "LIABILITY", "GST", ""),
    ("rounding", "860", "CURRLIAB", "LIABILITY", "ROUNDING", ""),
    ("retained", "960", "EQUITY", "EQUITY", "RETAINEDEARNINGS", ""),
)
COMPANY = {"BaseCurrency": "GBP", "FinancialYearEndDay": 31, "FinancialYearEndMonth": 3}


_ENCODER = msgspec.json.Encoder(decimal_format="number")


def wire(fields: dict[str, Any]) -> bytes:
    """Write a record as Xero does: escaped slashes in dates, decimals as plain numbers."""
    return _ENCODER.encode(_plain(fields)).replace(b"/Date(", rb"\/Date(").replace(b")/", rb")\/")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        moment = datetime(value.year, value.month, value.day, tzinfo=UTC)
        return f"/Date({int(moment.timestamp() * 1000)}+0000)/"
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value


def account(*row: str) -> bytes:
    name, code, kind, group, role, currency = row
    fields = {"AccountID": name, "Code": code, "Type": kind, "Class": group, "Name": f"Name of {name}"}
    fields |= {"SystemAccount": role} if role else {}
    return wire(fields | ({"CurrencyCode": currency} if currency else {}))


def chart(*without: str, **company: Any) -> Chart:
    known = [account(*one) for one in _ACCOUNTS if one[0] not in without]
    return Chart.of(read_company(wire(COMPANY | company)), known)


def bookkeeper(*without: str) -> Bookkeeper:
    return Bookkeeper(chart(*without))


def post(resource: str, keeper: Bookkeeper | None = None, **fields: Any) -> list[Posting]:
    """Post one record with a fresh bookkeeper; it must be understood."""
    keeper = keeper or bookkeeper()
    found = keeper.post(resource, wire(fields))
    assert keeper.not_understood.get(resource, 0) == 0
    return found


def refused(resource: str, **fields: Any) -> bool:
    """Say whether a record posts nothing and is counted as not understood."""
    keeper = bookkeeper()
    found = keeper.post(resource, wire(fields))
    return not found and keeper.not_understood == {resource: 1}


def sums(postings: list[Posting]) -> dict[str, str]:
    """Sum postings by account as text; accounts that come to nothing are left out."""
    found: dict[str, Decimal] = {}
    for posting in postings:
        for key, value in posting.sides:
            found[key] = found.get(key, Decimal(0)) + value
    return {key: str(value) for key, value in found.items() if value}


def line(account_id: str, value: Any, tax: Any = "0.00", **more: Any) -> dict[str, Any]:
    return {"AccountID": account_id, "LineAmount": Decimal(value), "TaxAmount": Decimal(tax)} | more


def document(kind: str, lines: list[dict[str, Any]], total: Any, **more: Any) -> dict[str, Any]:
    """Write an invoice, bill, credit note, advance or bank transaction."""
    tax = sum((one.get("TaxAmount", Decimal(0)) for one in lines), Decimal(0))
    fields: dict[str, Any] = {
        "Type": kind,
        "Status": "AUTHORISED",
        "Date": DAY,
        "LineAmountTypes": "Exclusive",
        "LineItems": lines,
        "TotalTax": tax,
        "Total": Decimal(total),
        "CurrencyCode": "GBP",
        "CurrencyRate": Decimal("1.0000000000"),
        "FieldOfTomorrow": {"Tide": [1, None]},
    }
    return fields | more


def euros(rate: Any = "1.2500000000") -> dict[str, Any]:
    return {"CurrencyCode": "EUR", "CurrencyRate": Decimal(rate)}


def payment(kind: str, value: Any, **more: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "PaymentType": kind,
        "Status": "AUTHORISED",
        "Date": DAY,
        "Amount": Decimal(value),
        "BankAmount": Decimal(value),
        "CurrencyRate": Decimal("1.000000"),
        "Account": {"AccountID": "bank"},
        "Invoice": {"CurrencyCode": "GBP"},
    }
    return fields | more
