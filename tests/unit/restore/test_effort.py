"""What a restore costs: counted against a whole restore at the pretend Xero, and in days and minutes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.restore.effort import DayAllowance, effort, read_back_calls
from bot.restore.target import TargetState
from bot.xero.allowance import MemoryAllowance
from bot.xero.app import XeroApp
from tests.unit.restore.worlds import NOON, SCOPES, copy_of, plan_of, target_of, world


def _target(calls: int = 24) -> TargetState:
    return TargetState(
        organisation_id="o", tenant_id="t", facts=target_of("fresh-uk").facts, scopes=frozenset(), calls=calls
    )


def _days(writes: int, *, day: int = 5000, left: int | None = None, minute: int = 60) -> tuple[int, int]:
    allowance = DayAllowance(calls_per_minute=minute, calls_per_day=day, calls_left_today=left)
    found = effort(writes, {}, _target(0), allowance)
    assert found.calls_read == 0
    return found.days, found.seconds


@pytest.mark.parametrize("key", ["lively", "nz", "odd"])
def test_reading_back_when_nothing_was_lost_then_as_many_calls_as_a_backup_takes(key: str) -> None:
    source, calls = copy_of(key)
    expected = read_back_calls(source.resources(), frozenset(SCOPES.split()), source.facts.country)
    # What no restore writes is not there to be read: budgets, tax reports. Nor is CIS asked for by then.
    unwritten = ("budgets", "tax_reports")
    cis = source.facts.country == "GB"
    assert expected == calls - sum(source.resources().get(one, 0) for one in unwritten) - cis


def test_effort_when_a_whole_restore_is_written_then_as_foreseen() -> None:
    source = copy_of("lively")[0]
    with world() as here:
        org = here.xero.open_organisation("fresh-uk")
        before = len(here.xero.calls)
        target = here.look(org)
        foreseen = plan_of(source, target).summary.effort
        here.look(org)
        here.write(org, source, plan_of(source, target))
        assert here.calls_to_write == foreseen.calls_write
        here.copy(org, files=False)  # they have their turn another night
        actual = sum(1 for call in here.xero.calls[before:] if call.tenant_id == org.tenant_id)
    assert abs(actual - foreseen.calls) <= actual * 0.02


def test_days_when_a_tenth_is_kept_back_then_4500_calls_fit_into_one() -> None:
    assert _days(4500)[0] == 1
    assert _days(4501)[0] == 2
    assert _days(9000)[0] == 2
    assert _days(9001)[0] == 3


def test_days_when_today_is_partly_used_then_the_rest_waits_for_tomorrow() -> None:
    assert _days(100, left=600)[0] == 1
    assert _days(101, left=600)[0] == 2
    assert _days(1, left=0)[0] == 2
    assert _days(4500, left=300)[0] == 2
    assert _days(1000, day=1000, left=1000)[0] == 2  # the Starter tier


@pytest.mark.parametrize("calls", [1, 58, 59, 117, 500])
def test_seconds_when_compared_with_the_pace_then_equal(calls: int) -> None:
    """The log of calls that paces real ones, with a clock that only waiting moves."""
    time = NOON
    app = XeroApp(client_id="c", client_secret="s", redirect_uri="http://localhost/")
    allowance = MemoryAllowance(app, lambda: time)
    for _ in range(calls):
        while (wait := allowance.claim()) > 0:
            time += timedelta(seconds=wait)
    assert _days(calls)[1] == (time - NOON).total_seconds()


def test_seconds_when_spread_over_days_then_nights_are_not_waiting_for_the_minute() -> None:
    one, two = _days(4500)[1], _days(9000)[1]
    assert two == 2 * one
