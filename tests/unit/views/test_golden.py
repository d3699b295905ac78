"""Every view against a kept picture of it: the blocks, and the text a person would read.

`UPDATE_GOLDEN=1` draws the pictures anew; read the difference before keeping it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from bot.views.check import check_message, check_view
from bot.views.message import Message
from bot.views.plain import as_text
from tests.unit.views.cases import CASES, Drawn

GOLDEN = Path(__file__).parents[2] / "golden"


def as_json(drawn: Drawn) -> str:
    value = drawn.payload if isinstance(drawn, Message) else drawn
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def as_page(drawn: Drawn) -> str:
    spoken = f"heard as: {as_text({'text': drawn.text})}\n\n" if isinstance(drawn, Message) else ""
    return f"{spoken}{as_text(drawn)}\n"


@pytest.mark.parametrize("case", CASES)
def test_view_when_drawn_then_is_as_kept(case: str) -> None:
    drawn = CASES[case]()
    for name, text in ((f"{case}.json", as_json(drawn)), (f"{case}.txt", as_page(drawn))):
        if os.environ.get("UPDATE_GOLDEN"):
            (GOLDEN / name).write_text(text, encoding="utf-8")
        assert (GOLDEN / name).read_text(encoding="utf-8") == text


@pytest.mark.parametrize("case", CASES)
def test_view_when_drawn_then_slack_would_take_it(case: str) -> None:
    drawn = CASES[case]()
    assert (check_message(drawn.payload) if isinstance(drawn, Message) else check_view(drawn)) == []


def test_golden_when_listed_then_none_is_left_over() -> None:
    ours = {path.stem for path in GOLDEN.iterdir() if path.suffix in {".json", ".txt"}}
    assert ours == set(CASES)
