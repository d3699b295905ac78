"""Choosing types: what they need comes along, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue import RESOURCES
from bot.domain.restore_plan import Choice
from bot.restore.selecting import added, chosen, needed, restorable

TYPES = st.lists(st.sampled_from(restorable()), min_size=1, unique=True)


def test_chosen_when_nothing_is_chosen_then_everything_is() -> None:
    assert chosen(Choice()) == frozenset(RESOURCES)
    assert added(Choice()) == ()


@given(TYPES)
def test_chosen_when_types_are_chosen_then_closed_over_what_they_need(types: list[str]) -> None:
    found = chosen(Choice(types=tuple(types)))
    assert found >= set(types)
    assert all(need in found for key in found for need in RESOURCES[key].needs)
    assert needed(found) == found


@given(TYPES)
def test_added_when_types_are_chosen_then_names_exactly_what_came_along(types: list[str]) -> None:
    choice = Choice(types=tuple(types))
    assert set(added(choice)) == chosen(choice) - set(types)


@given(TYPES)
def test_needed_when_a_type_is_added_for_another_then_that_one_leads_to_it(types: list[str]) -> None:
    for key in added(Choice(types=tuple(types))):
        assert any(key in needed([one]) for one in types)


def test_needed_when_nobody_knows_the_type_then_says_so() -> None:
    with pytest.raises(KeyError):
        needed(["unicorns"])


def test_restorable_when_listed_then_no_evidence_is_among_it() -> None:
    assert {"invoices", "contacts", "quotes"} <= set(restorable())
    assert {"budgets", "users", "trial_balance"}.isdisjoint(restorable())
