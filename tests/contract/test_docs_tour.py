"""The tour of the README: it ends well, shows what it promises, and names the step that fails."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from bot.demo import Demo
from bot.tour import Tour, TourFailed

STEPS = [
    "connect an organisation",
    "back it up now",
    "ask what isn't covered",
    "ask about one thing",
    "back up while Xero withholds the quotes",
    "look at status and history",
    "check the copies from the command line",
    "take a copy out as files",
    "try to disconnect without the right to",
    "disconnect and keep the copies",
]


@pytest.fixture
def demo() -> Iterator[Demo]:
    one = Demo(minute_seconds=2)
    one.start()
    yield one
    one.stop()


def test_tour_when_taken_then_every_step_shows_what_it_promises(demo: Demo) -> None:
    said: list[str] = []
    assert Tour(demo, said.append).run() == STEPS
    text = "\n".join(said)
    assert "Connected: Harbour & Sons Trading Ltd" in text
    assert "Xero sent none where there were 125 before" in text
    assert "Changes: none since the last snapshot" in text
    assert "no problem found" in text
    assert "quotes.jsonl: 125 records" in text
    assert "Only workspace admins may disconnect" in text
    assert "Payroll (UK)" in text
    assert "Payroll (Australia)" not in text
    assert re.search(r"@U0|#C0|&amp;|<@|<#", text) is None, "text for people only"


def test_tour_when_a_step_fails_then_its_name_is_told(demo: Demo) -> None:
    demo.xero.faults.add("500", path="/connect/token", times=0)
    with pytest.raises(TourFailed, match=r"^connect an organisation: "):
        Tour(demo, lambda _text: None).run()
