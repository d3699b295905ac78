from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import LinkProblem, LinkRefused
from bot.services.connections import Linked
from bot.services.handover import Renewal
from bot.web import pages
from bot.web.refusals import REFUSALS
from tests.unit.web.consents import organisation


def _linked(*, reconnected: bool = False, scopes: frozenset[str] | None = None, **facts: object) -> Linked:
    found = organisation(**facts)
    if scopes is not None:
        object.__setattr__(found, "scopes", scopes)
    return Linked(organisation=found, reconnected=reconnected, channel_id="C1")


def test_refusals_when_a_problem_exists_then_it_has_words() -> None:
    assert set(REFUSALS) == set(LinkProblem)
    assert all(told.next_steps and told.means for told in REFUSALS.values())


def test_linked_when_a_demo_company_then_says_so() -> None:
    assert ("Kind", "Demo company") in pages.linked(_linked(is_demo=True)).facts


def test_linked_when_facts_are_unknown_then_they_are_left_out() -> None:
    shown = dict(pages.linked(_linked(legal_name="", region="", country="", base_currency="")).facts)
    assert set(shown) == {"Kind", "Access"}


def test_linked_when_region_and_country_are_one_word_then_it_stands_once() -> None:
    shown = dict(pages.linked(_linked(region="NZ", country="NZ")).facts)
    assert shown["Region and country"] == "NZ"


def test_linked_when_linked_before_then_says_connected_again() -> None:
    assert pages.linked(_linked(reconnected=True)).title == "Connected again"


@pytest.mark.parametrize(
    ("scopes", "told"),
    [
        (frozenset({"accounting.contacts.read", "offline_access"}), "Read-only"),
        (frozenset({"accounting.contacts.read", "accounting.contacts"}), "some writing"),
        (frozenset({"accounting.contacts.read", "paymentservices"}), "some writing"),
    ],
)
def test_linked_when_scopes_are_granted_then_read_only_is_claimed_only_if_true(
    scopes: frozenset[str], told: str
) -> None:
    assert told in dict(pages.linked(_linked(scopes=scopes)).facts)["Access"]


def test_linked_when_no_scope_is_known_then_nothing_is_claimed() -> None:
    assert "Access" not in dict(pages.linked(_linked(scopes=frozenset())).facts)


def test_linked_when_it_was_linked_all_the_time_then_the_page_says_what_is_new_and_what_comes_next() -> None:
    titles = tuple(f"Kind {n}" for n in range(8))
    page = pages.linked(replace(_linked(reconnected=True), renewal=Renewal(titles, elsewhere=True)))
    assert (page.status, page.title, page.tone) == (200, "Permissions renewed", "good")
    assert "New: Kind 0, Kind 1, Kind 2, Kind 3, Kind 4, Kind 5 and 2 more." in page.paragraphs
    assert "move to the channel" in page.paragraphs[-1]
    assert "/backup now" in page.next_steps[0]


def test_linked_when_again_and_nothing_is_new_then_the_page_says_that() -> None:
    page = pages.linked(replace(_linked(reconnected=True), renewal=Renewal((), elsewhere=False)))
    assert (page.status, "Nothing is new" in page.paragraphs[-1]) == (200, True)
    assert page.next_steps


def test_refused_when_told_then_the_errors_own_sentence_comes_first() -> None:
    page = pages.refused(LinkRefused(LinkProblem.USED, "This link was used."), "ab12")
    assert page.paragraphs[0] == "This link was used."
    assert page.reference == ""


def test_refused_when_an_operator_is_needed_then_carries_the_reference() -> None:
    assert pages.refused(LinkRefused(LinkProblem.SCOPES, "Refused."), "ab12").reference == "ab12"
