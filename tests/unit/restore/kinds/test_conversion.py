"""Opening balances: worked out from a copy, brought back as a journal or as conversion balances."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.restore_plan import Action, Choice, Conversion
from bot.ledger import AccountKey
from bot.restore.kinds.conversion import CONVERSION, CONVERSION_BALANCES
from bot.restore.model import Phase, Step
from bot.restore.opening import RECORD, opening
from bot.restore.source import MemorySource
from bot.sandbox.xero import PretendOrganisation
from bot.sandbox.xero.demo import build_organisation
from bot.sandbox.xero.reports import Reporter
from bot.views.restore_choose import _CONVERSIONS
from tests.unit.restore.kinds.bench_of_lists import NOON
from tests.unit.restore.kinds.documents_bench import Bench, copy_of, days
from tests.unit.restore.kinds.documents_ground import FACTS, ground, ids
from tests.unit.sandbox.writing.conftest import Pen, open_pen

__all__ = ["open_pen"]  # a fixture
Pens = Callable[..., Pen]
# What the demo company began with, by account code; VAT includes what its expense claims left there.
BEGAN = {
    "090": "24125.80",
    "091": "15000.00",
    "710": "6400.00",
    "711": "-1280.00",
    "764": "18500.00",
    "820": "-2138.42",
    "900": "-12000.00",
    "950": "-10000.00",
    "960": "-38653.00",
}
HELD = {"710", "711", "764", "820", "900", "950"}


@pytest.fixture(scope="module")
def lively() -> PretendOrganisation:
    return build_organisation("lively", seed=7, now=lambda: NOON)


@pytest.fixture(scope="module")
def source(lively: PretendOrganisation) -> MemorySource:
    return copy_of(lively)


def bench(source: MemorySource, open_pen: Pens, way: Conversion) -> Bench:
    pen = open_pen("fresh-uk", now=lambda: NOON, calls_per_day=1_000_000)
    return Bench(source, pen, Choice(conversion=way))


def own(made: Bench) -> list[Step]:
    return [step for step in made.steps if step.kind in {CONVERSION.key, CONVERSION_BALANCES.key}]


def told(made: Bench) -> list[Step]:
    return [step for step in own(made) if step.reasons != ("conversion.revalued",)]


def codes(source: MemorySource) -> dict[str, str]:
    return {str(one["AccountID"]).lower(): str(one.get("Code")) for one in source.records("accounts")}


def without(source: MemorySource, resource: str, keep: int = 0) -> MemorySource:
    records = {}
    for key in source.resources():
        names = [name for name, _ in source.raw_records(key)]
        kept = names[:keep] if key == resource else names
        records[key] = {name: source.record(key, name) for name in kept}
    return MemorySource(source.facts, records)


def test_opening_when_worked_out_then_it_is_what_stands_unexplained(source: MemorySource) -> None:
    found = opening(source)
    assert {codes(source)[key]: str(value) for key, value in found.balances.items()} == BEGAN
    assert found.on.isoformat() == "2025-04-30"


@pytest.mark.parametrize(("resource", "keep"), [("trial_balance", 1), ("organisation", 0)])
def test_opening_when_the_copy_cannot_tell_then_nothing_is_guessed(
    source: MemorySource, resource: str, keep: int
) -> None:
    poor = without(source, resource, keep)
    with pytest.raises(ValueError, match=r"trial balance|settings"):
        opening(poor)
    with pytest.raises(KeyError):
        poor.record("", RECORD)


def test_source_when_asked_for_another_derived_record_then_there_is_none(source: MemorySource) -> None:
    with pytest.raises(KeyError):
        source.record("", "something")


def test_journal_when_written_then_the_accounts_it_may_hold_stand_as_before(
    lively: PretendOrganisation, source: MemorySource, open_pen: Pens
) -> None:
    made = bench(source, open_pen, Conversion.JOURNAL)
    made.copy()
    assert made.refused == []
    before, after = Reporter(lively), Reporter(made.pen.org)
    for code in HELD - {"820"}:  # VAT is moved by what this bench does not copy
        for on in days():
            was = before.standing(lively.account(code).fields, on)
            assert after.standing(made.pen.org.account(code).fields, on) == was, code
    journal = made.answers[CONVERSION.key, RECORD]
    assert journal["Narration"].startswith("Conversion balances restored by Ledgerkeep")
    assert sum(line["LineAmount"] for line in journal["JournalLines"]) == 0
    assert {line["AccountCode"] for line in journal["JournalLines"]} == HELD | {"840"}


def test_journal_when_planned_then_retained_earnings_are_left_to_historical_adjustment(
    source: MemorySource, open_pen: Pens
) -> None:
    made = bench(source, open_pen, Conversion.JOURNAL)
    made.plan()
    main, left = told(made)
    assert (main.action, main.reasons, main.phase) == (
        Action.CHANGE,
        ("conversion.journal",),
        Phase.SECOND,
    )
    assert (left.name, left.action) == ("960 Retained Earnings", Action.LEAVE_OUT)
    assert left.reasons == ("conversion.retained",)
    restored = made.ground.notes["conversion_restored"]
    assert sum(restored.values()) == 0
    assert {codes(source)[key] for key in restored} == HELD | {"840", "090", "091"}
    words_of = {codes(source)[key]: words for key, words in made.ground.notes["conversion_told"].items()}
    assert words_of == {
        "960": "Its opening balance, 38,653.00 credit, stands on Historical Adjustment: "
        "that differs by the opposite.",
        "840": "It holds the other side of the opening balances, in place of those that are not on their "
        "own accounts (960 Retained Earnings).",
    }


def test_setup_when_written_then_the_target_begins_as_the_original_did(
    lively: PretendOrganisation, source: MemorySource, open_pen: Pens
) -> None:
    made = bench(source, open_pen, Conversion.SETUP)
    made.copy()
    assert made.refused == []
    (step,) = told(made)
    assert (step.kind, step.action, step.phase) == ("conversion_balances", Action.CREATE, Phase.FIRST)
    kinds = [one.kind for one in made.steps if one.writes]
    assert kinds.index("conversion_balances") < min(kinds.index("bills"), kinds.index("manual_journals"))
    org = made.pen.org
    found = {
        org.record("Accounts", account).fields["Code"]: str(Decimal(cents) / 100)
        for account, cents in org.conversion_balances.items()
    }
    rest = sum(map(Decimal, BEGAN.values()))
    assert {key: Decimal(value) for key, value in found.items()} == {
        **{key: Decimal(value) for key, value in BEGAN.items()},
        "840": -rest,
    }
    assert org.conversion_date.isoformat() == "2025-04-30"
    assert made.ground.notes["conversion_restored"].keys() >= {
        AccountKey(str(one["AccountID"])) for one in source.records("accounts") if one.get("Code") in BEGAN
    }


@pytest.mark.parametrize("way", list(Conversion))
def test_opening_when_foreign_bank_accounts_are_revalued_then_the_plan_says_that_nobody_can_tell(
    source: MemorySource, open_pen: Pens, way: Conversion
) -> None:
    made = bench(source, open_pen, way)
    made.plan()
    untold = [step for step in own(made) if step.reasons == ("conversion.revalued",)]
    assert {step.name.split()[0] for step in untold} == {"092", "093"}
    assert {step.action for step in untold} == {Action.LEAVE_OUT}
    key = "conversion_balances" if way is Conversion.SETUP else "conversion"
    assert {step.kind for step in untold} == {key}


def test_none_when_planned_then_each_balance_is_left_out_and_nothing_is_restored(
    source: MemorySource, open_pen: Pens
) -> None:
    made = bench(source, open_pen, Conversion.NONE)
    made.plan()
    steps = told(made)
    assert {step.reasons for step in steps} == {("conversion.none",)}
    assert {step.name.split()[0] for step in steps} == BEGAN.keys()
    assert "conversion_restored" not in made.ground.notes


def test_opening_when_only_some_types_are_chosen_then_it_is_not_planned(
    source: MemorySource, open_pen: Pens
) -> None:
    made = bench(source, open_pen, Conversion.JOURNAL)
    made.ground.choice = Choice(types=("invoices",))
    assert list(CONVERSION.plan(made.ground)) == []


def test_opening_when_the_copy_cannot_tell_then_the_plan_says_so(
    source: MemorySource, open_pen: Pens
) -> None:
    made = bench(without(source, "trial_balance"), open_pen, Conversion.JOURNAL)
    made.plan()
    assert [(step.action, step.reasons) for step in own(made)] == [
        (Action.LEAVE_OUT, ("conversion.unknown",))
    ]


def opened(*rows: dict[str, Any], on: str = "2025-04-30", contra: bool = True) -> dict[str, Any]:
    other = {"AccountID": "hist", "AccountCode": "840", "SystemAccount": "HISTORICAL", "Balance": Decimal(0)}
    return {
        "Date": on,
        "BaseCurrency": "GBP",
        "Balances": list(rows),
        "Historical": other if contra else None,
    }


def row(account: str, code: str, balance: str, **fields: Any) -> dict[str, Any]:
    return {"AccountID": account, "AccountCode": code, "Balance": Decimal(balance), **fields}


class Told(MemorySource):
    """A copy whose opening balances are given."""

    def __init__(self, record: dict[str, Any]) -> None:
        super().__init__(FACTS, {})
        self._told = record

    def record(self, resource: str, record_id: str) -> Any:
        assert (resource, record_id) == ("", RECORD)
        return self._told


def steps_of(record: dict[str, Any], way: Conversion) -> list[Step]:
    made = ground(choice=Choice(conversion=way))
    made.source = Told(record)
    return [*CONVERSION.plan(made), *CONVERSION_BALANCES.plan(made)]


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (row("owed", "610", "5.00", SystemAccount="DEBTORS"), "conversion.receivables"),
        (row("bank", "090", "5.00", Type="BANK", CurrencyCode="EUR"), "conversion.foreign"),
        (row("nameless", "", "5.00"), "conversion.no_code"),
        (row("unknown", "999", "5.00"), "conversion.missing_account"),
    ],
)
def test_setup_when_a_balance_cannot_be_set_then_it_is_left_out(told: dict[str, Any], reason: str) -> None:
    record = opened(told, row("sales", "200", "7.00"))
    main, left = steps_of(record, Conversion.SETUP)
    assert (main.action, left.action, left.reasons) == (Action.CREATE, Action.LEAVE_OUT, (reason,))
    sent = CONVERSION_BALANCES.payload(main, record, ids())
    assert sent == {
        "ConversionDate": {"Month": 5, "Year": 2025},
        "ConversionBalances": [{"AccountCode": "200-", "Balance": Decimal("7.00")}],
    }


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (row("owed", "610", "5.00", SystemAccount="DEBTORS"), "conversion.receivables"),
        (row("left", "960", "5.00", SystemAccount="RETAINEDEARNINGS"), "conversion.retained"),
        (row("stock", "630", "5.00", Type="INVENTORY"), "conversion.account"),
    ],
)
def test_journal_when_it_cannot_hold_a_balance_then_that_is_left_out_for_its_own_reason(
    told: dict[str, Any], reason: str
) -> None:
    record = opened(told, row("sales", "200", "7.00"), row("loan", "900", "-7.00"))
    main, left = steps_of(record, Conversion.JOURNAL)
    assert (main.action, left.action, left.reasons) == (Action.CHANGE, Action.LEAVE_OUT, (reason,))
    assert len(CONVERSION.payload(main, record, ids())["JournalLines"]) == 2


def test_setup_when_planned_then_says_that_nothing_is_sent_instead_if_xero_refuses() -> None:
    step, *_ = steps_of(opened(row("sales", "200", "7.00")), Conversion.SETUP)
    (said,) = [one for one in CONVERSION_BALANCES.reasons if one.key in step.reasons]
    assert "If it refuses, none of these opening balances come back" in said.sentence
    assert "if the report says that Xero refused them" in said.todo
    assert "else as a journal" not in str(_CONVERSIONS)


def test_setup_when_the_books_begin_before_2007_then_it_is_blocked() -> None:
    (step,) = steps_of(opened(row("sales", "200", "7.00"), on="2006-11-29"), Conversion.SETUP)
    assert (step.action, step.reasons) == (Action.BLOCKED, ("conversion.too_early",))
    (later,) = steps_of(opened(row("sales", "200", "7.00"), on="2006-12-31"), Conversion.SETUP)
    assert later.action is Action.CREATE


def test_journal_when_there_is_nowhere_for_the_other_side_then_it_is_blocked() -> None:
    (step,) = steps_of(opened(row("sales", "200", "7.00"), contra=False), Conversion.JOURNAL)
    assert (step.action, step.reasons) == (Action.BLOCKED, ("conversion.no_contra",))


def test_journal_when_it_balances_by_itself_then_no_other_side_is_needed() -> None:
    record = opened(row("sales", "200", "7.00"), row("loan", "900", "-7.00"), contra=False)
    (step,) = steps_of(record, Conversion.JOURNAL)
    assert step.action is Action.CHANGE
    assert len(CONVERSION.payload(step, record, ids())["JournalLines"]) == 2


def test_opening_when_nothing_stands_then_nothing_is_planned() -> None:
    assert steps_of(opened(), Conversion.JOURNAL) == []
