"""The tour of the README: it ends well, shows what it promises, and names the step that fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo import Demo
from bot.tour import Tour, TourFailed
from bot.touring import restores, visit

STEPS = [
    "connect an organisation",
    "back it up now",
    "ask what isn't covered",
    "look at what is read beside the books, and what it costs",
    "let a night pass",
    "look at what is worth a look",
    "see what changed",
    "find a record in the copies",
    "find it as it was on an earlier day",
    "see its earlier versions",
    "let a quiet night pass",
    "ask in the channel",
    "ask how far history is",
    "ask in a direct message, and ask on",
    "open Home",
    "fetch an export",
    "fetch it for Excel",
    "back up while Xero withholds the purchase orders",
    "look at status and history",
    "check the copies from the command line",
    "take a copy out as files",
    "ask for a restore into another region",
    "connect a new organisation and prepare it by hand",
    "ask for a restore into it",
    "let it be written to",
    "try to approve one's own request",
    "approve as a second person",
    "wait until it is written and compared",
    "open the report",
    "list restores from the command line",
    "let another night pass",
    "change when backups run",
    "try to disconnect without the right to",
    "disconnect and keep the copies",
]
# What the README says the tour does, and the steps that do it.
TOLD = {
    "lets two nights pass": "let a quiet night pass",
    "looks back to a day": "find it as it was on an earlier day",
    "withhold the purchase orders": "back up while Xero withholds the purchase orders",
    "checks the copies": "check the copies from the command line",
    "takes one out as files": "take a copy out as files",
    "restores one into the new organisation": "wait until it is written and compared",
}


@pytest.fixture
def demo() -> Iterator[Demo]:
    one = Demo(minute_seconds=0.5)
    one.start()
    yield one
    one.stop()


@pytest.mark.timeout(900)  # most of it is one after the other, and machines may be busy
def test_tour_when_taken_then_every_step_shows_what_it_promises(
    demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visit, "PATIENCE_SECONDS", 240.0)  # a busy machine takes its time
    monkeypatch.setattr(restores, "WRITING_SECONDS", 600.0)
    said: list[str] = []
    assert Tour(demo, said.append).run() == STEPS
    text = "\n".join(said)
    assert "Connected: Harbour & Sons Trading Ltd" in text
    assert "Xero sent none where there were 55 before" in text
    assert re.search(r"history with notes for \d\d of 3,233 records", text)
    assert re.search(r"history with notes for \d{3} of 3,233 records", text)
    assert re.search(r"\(the pretend Xero: [345]\d calls for the books, 2\d\d for history", text)
    assert "Reference: PO 6851 → PO 6851, delivered" in text
    assert "Delivery note INV-0042.pdf: the same bytes that were attached in Xero" in text
    assert "contents.xlsx" in text
    assert "1 supplier is to be paid to other bank details than before" in text
    assert "Yarrow Printers B.V. 004: •••• " in text
    assert "next digest" in text
    assert "Changes: none since the last snapshot" in text
    assert "no problem found" in text
    assert "quotes.jsonl: 125 records" in text
    assert "Only workspace admins may disconnect" in text
    assert "Payroll (UK)" in text
    assert "Payroll (Australia)" not in text
    assert "region New Zealand instead of United Kingdom" in text
    assert "You asked for this restore, so another person must approve it." in text
    assert "This is not the target's name. Nothing was approved." in text
    assert "✅ Restored and compared: Harbour & Sons Trading Ltd → Harbour Books Ltd (new)" in text
    assert "Nothing differs that the plan had not named" in text
    assert "none elsewhere; no mail sent" in text
    assert re.search(r"@U0|#C0|&amp;|<@|<#", text) is None, "text for people only"
    assert re.search(r"/(export|xero)/[\w-]{20}", text) is None, "no link that works"


def test_readme_when_it_tells_of_the_tour_then_the_tour_does_it() -> None:
    readme = " ".join((Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8").split())
    told = readme[readme.index("`make tour`") :][:400]
    assert [words for words, step in TOLD.items() if words not in told or step not in STEPS] == []


def test_tour_when_a_step_fails_then_its_name_is_told(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visit, "PATIENCE_SECONDS", 2.0)  # what comes at all comes at once
    demo.xero.faults.add("500", path="/connect/token", times=0)
    with pytest.raises(TourFailed, match=r"^connect an organisation: "):
        Tour(demo, lambda _text: None).run()
