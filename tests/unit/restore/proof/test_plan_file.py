"""The plan as a workbook: every step, every reason with its records, all as text; flat memory."""

from __future__ import annotations

import re
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from bot.domain.restore import Restore, RestoreState
from bot.domain.restore_plan import Action, BalanceDifference, Check, TypeCount, Verdict
from bot.restore.model import Step
from bot.restore.planner import KIND, REASONS
from bot.restore.proof.plan_file import Known, write_plan
from tests.unit.restore.proof.bench import summary_of
from tests.unit.restore.proof.test_report import EVIL, MAIN, restore

SHEETS = [
    "Plan", "Checks", "Records by kind", "Left out and changed", "Predicted differences", "Manual steps",
    "Reasons by record", "Every step",
]  # fmt: skip
KNOWN = Known(kinds=KIND, reasons=REASONS)
REASON = next(one for one in REASONS.values() if one.moves_ledger and one.instead)
STEPS = (
    Step("contacts", "c-1", Action.CREATE, name=EVIL),
    Step("invoices", "i-1", Action.CHANGE, name="INV-1", reasons=(REASON.key, "of.another.version")),
    Step("evidence", "budgets", Action.LEAVE_OUT, part="3", name="3", reasons=("evidence.budgets",)),
)


def planned(**more: Any) -> Restore:
    told: dict[str, Any] = {
        "checks": (
            Check(key="r", title="Region", source_value="UK", target_value="UK", verdict=Verdict.PASSES),
        ),
        "counts": (TypeCount(key="contacts", title="Customers and suppliers", create=1, follows=2),),
        "balances": (
            BalanceDifference(
                account="090 Bank", currency="", on=date(2026, 10, 31), amount=Decimal("-1.25"), why="So."
            ),
            BalanceDifference(
                account="499 Gains", currency="", on=date(2026, 10, 31), amount=Decimal(0), why="Rates.",
                is_exact=False,
            ),
        ),
    }  # fmt: skip
    waiting: dict[str, Any] = {"state": RestoreState.WAITING, "proof": None, "plan": summary_of(**told)}
    return restore(**(waiting | more))


@pytest.fixture
def book(tmp_path: Path) -> dict[str, str]:
    """Every part of the workbook."""
    write_plan(tmp_path / "plan.xlsx", planned(), lambda: iter(STEPS), KNOWN)
    with zipfile.ZipFile(tmp_path / "plan.xlsx") as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


def cells(book: dict[str, str], sheet: str) -> list[list[str]]:
    tree = ET.fromstring(book[f"xl/worksheets/sheet{SHEETS.index(sheet) + 1}.xml"])  # noqa: S314
    texts = {f"{MAIN}t", f"{MAIN}v"}
    return [
        ["".join(part.text or "" for part in cell.iter() if part.tag in texts) for cell in row]
        for row in tree.iter(f"{MAIN}row")
    ]


def test_plan_when_written_then_every_sheet_is_there_and_no_cell_can_run(book: dict[str, str]) -> None:
    assert re.findall(r'<sheet name="([^"]+)"', book["xl/workbook.xml"]) == SHEETS
    sheets = [text for name, text in book.items() if name.startswith("xl/worksheets/")]
    assert not any("<f>" in text or "<hyperlink" in text for text in sheets)


def test_plan_when_written_then_says_that_nothing_is_written_and_what_it_is(book: dict[str, str]) -> None:
    said = {row[0]: row[1] for row in cells(book, "Plan") if len(row) > 1}
    assert said["Into"] == "New <Ltd>"
    assert said["Plan"].startswith("fingerprint ffff")
    assert (said["Records: created"], said["Records that come with others"]) == ("1", "2")
    assert any("Nothing is written before it is approved" in row[1] for row in cells(book, "Plan") if row[1:])


def test_plan_when_written_then_lists_checks_counts_and_predicted_differences(book: dict[str, str]) -> None:
    assert cells(book, "Checks")[1] == ["Region", "UK", "UK", "passes", ""]
    assert cells(book, "Records by kind")[1] == ["Customers and suppliers", "1", "0", "0", "0", "0", "2"]
    exact, unknown = cells(book, "Predicted differences")[2:]
    assert (exact[0], exact[3], exact[4]) == ("090 Bank", "-1.25", "So.")
    assert unknown[3] == "not foreseen"


def test_plan_when_written_then_each_step_and_each_reason_stands_with_its_record(
    book: dict[str, str],
) -> None:
    steps = cells(book, "Every step")[2:]
    assert [row[0] for row in steps] == ["1", "2", "3"]
    assert steps[0][1:4] == ["Customers and suppliers", EVIL, "created"]
    assert steps[1][4].splitlines()[0] == REASON.sentence
    assert steps[2][2] == "Budgets: 3"
    rows = cells(book, "Reasons by record")[1:]
    assert rows[0][1:6] == ["INV-1", "comes back changed", REASON.sentence, REASON.instead, "yes"]
    assert rows[1][3] == "This version of Ledgerkeep does not know this reason: of.another.version."
    assert len(rows) == 3
    assert "<autoFilter" in book["xl/worksheets/sheet8.xml"]


def test_plan_when_there_is_none_then_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no plan"):
        write_plan(tmp_path / "plan.xlsx", planned(plan=None), lambda: (), KNOWN)


def test_plan_when_it_has_many_steps_then_memory_stays_flat(tmp_path: Path) -> None:
    def many(count: int) -> Iterator[Step]:
        return (
            Step("invoices", f"{number:036d}", Action.CREATE, name=f"INV-{number:06d} " + "x" * 80)
            for number in range(count)
        )

    peaks = []
    for count in (500, 4000):
        tracemalloc.start()
        write_plan(tmp_path / f"{count}.xlsx", planned(), partial(many, count), KNOWN)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 500_000
