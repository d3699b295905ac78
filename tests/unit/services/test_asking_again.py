"""Answers say each thing once, and what was answered is what the talk is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.crypto import KeyRing
from bot.db.engine import Database
from bot.domain.answers import Answer, Aspect, Question, TopicPart
from bot.domain.names import Actor
from bot.views import answers as views
from tests.conftest import Clock
from tests.contract.asking_house import FINANCE, AskingHouse


@pytest.fixture
def house(sqlite_database: Database, clock: Clock, key_ring: KeyRing, tmp_path: Path) -> AskingHouse:
    return AskingHouse(sqlite_database, clock, key_ring, tmp_path)


def drawn(house: AskingHouse, answer: Answer) -> str:
    message = views.draw(answer, house.clock())
    return f"{message.text}\n{message.blocks}"


def blocks_of(house: AskingHouse, answer: Answer) -> str:
    return str(views.draw(answer, house.clock()).blocks)


def test_missing_backup_when_one_of_several_has_none_then_is_said_once(house: AskingHouse) -> None:
    house.back_up(house.link("Harbour"))
    house.link("Kiwi Orchards")
    answer = house.ask("are quotes backed up?")
    (part,) = answer.parts
    assert isinstance(part, TopicPart)
    assert part.headline == "Quotes are backed up; some details would come back changed."
    assert [each.headline for each in part.holdings] == ["", ""]
    told = blocks_of(house, answer)
    assert told.count("no backup yet") == 1
    assert "will be backed up" not in told


@pytest.mark.parametrize("names", [("Harbour",), ("Harbour", "Kiwi Orchards")])
def test_missing_backup_when_nobody_has_one_then_is_said_once(
    house: AskingHouse, names: tuple[str, ...]
) -> None:
    for name in names:
        house.link(name)
    answer = house.ask("are quotes backed up?")
    assert blocks_of(house, answer).count("backup yet") == 1
    assert "Quotes will be backed up; there is no backup yet." in drawn(house, answer)
    assert "before the first backup" not in drawn(house, answer)


def test_topic_when_pressed_then_the_talk_goes_on_from_it(house: AskingHouse) -> None:
    house.back_up(house.link("Harbour"))
    ben = Actor(workspace_id=house.workspace, team_id="T0HOUSE", user_id="U0BEN", channel_id=FINANCE)
    house.questions.answer(Question(text="", viewer=ben, thread="1.1", topic="bank_rules"), house.clock())
    (part,) = house.ask("why?", thread="1.1").parts
    assert isinstance(part, TopicPart)
    assert (part.key, part.aspect) == ("bank_rules", Aspect.WHY)


def test_nonsense_when_asked_then_what_is_useful_is_offered_instead_of_topics(house: AskingHouse) -> None:
    house.back_up(house.link("Harbour"))
    answer = house.ask("what's the weather")
    assert [one.key for one in answer.near] == ["everything", "last_backup", "next_run"]
    assert "When was the last backup?" in drawn(house, answer)
    near = house.ask("are quotes from Shakespeare's plays copied").near
    assert near[0].key == "quotes"
