"""Manual journals: balanced, on permitted accounts, and in the books."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.sandbox.xero.writing import messages


def journal(*lines: tuple[str, float], **more: Any) -> dict[str, Any]:
    made = [
        {"LineAmount": amount, "AccountCode": code} for code, amount in lines or (("416", 5), ("711", -5))
    ]
    wanted = {"Narration": "Depreciation", "Date": "2026-10-31", "Status": "POSTED", "JournalLines": made}
    return {name: value for name, value in (wanted | more).items() if value is not None}


def test_journal_when_posted_then_in_the_books_and_when_draft_not(pen: Any) -> None:
    row = pen.put("ManualJournals", {"ManualJournals": [journal(Status=None)]}).one()
    assert (row["Status"], row["LineAmountTypes"], pen.standing("416")) == ("DRAFT", "NoTax", 0)
    path = f"ManualJournals/{row['ManualJournalID']}"
    assert pen.post(path, {"Status": "POSTED"}).one()["Status"] == "POSTED"
    assert (pen.standing("416"), pen.standing("711")) == (5, -5)
    assert pen.post(path, {"Status": "VOIDED"}).one()["Status"] == "VOIDED"
    assert pen.standing("416") == 0
    assert "cannot become" in pen.post(path, {"Status": "POSTED"}).unpublished


def test_journal_when_unbalanced_then_both_sums_with_their_signs(pen: Any) -> None:
    answer = pen.put("ManualJournals", journal(("416", 100), ("711", -10)))
    assert answer.errors == ["The total debits (100.00) must equal total credits (-10.00)"]


@pytest.mark.parametrize("code", ["610", "800", "960", "090", "630", "498", "499", "nope"])
def test_journal_when_the_account_is_forbidden_then_refused(pen: Any, code: str) -> None:
    pen.bank()
    answer = pen.put("ManualJournals", journal((code, 5), ("711", -5)))
    assert answer.errors == [f"Account code '{code}' is not a valid code for this document."]


def test_journal_when_a_draft_names_no_known_account_then_warned_and_stripped(pen: Any) -> None:
    row = pen.put("ManualJournals", journal(("476", 5), ("711", -5), Status="DRAFT")).one()
    assert row["Warnings"] == [{"Message": messages.code_removed("476")}]
    assert row["JournalLines"][0].get("AccountCode", "") == ""
    again = pen.put(
        "ManualJournals", journal(("476", 5), ("711", -5), Status="DRAFT"), summarizeErrors="false"
    )
    assert again.one()["StatusAttributeString"] == "WARNING"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"Narration": None}, "Narration"),
        ({"JournalLines": [{"LineAmount": 0, "AccountCode": "416"}]}, "two lines"),
        ({"Status": "VOIDED"}, "VOIDED"),
    ],
)
def test_journal_when_something_is_missing_then_refused(pen: Any, wrong: dict[str, Any], why: str) -> None:
    assert why in pen.put("ManualJournals", journal(**wrong)).unpublished


def test_journal_when_dated_in_a_locked_time_then_refused(pen: Any) -> None:
    pen.org.change("Organisations", pen.org.tenant_id, PeriodLockDate=date(2026, 10, 31))
    assert "period lock date" in pen.put("ManualJournals", journal()).errors[0]
    assert pen.put("ManualJournals", journal(Date="2026-11-01")).status == 200


@pytest.mark.parametrize(("amounts", "cost"), [("Exclusive", 100), ("Inclusive", 100)])
def test_journal_when_taxed_then_the_tax_goes_to_its_account(pen: Any, amounts: str, cost: int) -> None:
    gross = {"Exclusive": -120, "Inclusive": -120}[amounts]
    lines = [
        {"LineAmount": 100 if amounts == "Exclusive" else 120, "AccountCode": "429", "TaxType": "INPUT2"},
        {"LineAmount": gross, "AccountCode": "850", "TaxType": "NONE"},
    ]
    pen.put("ManualJournals", journal(LineAmountTypes=amounts, JournalLines=lines)).one()
    assert (pen.standing("429"), pen.standing("820"), pen.standing("850")) == (cost, 20, -120)


def test_journal_when_the_person_may_not_see_reports_then_403(open_pen: Any) -> None:
    assert open_pen(user="sam").put("ManualJournals", journal()).status == 403
