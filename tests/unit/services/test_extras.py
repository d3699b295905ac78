from __future__ import annotations

from dataclasses import replace

import pytest

from bot.catalogue import RESOURCES, backup_scopes
from bot.domain.backup import Fill, Outcome, OutcomeStatus
from bot.domain.settings import Extra, OrganisationSettings
from bot.services.extras import (
    extra_cost,
    extra_of,
    is_switched_on,
    keys_to_ask_for,
    offered,
    unpermitted,
)
from bot.services.settings import mark
from tests.unit.views.samples import organisation, summary

PAYROLL = {
    "payroll.employees.read",
    "payroll.payruns.read",
    "payroll.payslip.read",
    "payroll.settings.read",
    "payroll.timesheets.read",
}


def outcomes(**counts: int) -> tuple[Outcome, ...]:
    return tuple(
        Outcome(resource=key, title=key, status=OutcomeStatus.READ, count=count)
        for key, count in counts.items()
    )


def test_history_when_counted_then_is_a_call_for_each_record_that_has_one() -> None:
    found = extra_cost(
        replace(
            summary(),
            outcomes=outcomes(invoices=900, payments=90, accounts=9, tax_rates=5),
            calls_allowed=1_000,
            calls_used=505,
        )
    )
    assert (found.history_calls, found.pdf_calls, found.records_with_files) == (990, 900, 909)
    assert found.calls_a_night == 245  # a quarter of the day is kept for people
    assert [found.nights(one) for one in ({Extra.HISTORY}, {Extra.HISTORY, Extra.PDFS}, {Extra.PAYROLL})] == [
        5,
        8,
        0,
    ]


def test_history_when_some_of_it_is_read_then_only_the_rest_is_reckoned() -> None:
    read = Fill(resource="history", title="History and notes", done=890, total=990)
    spent = tuple(replace(one, calls=105) for one in outcomes(invoices=900))
    found = extra_cost(replace(summary(), outcomes=spent, fills=(read,), calls_allowed=1_000, calls_used=750))
    assert (found.history_calls, found.calls_a_night) == (100, 645)


def test_nights_when_the_allowance_is_not_known_then_are_not_claimed() -> None:
    assert extra_cost(replace(summary(), calls_allowed=None)).nights({Extra.HISTORY}) is None


def test_nights_when_a_backup_takes_the_whole_day_then_are_not_divided_by_nothing() -> None:
    spent = replace(summary(), outcomes=outcomes(invoices=3), calls_allowed=10, calls_used=10)
    assert extra_cost(spent).nights({Extra.HISTORY}) == 3


@pytest.mark.parametrize(("at_most", "nights"), [(100, 10), (5_000, 5), (None, 5), (0, None)])
def test_nights_when_whoever_runs_the_bot_allows_fewer_calls_then_it_takes_more_of_them(
    at_most: int | None, nights: int | None
) -> None:
    spent = replace(summary(), outcomes=outcomes(invoices=990), calls_allowed=1_000, calls_used=505)
    assert extra_cost(spent, at_most=at_most).nights({Extra.HISTORY}) == nights


def test_switches_when_held_against_the_catalogue_then_each_is_for_something() -> None:
    found = {extra_of(key) for key in RESOURCES}
    assert found == {None, *Extra}


@pytest.mark.parametrize(
    ("key", "extras", "may"),
    [
        ("invoices", (), True),
        ("attachments", (), False),
        ("attachments", (Extra.ATTACHMENTS,), True),
        ("payroll_uk_payslips", (Extra.ATTACHMENTS, Extra.HISTORY), False),
        ("payroll_au_employees", (Extra.PAYROLL,), True),
        ("journals", (Extra.PAYROLL,), False),
        ("manual_journals", (), True),
        ("receipts", (), True),
    ],
)
def test_resource_when_its_switch_is_off_then_may_not_be_read(
    key: str, extras: tuple[Extra, ...], may: bool
) -> None:
    assert is_switched_on(key, extras) is may


def test_permissions_when_nothing_private_is_switched_on_then_are_the_usual_ones() -> None:
    usual = OrganisationSettings().extras
    assert backup_scopes(keys_to_ask_for((*usual, Extra.PDFS), "GB")) == backup_scopes()
    assert unpermitted(organisation(), usual) == ()


@pytest.mark.parametrize("country", ["AU", "GB", "NZ", ""])
def test_permissions_when_payroll_is_switched_on_then_are_its_reading_ones(country: str) -> None:
    more = set(backup_scopes(keys_to_ask_for({Extra.PAYROLL}, country))) - set(backup_scopes())
    assert more == PAYROLL - ({"payroll.payslip.read"} if country == "AU" else set())


def test_permissions_when_journals_are_switched_on_then_add_the_one_of_the_general_ledger() -> None:
    more = backup_scopes(keys_to_ask_for({Extra.JOURNALS}, "GB"))
    assert set(more) - set(backup_scopes()) == {"accounting.journals.read"}


def test_waiting_when_a_permission_of_payroll_is_held_back_then_it_waits() -> None:
    def waiting(scopes: set[str]) -> tuple[Extra, ...]:
        return unpermitted(replace(organisation(), scopes=frozenset(scopes)), {Extra.PAYROLL, Extra.HISTORY})

    assert waiting(set(backup_scopes())) == (Extra.PAYROLL,)
    assert waiting(PAYROLL - {"payroll.payslip.read"}) == (Extra.PAYROLL,)
    assert waiting(PAYROLL) == ()
    assert waiting({one.removesuffix(".read") for one in PAYROLL}) == ()


def test_switches_when_xero_has_no_payroll_for_a_country_then_offer_none() -> None:
    assert offered("GB") == tuple(Extra)
    assert set(Extra) - set(offered("US")) == {Extra.PAYROLL}


def test_mark_when_values_differ_then_differs_and_sets_have_no_order() -> None:
    assert mark(frozenset({1, 2, 8})) == mark(frozenset({8, 2, 1}))
    assert mark(("U1",)) != mark(("U2",))
    assert mark(None) != mark("")
