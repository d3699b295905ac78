"""What Excel would change stays a text; what it shows as it was sent is a number or a date."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.backup import excel
from bot.backup.excel import Look, Put, put, sheet_name
from bot.backup.sheets import Number


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("12.50", Put(Decimal("12.50"), Look.MONEY)),
        ("-0.1", Put(Decimal("-0.1"), Look.MONEY)),
        ("7", Put(Decimal(7), Look.COUNT)),
        ("1.2345", Put(Decimal("1.2345"), Look.FINE)),
        ("1E+2", Put(Decimal("1E+2"), Look.COUNT)),
        ("0.00", Put(Decimal("0.00"), Look.MONEY)),
        ("123456789012345", Put(Decimal(123456789012345), Look.COUNT)),
        ("1234567890123450000", Put(Decimal(1234567890123450000), Look.COUNT)),
        ("1234567890123456", Put("1234567890123456")),
        ("0.1000000000000001", Put("0.1000000000000001")),
        ("1e400", Put("1e400")),
        ("1e-400", Put("1e-400")),
    ],
)
def test_number_when_excel_holds_all_of_it_then_is_one_else_a_text(written: str, shown: Put) -> None:
    assert put(Number(written)) == shown


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_number_when_written_then_reads_back_as_it_was_sent(value: Decimal) -> None:
    found = put(Number(str(value)))
    if isinstance(found.value, Decimal):  # as XlsxWriter writes it, and as a double holds it
        told = f"{found.value:.16G}"
        assert Decimal(told) == value
        assert Decimal(f"{float(told):.15g}") == value
    else:
        assert found.value == str(value)


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", Put("=1+1")),
        ("http://x", Put("http://x")),
        ("007", Put("007")),
        (True, Put(True)),
        (date(2026, 10, 3), Put(date(2026, 10, 3), Look.DAY)),
        (datetime(2026, 10, 3, 14, 5, tzinfo=UTC), Put(datetime(2026, 10, 3, 14, 5), Look.MOMENT)),  # noqa: DTZ001
        ("2026-10-03T00:00:00", Put(date(2026, 10, 3), Look.DAY)),
        ("2026-10-03T23:30:00+02:00", Put(datetime(2026, 10, 3, 21, 30), Look.MOMENT)),  # noqa: DTZ001
        ("2026-10-03", Put("2026-10-03")),
        ("2026-10-03T00:00:00 and more", Put("2026-10-03T00:00:00 and more")),
        ("2026-13-03T00:00:00", Put("2026-13-03T00:00:00")),
        ("0001-01-01T00:00:00", Put("0001-01-01T00:00:00")),
        (date(1900, 2, 28), Put("1900-02-28")),
        ("a\ufffeb\ud800", Put("a\ufffdb\ufffd")),
    ],
)
def test_cell_when_put_then_is_what_it_was(cell: str | bool | date, shown: Put) -> None:
    assert put(cell) == shown


@pytest.mark.parametrize("text", ["x" * 40_000, "😀" * 20_000, "x" * 32_767 + "y"])
def test_text_when_longer_than_a_cell_then_is_cut_and_says_so(text: str) -> None:
    found = put(text)
    assert found.cut
    assert str(found.value).endswith(excel.CUT)
    assert len(str(found.value).encode("utf-16-le")) // 2 <= excel.LONGEST
    assert len(str(found.value).encode("utf-16-le")) // 2 > excel.LONGEST - 4
    assert not put("😀" * 16_383).cut


def test_sheet_names_when_given_then_excel_takes_them_and_none_is_twice() -> None:
    taken: set[str] = set()
    wanted = ["Invoices", "invoices", "History", "a" * 40, "a" * 41, "[x]:*?/\\", "'quoted'", "", "\ud800"]
    found = [sheet_name(one, taken) for one in wanted]
    assert found[:3] == ["Invoices", "invoices (2)", "History (2)"]
    assert len({one.casefold() for one in found}) == len(wanted)
    for one in found:
        assert 0 < len(one) <= 31
        assert not set(one) & set("[]:*?/\\")
        assert not one.startswith("'")
        assert not one.endswith("'")
