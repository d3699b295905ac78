"""How well questions are understood: nearly always right, and never a fact about something else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.catalogue.topics import FACTS, TOPICS
from bot.crypto import KeyRing
from bot.db.engine import Database
from bot.domain.answers import Answer, WhichTopic
from tests.conftest import Clock
from tests.contract.asking_house import AskingHouse
from tests.contract.phrasings import FINAL, FRESH, LAST, TABLE, UNSEEN, Phrase, is_held_back
from tests.contract.phrasings_blind import BLIND, SECOND
from tests.contract.phrasings_filling import FILLING
from tests.contract.phrasings_restores import RESTORES
from tests.contract.phrasings_third import THIRD

RIGHT_AT_LEAST = 0.95
_COPIED = {"backed_up", "changed", "kept"}
_HONEST = {"unknown", "which_topic"}  # says nothing that could be wrong


@dataclass(frozen=True)
class Told:
    """What one wording got."""

    phrase: Phrase
    kinds: tuple[str, ...]
    about: frozenset[str]

    @property
    def is_right(self) -> bool:
        wanted = frozenset(self.phrase.about)
        if self.phrase.kind in {"hello", "thanks", "help", "cannot_do", "unknown"}:
            return self.kinds == (self.phrase.kind,)
        kinds, told = set(self.phrase.kind.split("+")), set(self.kinds)
        if "copied" in kinds:  # however it would come back: restores learn to write more and more of it
            told = {"copied" if one in _COPIED else one for one in told}
        return told == kinds and self.about == wanted

    @property
    def is_wrong(self) -> bool:
        """Say whether it tells something that was not asked, or tells it otherwise than it is."""
        return not self.is_right and not set(self.kinds) <= _HONEST


@pytest.fixture
def house(sqlite_database: Database, clock: Clock, key_ring: KeyRing, tmp_path: Path) -> AskingHouse:
    found = AskingHouse(sqlite_database, clock, key_ring, tmp_path)
    found.back_up(found.link("Harbour & Sons Trading Ltd"))
    return found


def told(phrase: Phrase, answer: Answer) -> Told:
    about = {part.key for part in answer.parts}
    if isinstance(answer.parts[0], WhichTopic):
        about = {choice.key for choice in answer.parts[0].choices}
    return Told(phrase, tuple(part.kind for part in answer.parts), frozenset(about))


def measured(house: AskingHouse, phrases: Sequence[Phrase], name: str) -> tuple[float, list[Told]]:
    """Ask them all; gives the share that is right, and what is wrong."""
    found = [told(one, house.ask(one.text)) for one in phrases]
    right, wrong = [one for one in found if one.is_right], [one for one in found if one.is_wrong]
    share = len(right) / len(found)
    print(f"\n{name}: {len(right)} of {len(found)} right ({share:.1%}), {len(wrong)} wrong")  # noqa: T201
    return share, wrong


@pytest.mark.parametrize(
    "half",
    [
        "tuned",
        "held back",
        "fresh",
        "unseen",
        "last",
        "final",
        "blind",
        "second",
        "third",
        "restores",
        "filling",
    ],
)
def test_phrasings_when_asked_then_nearly_all_are_right_and_none_is_wrong(
    house: AskingHouse, half: str
) -> None:
    phrases = {
        "tuned": [one for one in TABLE if not is_held_back(one.text)],
        "held back": [one for one in TABLE if is_held_back(one.text)],
        "fresh": list(FRESH),
        "unseen": list(UNSEEN),
        "last": list(LAST),
        "final": list(FINAL),
        "blind": list(BLIND),
        "second": list(SECOND),
        "third": list(THIRD),
        "restores": list(RESTORES),
        "filling": list(FILLING),
    }[half]
    assert len(phrases) >= 60
    share, wrong = measured(house, phrases, half)
    assert [(one.phrase.text, one.kinds, sorted(one.about)) for one in wrong] == []
    assert share >= RIGHT_AT_LEAST


def test_phrasings_when_not_ours_then_nothing_is_told_of_backups(house: AskingHouse) -> None:
    asked = (*BLIND, *SECOND, *THIRD, *RESTORES)
    beside = [one for one in asked if one.kind == "unknown"]
    assert len(beside) >= 0.3 * len(asked)
    answers = {one.text: house.ask(one.text) for one in beside}
    assert [text for text, answer in answers.items() if answer.parts[0].kind != "unknown"] == []


def test_table_when_read_then_every_wording_is_about_something_we_have() -> None:
    every = (*TABLE, *FRESH, *UNSEEN, *LAST, *FINAL, *BLIND, *SECOND, *THIRD, *RESTORES, *FILLING)
    kinds = {"unknown", "cannot_do", "hello", "thanks", "help"}
    assert len({one.text for one in every}) == len(every) >= 1100
    for one in every:
        known = [key for key in one.about if key in TOPICS or key in FACTS or key == one.kind]
        assert one.kind in kinds or known == list(one.about)
