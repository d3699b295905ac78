"""What the command line prints can be read by people and programs, whatever a name holds."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.cli import shown


def test_clean_when_a_name_would_steer_the_terminal_then_it_cannot() -> None:
    assert shown.clean("A\x1b[31mB\u202ec\r\nd\x07") == "A[31mBc d"
    assert shown.clean("Größe & Söhne 株式会社") == "Größe & Söhne 株式会社"


def test_table_when_names_are_wide_then_columns_stand_under_each_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown.table(("NAME", "RECORDS"), [["株式会社", 1234], ["Ltd", 5]])
    assert capsys.readouterr().out == "NAME      RECORDS\n株式会社    1,234\nLtd             5\n"


def test_document_when_it_holds_a_moment_then_it_is_utc(capsys: pytest.CaptureFixture[str]) -> None:
    there = datetime(2026, 11, 22, 15, 0, tzinfo=timezone(timedelta(hours=13)))
    shown.document({"at": there, "name": "ä"})
    assert json.loads(capsys.readouterr().out) == {"at": "2026-11-22T02:00:00Z", "name": "ä"}


@pytest.mark.parametrize(
    ("count", "told"),
    [(0, "0 bytes"), (1023, "1023 bytes"), (1536, "1.5 KiB"), (5 * 1024**4, "5.0 TiB")],
)
def test_size_when_given_then_told_in_a_fitting_unit(count: int, told: str) -> None:
    assert shown.size(count) == told


def test_when_when_there_is_no_moment_then_a_dash() -> None:
    assert shown.when(None) == "-"
    assert shown.when(datetime(2026, 1, 2, 3, 4, tzinfo=UTC)) == "2026-01-02 03:04 UTC"
