"""How many calls a day Xero allows, by what its answers show."""

from __future__ import annotations

import pytest

from bot.domain.tier import day_of


@pytest.mark.parametrize(
    ("per_day", "used", "left", "day"),
    [
        (5000, 0, None, 5000),
        (5000, 68, 926, 1000),
        (5000, 145, 990, 1000),
        (5000, 10, 4990, 5000),
        (100_000, 1, 4999, 5000),
        (100_000, 1, 99_000, 100_000),
        (1000, 10, 4990, 1000),
        (100, 10, 80, 100),
    ],
)
def test_day_when_xero_said_what_is_left_then_is_the_tier_that_fits(
    per_day: int, used: int, left: int | None, day: int
) -> None:
    assert day_of(per_day, used=used, left=left) == day
