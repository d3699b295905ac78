"""Xero's ids are GUIDs: the same one in other letters is the same record; codes keep their letters."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from bot.domain.organisation import OrganisationFacts
from bot.domain.restore_plan import Action, Choice
from bot.restore.ground import Ground
from bot.restore.model import FOLLOWS, IdMap, same_id
from bot.restore.planner import KIND
from bot.restore.settling import recognise
from bot.restore.source import MemorySource
from bot.xero.http import Answer
from bot.xero.writing import XeroWriter
from tests.unit.restore.test_region import target

UPPER = "5A3B1C2D-0000-4000-8000-0000000000AB"
OTHER = "6A3B1C2D-0000-4000-8000-0000000000AB"


def test_same_id_when_it_is_a_code_then_its_letters_count() -> None:
    assert same_id(UPPER) == UPPER.lower()
    assert same_id("Sales-A") == "Sales-A"
    assert same_id("a" * 36) != same_id("A" * 36)


def test_map_when_an_id_is_asked_for_in_other_letters_then_it_is_found() -> None:
    ids = IdMap()
    ids.add("contacts", UPPER, "t")
    ids.add(f"contacts{FOLLOWS}", OTHER.lower(), UPPER)
    ids.add("item_codes", "ab", "AB")
    assert ids.find("contacts", UPPER.lower()) == ids.find("contacts", OTHER) == "t"
    assert ids.find("item_codes", "AB") is None
    ids.add("contacts", UPPER.lower(), OTHER)
    assert OTHER.lower() in ids.targets()


def test_fate_when_a_record_is_named_in_other_letters_then_it_is_known() -> None:
    source = MemorySource(OrganisationFacts(name="x"), {})
    ground = Ground(source=source, target=target(), choice=Choice(), chosen=frozenset())
    ground.settle("contacts", UPPER, Action.MATCH, OTHER)
    assert ground.will_exist("contacts", UPPER.lower())


def test_settling_when_a_known_record_is_listed_in_other_letters_then_it_is_not_taken_for_a_new_one() -> None:
    kind = KIND["contacts"]
    listed: dict[str, Any] = {"Contacts": [{"ContactID": UPPER, "Name": "Kauri"}]}
    answers = [Answer(200, {}, json.dumps(listed).encode(), ""), Answer(200, {}, b'{"Contacts": []}', "")]
    writer = SimpleNamespace(get=lambda *_, **__: answers.pop(0), clock_ahead=timedelta(0))
    assert kind.settle is not None
    found = recognise(
        cast("XeroWriter", writer), kind, kind.settle, path="Contacts", sent=[{"Name": "Kauri"}],
        known={UPPER.lower()}, since=datetime(2026, 11, 22, tzinfo=UTC),
    )  # fmt: skip
    assert found == [None]
