"""Accounts: paired by role, code and name; adjusted, made, or why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.restore_plan import Action
from bot.restore.kinds.account_plan import suits
from bot.restore.kinds.accounts import ACCOUNTS, made_up_number
from bot.restore.model import IdMap
from bot.sandbox.xero import PretendOrganisation
from bot.sandbox.xero.demo import build_organisation
from bot.sandbox.xero.demo.charts import add_account
from tests.unit.restore.kinds.bench_of_lists import NOON, Bench, ground_of, records_of, rows, target_of
from tests.unit.sandbox.writing.conftest import Pen, open_pen

__all__ = ["open_pen"]  # a fixture
Pens = Callable[..., Pen]


@pytest.fixture
def source() -> PretendOrganisation:
    return build_organisation("fresh-uk", seed=11, now=lambda: NOON)


@pytest.fixture
def pen(open_pen: Pens) -> Pen:
    return open_pen("fresh-uk", now=lambda: NOON, calls_per_day=1_000_000)


def carry_out(source: PretendOrganisation, pen: Pen) -> Bench:
    bench = Bench(ground_of(source, target_of(pen.org)), pen)
    bench.plan()
    bench.write()
    assert bench.refused == []
    return bench


def chart(org: PretendOrganisation) -> dict[str, dict[str, Any]]:
    return {row.get("Code", row["Name"]): row for row in rows(org, "Accounts")}


def test_accounts_when_defaults_were_renamed_then_the_target_follows(
    source: PretendOrganisation, pen: Pen
) -> None:
    sales, other = source.account("200"), source.account("260")
    source.change("Accounts", sales.record_id, Name="Product sales", Description="By hand")
    source.change("Accounts", other.record_id, Name="Sales", Type="SALES", TaxType="ZERORATEDOUTPUT")
    add_account(source, "201", "Other Revenue", "REVENUE", at=NOON)
    carry_out(source, pen)
    found = chart(pen.org)
    assert (found["200"]["Name"], found["200"]["Description"]) == ("Product sales", "By hand")
    assert (found["260"]["Name"], found["260"]["Type"], found["260"]["TaxType"]) == (
        "Sales",
        "SALES",
        "ZERORATEDOUTPUT",
    )
    assert found["201"]["Name"] == "Other Revenue"


def test_accounts_when_a_system_account_has_another_code_then_it_is_recoded_first(
    source: PretendOrganisation, pen: Pen
) -> None:
    source.change("Accounts", source.account("DEBTORS").record_id, Code="1100", Name="Trade debtors")
    add_account(source, "610", "Work in progress", "CURRENT", at=NOON)
    bench = carry_out(source, pen)
    found = chart(pen.org)
    assert (found["1100"]["SystemAccount"], found["1100"]["Name"]) == ("DEBTORS", "Trade debtors")
    assert found["610"]["Name"] == "Work in progress"
    assert bench.ids.need("account_codes", "1100") == "1100"


def test_accounts_when_two_names_are_swapped_then_both_stay_and_it_is_said(
    source: PretendOrganisation, pen: Pen
) -> None:
    source.change("Accounts", source.account("200").record_id, Name="Other Revenue")
    source.change("Accounts", source.account("260").record_id, Name="Sales")
    bench = carry_out(source, pen)
    assert bench.of("accounts")["200 Other Revenue"].reasons == ("accounts.name",)
    assert chart(pen.org)["200"]["Name"] == "Sales"


def test_accounts_when_the_code_is_held_by_an_account_of_xeros_then_another_code_is_used(
    source: PretendOrganisation, pen: Pen
) -> None:
    bank = add_account(source, "460", "Till", "BANK", at=NOON, BankAccountNumber="20000012345678")
    add_account(pen.org, "460", "Lettings", "REVENUE", at=NOON)
    bench = carry_out(source, pen)
    step = bench.of("accounts")["460 Till"]
    assert step.reasons == ("accounts.code",)
    code = f"460-{bank.record_id[:4]}"
    assert bench.ids.need("account_codes", "460") == code
    assert chart(pen.org)[code]["Name"] == "Till"
    assert ("accounts", "accounts.staying", 1) in bench.ground.notes["remarks"]


def test_accounts_when_the_name_is_held_by_a_bank_account_then_another_name_is_used(
    source: PretendOrganisation, pen: Pen
) -> None:
    made = add_account(source, "207", "Petty cash", "CURRENT", at=NOON)
    add_account(pen.org, "", "PETTY CASH", "BANK", at=NOON, BankAccountNumber="20000012345678")
    bench = carry_out(source, pen)
    assert bench.of("accounts")["207 Petty cash"].reasons == ("accounts.name",)
    assert chart(pen.org)["207"]["Name"] == f"Petty cash ({made.record_id[:4]})"


def test_accounts_when_the_target_archived_one_then_it_serves_only_where_nothing_is_booked(
    source: PretendOrganisation, pen: Pen
) -> None:
    source.change("Accounts", source.account("400").record_id, Status="ARCHIVED")
    for code in ("400", "401"):
        pen.org.change("Accounts", pen.org.account(code).record_id, Status="ARCHIVED")
    bench = carry_out(source, pen)
    assert bench.of("accounts")["400 Advertising & Marketing"].action is Action.MATCH
    assert bench.of("archived_accounts") == {}
    again = bench.of("accounts")["401 Audit & Accountancy fees"]
    assert again.reasons == ("accounts.name", "accounts.code")


def test_accounts_when_a_bank_account_is_in_a_currency_that_cannot_come_then_it_is_blocked(
    source: PretendOrganisation, open_pen: Pens
) -> None:
    source.put("Currencies", {"Code": "EUR", "Description": "Euro"})
    add_account(source, "092", "Euro", "BANK", at=NOON, CurrencyCode="EUR", BankAccountNumber="1")
    pen = open_pen("fresh-uk", now=lambda: NOON)
    bench = Bench(ground_of(source, target_of(pen.org, actions=frozenset({"CreateApprovedBill"}))), pen)
    bench.plan()
    step = bench.of("accounts")["092 Euro"]
    assert (step.action, step.reasons) == (Action.BLOCKED, ("accounts.currency",))
    assert not bench.ground.will_exist("account_codes", "092")


def test_accounts_when_the_type_is_payrolls_then_an_ordinary_one_stands_in(
    source: PretendOrganisation, pen: Pen
) -> None:
    add_account(source, "826", "PAYG", "CURRLIAB", at=NOON, Type="PAYGLIABILITY")
    bench = carry_out(source, pen)
    assert bench.of("accounts")["826 PAYG"].reasons == ("accounts.type",)
    assert chart(pen.org)["826"]["Type"] == "CURRLIAB"


def test_accounts_when_xero_opens_them_itself_then_they_are_left_to_it(
    source: PretendOrganisation, pen: Pen
) -> None:
    for code in ("497", "498", "499"):
        pen.org.vanish("Accounts", pen.org.account(code).record_id)
    pen.org.vanish("Accounts", pen.org.account("WAGEPAYABLES").record_id)
    bench = carry_out(source, pen)
    left = bench.of("accounts", Action.LEAVE_OUT)
    assert {step.reasons for step in left.values()} == {("accounts.by_xero",)}
    assert len(left) == 3
    assert bench.of("accounts")["814 Wages Payable - Payroll"].reasons == ("accounts.ordinary",)


def test_accounts_when_the_usual_tax_rate_cannot_come_then_it_is_said(
    source: PretendOrganisation, pen: Pen
) -> None:
    add_account(source, "208", "Levies", "REVENUE", at=NOON, tax="TAX404")
    bench = carry_out(source, pen)
    assert bench.of("accounts")["208 Levies"].reasons == ("accounts.tax",)
    assert chart(pen.org)["208"]["TaxType"] == "OUTPUT2"


@pytest.mark.parametrize(
    ("number", "region", "fits"),
    [
        ("20-00-00 12345678", "UK", True),
        ("4929", "UK", False),
        ("062-000 12345678", "AU", True),
        ("", "AU", False),
        ("01-0102-0123456-00", "NZ", True),
        ("12345", "NZ", False),
        ("anything", "US", True),
        ("", "GLOBAL", False),
    ],
)
def test_suits_when_a_number_is_of_the_country_then_xero_takes_it(
    number: str, region: str, *, fits: bool
) -> None:
    assert suits(number, region) is fits


def test_made_up_number_when_made_then_it_suits_and_tells_accounts_apart() -> None:
    ids = ("0a1b2c3d-0000-4000-a000-0000000000a1", "0a1b2c3d-0000-4000-a000-0000000000a2")
    numbers = [made_up_number({"AccountID": one}, 14) for one in ids]
    assert len(set(numbers)) == 2
    assert all(suits(one, "UK") and suits(one, "AU") and one.startswith("0000000") for one in numbers)
    assert suits(made_up_number({"AccountID": ids[0]}, 16), "NZ")


def test_plan_when_accounts_are_not_chosen_then_nothing(source: PretendOrganisation) -> None:
    ground = ground_of(records_of(source), target_of(source))
    ground.chosen = frozenset()
    assert list(ACCOUNTS.plan(ground)) == []


def test_payload_when_no_tax_is_known_then_xero_chooses(source: PretendOrganisation) -> None:
    bench = Bench(ground_of(source, target_of(source)))
    bench.plan()
    step = bench.of("accounts")["200 Sales"]
    body = ACCOUNTS.payload(step, source.account("200").fields, IdMap())
    assert "TaxType" not in body
    assert (body["Code"], body["Name"], body["Type"]) == ("200", "Sales", "REVENUE")
