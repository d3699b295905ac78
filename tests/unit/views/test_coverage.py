"""Coverage answers: worst first, kinds counted once, nothing left out without saying so."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.coverage import Section
from bot.views import coverage
from bot.views.plain import as_text
from tests.unit.views.samples import REPORT, caveat


def test_report_when_a_kind_has_several_caveats_then_it_is_counted_once() -> None:
    lines = [caveat("Invoices", sentence=f"Caveat {n}") for n in range(5)]
    text = as_text(coverage.report(replace(REPORT, lines=tuple(lines))))
    assert "Not backed up (1)" in text
    assert "Caveat 0" in text
    assert "… and 3 more caveats about it" in text


def test_report_when_drawn_then_worst_come_first() -> None:
    lines = (
        caveat("Light", weight=90),
        caveat("Quiet", weight=20),
        caveat("Ledger", weight=20, moves_ledger=True),
        caveat("Changed", Section.CHANGED, weight=1),
    )
    text = as_text(coverage.report(replace(REPORT, lines=lines)))
    places = [text.index(f"• {title}") for title in ("Ledger", "Quiet", "Light", "Changed")]
    assert places == sorted(places)


def test_report_when_many_kinds_then_the_rest_is_named() -> None:
    lines = tuple(caveat(f"Kind {n:02}") for n in range(9))
    text = as_text(coverage.report(replace(REPORT, lines=lines)))
    assert "… and 3 more (Kind 06, Kind 07 and Kind 08): ask about one by name" in text
