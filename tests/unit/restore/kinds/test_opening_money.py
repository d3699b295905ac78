"""Opening balances of bank accounts: one reconciled transaction each, against Historical Adjustment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.restore_plan import Action, Choice, Conversion
from bot.restore.forecast import forecast
from bot.restore.ground import Ground
from bot.restore.kinds.banks import MoneyAccount
from bot.restore.kinds.conversion import CONVERSION
from bot.restore.kinds.conversion_reasons import CONTACT
from bot.restore.kinds.opening_money import OPENING_MONEY
from bot.restore.model import IdMap, NotMapped, Step
from bot.restore.opening import RECORD
from bot.restore.source import MemorySource
from bot.sandbox.xero.demo import build_organisation
from bot.sandbox.xero.reports import Reporter
from tests.unit.restore.kinds.bench_of_lists import NOON
from tests.unit.restore.kinds.documents_bench import Bench, copy_of
from tests.unit.restore.kinds.documents_ground import ground, ids
from tests.unit.restore.kinds.test_conversion import Told, opened, row
from tests.unit.sandbox.writing.conftest import Pen, open_pen

__all__ = ["open_pen"]  # a fixture
Pens = Callable[..., Pen]
BANK = {"Type": "BANK", "CurrencyCode": "GBP", "Name": "Current"}


@pytest.fixture(scope="module")
def source() -> MemorySource:
    return copy_of(build_organisation("lively", seed=7, now=lambda: NOON))


def bench(source: MemorySource, open_pen: Pens, way: Conversion = Conversion.JOURNAL) -> Bench:
    pen = open_pen("fresh-uk", now=lambda: NOON, calls_per_day=1_000_000)
    return Bench(source, pen, Choice(conversion=way))


def laid(record: dict[str, Any], *missing: tuple[str, str], **choice: Any) -> Ground:
    made = ground(choice=Choice(**choice), missing=missing)
    made.source = Told(record)
    made.settle("accounts", "hist", Action.MATCH)
    return made


def steps_of(record: dict[str, Any], *missing: tuple[str, str], **choice: Any) -> list[Step]:
    return list(OPENING_MONEY.plan(laid(record, *missing, **choice)))


def test_opening_money_when_written_then_the_bank_accounts_begin_as_they_did(
    source: MemorySource, open_pen: Pens
) -> None:
    made = bench(source, open_pen)
    made.copy()
    assert made.refused == []
    org = made.pen.org
    assert [step.name.split()[0] for step in made.of("opening_money", Action.CHANGE)] == ["091", "090"]
    written = [one.fields for one in org.shelf("BankTransactions") if one.fields["Reference"]]
    assert {one["Type"] for one in written} == {"RECEIVE"}
    assert all(one["IsReconciled"] and one["TotalTax"] == 0 for one in written)
    assert len([one for one in org.shelf("Contacts") if one.fields["Name"] == CONTACT]) == 1
    first = opened_on(source)
    reporter = Reporter(org)
    standing = {code: reporter.standing(org.account(code).fields, first) for code in ("090", "091")}
    assert standing == {"090": 2_412_580, "091": 1_500_000}  # cents


def opened_on(source: MemorySource) -> Any:
    return date.fromisoformat(source.record("", RECORD)["Date"])


@pytest.mark.parametrize("way", [Conversion.SETUP, Conversion.NONE])
def test_opening_money_when_another_way_is_chosen_then_it_plans_nothing(
    source: MemorySource, open_pen: Pens, way: Conversion
) -> None:
    made = bench(source, open_pen, way)
    made.plan()
    assert [step for step in made.steps if step.kind == "opening_money"] == []


@pytest.mark.parametrize(("balance", "kind"), [("7.00", "RECEIVE"), ("-7.00", "SPEND")])
def test_payload_when_sent_then_it_is_reconciled_untaxed_and_against_historical_adjustment(
    balance: str, kind: str
) -> None:
    record = opened(row("bank", "090", balance, **BANK))
    (step,) = steps_of(record)
    assert (step.action, step.part, step.reasons) == (Action.CHANGE, "bank", ("conversion.bank",))
    made = ids()
    made.add("account_codes", "840", "841")
    assert OPENING_MONEY.payload(step, record, made) == {
        "Type": kind,
        "Status": "AUTHORISED",
        "Date": "2025-04-30",
        "Contact": {"Name": CONTACT},
        "BankAccount": {"AccountID": "bank-"},
        "Reference": "Opening balance",
        "IsReconciled": True,
        "LineAmountTypes": "NoTax",
        "LineItems": [
            {
                "Description": "Opening balance",
                "Quantity": 1,
                "UnitAmount": Decimal("7.00"),
                "AccountCode": "841",
                "TaxType": "NONE-",
            }
        ],
    }


def test_payload_when_the_country_calls_it_otherwise_then_its_own_code_for_no_tax_is_sent() -> None:
    record = opened(row("bank", "090", "7.00", **BANK))
    (step,) = steps_of(record)
    made = ids(("tax_types", "NONE"))
    made.add("account_codes", "840", "840")
    assert "TaxType" not in OPENING_MONEY.payload(step, record, made)["LineItems"][0]
    made.add("tax_types", "BASEXCLUDED", "BASEXCLUDED")
    assert OPENING_MONEY.payload(step, record, made)["LineItems"][0]["TaxType"] == "BASEXCLUDED"


@pytest.mark.parametrize("country", ["uk", "au", "nz", "us", "global"])
@pytest.mark.parametrize(("balance", "cents"), [("7.00", 700), ("-7.00", -700)])
def test_payload_when_sent_to_any_country_then_xero_takes_it_without_tax(
    open_pen: Pens, country: str, balance: str, cents: int
) -> None:
    pen = open_pen(f"fresh-{country}", now=lambda: NOON)
    org = pen.org
    number = {"uk": "12345612345678", "au": "123-456 12345678", "nz": "01-0102-0123456-00"}.get(
        country, "12345678"
    )
    body = {"Code": "099", "Name": "Bank", "Type": "BANK", "BankAccountNumber": number}
    bank = pen.put("Accounts", body).one()
    record = opened(row("bank", "099", balance, **BANK))
    (step,) = steps_of(record)
    made = IdMap()
    made.add("accounts", "bank", bank["AccountID"])
    made.add("account_codes", "840", org.account("HISTORICAL").fields["Code"])
    for rate in org.shelf("TaxRates"):
        made.add("tax_types", rate.fields["TaxType"], rate.fields["TaxType"])
    answer = pen.put("BankTransactions", OPENING_MONEY.payload(step, record, made)).one()
    assert (answer["TotalTax"], answer["IsReconciled"]) == (0, True)
    standing = Reporter(org).standing(org.account("099").fields, date.fromisoformat(record["Date"]))
    assert standing == cents


def test_payload_when_an_account_was_refused_then_it_is_not_sent() -> None:
    record = opened(row("bank", "090", "7.00", **BANK))
    (step,) = steps_of(record)
    made = ids(("accounts", "bank"))
    made.add("account_codes", "840", "840")
    with pytest.raises(NotMapped):
        OPENING_MONEY.payload(step, record, made)
    with pytest.raises(NotMapped):
        OPENING_MONEY.payload(step, record, ids())


@pytest.mark.parametrize(
    ("record", "missing", "reason"),
    [
        (opened(row("bank", "090", "7.00", **(BANK | {"CurrencyCode": "EUR"}))), (), "conversion.foreign"),
        (opened(row("bank", "090", "7.00", **BANK), contra=False), (), "conversion.no_contra"),
        (
            opened(row("bank", "090", "7.00", **BANK)),
            (("accounts", "bank"),),
            "conversion.missing_account",
        ),
    ],
)
def test_opening_money_when_it_cannot_come_back_then_it_is_left_out_and_not_foretold(
    record: dict[str, Any], missing: tuple[tuple[str, str], ...], reason: str
) -> None:
    made = laid(record, *missing)
    (step,) = OPENING_MONEY.plan(made)
    assert (step.action, step.reasons) == (Action.LEAVE_OUT, (reason,))
    assert "conversion_restored" not in made.notes


def test_opening_money_when_the_account_there_is_of_another_currency_then_it_is_left_out() -> None:
    made = laid(opened(row("bank", "090", "7.00", **BANK)))
    made.notes["money_accounts"] = {"bank": money("GBP")}
    made.settle("accounts", "bank", Action.MATCH, "there")
    object.__setattr__(
        made.target, "accounts", ({"AccountID": "there", "Type": "BANK", "CurrencyCode": "EUR"},)
    )
    (step,) = OPENING_MONEY.plan(made)
    assert step.reasons == ("bank_transactions.currency",)


def money(currency: str) -> Any:
    return MoneyAccount("bank", currency, is_bank=True, takes_payments=True)


def test_opening_money_when_planned_beside_the_journal_then_both_are_foretold() -> None:
    made = laid(opened(row("bank", "090", "7.00", **BANK), row("loan", "900", "-5.00")))
    assert [step.action for step in CONVERSION.plan(made)] == [Action.CHANGE]
    assert [step.action for step in OPENING_MONEY.plan(made)] == [Action.CHANGE]
    foretold = {"bank": Decimal("7.00"), "loan": Decimal("-5.00"), "hist": Decimal("-2.00")}
    assert made.notes["conversion_restored"] == foretold
    assert made.notes["conversion_told"] == {"hist": "It holds the other side of the opening balances."}


def test_forecast_when_retained_earnings_stay_behind_then_it_says_how_the_two_accounts_relate(
    source: MemorySource, open_pen: Pens
) -> None:
    made = bench(source, open_pen)
    made.plan()
    foreseen = forecast(made.ground, {}, {}).differences
    first = {one.account[:3]: one for one in foreseen if one.on == min(each.on for each in foreseen)}
    assert first["960"].amount == Decimal("38653.00")
    assert first["960"].why.endswith(
        "38,653.00 credit, stands on Historical Adjustment: that differs by the opposite."
    )
    restored = made.ground.notes["conversion_restored"]
    assert first["840"].amount == restored[first["840"].account_id]
    assert first["840"].why == (
        "It holds the other side of the opening balances, in place of those that are not on their own "
        "accounts (960 Retained Earnings)."
    )


def test_opening_money_when_only_some_types_are_chosen_then_it_is_not_planned() -> None:
    assert steps_of(opened(row("bank", "090", "7.00", **BANK)), types=("invoices",)) == []


def test_likeness_when_xero_answers_then_it_is_that_of_what_was_sent() -> None:
    record = opened(row("bank", "090", "7.00", **BANK))
    (step,) = steps_of(record)
    made = ids()
    made.add("account_codes", "840", "840")
    assert OPENING_MONEY.settle is not None
    likeness = OPENING_MONEY.settle.likeness
    sent = OPENING_MONEY.payload(step, record, made)
    answer = sent | {"DateString": "2025-04-30T00:00:00", "Contact": {"ContactID": "new", "Name": CONTACT}}
    assert likeness(sent) == likeness(answer)
    assert likeness(sent) != likeness(sent | {"Type": "SPEND"})
