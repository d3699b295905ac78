"""What is foreseen of balances, against what the pretend Xero's own trial balances then show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from bot import ledger
from bot.domain.restore_plan import Action, BalanceDifference, Choice
from bot.ledger import AccountKey, Chart, Posting
from bot.ledger.model import RETAINED, REVALUED
from bot.restore.forecast import forecast, trial_balances
from bot.restore.ground import Ground
from bot.restore.selecting import chosen
from bot.restore.source import MemorySource
from bot.restore.target import TargetState
from bot.restore.uncertain import CHANGED, EARLIER, FOREIGN, Uncertain
from bot.restore.unsettled import as_restored
from tests.unit.restore.test_plan_golden import made_by_hand
from tests.unit.restore.worlds import copy_of, plan_of, target_of, world

ZERO = Decimal(0)
Cell = tuple[str, date]


@dataclass
class Outcome:
    """A restore that was carried out: what was foreseen, and what then differed, by account and day."""

    foreseen: dict[Cell, BalanceDifference]
    actual: dict[Cell, Decimal]

    def wrong(self, *, exact: bool = True) -> dict[Cell, tuple[Decimal, Decimal]]:
        """Give the cells in which foreseen and actual amounts differ; foreseen first."""
        return {
            cell: (self._amount(cell), found)
            for cell, found in self.actual.items()
            if self._amount(cell) != found
            and (not exact or cell not in self.foreseen or self.foreseen[cell].is_exact)
        }

    def _amount(self, cell: Cell) -> Decimal:
        return self.foreseen[cell].amount if cell in self.foreseen else ZERO


def _put_by_hand(here: Any, org: Any) -> None:
    special = next(one for one in made_by_hand().tax_rates if one["TaxType"] == "TAX077")
    model = next(one for one in here.xero.open_organisation("lively").shelf("TaxRates")
                 if one.fields["Name"] == special["Name"])  # fmt: skip
    org.put("TaxRates", dict(model.fields) | {"TaxType": "TAX077"})


@cache
def carried_out(key: str, target: str, *, by_hand: bool = False, choice: Choice | None = None) -> Outcome:
    """Restore one pretend organisation into another and hold the trial balances against each other."""
    source = copy_of(key)[0]
    with world() as here:
        org = here.xero.open_organisation(target)
        if by_hand:
            _put_by_hand(here, org)
        made = plan_of(source, here.look(org), choice)
        here.write(org, source, made)
        assert here.refused == []
        back = here.copy(org)[0]
        known = {new.lower(): old.lower() for old, new in here.ids.known("accounts").items()}
    foreseen = {(one.account_id, one.on): one for one in made.summary.balances}
    return Outcome(foreseen, dict(_differences(source, back, known)))


def _differences(
    source: MemorySource, back: MemorySource, known: Mapping[str, str]
) -> Iterator[tuple[Cell, Decimal]]:
    ours, theirs = trial_balances(source), trial_balances(back)
    assert ours.keys() == theirs.keys()
    for day, report in ours.items():
        there = {known.get(str(key), str(key)): value for key, value in theirs[day].balances.items()}
        for account in {*map(str, report.balances), *there}:
            was = report.balances.get(AccountKey(account), ZERO)
            yield (account, day), there.get(account, ZERO) - was


def test_balances_when_nothing_foreign_is_lost_then_foreseen_to_the_cent() -> None:
    outcome = carried_out("lively", "fresh-uk", by_hand=True)
    assert len(outcome.actual) > 500
    assert outcome.wrong(exact=False) == {}


def test_balances_when_nothing_foreign_is_lost_then_most_are_equal_and_the_rest_is_said() -> None:
    outcome = carried_out("lively", "fresh-uk", by_hand=True)
    differing = {account for (account, _), amount in outcome.actual.items() if amount}
    assert 0 < len(differing) < 20
    assert all(one.why for one in outcome.foreseen.values())


def test_balances_when_foreign_documents_are_lost_then_each_exact_one_is_right() -> None:
    outcome = carried_out("lively", "fresh-uk")
    assert outcome.wrong() == {}
    loose = outcome.wrong(exact=False)
    assert loose
    assert all(FOREIGN in outcome.foreseen[cell].why for cell in loose)
    # What Xero's revaluation changes is small beside what is lost.
    assert all(abs(actual - foreseen) < 500 for foreseen, actual in loose.values())


def test_balances_when_there_is_one_currency_then_all_come_back_equal() -> None:
    outcome = carried_out("nz", "fresh-nz")
    assert outcome.foreseen == {}
    assert set(outcome.actual.values()) == {ZERO}


@pytest.mark.parametrize(
    "types",
    [
        ("invoices",),
        ("manual_journals", "bank_transactions"),
        ("batch_payments",),
        ("linked_transactions",),
    ],
)
def test_balances_when_types_are_chosen_then_the_rest_is_foreseen(types: tuple[str, ...]) -> None:
    outcome = carried_out("lively", "fresh-uk", by_hand=True, choice=Choice(types=types))
    assert outcome.wrong() == {}
    assert sum(1 for amount in outcome.actual.values() if amount) > 200


def test_forecast_when_the_copy_has_no_trial_balance_then_it_is_not_known() -> None:
    source = copy_of("nz")[0]
    rows = {
        key: {name: source.record(key, name) for name, _ in source.raw_records(key)}
        for key in source.resources()
    }
    for missing in ("trial_balance", "organisation"):
        less = MemorySource(source.facts, {key: found for key, found in rows.items() if key != missing})
        assert not forecast(_ground(less), {}).is_known


def test_forecast_when_nothing_was_planned_then_everything_is_lost() -> None:
    source = copy_of("nz")[0]
    found = forecast(_ground(source), {"invoices": "Invoices"})
    reports = trial_balances(source)
    assert {(one.account_id, one.on): -one.amount for one in found.differences} == {
        (str(account), day): value
        for day, report in reports.items()
        for account, value in report.balances.items()
        if value
    }
    assert found.differences[0].on == max(reports)
    amounts = [abs(one.amount) for one in found.differences if one.on == max(reports)]
    assert amounts == sorted(amounts, reverse=True)


def _ground(source: MemorySource) -> Ground:
    target: TargetState = replace(target_of("fresh-nz"))
    return Ground(source=source, target=target, choice=Choice(), chosen=chosen(Choice()))


def _settled_ground(*there: tuple[str, str]) -> Ground:
    ground = _ground(copy_of("nz")[0])
    for resource, key in there:
        ground.settle(resource, key, Action.CREATE)
    return ground


def test_settlements_when_all_come_back_then_the_document_is_as_it_was() -> None:
    raw = b'{"Payments":[{"PaymentID":"p"}],"Allocations":[{"Amount":1.00,"Invoice":{"InvoiceID":"i"}}]}'
    assert as_restored(_settled_ground(("payments", "p"), ("invoices", "i")), "credit_notes", raw) is None


def test_settlements_when_some_are_lost_then_the_others_stay_as_they_were() -> None:
    raw = b'{"Total":7.10,"Payments":[{"PaymentID":"p","Amount":1.10},{"PaymentID":"q","Amount":2.20}]}'
    kept = as_restored(_settled_ground(("payments", "q")), "invoices", raw)
    assert kept == b'{"Total":7.10,"Payments":[{"PaymentID":"q","Amount":2.20}]}'
    for field, key in (("CreditNotes", "CreditNoteID"), ("Prepayments", "PrepaymentID"),
                       ("Overpayments", "OverpaymentID")):  # fmt: skip
        assert as_restored(_settled_ground(), "invoices", f'{{"{field}":[{{"{key}":"x"}}]}}'.encode()) == (
            f'{{"{field}":[]}}'.encode()
        )


def test_settlements_when_they_cannot_be_read_then_nobody_guesses() -> None:
    assert as_restored(_settled_ground(), "invoices", b'{"Payments":"many"}') is None
    assert as_restored(_settled_ground(), "invoices", b'{"Payments":[{"Amount":1}]}') is None


# What is uncertain, without any Xero.

COMPANY = b'{"BaseCurrency":"GBP","FinancialYearEndDay":31,"FinancialYearEndMonth":3}'
ACCOUNTS = (
    b'{"AccountID":"sales","Code":"200","Class":"REVENUE","Type":"REVENUE"}',
    b'{"AccountID":"cost","Code":"310","Class":"EXPENSE","Type":"DIRECTCOSTS"}',
    b'{"AccountID":"stock","Code":"630","Class":"ASSET","Type":"INVENTORY"}',
    b'{"AccountID":"bank","Code":"090","Class":"ASSET","Type":"BANK","CurrencyCode":"GBP"}',
    b'{"AccountID":"euro","Code":"092","Class":"ASSET","Type":"BANK","CurrencyCode":"EUR"}',
    b'{"AccountID":"owed","Code":"610","Class":"ASSET","Type":"CURRENT","SystemAccount":"DEBTORS"}',
)
CHART = Chart.of(ledger.read_company(COMPANY), ACCOUNTS)
SALES, COST, STOCK = AccountKey("sales"), AccountKey("cost"), AccountKey("stock")
BANK, EURO, OWED = AccountKey("bank"), AccountKey("euro"), AccountKey("owed")
KEPT, BANKED = CHART.role(RETAINED), CHART.role(REVALUED)
THEN, LATER, NEXT_YEAR = date(2026, 1, 31), date(2026, 3, 31), date(2026, 4, 30)


def _posted(currency: str, on: date, debit: AccountKey, credit: AccountKey) -> Posting:
    return Posting(on, currency, ((debit, Decimal(10)), (credit, Decimal(-10))))


def _changed(resource: str, posting: Posting, raw: bytes = b"{}") -> Uncertain:
    found = Uncertain(CHART, {resource: {"x"}})
    found.keep(resource, "x", raw, [posting])
    found.keep(resource, "another", raw, [_posted("", THEN, STOCK, COST)])
    return found


def test_uncertain_when_a_document_comes_back_changed_then_its_accounts_are_from_its_day_on() -> None:
    found = _changed("invoices", _posted("", THEN, OWED, SALES))
    assert found.on(date(2026, 1, 30)) == {}
    assert found.on(LATER) == {OWED: CHANGED, SALES: CHANGED}


def test_uncertain_when_the_year_ends_then_profit_goes_on_in_retained_earnings() -> None:
    found = _changed("invoices", _posted("", THEN, OWED, SALES))
    assert found.on(NEXT_YEAR) == {OWED: CHANGED, KEPT: CHANGED}


def test_uncertain_when_a_transfer_changes_then_what_left_in_our_own_currency_is_certain() -> None:
    assert _changed("bank_transfers", _posted("", THEN, EURO, BANK)).on(THEN) == {
        EURO: CHANGED,
        BANKED: CHANGED,
    }
    assert BANK in _changed("bank_transfers", _posted("", THEN, BANK, EURO)).on(THEN)


def test_uncertain_when_a_transfer_is_posted_by_its_half_then_that_counts() -> None:
    found = Uncertain(CHART, {"bank_transfers": {"x"}})
    found.keep("bank_transfers", "x", b'{"FromBankTransactionID":"half"}', [])
    found.keep("bank_transactions", "half", b"{}", [_posted("EUR", THEN, BANK, EURO)])
    assert found.on(THEN).keys() == {BANK, EURO, BANKED}


def test_uncertain_when_items_are_tracked_then_stock_and_its_cost_are() -> None:
    found = Uncertain(CHART, {})
    details = {"COGSAccountCode": "310"}
    found.stock([{"InventoryAssetAccountCode": "630", "PurchaseDetails": details}, {"Code": "untracked"}])
    assert found.on(THEN).keys() == {STOCK, COST, KEPT}
    assert found.follows(STOCK)
    assert not found.follows(SALES)


def test_uncertain_when_foreign_documents_are_lost_then_what_xero_revalues_is_from_then_on() -> None:
    found = Uncertain(CHART, {})
    found.lose([_posted("EUR", THEN, OWED, SALES)])
    assert found.on(date(2025, 12, 31)) == {}
    assert {OWED, EURO, BANKED} <= found.on(LATER).keys()
    assert KEPT not in found.on(LATER)
    assert found.on(NEXT_YEAR)[KEPT] == FOREIGN


@pytest.mark.parametrize(
    ("first", "reports", "hidden"),
    [
        (date(2026, 4, 2), (), False),  # nothing foreign before this year
        (date(2025, 9, 1), (LATER,), False),  # last year's end tells how much
        (date(2025, 9, 1), (), True),
        (date(2024, 9, 1), (LATER,), True),  # the year before last is in there too
    ],
)
def test_uncertain_when_earlier_years_had_currency_gains_then_retained_earnings_may_hide_them(
    first: date, reports: tuple[date, ...], hidden: bool
) -> None:
    found = Uncertain(CHART, {})
    found.see([_posted("EUR", first, OWED, SALES), _posted("", date(2020, 1, 1), OWED, SALES)])
    assert found.on(NEXT_YEAR, reports) == ({KEPT: EARLIER} if hidden else {})
