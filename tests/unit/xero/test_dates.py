"""Every way Xero writes a moment."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.xero.dates import month_ends_before, read_http_date, read_moment, write_modified_since


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("/Date(1539993600000+0000)/", datetime(2018, 10, 20, tzinfo=UTC)),
        ("/Date(1552326816230)/", datetime(2019, 3, 11, 17, 53, 36, 230000, tzinfo=UTC)),
        ("/Date(-80006400000+0000)/", datetime(1967, 6, 20, tzinfo=UTC)),
        ("/Date(-80006400000)/", datetime(1967, 6, 20, tzinfo=UTC)),
        ("/Date(0+0000)/", datetime(1970, 1, 1, tzinfo=UTC)),
        ("/Date(1539993600000+1300)/", datetime(2018, 10, 20, tzinfo=UTC)),
        ("/Date(1539993600000-0800)/", datetime(2018, 10, 20, tzinfo=UTC)),
        ("2019-12-07T18:46:19.5165400", datetime(2019, 12, 7, 18, 46, 19, 516540, tzinfo=UTC)),
        ("2018-10-20T00:00:00", datetime(2018, 10, 20, tzinfo=UTC)),
        ("2018-10-20T13:00:00+13:00", datetime(2018, 10, 20, tzinfo=UTC)),
        ("2018-10-20T00:00:00Z", datetime(2018, 10, 20, tzinfo=UTC)),
    ],
)
def test_read_moment_when_xero_wrote_it_then_it_is_utc(text: str, moment: datetime) -> None:
    assert read_moment(text) == moment


@pytest.mark.parametrize(
    "text", ["", None, "yesterday", "/Date(", "/Date(x)/", "/Date(99999999999999999999)/"]
)
def test_read_moment_when_it_is_none_then_it_says_so(text: str | None) -> None:
    assert read_moment(text) is None


@given(
    st.integers(min_value=-62_000_000_000_000, max_value=250_000_000_000_000), st.sampled_from(["", "+0000"])
)
def test_read_moment_when_any_tick_then_no_millisecond_is_lost(ticks: int, offset: str) -> None:
    moment = read_moment(f"/Date({ticks}{offset})/")
    assert moment is not None
    assert round((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000) == ticks


def test_read_http_date_when_readable_or_not_then_moment_or_none() -> None:
    assert read_http_date("Sun, 22 Nov 2026 02:00:00 GMT") == datetime(2026, 11, 22, 2, tzinfo=UTC)
    assert read_http_date("") is None


def test_write_modified_since_when_written_then_it_has_seconds_and_no_zone() -> None:
    assert write_modified_since(datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)) == "2026-01-02T03:04:05"


def test_month_ends_before_when_over_february_then_each_is_the_last_day() -> None:
    assert month_ends_before(date(2024, 3, 31), 3) == (
        date(2024, 2, 29),
        date(2024, 1, 31),
        date(2023, 12, 31),
    )
