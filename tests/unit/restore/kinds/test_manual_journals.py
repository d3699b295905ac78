"""Manual journals: which come back and how, and what is sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bot.domain.restore_plan import Action
from bot.restore.kinds.manual_journals import MANUAL_JOURNALS
from bot.restore.model import Phase, Step
from tests.unit.restore.kinds.documents_ground import ground, ids


def entry(amount: str, account: str = "sales", code: str | None = "200", **fields: Any) -> dict[str, Any]:
    plain = {
        "LineAmount": Decimal(amount),
        "AccountID": account,
        "AccountCode": code,
        "TaxType": "NONE",
        "TaxAmount": Decimal("0.00"),
        "Description": "",
        "Tracking": [],
    }
    return {key: value for key, value in (plain | fields).items() if value is not None}


def journal(*lines: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "ManualJournalID": "mj-1",
        "Narration": "Accrual",
        "Date": "/Date(1772323200000+0000)/",
        "Status": "POSTED",
        "LineAmountTypes": "NoTax",
        "ShowOnCashBasisReports": False,
        "JournalLines": list(lines) or [entry("10.00"), entry("-10.00", "loan", "900")],
    } | fields


def plan(record: dict[str, Any], **wishes: Any) -> Step:
    there = ground(record, resource="manual_journals", id_field="ManualJournalID", **wishes)
    (step,) = MANUAL_JOURNALS.plan(there)
    assert there.will_exist("manual_journals", "mj-1") is step.writes
    return step


def test_journal_when_posted_then_it_is_created_as_it_was() -> None:
    tracked = [{"TrackingCategoryID": "region", "TrackingOptionID": "north"}]
    record = journal(
        entry("10.00", Description="Part", Tracking=tracked),
        entry("-10.00", "loan", "900"),
        Url="https://x.example",
    )
    step = plan(record)
    assert (step.action, step.reasons, step.phase) == (Action.CREATE, (), Phase.SECOND)
    assert MANUAL_JOURNALS.payload(step, record, ids()) == {
        "Narration": "Accrual",
        "Date": "2026-03-01",
        "Status": "POSTED",
        "LineAmountTypes": "NoTax",
        "ShowOnCashBasisReports": False,
        "Url": "https://x.example",
        "JournalLines": [
            {
                "LineAmount": Decimal("10.00"),
                "AccountCode": "200-",
                "Description": "Part",
                "TaxType": "NONE-",
                "Tracking": [{"TrackingCategoryID": "region-", "TrackingOptionID": "north-"}],
            },
            {"LineAmount": Decimal("-10.00"), "AccountCode": "900-", "TaxType": "NONE-"},
        ],
    }


def test_journal_when_it_has_tax_then_the_amount_of_it_is_kept() -> None:
    taxed = entry("10.00", TaxType="OUTPUT2", TaxAmount=Decimal("2.01"))
    record = journal(taxed, entry("-12.01", "loan", "900"), LineAmountTypes="Exclusive")
    sent = MANUAL_JOURNALS.payload(plan(record), record, ids())
    assert [line.get("TaxAmount") for line in sent["JournalLines"]] == [Decimal("2.01"), Decimal("0.00")]


@pytest.mark.parametrize("account", [("bank", "090"), ("stock", "630"), ("owed", "610"), ("left", "960")])
@pytest.mark.parametrize("status", ["POSTED", "DRAFT"])
def test_journal_when_a_line_is_on_an_account_journals_refuse_then_it_is_blocked(
    account: tuple[str, str], status: str
) -> None:
    step = plan(journal(entry("10.00"), entry("-10.00", *account), Status=status))
    assert (step.action, step.reasons) == (Action.BLOCKED, ("manual_journals.account",))


def test_journal_when_an_account_or_tax_rate_will_be_missing_then_it_is_blocked() -> None:
    record = journal(entry("10.00", TaxType="GONE"), entry("-10.00", "unknown", "999"))
    assert plan(record).reasons == ("blocked.account", "blocked.tax")


def test_draft_when_an_account_will_be_missing_then_it_comes_back_without_it() -> None:
    record = journal(entry("10.00"), entry("-10.00", "unknown", "999"), Status="DRAFT")
    step = plan(record)
    assert (step.action, step.reasons) == (Action.CHANGE, ("changed.account",))
    sent = MANUAL_JOURNALS.payload(step, record, ids())
    assert sent["Status"] == "DRAFT"
    assert "AccountCode" not in sent["JournalLines"][1]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("VOIDED", "documents.voided"),
        ("DELETED", "documents.voided"),
        ("ARCHIVED", "documents.unknown_status"),
    ],
)
def test_journal_when_voided_deleted_or_of_unknown_status_then_it_is_left_out(
    status: str, reason: str
) -> None:
    step = plan(journal(Status=status))
    assert (step.action, step.reasons) == (Action.LEAVE_OUT, (reason,))


def test_journal_when_lines_are_blank_then_they_are_not_sent_and_too_few_are_refused() -> None:
    blank = {"IsBlank": True, "LineAmount": Decimal("0.00"), "TaxAmount": Decimal("0.00"), "Tracking": []}
    record = journal(entry("10.00"), blank, entry("-10.00", "loan", "900"))
    assert len(MANUAL_JOURNALS.payload(plan(record), record, ids())["JournalLines"]) == 2
    assert plan(journal(entry("0.00"), blank)).reasons == ("manual_journals.too_short",)


def test_journal_when_it_has_no_narration_then_it_gets_one() -> None:
    record = journal(Narration="")
    step = plan(record)
    assert step.reasons == ("manual_journals.no_narration",)
    assert MANUAL_JOURNALS.payload(step, record, ids())["Narration"] == "Manual journal"


def test_journal_when_its_tracking_is_archived_then_it_is_written_first() -> None:
    record = journal(entry("10.00", Tracking=[{"TrackingOptionID": "old"}]), entry("-10.00", "loan", "900"))
    assert plan(record, first=["old"]).phase is Phase.FIRST


def test_likeness_when_sent_and_returned_then_it_is_the_same_and_another_journal_has_its_own() -> None:
    assert MANUAL_JOURNALS.settle is not None
    record, likeness = journal(), MANUAL_JOURNALS.settle.likeness
    sent = MANUAL_JOURNALS.payload(plan(record), record, ids())
    assert likeness(sent) == likeness(record)
    assert likeness(sent) != likeness(record | {"Narration": "Another"})
