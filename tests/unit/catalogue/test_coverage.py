from __future__ import annotations

from bot.catalogue import MISSING, RESOURCES, reading_now, resource
from bot.catalogue.coverage import (
    GapLine,
    Place,
    Standing,
    coverage_lines,
    every_line,
    line_of_missing,
    lines_of,
    resources_standing,
    standing,
)
from bot.catalogue.model import LedgerEffect, ReasonClass
from bot.domain.coverage import Section


def _line(key: str, lines: tuple[GapLine, ...]) -> GapLine:
    return next(line for line in lines if line.key == key)


def test_standings_share_out_every_resource() -> None:
    shared = [entry.key for each in Standing for entry in resources_standing(each)]
    assert sorted(shared) == sorted(RESOURCES)


def test_standing_says_how_each_kind_of_data_fares() -> None:
    assert standing(resource("payments")) is Standing.COVERED
    assert standing(resource("invoices")) is Standing.CHANGED
    assert standing(resource("budgets")) is Standing.EVIDENCE
    assert standing(resource("tax_reports")) is Standing.EVIDENCE
    assert standing(resource("pdfs")) is Standing.LATER
    assert standing(resource("payment_services")) is Standing.NEVER


def test_places_have_the_names_of_the_sections_of_an_answer() -> None:
    assert [place.name for place in Place] == [name for name in Section.__members__ if name != "NOT_VERIFIED"]


def test_coverage_lines_come_worst_first_within_each_place() -> None:
    order = [(line.place.value, line.weight) for line in coverage_lines()]
    assert order == sorted(order)


def test_the_five_worst_gaps_are_the_ones_people_ask_for() -> None:
    assert [line.key for line in coverage_lines("ZA")[:5]] == [
        "bank_statement_lines",
        "conversion_balances",
        "reconciliation_work",
        "bank_feeds",
        "bank_rules",
    ]


def test_every_missing_thing_is_a_line_of_what_is_not_backed_up() -> None:
    lines = coverage_lines()
    for gap in MISSING.values():
        assert line_of_missing(gap) in lines
        assert line_of_missing(gap).place is Place.NOT_BACKED_UP
        assert line_of_missing(gap).resources == ()


def test_every_resource_not_read_is_in_some_line() -> None:
    named = {key for line in coverage_lines() if line.place is Place.NOT_BACKED_UP for key in line.resources}
    assert RESOURCES.keys() - {entry.key for entry in reading_now()} <= named


def test_what_is_not_read_has_no_line_on_how_it_comes_back() -> None:
    assert {line.place for line in lines_of(resource("payroll_uk_employees"))} == {Place.NOT_BACKED_UP}
    told = [line for line in every_line("GB") if "payroll_uk_employees" in line.resources]
    assert {line.place for line in told} == {Place.NOT_BACKED_UP, Place.NOT_RESTORABLE}


def test_payroll_is_one_line_for_the_country_that_has_it() -> None:
    british = [line for line in coverage_lines("GB") if "Payroll" in line.title]
    assert [line.title for line in british] == ["Payroll (UK)"]
    assert british[0].ledger is LedgerEffect.OUTSIDE
    assert british[0].moves_ledger
    assert len(british[0].resources) > 10
    assert not [line for line in coverage_lines("ZA") if "Payroll" in line.title]


def test_a_caveat_moves_the_ledger_only_where_it_says_so() -> None:
    lines = lines_of(resource("invoices"))
    assert [line.moves_ledger for line in lines] == [False, False, True]


def test_a_line_keeps_the_words_of_its_caveat() -> None:
    line = _line("journals", coverage_lines())
    caveat = resource("journals").caveats[0]
    assert (line.sentence, line.instead, line.source) == (caveat.sentence, caveat.instead, caveat.source)
    assert line.reason is ReasonClass.APP_TIER
