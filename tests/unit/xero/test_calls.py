"""Which calls read what, for every entry of the catalogue."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.catalogue import RESOURCES
from bot.catalogue.model import Area, Paging, Resource
from bot.xero.calls import offset_call, page_call, parent_calls, read_of, report_calls

_TODAY = date(2026, 11, 22)
_SINCE = datetime(2026, 11, 1, tzinfo=UTC)


def test_page_call_when_sized_then_it_asks_for_the_most_in_a_fixed_order() -> None:
    call = page_call(RESOURCES["invoices"], 3)
    assert (call.path, call.page, call.modified_since) == ("Invoices", 3, None)
    assert call.params["page"] == "3"
    assert call.params["pageSize"] == "1000"
    assert call.params["order"] == "InvoiceID ASC"
    assert call.params["unitdp"] == "4"


def test_page_call_when_of_the_files_api_then_the_parameter_is_lower_case() -> None:
    invoices = RESOURCES["invoices"]
    assert "pagesize" in page_call(replace(invoices, area=Area.FILES), 1).params


def test_page_call_when_the_list_has_no_modified_since_then_none_is_sent() -> None:
    assert page_call(RESOURCES["tax_rates"], 1, _SINCE).modified_since is None
    assert page_call(RESOURCES["accounts"], 1, _SINCE).modified_since == _SINCE


def test_page_call_when_unpaged_then_no_page_is_named() -> None:
    assert not {"page", "pageSize", "pagesize"} & set(page_call(RESOURCES["accounts"], 1).params)


def test_parent_calls_when_budgets_then_they_carry_at_most_24_months() -> None:
    (call,) = parent_calls(RESOURCES["budget_lines"], ["b-1"], _TODAY)
    first, last = (date.fromisoformat(call.params[name]) for name in ("DateFrom", "DateTo"))
    assert (call.path, call.record_id) == ("Budgets/b-1", "b-1")
    assert first < _TODAY < last
    assert (last.year - first.year) * 12 + last.month - first.month + 1 <= 24


def test_parent_calls_when_there_are_many_parents_then_none_is_made_before_its_turn() -> None:
    taken: list[int] = []
    parents = (str(taken.append(n) or n) for n in range(40_000))
    calls = parent_calls(RESOURCES["contact_group_members"], parents, _TODAY)
    next(calls)
    assert len(taken) == 1


def test_report_calls_when_trial_balance_then_today_and_thirteen_month_ends() -> None:
    calls = list(report_calls(RESOURCES["trial_balance"], _TODAY))
    assert [call.params["date"] for call in calls[:3]] == ["2026-11-22", "2026-10-31", "2026-09-30"]
    assert (len(calls), calls[-1].params["date"]) == (14, "2025-10-31")
    assert calls[1].record_id == "TrialBalance/2026-10-31"


def test_report_calls_when_over_a_period_then_both_dates_are_sent() -> None:
    (call,) = report_calls(RESOURCES["profit_and_loss"], _TODAY)
    assert call.params == {"fromDate": "2025-11-23", "toDate": "2026-11-22"}


def test_offset_call_when_made_then_it_goes_by_journal_number() -> None:
    assert offset_call(RESOURCES["journals"], 700).params["offset"] == "700"


_PAGED = [one for one in RESOURCES.values() if one.read and one.read.paging in {Paging.SIZED, Paging.FIXED}]


@pytest.mark.parametrize("resource", _PAGED, ids=lambda one: one.key)
def test_page_call_when_paged_then_params_of_the_catalogue_are_kept(resource: Resource) -> None:
    call = page_call(resource, 1)
    assert dict(read_of(resource).params).items() <= call.params.items()
    assert call.params["page"] == "1"
