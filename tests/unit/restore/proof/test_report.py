"""The workbook that people keep: read back from its own XML, with everything in it as text."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from bot.domain.names import OrganisationId, WorkspaceId
from bot.domain.proof import BalanceProof, ContactProof, FieldDifference, Finding, Proof, Refusal, TypeProof
from bot.domain.restore import Decision, Restore, RestoreId, RestoreState
from bot.domain.restore_plan import Action, Choice, ReasonLine, Todo
from bot.restore.model import Step
from bot.restore.outcomes import StepOutcome, StepState
from bot.restore.planner import KIND
from bot.restore.proof.created import created_records
from bot.restore.proof.report import CreatedRecord, write_report
from bot.restore.source import MemorySource
from tests.unit.restore.proof.bench import NOON, summary_of
from tests.unit.restore.proof.small import CONTACT, FACTS

EVIL = '=HYPERLINK("https://example.com","<!channel>")'
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TEXTS = {f"{MAIN}t", f"{MAIN}v"}
SHEETS = [
    "Summary", "Records by type", "Left out and changed", "Refused by Xero", "Differences", "Trial balances",
    "Contacts", "Manual steps", "Created records",
]  # fmt: skip


def restore(**more: Any) -> Restore:
    told = {
        "reasons": (
            ReasonLine(
                key="k",
                title="Invoices",
                action=Action.LEAVE_OUT,
                count=2,
                sentence="Because.",
                examples=(EVIL,),
            ),
        ),
        "todos": (Todo(key="t", sentence="Enter the numbers.", before=False, count=3),),
    }
    proof = Proof(
        compared_at=NOON,
        target_snapshot_id="read-back",
        types=(TypeProof(key="invoices", title="Invoices", planned=5, created=4, refused=1, found=4),),
        fields=(
            FieldDifference(
                title="Invoices", name=EVIL, field="Reference", source_value="+1", target_value="@x",
                finding=Finding.NOT_PREDICTED,
            ),
        ),
        balances=(
            BalanceProof(
                account="200 Sales", currency="", on=NOON.date(), source=Decimal("1.10"),
                target=Decimal("-1234.56"), predicted=Decimal(0), finding=Finding.AS_PREDICTED,
            ),
        ),
        contacts=(
            ContactProof(
                name="Ægir", kind="payable", currency="EUR", source=Decimal(1), target=Decimal(2),
                finding=Finding.NOT_PREDICTED, why="So.",
            ),
        ),
        refusals=(Refusal(title="Invoices", name="INV-1", words="Invoice # must be unique."),),
        not_verified=("Attachments: nobody could.",),
    )  # fmt: skip
    standard: dict[str, Any] = {
        "id": RestoreId("r" * 32), "workspace_id": WorkspaceId("w"), "source_id": OrganisationId("s"),
        "source_name": "Harbour & Sons", "target_id": OrganisationId("t"), "target_name": "New <Ltd>",
        "snapshot_id": "snap-1", "snapshot_taken_at": NOON, "choice": Choice(), "reason": EVIL,
        "is_drill": False, "state": RestoreState.DIFFERENT, "state_since": NOON, "requested_by": "U0ANA",
        "requested_at": NOON, "channel_id": "C1", "expires_at": NOON + timedelta(days=7), "needed": 1,
        "decisions": (Decision(user_id="U0BEN", approved=True, at=NOON, reason="Checked."),),
        "plan": summary_of(**told), "proof": proof, "reference": "R-7",
    }  # fmt: skip
    return Restore(**standard | more)


@pytest.fixture
def book(tmp_path: Path) -> dict[str, str]:
    """Every part of the workbook."""
    made = [CreatedRecord(title="Invoices", name=EVIL, target_id="11-22")] * 3
    write_report(tmp_path / "report.xlsx", restore(), iter(made))
    with zipfile.ZipFile(tmp_path / "report.xlsx") as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


def cells(book: dict[str, str], sheet: str) -> list[list[str]]:
    tree = ET.fromstring(book[f"xl/worksheets/sheet{SHEETS.index(sheet) + 1}.xml"])  # noqa: S314
    return [
        [
            "".join(part.text or "" for part in cell.iter() if part.tag in {f"{MAIN}t", f"{MAIN}v"})
            for cell in row
        ]
        for row in tree.iter(f"{MAIN}row")
    ]


def test_report_when_written_then_every_sheet_is_there_and_no_cell_can_run(book: dict[str, str]) -> None:
    assert re.findall(r'<sheet name="([^"]+)"', book["xl/workbook.xml"]) == SHEETS
    sheets = [text for name, text in book.items() if name.startswith("xl/worksheets/")]
    assert not any("<f>" in text or "hyperlink" in text.replace("HYPERLINK", "") for text in sheets)
    assert not any("externalLink" in name or "vba" in name for name in book)


def test_summary_when_read_then_it_says_who_what_and_when(book: dict[str, str]) -> None:
    said = {row[0]: row[1] for row in cells(book, "Summary") if len(row) > 1}
    assert said["Restore"] == "R-7"
    assert said["Result"].startswith("Done, with differences that the plan had not named")
    assert said["From"] == "Harbour & Sons, snapshot snap-1"
    assert said["Into"] == "New <Ltd>"
    assert said["Asked for by"] == "U0ANA, 2026-11-22 12:00 UTC"
    assert said["Approved by"] == "U0BEN · 2026-11-22 12:00 UTC · Checked."
    assert said["Plan"].startswith("fingerprint ffff")
    assert (said["Records planned"], said["Records created"], said["Not verified"]) == (
        "5", "4", "Attachments: nobody could."
    )  # fmt: skip


def test_sheets_when_read_then_they_hold_what_was_found(book: dict[str, str]) -> None:
    assert cells(book, "Records by type")[1][:5] == ["Invoices", "5", "4", "0", "1"]
    assert cells(book, "Left out and changed")[1][:4] == ["Invoices", "left out", "2", "Because."]
    assert cells(book, "Refused by Xero")[2] == [
        "Invoices", "INV-1", "refused by Xero", "Invoice # must be unique."
    ]  # fmt: skip
    row = ["NOT as the plan said", "Invoices", EVIL, "Reference", "+1", "@x", ""]
    assert cells(book, "Differences")[2] == row
    assert cells(book, "Trial balances")[2][4:8] == ["1.10", "-1234.56", "-1235.66", "0"]
    assert cells(book, "Contacts")[2][1:4] == ["Ægir", "payable", "EUR"]
    assert cells(book, "Manual steps")[1] == ["after", "3", "Enter the numbers."]
    assert cells(book, "Created records")[2:] == [["Invoices", EVIL, "11-22"]] * 3


def test_report_when_there_is_no_proof_then_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a plan and a proof"):
        write_report(tmp_path / "report.xlsx", replace(restore(), proof=None), ())


def test_created_when_a_record_was_finished_later_then_it_is_listed_once() -> None:
    source = MemorySource(FACTS, {"contacts": {"c1": CONTACT}})
    steps = (
        Step("contacts", "c1", Action.CREATE),
        Step("archived_contacts", "c1", Action.CHANGE, part="archive"),
        Step("contacts", "c2", Action.MATCH, target_key="C2"),
        Step("contact_group_members", "g", Action.CREATE, part="c1"),
    )
    outcomes = [
        StepOutcome(number=at, step=step, state=StepState.DONE, target_key=key)
        for at, (step, key) in enumerate(zip(steps, ("C1", "C1", "C2", ""), strict=True))
    ]
    assert list(created_records(source, outcomes, KIND)) == [
        CreatedRecord(title="Customers and suppliers", name="Ægir & Rán", target_id="C1")
    ]
