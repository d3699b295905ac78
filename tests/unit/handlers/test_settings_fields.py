from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.timing.zone_names import near
from handlers import settings_fields as fields
from handlers.settings_fields import Wrong

NOVEMBER = datetime(2026, 11, 22, 8, tzinfo=UTC)


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
        ("midnight", [time(0)]),
        ("Noon and 12 midnight", [time(0), time(12)]),
        ("1.30", [time(1, 30)]),
        ("1:30am, 1.30 p.m.", [time(1, 30), time(13, 30)]),
        ("13h", [time(13)]),
        ("13 h, 2 a.m. and midday", [time(2), time(12), time(13)]),
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
    [
        "24:00",
        "12:60",
        "2",
        "14",
        "0am",
        "13pm",
        "noonish",
        "13 noon",
        "2:0",
        "-2:00",
        "02:00:00",
        "٠٢:٠٠",
        "<!here>",
    ],
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
        lambda: fields.zone(view(t=typed), "t", at=NOVEMBER),
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
    assert fields.zone(view(z=typed), "z", at=NOVEMBER) == zone


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("Lodnon", "Europe/London"), ("Aukland", "Pacific/Auckland"), ("Europe/Londn", "Europe/London")],
)
def test_zone_when_misspelt_then_what_may_be_meant_is_offered(typed: str, meant: str) -> None:
    with pytest.raises(Wrong, match=meant):
        fields.zone(view(z=typed), "z", at=NOVEMBER)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("GMT+13", "Pacific/Auckland?"),
        ("utc+13:00", "Pacific/Auckland?"),
        ("UTC-5", "America/New_York, America/Toronto or America/Bogota?"),
        ("-05:00", "America/New_York, America/Toronto or America/Bogota?"),
        ("UTC −5", "America/New_York, America/Toronto or America/Bogota?"),
        ("+0530", "Asia/Kolkata?"),
        ("GMT", "Europe/London, Europe/Dublin or Europe/Lisbon?"),
        ("UTC+0", "Europe/London, Europe/Dublin or Europe/Lisbon?"),
        ("UTC+11", "Australia/Sydney, Australia/Melbourne or Australia/Hobart?"),
    ],
)
def test_zone_when_an_offset_is_typed_then_places_that_have_it_now_are_offered(
    typed: str, meant: str
) -> None:
    with pytest.raises(Wrong, match=re.escape(f"Did you mean {meant}")):
        fields.zone(view(z=typed), "z", at=NOVEMBER)


@pytest.mark.parametrize("typed", ["GMT+15", "UTC+25", "+99:99", "UTC-13"])
def test_zone_when_no_place_has_an_offset_then_a_city_is_asked_for(typed: str) -> None:
    with pytest.raises(Wrong, match="Type a city"):
        fields.zone(view(z=typed), "z", at=NOVEMBER)


@pytest.mark.parametrize("hour", range(-11, 15))
def test_zone_when_an_offset_is_typed_then_all_that_is_offered_has_it(hour: int) -> None:
    offered = near(f"GMT{hour:+}", NOVEMBER)
    assert offered
    for one in offered:
        assert NOVEMBER.astimezone(ZoneInfo(one)).utcoffset() == timedelta(hours=hour)
        assert not one.startswith("Etc/")


@given(st.text(alphabet="gmtutcet/+-0123456789 ", max_size=9))
@settings(max_examples=60, deadline=None)
def test_zone_when_anything_is_typed_then_none_of_inverted_signs_is_offered(typed: str) -> None:
    assert not [one for one in near(typed, NOVEMBER) if one.startswith("Etc/")]


def test_zone_when_named_in_full_then_is_taken_as_it_is() -> None:
    assert fields.zone(view(z="Etc/GMT+5"), "z", at=NOVEMBER) == "Etc/GMT+5"


def test_zone_when_nothing_is_near_then_says_what_to_type() -> None:
    with pytest.raises(Wrong, match="Type a city"):
        fields.zone(view(z="§§§§"), "z", at=NOVEMBER)
