"""Reports become rows under their own headings."""

from __future__ import annotations

import json

import pytest

from bot.backup.report_rows import is_report, report_rows
from bot.backup.sheets import Number

TRIAL = {
    "ReportID": "TrialBalance",
    "Rows": [
        {"RowType": "Header", "Cells": [{"Value": "Account"}, {"Value": "Debit"}, {"Value": "Debit"}]},
        {
            "RowType": "Section",
            "Title": "Revenue",
            "Rows": [
                {
                    "RowType": "Row",
                    "Cells": [
                        {"Value": "4000", "Attributes": [{"Id": "account", "Value": "x"}]},
                        {"Value": "12.50"},
                        {"Value": ""},
                        {"Value": "=cmd"},
                    ],
                }
            ],
        },
        {"RowType": "SummaryRow", "Cells": [{"Value": "Total"}, {"Value": "-12.50"}]},
    ],
}


def test_report_when_read_then_its_amounts_stand_under_their_headings() -> None:
    first, total = report_rows("TrialBalance/2026-10-31", json.dumps(TRIAL).encode())
    assert first == {
        "record": "TrialBalance/2026-10-31",
        "section": "Revenue",
        "row": "Row",
        "Account": "4000",
        "Debit": "12.50",
        "Debit (3)": "",
        "column 4": "=cmd",
    }
    assert isinstance(first["Debit"], Number)
    assert not isinstance(first["Account"], Number), "a name stays a name"
    assert (total["section"], total["Debit"]) == ("", Number("-12.50"))


@pytest.mark.parametrize("raw", [b"", b"{}", b'{"Rows": 1}', b'{"Rows": [{"Title": 1}]}', b'"Rows"', b"\xff"])
def test_report_when_it_is_none_then_has_no_rows(raw: bytes) -> None:
    assert not is_report(raw)
    assert list(report_rows("r", raw)) == []
