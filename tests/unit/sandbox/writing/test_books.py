"""Whatever is written, in whatever order: the trial balance balances and is the sum of all postings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox.xero.ledger import Bookkeeper
from bot.sandbox.xero.reports import Reporter

KINDS = ("sale", "bill", "credit", "advance", "journal", "pay", "allocate", "refund", "void", "unpay")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.integers(1, 99_999),
        st.sampled_from(["GBP", "EUR"]),
        st.sampled_from(["Exclusive", "Inclusive", "NoTax"]),
    ),
    min_size=4,
    max_size=14,
)
RATES = {"GBP": None, "EUR": "1.1765"}


class Step(NamedTuple):
    """One thing somebody does."""

    kind: str
    amount: Decimal
    currency: str
    amounts: str


class Writer:
    """Writes documents from numbers and looks for something to settle."""

    def __init__(self, pen: Any) -> None:
        self.pen = pen
        pen.put("Currencies", {"Code": "EUR"})
        pen.bank()
        pen.bank("091", CurrencyCode="EUR")

    def step(self, step: Step) -> None:
        getattr(self, f"_{step.kind}")(step)

    def _paper(self, collection: str, kind: str, step: Step) -> None:
        code = "200" if "REC" in kind else "429"
        line = {"Description": "x", "Quantity": 3, "UnitAmount": step.amount, "AccountCode": code}
        wanted = {"Type": kind, "Contact": {"Name": "One"}, "Date": "2026-10-01", "DueDate": "2026-10-31"}
        wanted |= {"Status": "AUTHORISED", "LineItems": [line], "LineAmountTypes": step.amounts}
        wanted |= {"CurrencyCode": step.currency, "CurrencyRate": RATES[step.currency]}
        assert self.pen.put(collection, wanted).status == 200

    def _sale(self, step: Step) -> None:
        self._paper("Invoices", "ACCREC", step)

    def _bill(self, step: Step) -> None:
        self._paper("Invoices", "ACCPAY", step)

    def _credit(self, step: Step) -> None:
        self._paper("CreditNotes", "ACCRECCREDIT", step)

    def _advance(self, step: Step) -> None:
        line = {"Description": "x", "UnitAmount": step.amount, "AccountCode": "200"}
        wanted = {
            "Type": "RECEIVE-PREPAYMENT",
            "BankAccount": {"Code": "091" if step.currency == "EUR" else "090"},
        }
        wanted |= {"Contact": {"Name": "One"}, "Date": "2026-10-01", "LineItems": [line]}
        assert self.pen.put("BankTransactions", wanted | {"LineAmountTypes": step.amounts}).status == 200

    def _journal(self, step: Step) -> None:
        lines = [
            {"LineAmount": sign * step.amount, "AccountCode": code}
            for sign, code in ((1, "416"), (-1, "711"))
        ]
        wanted = {"Narration": "x", "Status": "POSTED", "Date": "2026-10-01", "JournalLines": lines}
        assert self.pen.put("ManualJournals", wanted).status == 200

    def _open(self, collection: str, currency: str, left: str) -> dict[str, Any] | None:
        rows = self.pen.rows(collection, page=1)
        return next(
            (
                one
                for one in rows
                if one["Status"] == "AUTHORISED" and one["CurrencyCode"] == currency and one[left]
            ),
            None,
        )

    def _pay(self, step: Step) -> None:
        invoice = self._open("Invoices", step.currency, "AmountDue")
        if invoice is not None:
            wanted = {"Invoice": {"InvoiceID": invoice["InvoiceID"]}, "Account": {"Code": "090"}}
            wanted |= {"Date": "2026-10-05", "Amount": min(step.amount, invoice["AmountDue"])}
            assert self.pen.put("Payments", wanted).status == 200

    def _refund(self, step: Step) -> None:
        note = self._open("CreditNotes", step.currency, "RemainingCredit")
        if note is not None:
            wanted = {"CreditNote": {"CreditNoteID": note["CreditNoteID"]}, "Account": {"Code": "090"}}
            wanted |= {"Date": "2026-10-05", "Amount": min(step.amount, note["RemainingCredit"])}
            assert self.pen.put("Payments", wanted).status == 200

    def _allocate(self, step: Step) -> None:
        rows = [
            one for one in self.pen.rows("Invoices", page=1) if one["Type"] == "ACCREC" and one["AmountDue"]
        ]
        invoice = next((one for one in rows if one["CurrencyCode"] == step.currency), None)
        for collection, key in (("CreditNotes", "CreditNoteID"), ("Prepayments", "PrepaymentID")):
            credit = self._open(collection, step.currency, "RemainingCredit")
            if credit is not None and invoice is not None:
                most = min(step.amount, credit["RemainingCredit"], invoice["AmountDue"])
                wanted = {
                    "Invoice": {"InvoiceID": invoice["InvoiceID"]},
                    "Amount": most,
                    "Date": "2026-10-05",
                }
                assert self.pen.put(f"{collection}/{credit[key]}/Allocations", wanted).status == 200
                return

    def _void(self, _: Step) -> None:
        for row in self.pen.rows("Invoices", page=1):
            self.pen.post(f"Invoices/{row['InvoiceID']}", {"Status": "VOIDED"})
            return

    def _unpay(self, _: Step) -> None:
        for row in self.pen.rows("Payments", page=1):
            self.pen.post(f"Payments/{row['PaymentID']}", {"Status": "DELETED"})
            return


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_books_when_anything_is_written_then_balanced_and_the_sum_of_postings(
    open_pen: Callable[..., Any], steps: list[tuple[str, int, str, str]]
) -> None:
    pen = open_pen()
    pen.org.revalues = False
    writer = Writer(pen)
    for step in steps:
        writer.step(Step(step[0], Decimal(step[1]) / 100, *step[2:]))
    posted: Counter[str] = Counter()
    entries = list(Bookkeeper(pen.org).entries())
    for entry in entries:
        assert sum(amount for _, amount in entry.lines) == 0, entry
        for account, amount in entry.lines:
            posted[account] += amount
    reporter = Reporter(pen.org)
    total = reporter.trial_balance({})["Rows"][-1]["Rows"][0]["Cells"]
    assert total[3]["Value"] == total[4]["Value"]
    for account in reporter.accounts:
        assert (
            reporter.balances.moved(account["AccountID"], date.min, date.max) == posted[account["AccountID"]]
        )
    _check_control(pen)


def _check_control(pen: Any) -> None:
    """In the base currency, what is open must be what the control accounts hold."""
    owed = Decimal(0)
    for row in pen.rows("Invoices", page=1):
        if row["Status"] == "AUTHORISED" and row["CurrencyCode"] == "GBP":
            owed += row["AmountDue"] * (1 if row["Type"] == "ACCREC" else -1)
        assert (
            row["Status"] == "VOIDED"
            or row["AmountDue"] == row["Total"] - row["AmountPaid"] - row["AmountCredited"]
        )
        assert (row["Status"] == "PAID") == (row["AmountDue"] == 0 and row["Status"] != "VOIDED")
    for row in pen.rows("CreditNotes", page=1):
        if row["Status"] == "AUTHORISED" and row["CurrencyCode"] == "GBP":
            owed -= row["RemainingCredit"]
    if all(row["CurrencyCode"] == "GBP" for row in pen.rows("Invoices") + pen.rows("CreditNotes")):
        assert pen.standing("610") + pen.standing("800") == owed
