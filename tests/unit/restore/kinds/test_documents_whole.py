"""A whole company's documents, planned and written into a new organisation: all taken, all totals equal."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.restore_plan import Action
from bot.restore.kinds import lines
from bot.restore.kinds.documents import total_of_lines
from bot.restore.model import Phase
from bot.restore.source import MemorySource
from bot.sandbox.xero import PretendOrganisation
from bot.sandbox.xero.demo import build_organisation
from tests.unit.restore.kinds.bench_of_lists import NOON
from tests.unit.restore.kinds.documents_bench import DOCUMENTS, Bench, copy_of
from tests.unit.sandbox.writing.conftest import Pen, open_pen

__all__ = ["open_pen"]  # a fixture
Pens = Callable[..., Pen]
OWN = {kind.key for kind in DOCUMENTS}
REASONS = {one.key: one for one in (*lines.REASONS, *(one for kind in DOCUMENTS for one in kind.reasons))}
MONEY = ("Type", "SubTotal", "TotalTax", "Total", "CurrencyCode", "CurrencyRate", "LineAmountTypes")
SAME = ("DateString", "DueDateString", "Reference", "SentToContact", "Url", "PlannedPaymentDate")
LINE = ("Description", "Quantity", "UnitAmount", "LineAmount", "TaxAmount", "DiscountRate", "ItemCode")


@pytest.fixture(scope="module")
def lively() -> PretendOrganisation:
    return build_organisation("lively", seed=7, now=lambda: NOON)


@pytest.fixture
def bench(lively: PretendOrganisation, open_pen: Pens) -> Bench:
    pen = open_pen("fresh-uk", now=lambda: NOON, calls_per_day=1_000_000)
    made = Bench(copy_of(lively), pen)
    made.copy()
    return made


def test_documents_when_copied_then_all_are_taken_and_equal(bench: Bench) -> None:
    assert bench.refused == []
    count = 0
    for step in bench.steps:
        if step.writes and step.kind in {"bills", "invoices", "credit_notes"}:
            record = bench.source.record(
                "credit_notes" if step.kind == "credit_notes" else "invoices", step.record_id
            )
            told = {field for key in step.reasons for field in REASONS[key].fields} - {"Total", "TotalTax"}
            _assert_same(record, bench.answers[step.kind, step.record_id], told)
            count += 1
    assert count > 900


def test_documents_when_tracking_is_archived_then_they_were_written_before_it_was(bench: Bench) -> None:
    first = [step for step in bench.steps if step.kind == "bills" and step.phase is Phase.FIRST]
    assert first
    archiving = [number for number, step in enumerate(bench.steps) if step.kind == "archived_categories"]
    assert max(bench.steps.index(step) for step in first) < min(archiving)


def test_journals_when_copied_then_their_lines_are_equal(bench: Bench) -> None:
    posted = bench.of("manual_journals", Action.CREATE)
    assert len(posted) > 30
    for step in posted:
        record = bench.source.record("manual_journals", step.record_id)
        made = bench.answers[step.kind, step.record_id]
        for field in ("Narration", "Date", "Status", "LineAmountTypes", "ShowOnCashBasisReports"):
            assert made[field] == record[field]
        for old, new in zip(record["JournalLines"], made["JournalLines"], strict=True):
            for field in ("AccountCode", "LineAmount", "TaxType", "TaxAmount", "Description"):
                assert new.get(field) == old.get(field), field


def test_documents_when_planned_twice_then_the_steps_are_the_same(bench: Bench, open_pen: Pens) -> None:
    again = Bench(bench.source, open_pen("fresh-uk", now=lambda: NOON))
    again.plan()
    assert [one for one in again.steps if one.kind in OWN] == [one for one in bench.steps if one.kind in OWN]


def test_documents_when_totals_are_rounded_then_the_totals_come_back(
    lively: PretendOrganisation, open_pen: Pens
) -> None:
    copied = copy_of(lively)
    rows = {
        key: {name: dict(copied.record(key, name)) for name, _ in copied.raw_records(key)}
        for key in copied.resources()
    }
    some = [row for row in rows["invoices"].values() if row["Status"] in {"AUTHORISED", "PAID", "DRAFT"}][:50]
    for row in some:
        row["Total"] += Decimal("0.03")
    made = Bench(MemorySource(copied.facts, rows), open_pen("fresh-uk", now=lambda: NOON))
    made.copy()
    assert made.refused == []
    back = {
        step.record_id: made.answers[step.kind, step.record_id]
        for step in made.steps
        if step.writes and step.kind in {"bills", "invoices"}
    }
    totals = [(row["Total"], back[row["InvoiceID"]]["Total"]) for row in some if row["InvoiceID"] in back]
    assert len(totals) > 40
    assert all(was == now for was, now in totals)


def odd_ones(plain: dict[str, Any]) -> list[dict[str, Any]]:
    """Make invoices of shapes that a company rarely has, out of an ordinary one."""
    first = plain["LineItems"][0]
    nothing = {"UnitAmount": Decimal(0), "LineAmount": Decimal("0.00"), "TaxAmount": Decimal("0.00")}
    text = {"Description": "With thanks", "LineAmount": Decimal("0.00"), "TaxAmount": Decimal("0.00")}
    odd = {"Quantity": Decimal(7), "UnitAmount": Decimal("14.29"), "LineAmount": Decimal("100.00")}
    many = {"Quantity": Decimal(70000), "UnitAmount": Decimal("0.0001"), "LineAmount": Decimal("8.01")}
    less = {"DiscountAmount": Decimal("1.11"), "LineAmount": first["LineAmount"] - Decimal("1.11")}
    bare = {key: first[key] for key in ("Description", "Quantity", "UnitAmount", "LineAmount")}
    return [
        {"LineItems": [first | nothing], "Total": Decimal("0.00")},
        {"LineItems": [first, text]},
        {"LineItems": [first | odd]},
        {"LineItems": [first | many]},
        {"LineItems": [first | less]},
        {"LineItems": [first | less], "Type": "ACCPAY"},
        {"LineItems": [bare], "Status": "DRAFT"},
        {"InvoiceNumber": ""},
        {"InvoiceNumber": "TWICE"},
        {"InvoiceNumber": "TWICE"},
        {"DueDate": None, "DueDateString": None},
    ]


def test_invoices_when_of_rare_shapes_then_all_are_taken_with_their_totals(
    lively: PretendOrganisation, open_pen: Pens
) -> None:
    copied = copy_of(lively)
    rows = {
        key: {one: copied.record(key, one) for one, _ in copied.raw_records(key)}
        for key in copied.resources()
    }
    plain = next(
        dict(row)
        for row in rows["invoices"].values()
        if row["Type"] == "ACCREC" and row["Status"] == "PAID" and "DiscountRate" not in row["LineItems"][0]
    )
    common = {"LineAmountTypes": "Inclusive", "BrandingThemeID": None}
    made_up = [
        plain | common | {"InvoiceNumber": f"ODD-{number}"} | shape | {"InvoiceID": f"odd-{number:02}"}
        for number, shape in enumerate(odd_ones(plain))
    ]
    for row in made_up:
        row["Total"] = total_of_lines(row)
    rows["invoices"] = {row["InvoiceID"]: row for row in made_up}
    made = Bench(MemorySource(copied.facts, rows), open_pen("fresh-uk", now=lambda: NOON))
    made.copy()
    assert made.refused == []
    back = [answer for (kind, _), answer in made.answers.items() if kind in {"bills", "invoices"}]
    assert len(back) == len(made_up)
    assert sorted(one["Total"] for one in back) == sorted(row["Total"] for row in made_up)
    assert {one["InvoiceNumber"] for one in back} >= {"TWICE", "TWICE (odd-09)", "RESTORED-odd-07"}


@pytest.mark.parametrize(("key", "target"), [("odd", "fresh-uk"), ("nz", "fresh-nz")])
def test_documents_when_the_company_is_another_then_all_are_taken(
    key: str, target: str, open_pen: Pens
) -> None:
    company = build_organisation(key, seed=7, now=lambda: NOON)
    made = Bench(copy_of(company), open_pen(target, now=lambda: NOON, calls_per_day=1_000_000))
    made.copy()
    assert made.refused == []
    assert [step for step in made.steps if step.kind in OWN and step.action is Action.BLOCKED] == []


def _assert_same(record: Any, made: Any, told: set[str]) -> None:
    for field in set(MONEY + SAME) - told:
        assert made.get(field) == record.get(field), (field, record, made)
    for old, new in zip(record["LineItems"], made["LineItems"], strict=True):
        for field in LINE:
            assert new.get(field) == old.get(field), (field, old, new)
        names = [(one["Name"], one["Option"]) for one in old["Tracking"]]
        assert [(one["Name"], one["Option"]) for one in new["Tracking"]] == names
