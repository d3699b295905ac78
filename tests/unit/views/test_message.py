"""Composing: lists share the room of a message, and whatever is cut is counted and named."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views.blocks import divider, header, section
from bot.views.check import check_message
from bot.views.message import BUDGET, Entry, Listing, compose


def listing(count: int, *, length: int = 10, most: int = 8, title: str = "t") -> Listing:
    entries = [Entry(f"{n} {'x' * length}", f"{title}{n}" if title else "") for n in range(count)]
    return Listing(heading="*List*", entries=entries, more="look elsewhere.", most=most)


def text_of(*parts: Listing) -> str:
    return "\n".join(block["text"]["text"] for block in compose("A sentence.", *parts).blocks)


def test_compose_when_all_fits_then_nothing_is_cut() -> None:
    assert "more" not in text_of(listing(8))


def test_compose_when_a_list_is_long_then_counts_and_names_the_rest() -> None:
    assert text_of(listing(11)).endswith("… and 3 more (t8, t9 and t10): look elsewhere.")


def test_compose_when_very_many_are_left_then_names_some_and_counts_the_others() -> None:
    assert "… and 92 more (t8, t9" in text_of(listing(100))
    assert "and 77 others): look elsewhere." in text_of(listing(100))


def test_compose_when_entries_have_no_titles_then_only_counts() -> None:
    assert text_of(listing(20, title="")).endswith("… and 12 more: look elsewhere.")


def test_compose_when_nothing_fits_then_says_how_many_there_are() -> None:
    assert "… 5 in all (t0" in text_of(listing(5, length=20_000))


def test_compose_when_lines_are_long_then_sections_stay_below_slacks_limit() -> None:
    message = compose("A sentence.", header("H"), divider(), listing(60, length=500, most=60))
    assert len(message.blocks) > 3
    assert check_message(message.payload) == []


def test_compose_when_spaced_then_entries_stand_apart() -> None:
    entries = [Entry("a"), Entry("b")]
    apart = Listing(heading="H", entries=entries, more="", spaced=True)
    assert compose("A sentence.", apart).blocks == [section("H\n\na\n\nb")]


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 700), st.integers(1, 90)), max_size=5))
def test_compose_when_lists_are_anything_then_every_entry_is_shown_or_counted(
    shapes: list[tuple[int, int, int]],
) -> None:
    lists = [listing(count, length=length, most=most) for count, length, most in shapes]
    message = compose("A sentence.", header("H"), *lists, section("x" * 1_000))
    assert check_message(message.payload) == []
    text = "\n".join(block["text"]["text"] for block in message.blocks)
    shown = len(re.findall(r"^\d+ x*$", text, re.MULTILINE))
    left = sum(
        int(n)
        for pair in re.findall(r"^… (?:and (\d+) more|(\d+) in all)", text, re.MULTILINE)
        for n in pair
        if n
    )
    assert shown + left == sum(count for count, _, _ in shapes)


@pytest.mark.parametrize("count", [1, 400])
def test_compose_when_drawn_then_stays_within_the_budget(count: int) -> None:
    message = compose("A sentence.", *(listing(count, length=900, most=400) for _ in range(6)))
    assert sum(len(block["text"]["text"]) for block in message.blocks) < BUDGET
