from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers import settings_fields as fields
from handlers.settings_fields import Wrong


def view(**typed: Any) -> dict[str, Any]:
    """Give a modal in which something was typed."""
    values = {block: {f"{block}_input": {"value": text}} for block, text in typed.items()}
    return {"blocks": [], "state": {"values": values}}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("02:00", [time(2)]),
        ("2:05", [time(2, 5)]),
        ("2.05", [time(2, 5)]),
        ("14h30", [time(14, 30)]),
        ("2am", [time(2)]),
        ("2 AM", [time(2)]),
        ("12am, 12pm", [time(0), time(12)]),
        ("11:59pm", [time(23, 59)]),
        ("13:30, 02:00", [time(2), time(13, 30)]),
        ("13:30 and 02:00", [time(2), time(13, 30)]),
        ("02:00;13:30", [time(2), time(13, 30)]),
        ("  02:00\n13:30 ", [time(2), time(13, 30)]),
        ("02:00, 2:00, 2am", [time(2)]),
    ],
)
def test_times_when_typed_as_people_do_then_are_read(typed: str, read: list[time]) -> None:
    assert list(fields.times(view(t=typed), "t")) == read


@pytest.mark.parametrize("typed", ["", " ", ",", "and"])
def test_times_when_there_are_none_then_is_told(typed: str) -> None:
    with pytest.raises(Wrong, match="at least one time"):
        fields.times(view(t=typed), "t")


@pytest.mark.parametrize(
    "typed",
    ["24:00", "12:60", "2", "14", "0am", "13pm", "noon", "2:0", "-2:00", "02:00:00", "٠٢:٠٠", "<!here>"],
)
def test_time_when_it_is_none_then_is_named(typed: str) -> None:
    with pytest.raises(Wrong, match="no time of day") as wrong:
        fields.times(view(t=typed), "t")
    assert wrong.value.block == "t"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_fields_when_anything_is_typed_then_are_read_or_refused(typed: str) -> None:
    for read in (
        lambda: fields.times(view(t=typed), "t"),
        lambda: fields.zone(view(t=typed), "t"),
        lambda: fields.number(view(t=typed), "t", least=0, most=9),
    ):
        refused = _refusal_of(read)
        assert refused is None or (refused.block == "t" and len(str(refused)) < 200)


def _refusal_of(read: Callable[[], object]) -> Wrong | None:
    try:
        read()
    except Wrong as wrong:
        return wrong
    return None


@pytest.mark.parametrize(
    "state", [{}, {"values": {}}, {"values": {"t": {}}}, {"values": {"t": {"t_input": None}}}]
)
def test_fields_when_absent_then_are_empty(state: dict[str, Any]) -> None:
    empty = {"blocks": [], "state": state}
    assert (fields.text(empty, "t"), fields.chosen(empty, "t"), fields.channel(empty, "t")) == ("", "", "")
    assert (fields.ticked(empty, "t"), fields.people(empty, "t")) == ((), ())
    assert not fields.asked(empty, "t")


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/London", "Europe/London"),
        ("europe/london", "Europe/London"),
        ("London", "Europe/London"),
        ("new york", "America/New_York"),
        ("america/new_york", "America/New_York"),
        ("utc", "UTC"),
        ("auckland", "Pacific/Auckland"),
        (" São Paulo ", "America/Sao_Paulo"),
    ],
)
def test_zone_when_typed_as_people_do_then_is_read(typed: str, zone: str) -> None:
    assert fields.zone(view(z=typed), "z") == zone


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("Lodnon", "Europe/London"), ("Aukland", "Pacific/Auckland"), ("Europe/Londn", "Europe/London")],
)
def test_zone_when_misspelt_then_what_may_be_meant_is_offered(typed: str, meant: str) -> None:
    with pytest.raises(Wrong, match=meant):
        fields.zone(view(z=typed), "z")


def test_zone_when_nothing_is_near_then_says_what_to_type() -> None:
    with pytest.raises(Wrong, match="Type a city"):
        fields.zone(view(z="§§§§"), "z")
