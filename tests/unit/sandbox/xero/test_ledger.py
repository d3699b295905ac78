"""The ledger and the reports that come from it: true to the documents, balanced every day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.sandbox.xero.demo import build_organisation
from bot.sandbox.xero.ledger import Bookkeeper
from bot.sandbox.xero.reports import CURRENT_YEAR_EARNINGS, Reporter

TODAY = date(2026, 11, 22)


def _rows(report: dict[str, Any]) -> dict[str, list[str]]:
    rows = [row for section in report["Rows"] for row in section.get("Rows", ())]
    return {row["Cells"][0]["Value"]: [cell["Value"] for cell in row["Cells"][1:]] for row in rows}


def _standing(report: dict[str, Any]) -> dict[str, Decimal]:
    """Read the year columns of a trial balance by account id, debits positive."""
    found = {}
    for section in report["Rows"]:
        for row in section.get("Rows", ()):
            cells = row["Cells"]
            if "Attributes" in cells[0]:
                debit, credit = (Decimal(cells[at]["Value"] or 0) for at in (3, 4))
                found[cells[0]["Attributes"][0]["Value"]] = debit - credit
    return found


def test_entries_when_made_then_each_balances(lively: Any) -> None:
    entries = list(Bookkeeper(lively.org).entries())
    assert len(entries) > 2000
    assert [entry for entry in entries if sum(amount for _, amount in entry.lines)] == []
    kinds = {entry.source_type for entry in entries}
    assert kinds >= {"ACCREC", "ACCPAY", "ACCRECPAYMENT", "ACCPAYPAYMENT", "CASHREC", "CASHPAID", "TRANSFER"}
    assert kinds >= {
        "ARPREPAYMENT",
        "AROVERPAYMENT",
        "ARCREDITPAYMENT",
        "MANJOURNAL",
        "EXPCLAIM",
        "CONVERSION",
    }


def test_trial_balance_when_taken_on_any_day_then_debits_equal_credits(lively: Any) -> None:
    reporter = Reporter(lively.org)
    for back in range(0, 600, 19):
        day = TODAY - timedelta(days=back)
        total = _rows(reporter.trial_balance({"date": day.isoformat()}))["Total"]
        assert total[0] == total[1]
        assert total[2] == total[3]


def test_receivables_when_compared_with_open_documents_then_equal_to_the_penny(lively: Any) -> None:
    """In the base currency every open invoice, credit and overpayment must explain the control accounts."""
    org = lively.org
    bookkeeper = Bookkeeper(org)
    expected = {"DEBTORS": 0, "CREDITORS": 0}
    sides = {"ACCREC": ("DEBTORS", 1), "ACCPAY": ("CREDITORS", -1)}
    sides |= {"ACCRECCREDIT": ("DEBTORS", -1), "ACCPAYCREDIT": ("CREDITORS", 1)}
    sides |= {"RECEIVE-OVERPAYMENT": ("DEBTORS", -1), "SPEND-OVERPAYMENT": ("CREDITORS", 1)}
    for collection, left in (
        ("Invoices", "AmountDue"),
        ("CreditNotes", "RemainingCredit"),
        ("Overpayments", "RemainingCredit"),
    ):
        for record in org.shelf(collection):
            fields = record.fields
            if fields["Status"] != "AUTHORISED":
                continue
            base = round(fields["Total"] / fields["CurrencyRate"] * 100)
            used = sum(
                amount for (document, _), amount in bookkeeper.settled.items() if document == record.record_id
            )
            foreign = fields["CurrencyCode"] != org.base_currency
            account, sign = sides[fields["Type"]]
            expected[account] += sign * (base - used if foreign else int(fields[left] * 100))
    balances = Reporter(org).balances
    for role, pence in expected.items():
        assert abs(balances.moved(bookkeeper.system[role], date.min, TODAY) - pence) <= 2


def test_foreign_documents_when_settled_in_full_then_their_control_account_is_cleared(lively: Any) -> None:
    org = lively.org
    bookkeeper = Bookkeeper(org)
    paid = [
        record
        for record in org.shelf("Invoices")
        if record.fields["Status"] == "PAID" and record.fields["CurrencyCode"] != org.base_currency
    ]
    assert len(paid) > 20
    for record in paid:
        used = sum(
            amount for (document, _), amount in bookkeeper.settled.items() if document == record.record_id
        )
        fields = record.fields
        assert used == int(
            (fields["Total"] / fields["CurrencyRate"]).quantize(Decimal("0.01"), "ROUND_HALF_UP") * 100
        )


def test_bank_account_when_compared_with_what_moved_then_equal(lively: Any) -> None:
    """Recount one home-currency bank account from the wire alone."""
    bank = lively.org.account("090").record_id
    amount = Decimal(lively.org.conversion_balances[bank]) / 100
    for row in lively.rows("BankTransactions", page=1, pageSize=1000):
        if row["BankAccount"]["AccountID"] == bank and row["Status"] == "AUTHORISED":
            amount += Decimal(str(row["Total"])) * (1 if row["Type"].startswith("RECEIVE") else -1)
    for row in lively.rows("Payments", page=1, pageSize=1000):
        if row["Account"]["AccountID"] == bank and row["Status"] == "AUTHORISED":
            incoming = row["PaymentType"] == "ACCRECPAYMENT"
            amount += Decimal(str(row["BankAmount"])) * (1 if incoming else -1)
    for row in lively.rows("ExpenseClaims"):
        amount -= Decimal(str(row["AmountPaid"]))
    standing = _standing(lively.get("Reports/TrialBalance").json()["Reports"][0])
    assert standing[bank] == amount


def test_foreign_bank_account_when_reported_then_stands_at_the_rate_of_the_day(lively: Any) -> None:
    """Recount the Euro account from the wire, in Euro, and turn it at the day's rate."""
    bank = lively.org.account("092").record_id
    euro = Decimal(0)
    for row in lively.rows("BankTransactions", page=1, pageSize=1000):
        if row["BankAccount"]["AccountID"] == bank and row["Status"] == "AUTHORISED":
            euro += Decimal(str(row["Total"])) * (1 if row["Type"].startswith("RECEIVE") else -1)
    for row in lively.rows("Payments", page=1, pageSize=1000):
        if row["Account"]["AccountID"] == bank and row["Status"] == "AUTHORISED":
            incoming = row["PaymentType"] == "ACCRECPAYMENT"
            euro += Decimal(str(row["BankAmount"])) * (1 if incoming else -1)
    standing = _standing(lively.get("Reports/TrialBalance").json()["Reports"][0])
    assert standing[bank] == (euro / lively.org.rate("EUR", TODAY)).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    assert standing[lively.org.account("BANKCURRENCYGAIN").record_id] != 0
    assert standing[lively.org.account("UNREALISEDCURRENCYGAIN").record_id] != 0


def test_revaluation_when_switched_off_then_the_trial_balance_holds_documents_only() -> None:
    org = build_organisation("lively", seed=7, now=lambda: datetime(2026, 11, 22, 12, 0, tzinfo=UTC))
    org.revalues = False
    standing = _standing(Reporter(org).trial_balance({}))
    assert org.account("UNREALISEDCURRENCYGAIN").record_id not in standing
    assert org.account("BANKCURRENCYGAIN").record_id not in standing
    assert org.account("REALISEDCURRENCYGAIN").record_id in standing


def test_balance_sheet_when_read_then_net_assets_equal_equity_in_every_period(lively: Any) -> None:
    report = lively.get("Reports/BalanceSheet", date="2026-10-31", periods=3, timeframe="MONTH").json()[
        "Reports"
    ][0]
    rows = _rows(report)
    assert [cell["Value"] for cell in report["Rows"][0]["Cells"]] == [
        "",
        "31 Oct 2026",
        "30 Sep 2026",
        "31 Aug 2026",
        "31 Jul 2026",
    ]
    assert rows["Net Assets"] == rows["Total Equity"]
    assert CURRENT_YEAR_EARNINGS in str(report)
    assert report["ReportTitles"] == ["Balance Sheet", "Harbour & Sons Trading Ltd", "As at 31 October 2026"]


def test_profit_and_loss_when_read_for_the_year_then_equals_current_year_earnings(lively: Any) -> None:
    profit = lively.get("Reports/ProfitAndLoss", fromDate="2026-04-01", toDate="2026-11-22").json()[
        "Reports"
    ][0]
    sheet = lively.get("Reports/BalanceSheet", date="2026-11-22").json()["Reports"][0]
    assert _rows(profit)["Net Profit"] == _rows(sheet)["Current Year Earnings"]


def test_retained_earnings_when_the_year_turns_then_take_up_the_result(lively: Any) -> None:
    reporter = Reporter(lively.org)
    before = _standing(reporter.trial_balance({"date": "2026-03-31"}))
    after = _standing(reporter.trial_balance({"date": "2026-04-01"}))
    result = Decimal(reporter.profit(date(2025, 4, 1), date(2026, 3, 31))) / 100
    assert result != 0
    assert after[reporter.retained] - before[reporter.retained] == result


@pytest.mark.parametrize("query", [{"date": "yesterday"}, {"date": "2026-13-01"}])
def test_report_when_the_date_is_nonsense_then_400(lively: Any, query: dict[str, str]) -> None:
    assert lively.get("Reports/TrialBalance", **query).status_code == 400


def test_trial_balance_when_an_invoice_is_added_or_voided_then_follows(desk: Any) -> None:
    caller = desk.link()

    def receivable() -> Decimal:
        report = caller.get("Reports/TrialBalance").json()["Reports"][0]
        return _standing(report).get(caller.org.account("DEBTORS").record_id, Decimal(0))

    before = receivable()
    invoice = caller.org.add_invoice(total="250.00")
    assert receivable() == before + 250
    caller.org.change("Invoices", invoice, Status="VOIDED")
    assert receivable() == before
