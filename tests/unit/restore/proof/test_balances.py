"""Trial balances and what contacts owe: every account on every day, every contact by age."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.organisation import OrganisationFacts
from bot.domain.proof import Finding, Proof
from bot.domain.restore_plan import BalanceDifference
from bot.restore.model import IdMap
from bot.restore.outcomes import StepState
from bot.restore.proof import balances
from bot.restore.source import MemorySource
from bot.sandbox.xero.wire import encode
from tests.unit.restore.proof.bench import Records, all_created, compared, same_ids, summary_of

FACTS = OrganisationFacts(name="Books", base_currency="GBP")
MAY, JUNE = date(2026, 5, 31), date(2026, 6, 30)
ACCOUNTS = {
    "A1": {"AccountID": "A1", "Code": "200", "Name": "Sales"},
    "a2": {"AccountID": "a2", "Code": "090", "Name": "Bank"},
}


def report(**amounts: str) -> dict[str, Any]:
    """Give a trial balance in Xero's shape."""
    titles = ("Account", "Debit", "Credit", "YTD Debit", "YTD Credit")
    rows = [
        {
            "RowType": "Row",
            "Cells": [
                {"Value": key, "Attributes": [{"Id": "account", "Value": key.upper()}]},
                {"Value": ""},
                {"Value": ""},
                {"Value": amount if not amount.startswith("-") else ""},
                {"Value": amount[1:] if amount.startswith("-") else ""},
            ],
        }
        for key, amount in amounts.items()
    ]
    header = {"RowType": "Header", "Cells": [{"Value": title} for title in titles]}
    return {"Rows": [header, {"RowType": "Section", "Rows": rows}]}


def books(*reports: tuple[date, dict[str, Any]], accounts: Any = ACCOUNTS) -> Records:
    return {"accounts": accounts, "trial_balance": {f"TrialBalance/{on}": one for on, one in reports}}


def prove(here: Records, there: Records, ids: IdMap | None = None, **more: Any) -> Proof:
    source, target = MemorySource(FACTS, here), MemorySource(FACTS, there)
    outcomes = more.pop("outcomes", all_created({"accounts": here["accounts"]}))
    return compared(source, target, outcomes, ids or same_ids(here), **more)


def foreseen(account: str, on: date, amount: str, **more: Any) -> Any:
    told = BalanceDifference(
        account="200 Sales", currency="", on=on, amount=Decimal(amount), why="", account_id=account, **more
    )
    return summary_of(balances=(told,))


def test_balances_when_equal_on_every_day_then_they_are_only_counted() -> None:
    both = books((MAY, report(a1="-10.00", a2="10.00")), (JUNE, report(a1="-1,200.00", a2="1200.00")))
    proof = prove(both, both)
    assert (proof.balances, proof.balances_compared, proof.balances_equal) == ((), 4, 4)
    assert proof.not_verified == ()


def test_balance_when_it_differs_as_foreseen_then_the_other_one_does_not() -> None:
    here = books((MAY, report(a1="-10.00", a2="10.00")))
    there = books((MAY, report(a1="-7.00", a2="7.00")))
    proof = prove(here, there, summary=foreseen("a1", MAY, "3.00"))
    assert [(one.account, one.finding, one.predicted) for one in proof.balances] == [
        ("090 · Bank", Finding.NOT_PREDICTED, Decimal("0.00")),
        ("200 · Sales", Finding.AS_PREDICTED, Decimal("3.00")),
    ]
    assert (proof.as_predicted, proof.not_predicted) == (1, 1)


def test_balance_when_it_differs_otherwise_than_foreseen_then_it_says_so() -> None:
    here, there = books((MAY, report(a1="-10.00"))), books((MAY, report(a1="-6.00")))
    (one,) = prove(here, there, summary=foreseen("a1", MAY, "3.00")).balances
    assert (one.finding, one.why) == (Finding.NOT_PREDICTED, balances.NOT_ONLY)


def test_balance_when_its_amount_could_not_be_foreseen_then_it_is_not_verified() -> None:
    here, there = books((MAY, report(a1="-10.00"))), books((MAY, report(a1="-6.00")))
    proof = prove(here, there, summary=foreseen("a1", MAY, "3.00", is_exact=False))
    (one,) = proof.balances
    assert (one.finding, one.why) == (Finding.NOT_VERIFIED, balances.RATES)
    assert (proof.not_predicted, proof.as_predicted) == (0, 0)
    assert proof.not_verified == (balances.LOOSE.format(1),)


def test_balance_when_xero_refused_records_then_it_is_not_predicted_and_says_why() -> None:
    here, there = books((MAY, report(a1="-10.00"))), books((MAY, report(a1="-6.00")))
    first, second = all_created({"accounts": ACCOUNTS})
    refused = [first, type(second)(number=9, step=second.step, state=StepState.REFUSED, words=("No.",))]
    (one,) = prove(here, there, outcomes=refused).balances
    assert (one.finding, one.why) == (Finding.NOT_PREDICTED, balances.REFUSED)


def test_accounts_when_two_became_one_then_their_balances_are_added() -> None:
    here = books((MAY, report(a1="-10.00", a2="-5.00")))
    there = books((MAY, report(b1="-15.00", b9="4.00")), accounts={"b1": {"AccountID": "b1", "Name": "Both"}})
    ids = IdMap()
    ids.add("accounts", "A1", "B1")
    ids.add("accounts", "a2", "B1")
    (one,) = prove(here, there, ids, outcomes=[]).balances
    assert (one.account, one.source, one.target) == ("b9", Decimal("0.00"), Decimal("4.00"))


def test_days_when_the_target_does_not_have_them_then_the_extra_reports_stand_in() -> None:
    here = books((MAY, report(a1="-10.00", a2="10.00")))
    there = books((JUNE, report(a1="-99.00")))
    extra = {MAY: encode(report(a1="-10.00", a2="10.00"))}
    assert prove(here, there, extra_balances=extra).balances_equal == 2
    proof = prove(here, there)
    assert proof.not_verified == (
        "The target's trial balance of 2026-05-31 could not be read, so 2 accounts are not compared.",
    )
    assert proof.balances_compared == 0


def test_report_when_it_cannot_be_understood_then_nothing_is_verified() -> None:
    here = books((MAY, {"Rows": []}))
    assert "could not be understood" in prove(here, here).not_verified[0]


def document(key: str, due: str, amount: str, currency: str = "EUR", kind: str = "ACCREC") -> dict[str, Any]:
    return {
        "InvoiceID": key,
        "InvoiceNumber": key,
        "Type": kind,
        "Status": "AUTHORISED",
        "Contact": {"ContactID": "c1"},
        "DueDate": due,
        "AmountDue": Decimal(amount),
        "CurrencyCode": currency,
    }


def owing(*documents: dict[str, Any]) -> Records:
    contact = {"c1": {"ContactID": "c1", "Name": "Ægir"}}
    return {"contacts": contact, "accounts": {}} | {"invoices": {one["InvoiceID"]: one for one in documents}}


def owed(here: Records, there: Records) -> Proof:
    return prove(here, there, outcomes=all_created(here))


def test_contact_when_the_sum_is_the_same_but_older_then_the_ages_are_told() -> None:
    here, there = owing(document("i1", "2026-12-31", "50.00")), owing(document("i1", "2026-11-20", "50.00"))
    (one,) = owed(here, there).contacts
    assert (one.source, one.target, one.name) == (Decimal("50.00"), Decimal("50.00"), "Ægir")
    assert "not due yet: 0.00 instead of 50.00; up to 30 days late: 50.00 instead of 0.00" in one.why


def test_contact_when_equal_in_one_currency_then_only_the_other_one_is_told() -> None:
    first, second = document("i1", "2026-12-31", "50.00"), document("i2", "2026-12-31", "7.00", "GBP")
    proof = owed(owing(first, second), owing(first, second | {"AmountDue": Decimal("8.00")}))
    (one,) = proof.contacts
    assert (one.currency, one.kind, one.finding) == ("GBP", "receivable", Finding.NOT_PREDICTED)
    assert (proof.contacts_compared, proof.contacts_equal) == (2, 1)
    assert proof.balances == ()


def test_currency_when_what_is_open_differs_then_it_is_a_balance_of_its_own() -> None:
    first = document("i1", "2026-12-31", "50.00", kind="ACCPAY")
    (one,) = owed(owing(first), owing(first | {"AmountDue": Decimal("49.00")})).balances
    assert (one.account, one.currency) == ("Payable, open amounts of documents", "EUR")
    assert one.finding is Finding.NOT_PREDICTED


def test_amount_when_it_is_none_then_the_document_counts_as_not_verified() -> None:
    broken = owing(document("i1", "2026-12-31", "50.00") | {"AmountDue": "many"})
    assert any("amounts that are none" in one for one in owed(broken, broken).not_verified)


@pytest.mark.parametrize(("due", "late"), [("2026-11-22", 0), ("2026-11-21", 1), ("2026-10-22", 2), ("", 0)])
def test_age_when_days_pass_then_it_counts_by_thirty(due: str, late: int) -> None:
    from bot.restore.proof.owing import AGES

    here = owing(document("i1", due, "50.00"))
    there = owing(document("i1", "2020-01-01", "50.00"))
    (one,) = owed(here, there).contacts
    assert f"{AGES[late]}: 0.00 instead of 50.00" in one.why
