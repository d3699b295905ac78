"""Control accounts against the documents that must add up to them: what counts as open, and on which day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.backup import Control, ControlCheck, Fit
from bot.ledger import (
    AccountKey,
    Bookkeeper,
    Grounds,
    OpenItems,
    TrialBalance,
    check_banks,
    explain,
)
from tests.unit.ledger.records import DAY, chart, document, euros, line, wire

BEFORE, AFTER = DAY - timedelta(days=9), DAY + timedelta(days=9)
Record = tuple[str, dict[str, Any]]


def owed(kind: str, total: str, due: str | None = None, **more: Any) -> Record:
    """Write an invoice, bill or credit note of which so much is open."""
    field = "RemainingCredit" if kind.endswith(("CREDIT", "PAYMENT")) else "AmountDue"
    left = Decimal(total if due is None else due)
    resource = {"AmountDue": "invoices"}.get(field, "credit_notes")
    if kind.endswith("PAYMENT"):
        resource = "prepayments" if kind.endswith("PREPAYMENT") else "overpayments"
    return resource, document(kind, [line("sales", total)], total, **({field: left} | more))


def use(on: date, value: str, **more: Any) -> list[dict[str, Any]]:
    return [{"Date": on, "Amount": Decimal(value), **more}]


def compared(control: Control, shown: str, *records: Record) -> ControlCheck | None:
    """Hold records against what the trial balance of DAY shows on a side's account."""
    account = AccountKey("debtors" if control is Control.RECEIVABLES else "creditors")
    items = OpenItems(chart(), DAY)
    keeper = Bookkeeper(chart(), items)
    for resource, fields in records:
        keeper.post(resource, wire(fields))
    return items.check(control, TrialBalance({account: Decimal(shown)}))


def fit(control: Control, shown: str, *records: Record) -> Fit | None:
    found = compared(control, shown, *records)
    return None if found is None else found.fit


@pytest.mark.parametrize(
    ("control", "shown", "records"),
    [
        (Control.RECEIVABLES, "70.00", [owed("ACCREC", "100.00"), owed("ACCRECCREDIT", "30.00")]),
        (Control.PAYABLES, "-70.00", [owed("ACCPAY", "100.00"), owed("ACCPAYCREDIT", "30.00")]),
        (Control.RECEIVABLES, "75.00", [owed("ACCREC", "100.00"), owed("RECEIVE-OVERPAYMENT", "25.00")]),
        (Control.PAYABLES, "-75.00", [owed("ACCPAY", "100.00"), owed("SPEND-OVERPAYMENT", "25.00")]),
        (Control.RECEIVABLES, "40.00", [owed("ACCREC", "100.00", "40.00")]),
        (Control.RECEIVABLES, "0.00", [owed("ACCREC", "100.00", "0.00", Status="PAID")]),
        (Control.RECEIVABLES, "80.00", [owed("ACCREC", "100.00", **euros())]),
    ],
)
def test_control_when_it_is_what_documents_leave_open_then_agrees(
    control: Control, shown: str, records: list[Record]
) -> None:
    assert fit(control, shown, *records) is Fit.AGREES
    assert fit(control, f"{Decimal(shown) - Decimal(50)}", *records) is Fit.DIFFERS


def test_control_when_other_side_is_open_then_it_does_not_count() -> None:
    records = [owed("ACCREC", "100.00"), owed("ACCPAY", "60.00"), owed("ACCREC", "5.00", "0.00")]
    assert compared(Control.RECEIVABLES, "100.00", *records) == ControlCheck(
        control=Control.RECEIVABLES, fit=Fit.AGREES, counted=1
    )


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED", "VOIDED", "DELETED", "ARCHIVED"])
def test_control_when_a_document_does_not_stand_then_its_open_amount_is_nothing(status: str) -> None:
    records = [owed("ACCREC", "100.00"), owed("ACCREC", "7.00", Status=status)]
    assert fit(Control.RECEIVABLES, "100.00", *records) is Fit.AGREES


@pytest.mark.parametrize("shown", ["100.00", "80.00"])
def test_control_when_a_prepayment_is_unused_then_it_may_stand_there_or_elsewhere(shown: str) -> None:
    records = [owed("ACCREC", "100.00"), owed("RECEIVE-PREPAYMENT", "20.00")]
    assert fit(Control.RECEIVABLES, shown, *records) is Fit.AGREES
    assert fit(Control.RECEIVABLES, "90.00", *records) is Fit.DIFFERS


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"AmountDue": Decimal("60.00"), "Payments": use(DAY, "40.00")}, "60.00"),
        ({"AmountDue": Decimal("60.00"), "Payments": use(AFTER, "40.00")}, "100.00"),
        ({"AmountDue": Decimal("0.00"), "Payments": [*use(BEFORE, "90.00"), *use(AFTER, "10.00")]}, "10.00"),
        ({"AmountDue": Decimal("60.00"), "Overpayments": use(AFTER, "0", AppliedAmount=40)}, "100.00"),
        (
            {"AmountDue": Decimal("100.00"), "Payments": use(AFTER, "40.00", Status="DELETED")},
            "100.00",
        ),
        ({"Date": AFTER}, "0.00"),
        ({"Date": AFTER, "AmountDue": Decimal("60.00"), "Payments": use(DAY, "40.00")}, "-40.00"),
    ],
)
def test_control_when_something_is_dated_later_then_the_day_decides(
    fields: dict[str, Any], shown: str
) -> None:
    record = owed("ACCREC", "100.00", **fields)
    assert fit(Control.RECEIVABLES, shown, record) is Fit.AGREES
    assert fit(Control.RECEIVABLES, f"{Decimal(shown) + 1}", record) is Fit.DIFFERS


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("80.01", Fit.AGREES),  # a document may round by a cent
        ("80.02", Fit.REVALUED),
        ("64.00", Fit.REVALUED),
        ("63.99", Fit.DIFFERS),
    ],
)
def test_control_when_documents_are_foreign_then_rates_explain_so_much_and_no_more(
    shown: str, expected: Fit
) -> None:
    assert fit(Control.RECEIVABLES, shown, owed("ACCREC", "100.00", **euros())) is expected


def test_control_when_foreign_documents_are_settled_then_rates_explain_nothing() -> None:
    settled = owed("ACCREC", "100.00", "0.00", Status="PAID", **euros())
    assert fit(Control.RECEIVABLES, "0.00", settled) is Fit.AGREES
    assert fit(Control.RECEIVABLES, "0.50", settled) is Fit.DIFFERS


@pytest.mark.parametrize(
    "fields",
    [
        {"AmountDue": None},
        {"AmountDue": Decimal("1.00"), "Date": "soon"},
        {"AmountDue": Decimal("1.00"), "Payments": [{"Amount": 1}]},
        {"CurrencyCode": "EUR", "CurrencyRate": None},
    ],
)
def test_control_when_a_document_does_not_say_what_is_open_then_nothing_is_claimed(
    fields: dict[str, Any],
) -> None:
    assert fit(Control.RECEIVABLES, "100.00", owed("ACCREC", "100.00", **fields)) is None


def test_control_when_there_is_nothing_to_compare_then_nothing_is_claimed() -> None:
    assert fit(Control.PAYABLES, "0.00", owed("ACCREC", "9.00")) is None
    assert fit(Control.PAYABLES, "-3.00", owed("ACCREC", "9.00")) is Fit.DIFFERS
    items = OpenItems(chart("debtors"), DAY)
    Bookkeeper(chart("debtors"), items).post("invoices", wire(owed("ACCREC", "9.00")[1]))
    assert items.check(Control.RECEIVABLES, TrialBalance({})) is None


def banks(
    newest: Mapping[str, tuple[str, str]], first: Mapping[str, tuple[str, str]] | None = None
) -> ControlCheck | None:
    """Compare bank accounts, each with what the trial balance shows and what documents give."""

    def explained(rows: Mapping[str, tuple[str, str]]) -> Any:
        theirs = {AccountKey(key): Decimal(shown) for key, (shown, _) in rows.items()}
        return explain(TrialBalance(theirs), derived(rows), Grounds(chart=chart()))

    before = None if first is None else explained(first)
    return check_banks(chart(), derived(newest), before, explained(newest))


def derived(rows: Mapping[str, tuple[str, str]]) -> dict[AccountKey, Decimal]:
    return {AccountKey(key): Decimal(ours) for key, (_, ours) in rows.items()}


@pytest.mark.parametrize(
    ("newest", "first", "expected"),
    [
        ({"bank": ("5.00", "5.00"), "savings": ("1.00", "1.00")}, None, (Fit.AGREES, 2, 0)),
        ({"bank": ("5.00", "5.00"), "sales": ("1.00", "9.00")}, None, (Fit.AGREES, 1, 0)),
        ({"bank": ("7.00", "5.00")}, None, (Fit.DIFFERS, 1, 1)),
        (
            {"bank": ("7.00", "5.00"), "savings": ("4.00", "4.00")},
            {"bank": ("3.00", "1.00")},
            (Fit.STANDING, 2, 1),
        ),
        (
            {"bank": ("7.00", "5.00"), "euro": ("4.00", "4.50")},
            {"bank": ("3.00", "1.00")},
            (Fit.REVALUED, 2, 1),
        ),
        (
            {"bank": ("7.00", "5.00"), "savings": ("4.00", "6.00"), "euro": ("4.00", "4.50")},
            {"bank": ("3.00", "2.00")},
            (Fit.DIFFERS, 3, 2),
        ),
    ],
)
def test_banks_when_compared_then_the_worst_is_told_and_counted(
    newest: dict[str, tuple[str, str]],
    first: dict[str, tuple[str, str]] | None,
    expected: tuple[Fit, int, int],
) -> None:
    found = banks(newest, first)
    assert found is not None
    assert (found.control, found.fit, found.counted, found.apart) == (Control.BANK, *expected)


def test_banks_when_nothing_moved_on_any_then_nothing_is_claimed() -> None:
    assert banks({"sales": ("1.00", "1.00"), "bank": ("0.00", "0.00")}) is None
