"""Currency gains in a new organisation's trial balance, at any date, reckoned by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from bot.sandbox.xero.wire import money

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
REALISED, UNREALISED, BANK = "Realised Currency Gains", "Unrealised Currency Gains", "Bank Revaluations"


@pytest.fixture
def pen(open_pen: Callable[..., Any]) -> Any:
    pen = open_pen(now=lambda: NOON)
    pen.put("Currencies", {"Code": "EUR"})
    pen.bank()
    pen.bank("092", CurrencyCode="EUR")
    return pen


def balances(pen: Any, day: str) -> dict[str, Decimal]:
    """Read the year-to-date balances of a trial balance, debits positive, by the account's bare name."""
    (report,) = pen.get("Reports/TrialBalance", date=day)["Reports"]
    found: dict[str, Decimal] = {}
    for section in report["Rows"][1:]:
        for row in section["Rows"]:
            name, _, _, debit, credit = (cell["Value"] for cell in row["Cells"])
            found[name.partition(" (")[0]] = Decimal(debit or 0) - Decimal(credit or 0)
    assert found.pop("Total") == 0
    return found


def worth(pen: Any, euro: str, day: str) -> Decimal:
    return money(Decimal(euro) / pen.org.rate("EUR", date.fromisoformat(day)))


def sale(pen: Any) -> str:
    line = {"Description": "x", "UnitAmount": "116.50", "AccountCode": "200", "TaxType": "NONE"}
    wanted = {"Type": "ACCREC", "Contact": {"Name": "Ægir"}, "Date": "2026-10-01", "DueDate": "2026-10-31"}
    wanted |= {"Status": "AUTHORISED", "CurrencyCode": "EUR", "CurrencyRate": "1.165"}
    return str(pen.put("Invoices", wanted | {"LineItems": [line]}).one()["InvoiceID"])


def pay(pen: Any, invoice: str, amount: str, on: str, *, rate: str, code: str = "092") -> str:
    wanted = {"Invoice": {"InvoiceID": invoice}, "Account": {"Code": code}, "Date": on}
    wanted |= {"Amount": amount, "CurrencyRate": rate}
    return str(pen.put("Payments", wanted).one()["PaymentID"])


def test_gains_when_half_is_paid_at_another_rate_then_each_on_its_own_account_and_day(pen: Any) -> None:
    invoice = sale(pen)
    pay(pen, invoice, "58.25", "2026-11-05", rate="1.25")
    before, after = balances(pen, "2026-10-31"), balances(pen, "2026-11-05")
    assert before["Accounts Receivable"] == worth(pen, "116.50", "2026-10-31")
    assert before[UNREALISED] == 100 - worth(pen, "116.50", "2026-10-31")
    assert not {REALISED, BANK} & set(before)
    assert after[REALISED] == Decimal("3.40")  # 50.00 was owed, 58.25 / 1.25 came
    assert after[UNREALISED] == 50 - worth(pen, "58.25", "2026-11-05")
    assert after["Bank 092"] == worth(pen, "58.25", "2026-11-05")
    assert after[BANK] == Decimal("46.60") - worth(pen, "58.25", "2026-11-05")


def test_gains_when_the_rest_is_paid_and_taken_back_then_unrealised_again(pen: Any) -> None:
    invoice = sale(pen)
    pay(pen, invoice, "58.25", "2026-10-10", rate="1.1", code="090")
    rest = pay(pen, invoice, "58.25", "2026-10-11", rate="1.2", code="090")
    paid = balances(pen, "2026-10-31")
    assert paid[REALISED] == 50 - Decimal("52.95") + 50 - Decimal("48.54")
    assert "Accounts Receivable" not in paid
    assert UNREALISED not in paid
    pen.post(f"Payments/{rest}", {"Status": "DELETED"})
    open_again = balances(pen, "2026-10-31")
    assert open_again[REALISED] == 50 - Decimal("52.95")
    assert open_again["Accounts Receivable"] == worth(pen, "58.25", "2026-10-31")


def test_gains_when_the_year_turns_then_realised_ones_are_in_retained_earnings(
    open_pen: Callable[..., Any],
) -> None:
    pen = open_pen("fresh-us", now=lambda: datetime(2027, 2, 1, tzinfo=UTC))
    pen.put("Currencies", {"Code": "EUR"})
    pen.bank("090")
    pay(pen, sale(pen), "116.50", "2026-12-31", rate="1.25", code="090")
    assert balances(pen, "2026-12-31")[REALISED] == Decimal("6.80")
    turned = balances(pen, "2027-01-01")
    assert turned == {"Bank 090": Decimal("93.20"), "Retained Earnings": Decimal("-93.20")}
