"""Names of contacts: whatever they were, Xero takes what comes out, and no two are the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.restore.kinds.contact_names import (
    ARCHIVED_TWIN,
    LONGEST,
    NAMELESS,
    TIDIED,
    TWIN,
    Wish,
    choose,
    key_of,
    name_of,
    tidy,
)

# Few letters, so that names meet; all that Xero does not take; letters that fold in odd ways.
_LETTERS = "aAbÅåßİıſ <>\t\n\u00a0é\u0301"
_NAMES = st.one_of(st.text(_LETTERS, max_size=6), st.text(max_size=300))
_WISHES = st.lists(st.tuples(_NAMES, st.booleans()), max_size=12).map(
    lambda found: [Wish(f"{number:08x}-0000", name, last) for number, (name, last) in enumerate(found)]
)


@given(_NAMES)
def test_tidy_when_given_anything_then_xero_takes_it_and_it_stays_so(name: str) -> None:
    found = tidy(name)
    assert 0 < len(found) <= LONGEST
    assert not set(found) & set("<>\t\n")
    assert "  " not in found
    assert found == found.strip()
    assert tidy(found) == found


@given(_WISHES, st.lists(_NAMES, max_size=3))
def test_choose_when_names_meet_then_all_differ_and_none_is_taken(
    wishes: list[Wish], taken: list[str]
) -> None:
    reasons = choose(wishes, taken)
    names = [name_of(wish.name, wish.record_id, reasons[wish.record_id]) for wish in wishes]
    keys = [key_of(one) for one in names]
    assert len(set(keys)) == len(keys)
    assert not {*keys} & {key_of(one) for one in taken}
    assert all(tidy(one) == one for one in names)


@given(_WISHES)
def test_choose_when_a_name_stays_then_there_is_no_reason_and_else_there_is_one(wishes: list[Wish]) -> None:
    for wish in wishes:
        reasons = choose(wishes, ())[wish.record_id]
        assert (name_of(wish.name, wish.record_id, reasons) != wish.name) == bool(reasons)


@given(st.permutations([Wish("1", "Acme"), Wish("2", "ACME"), Wish("3", "Acme", last=True)]))
def test_choose_when_asked_in_any_order_then_it_is_the_same(wishes: list[Wish]) -> None:
    assert choose(wishes, ()) == {"1": (), "2": (TWIN.key,), "3": (ARCHIVED_TWIN.key,)}


@pytest.mark.parametrize(
    ("name", "tidied"),
    [
        ("<!channel> & Söhne", "(!channel) & Söhne"),
        (" Acme  Ltd ", "Acme Ltd"),
        ("Acme\tLtd", "Acme Ltd"),
        ("", NAMELESS),
        ("x" * 300, "x" * 255),
    ],
)
def test_tidy_when_xero_would_refuse_then_as_little_as_needed_changes(name: str, tidied: str) -> None:
    assert tidy(name) == tidied


def test_choose_when_a_tidied_name_meets_a_proper_one_then_the_proper_one_keeps_it() -> None:
    found = choose([Wish("1", "<Acme>"), Wish("2", "(Acme)")], ())
    assert found == {"1": (TIDIED.key, TWIN.key), "2": ()}


def test_name_of_when_long_and_archived_twice_then_it_still_fits() -> None:
    found = name_of("x" * 255, "12345678-9", (ARCHIVED_TWIN.key, TWIN.key))
    assert len(found) == LONGEST
    assert found.endswith("x (archived) (12345678)")
