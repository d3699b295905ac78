"""The bank, budget and executive summaries: they add up, and they say what the other reports say."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.sandbox.papers.conftest import EVERYTHING, WRITES_AND_REPORTS
from tests.unit.sandbox.xero.conftest import Caller, Desk

ZERO = Decimal(0)


def report(reader: Caller, name: str, **query: Any) -> dict[str, Any]:
    """Ask for a report."""
    answer = reader.get(f"Reports/{name}", **query)
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()["Reports"]
    assert isinstance(found, dict)
    return found


def table(found: dict[str, Any], section: str | None = None) -> dict[str, list[str]]:
    """Give the rows below a report's head by their first cell, of one section if it is named."""
    rows = {}
    for block in found["Rows"][1:]:
        if section is None or block["Title"] == section:
            for one in block["Rows"]:
                first, *rest = (cell["Value"] for cell in one["Cells"])
                rows[first] = rest
    return rows


def sheet(reader: Caller, name: str, label: str, **query: Any) -> Decimal:
    """Give the first figure of a row of another report."""
    return Decimal(table(report(reader, name, **query))[label][0])


def test_bank_summary_when_made_then_each_row_adds_up_and_closes_on_the_balance_sheet(reader: Caller) -> None:
    found = report(reader, "BankSummary", fromDate="2026-07-01", toDate="2026-09-30")
    assert found["ReportTitles"][2] == "From 1 July 2026 to 30 September 2026"
    heads = [cell["Value"] for cell in found["Rows"][0]["Cells"]]
    assert heads == [
        "Bank Accounts",
        "Opening Balance",
        "Cash Received",
        "Cash Spent",
        "FX Gain",
        "Closing Balance",
    ]
    rows = table(found)
    for opening, received, spent, gain, closing in (map(Decimal, row) for row in rows.values()):
        assert opening + received - spent + gain == closing
        assert min(received, spent) >= 0
    total = [Decimal(text) for text in rows.pop("Total")]
    assert total == [
        sum(column) for column in zip(*([Decimal(t) for t in row] for row in rows.values()), strict=True)
    ]
    assert total[-1] == sheet(reader, "BalanceSheet", "Total Bank", date="2026-09-30")
    assert total[0] == sheet(reader, "BalanceSheet", "Total Bank", date="2026-06-30")


def test_bank_summary_when_made_then_cells_carry_the_account_as_in_the_example(reader: Caller) -> None:
    found = report(reader, "BankSummary")
    assert found["ReportTitles"][2] == "From 1 November 2026 to 30 November 2026"
    first = found["Rows"][1]["Rows"][0]["Cells"]
    account = reader.org.account("090").record_id
    assert [[one["Id"] for one in cell.get("Attributes", ())] for cell in first] == [
        ["accountID"], [], ["account"], ["account"], [], [],
    ]  # fmt: skip
    assert {one["Value"] for cell in first for one in cell.get("Attributes", ())} == {account}


def test_bank_summary_when_the_books_began_within_then_the_conversion_is_no_cash(reader: Caller) -> None:
    began = reader.org.conversion_date
    assert began is not None
    found = report(reader, "BankSummary", fromDate=began.isoformat(), toDate=began.isoformat())
    assert table(found)["Business Savings"] == ["15000.00", "0.00", "0.00", "0.00", "15000.00"]


def test_bank_summary_when_nothing_is_foreign_then_five_columns(open_desk: Callable[..., Desk]) -> None:
    caller = open_desk().link("nz", EVERYTHING)
    found = report(caller, "BankSummary", fromDate="2020-01-01")
    assert [cell["Value"] for cell in found["Rows"][0]["Cells"]][3:] == ["Cash Spent", "Closing Balance"]
    opening, received, spent, closing = map(Decimal, table(found)["Total"])
    assert opening + received - spent == closing > 0


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("BankSummary", {"fromDate": "2026-02-01", "toDate": "2026-01-01"}),
        ("BankSummary", {"fromDate": "soon"}),
        ("BudgetSummary", {"periods": "13"}),
        ("BudgetSummary", {"periods": "0"}),
        ("BudgetSummary", {"timeframe": "2"}),
        ("BudgetSummary", {"timeframe": "month"}),
        ("ExecutiveSummary", {"date": "x"}),
        ("TenNinetyNine", {"reportYear": "26"}),
    ],
)
def test_report_when_asked_wrongly_then_400(reader: Caller, name: str, query: dict[str, Any]) -> None:
    assert reader.get(f"Reports/{name}", **query).status_code == 400


def test_budget_summary_when_asked_by_quarters_then_headed_by_their_last_month(reader: Caller) -> None:
    found = report(reader, "BudgetSummary", date="2026-03-31", periods=2, timeframe=3)
    assert found["ReportTitles"] == [
        "Overall Budget", "Budget Summary", reader.org.name, "March 2026 to August 2026",
    ]  # fmt: skip
    assert [cell["Value"] for cell in found["Rows"][0]["Cells"]] == ["Account", "May-26", "Aug-26"]
    overall = next(one.fields for one in reader.org.shelf("Budgets") if one.fields["Type"] == "OVERALL")
    sales = next(line for line in overall["_lines"] if line["AccountCode"] == "200")
    planned = {one["Period"]: one["Amount"] for one in sales["BudgetBalances"]}
    quarters = [sum(planned[f"2026-{month:02d}"] for month in months) for months in ((3, 4, 5), (6, 7, 8))]
    assert table(found)["Sales"] == [f"{amount:.2f}" for amount in quarters]


def test_budget_summary_when_made_then_the_sums_are_of_the_rows(reader: Caller) -> None:
    found = report(reader, "BudgetSummary")
    rows = {name: [Decimal(text) for text in row] for name, row in table(found).items()}
    assert {len(row) for row in rows.values()} == {12}
    for at in range(12):
        gross = rows["Sales"][at] - rows["Cost of Goods Sold"][at]
        spent = sum((rows[name][at] for name in ("Rent", "Salaries", "Advertising & Marketing")), ZERO)
        assert rows["Gross Profit"][at] == gross
        assert rows["Total Expenses"][at] == spent
        assert rows["Net Profit"][at] == gross - spent


def test_budget_summary_when_nothing_is_planned_then_three_sums_of_nothing(
    open_desk: Callable[..., Desk],
) -> None:
    found = report(open_desk().link("nz", EVERYTHING), "BudgetSummary", periods=1)
    shown = [
        (block["Rows"][0]["RowType"], block["Rows"][0]["Cells"][0]["Value"]) for block in found["Rows"][1:]
    ]
    assert shown == [("SummaryRow", one) for one in ("Gross Profit", "Total Expenses", "Net Profit")]


def test_executive_summary_when_made_then_it_agrees_with_the_other_reports(reader: Caller) -> None:
    found = report(reader, "ExecutiveSummary", date="2026-10-09")
    assert found["ReportTitles"][2] == "For the month of October 2026"
    assert [cell["Value"] for cell in found["Rows"][0]["Cells"]] == ["", "Oct 2026", "Sep 2026", "Variance"]
    rows = table(found)
    month = {"fromDate": "2026-10-01", "toDate": "2026-10-31"}
    bank = table(report(reader, "BankSummary", **month))["Total"]
    assert (rows["Cash received"][0], rows["Cash spent"][0], rows["Closing bank balance"][0]) == (
        bank[1], bank[2], bank[4],
    )  # fmt: skip
    assert Decimal(rows["Income"][0]) == sheet(reader, "ProfitAndLoss", "Total Income", **month)
    assert Decimal(rows["Gross profit (loss)"][0]) == sheet(reader, "ProfitAndLoss", "Gross Profit", **month)
    assert Decimal(rows["Profit (loss)"][0]) == sheet(reader, "ProfitAndLoss", "Net Profit", **month)
    assert Decimal(rows["Net assets"][0]) == sheet(reader, "BalanceSheet", "Net Assets", date="2026-10-31")
    debtors, creditors = Decimal(rows["Debtors"][0]), Decimal(rows["Creditors"][0])
    assert debtors == sheet(reader, "BalanceSheet", "Accounts Receivable", date="2026-10-31")
    assert creditors == sheet(reader, "BalanceSheet", "Accounts Payable", date="2026-10-31")
    assert Decimal(rows["Short term cash forecast"][0]) == debtors - creditors


def test_executive_summary_when_the_numbers_are_those_of_xeros_example_then_so_are_the_ratios(
    open_pen: Any,
) -> None:
    """550.00 owed to us before, then 40.00 of income and 205.40 of costs in November, and 44.00 of credit."""
    pen = open_pen(scopes=WRITES_AND_REPORTS)
    line = {"Description": "x", "Quantity": 1, "TaxType": "NONE"}
    whole = {"Contact": pen.contact(), "LineAmountTypes": "NoTax", "Status": "AUTHORISED"}

    def enter(kind: str, on: str, amount: str, account: str) -> None:
        lines = [line | {"UnitAmount": amount, "AccountCode": account}]
        body = {"Type": kind, "Date": on, "DueDate": on, "LineItems": lines, "InvoiceNumber": f"{kind}{on}"}
        assert pen.put("Invoices", whole | body).status == 200

    enter("ACCREC", "2019-10-03", "550.00", "200")
    enter("ACCREC", "2019-11-03", "40.00", "200")
    enter("ACCPAY", "2019-11-05", "205.40", "429")
    credit = {"Type": "ACCPAYCREDIT", "Date": "2019-11-06", "CreditNoteNumber": "C"}
    lines = [line | {"UnitAmount": "249.40", "AccountCode": "620"}]
    assert pen.put("CreditNotes", whole | credit | {"LineItems": lines}).status == 200
    made = pen.get("Reports/ExecutiveSummary", date="2019-11-14")["Reports"][0]
    rows = table(made)
    assert rows["Average debtors days"][0] == "442.50"
    assert rows["Creditors"][0] == "-44.00"
    assert rows["Average creditors days"][0] == "-6.426484907497565725413826680"
    assert rows["Short term cash forecast"][0] == "634.00"
    assert rows["Net profit margin"] == ["-413.5%", "100.0%", "-513.5%"]
    assert rows["Debtors"] == ["590.00", "550.00", "7.3%"]
    assert rows["Number of invoices issued"] == ["1", "1", "0.0%"]
    assert rows["Average value of invoices"] == ["40.00", "550.00", "-92.7%"]
    assert rows["Term assets to liabilities"] == ["", "", "0.0%"]
    assert rows["Gross profit margin"][0] == "100.0%"


def test_report_when_the_scope_or_the_role_is_missing_then_refused(desk: Desk) -> None:
    few = desk.link("nz", "offline_access accounting.settings.read accounting.reports.banksummary.read")
    assert few.get("Reports/BankSummary").status_code == 200
    for name in ("BudgetSummary", "ExecutiveSummary", "TenNinetyNine", "TrialBalance"):
        assert few.get(f"Reports/{name}").status_code == 401, name
    assert few.get("Reports").status_code == 401
    assert few.get("Reports/BankStatement").status_code == 404


def test_report_when_the_role_is_missing_then_403(desk: Desk) -> None:
    sam = desk.link("nz", EVERYTHING, "sam")
    for path in ("BankSummary", "BudgetSummary", "ExecutiveSummary", "TenNinetyNine"):
        assert sam.get(f"Reports/{path}").status_code == 403
    assert sam.get("Reports").status_code == 403
