"""Answer what people ask, the same wherever they ask it: in a mention, a direct message, a command, a button.

Every answer comes from the catalogue, the settings and the last backup; what is not known is said so. Nothing
of a question is stored or logged. An answer holds only what its viewer may see where they asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.catalogue.topics import FACTS, TOPICS
from bot.domain.answers import (
    Answer,
    Aspect,
    Choice,
    Part,
    Plain,
    Question,
    ReportPart,
    StandingsPart,
    Unknown,
    WhichOrganisation,
    WhichTopic,
)
from bot.domain.coverage import NoFact
from bot.domain.organisation import Organisation
from bot.errors import AmbiguousOrganisation, UnknownOrganisation
from bot.services.access import Access
from bot.services.asking import happened, house, topics
from bot.services.asking.beyond import UNSPOKEN, asks_to_restore, held_back
from bot.services.asking.house import House
from bot.services.asking.matching import Understood, is_of_data, two_in, understand
from bot.services.asking.naming import named, named_otherwise
from bot.services.asking.talks import DIRECTLY, Talk, Talks
from bot.services.asking.wording import LONGEST
from bot.services.coverage import report
from bot.services.organisations import pick

_OPEN = frozenset({"hello", "thanks", "help"})  # says nothing of any organisation
_OF_STANDINGS = frozenset({"last_backup", "next_run", "verdict", "status", "filling"})
_WHOLE = (WhichOrganisation, WhichTopic, Plain, Unknown)  # parts that are a whole message
_TOPICS_AT_MOST = 4
_NEAR_AT_MOST = 3
_NAME_AT_MOST = 80
_SETTLE = "another word for it, or Xero's own list of what apps may read."
_SETTLE_BESIDE = "an admin of this workspace, or whoever runs Ledgerkeep."
# What may be asked by a button besides topics, and what the button says.
SUGGESTED = {
    "everything": "What isn't covered?",
    "last_backup": "When was the last backup?",
    "next_run": "When is the next backup?",
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question with what was understood of it; `named` are the organisations it names."""

    question: Question
    understood: Understood
    visible: Sequence[Organisation]
    named: Sequence[Organisation]
    now: datetime

    @property
    def about(self) -> Sequence[Organisation]:
        return self.named or self.visible


class Questions:
    """Everything that may be asked."""

    def __init__(self, *, access: Access, house: House, talks: Talks) -> None:
        self._access, self._house, self._talks = access, house, talks

    def answer(self, question: Question, now: datetime) -> Answer:
        """Answer what is asked at `now`; raises NothingLinked, NotHere where nothing may be shown."""
        text = question.text[:LONGEST]
        understood = held_back(text, understand(text))
        if understood.intent in _OPEN or not (text.strip() or question.topic):
            return Answer(parts=(Plain(kind=understood.intent or "help"),))
        visible = self._access.seen_by(question.viewer)
        asked = self._with_talk(_read(question, text, visible, now))
        answer = self._answered(asked)
        self._remember(asked, answer)
        return answer

    def _with_talk(self, asked: _Asked) -> _Asked:
        """Understand a follow-up by what the talk was about; a new topic keeps the talk's organisation."""
        talk = self._talk(asked.question)
        if talk is None:
            return asked
        before = [one for one in asked.visible if one.id == talk.organisation_id]
        named, told = asked.named or before, asked.understood
        if not talk.topics or not _is_follow_up(told):
            return replace(asked, named=named)
        known = tuple(key for key in talk.topics if key in TOPICS)
        aspect = told.follow_up if known else ""
        intent = "" if known else talk.topics[0]
        meant = Understood(intent=intent, topics=known, follow_up=aspect)
        return replace(asked, understood=meant, named=named)

    def _talk(self, question: Question) -> Talk | None:
        """Give the talk of the thread; one begun below an answer of a direct message goes on from there."""
        found = self._talks.last(question.viewer, question.thread)
        if found is None and question.viewer.in_direct_message:
            return self._talks.last(question.viewer, DIRECTLY)
        return found

    def _remember(self, asked: _Asked, answer: Answer) -> None:
        keys = tuple(dict.fromkeys(part.key for part in answer.parts if part.key not in {"", *UNSPOKEN}))
        question = asked.question
        thread = question.thread or (DIRECTLY if question.viewer.in_direct_message else "")
        if keys:
            only = asked.named[0].id if len(asked.named) == 1 else ""
            self._talks.note(question.viewer, thread, Talk(keys, only))

    def _answered(self, asked: _Asked) -> Answer:
        parts = tuple(self._parts(asked))
        near = dict.fromkeys(key for part in parts for key in _near_to(part.key))
        shown = {part.key for part in parts}
        if isinstance(parts[0], Unknown | Plain):
            near = dict.fromkeys(asked.understood.near)
        if isinstance(parts[0], Unknown) and not near:
            near = dict.fromkeys(SUGGESTED)
        about = asked.about
        return Answer(
            parts=parts,
            near=tuple(_choice(key) for key in near if key not in shown)[:_NEAR_AT_MOST],
            organisation_id=about[0].id if len(about) == 1 else "",
        )

    def _parts(self, asked: _Asked) -> Sequence[Part]:
        told = asked.understood
        if told.both:
            return self._both(asked)
        if told.intent:
            return self._of_intent(asked)
        if told.topics:
            known = self._house.known(asked.about)
            to_restore = not told.follow_up and asks_to_restore(asked.question.text[:LONGEST])
            aspect = Aspect.RESTORE if to_restore else Aspect(told.follow_up)
            return [topics.answer(key, known, aspect) for key in told.topics[:_TOPICS_AT_MOST]]
        if told.choices:
            return [WhichTopic(choices=tuple(map(_choice, told.choices)))]
        if told.named_only:
            return [self._standing("status", asked)]
        near = tuple(TOPICS[key].title for key in told.near)
        settle = _SETTLE if is_of_data(asked.question.text[:LONGEST], told) else _SETTLE_BESIDE
        return [Unknown(fact=NoFact(asked=asked.question.text[:LONGEST], settle=settle, near=near))]

    def _both(self, asked: _Asked) -> Sequence[Part]:
        """Answer two questions briefly; those whose answer is a whole message are asked one at a time."""
        parts = [
            part for one in asked.understood.both for part in self._parts(replace(asked, understood=one))
        ]
        alone = any(isinstance(part, _WHOLE) or part.key == "status" for part in parts)
        return [Plain(kind="one_at_a_time")] if alone else parts

    def _of_intent(self, asked: _Asked) -> Sequence[Part]:
        key, found = asked.understood.intent, asked.understood.topics
        if key == "everything":
            return [self._everything(asked)]
        if key == "holders":
            return [topics.holders(found[0], self._house.known(asked.visible))]
        if key in {Aspect.COUNT, Aspect.PROGRESS}:
            known = self._house.known(asked.about)
            return [topics.answer(one, known, Aspect(key)) for one in found[:_TOPICS_AT_MOST]]
        if key in _OF_STANDINGS:
            return [self._standing(key, asked)]
        if key in FACTS:
            return [house.fact(key)]
        return [self._of_house(key, asked)]

    def _of_house(self, key: str, asked: _Asked) -> Part:
        if key in happened.KEYS:
            return self._house.happened(key, asked.about, asked.question.text[:LONGEST], asked.now)
        answered = self._house.answer(key, asked.about)
        return answered if answered is not None else Plain(kind=key)

    def _standing(self, key: str, asked: _Asked) -> StandingsPart:
        return StandingsPart(key=key, standings=tuple(self._house.standings(asked.about)))

    def _everything(self, asked: _Asked) -> ReportPart | WhichOrganisation:
        """Tell everything of one organisation; which one is asked, never picked."""
        if len(asked.about) > 1:
            return WhichOrganisation(choices=tuple(Choice(key=one.id, title=one.name) for one in asked.about))
        ((organisation, evidence),) = self._house.known(asked.about)
        return ReportPart(report=report(organisation, evidence))


def _read(question: Question, text: str, visible: Sequence[Organisation], now: datetime) -> _Asked:
    """Understand a question among what may be seen; a button or a command says what words leave open."""
    if question.organisation_id:
        found = [one for one in visible if one.id == question.organisation_id]
        words: frozenset[str] = frozenset()
    else:
        found, words = named(text, visible)
    told = _told(text, words) if words or found else _of_others(text) or _told(text, words)
    if _says_nothing(told) and not found and 0 < len(text.strip()) <= _NAME_AT_MOST:
        found = _picked(text, visible)
        told = Understood(named_only=True) if found else told
    if question.topic and (told.named_only or not text.strip()):
        told = _meant(question.topic)
    return _Asked(question, told, visible, found, now)


def _told(text: str, words: frozenset[str]) -> Understood:
    """Understand a text, or the two questions in it."""
    two = tuple(held_back(text, one) for one in two_in(text, words))
    if two and all(one.says_something for one in two):
        near = dict.fromkeys(key for one in two for key in (one.intent, *one.topics))
        offered = tuple(key for key in near if key in TOPICS or key in SUGGESTED)
        return Understood(intent="both", both=two, near=offered)
    return held_back(text, understand(text, words))


def _of_others(text: str) -> Understood | None:
    """Turn aside what is asked of somebody else, without saying whether they are known."""
    words = named_otherwise(text)
    told = understand(text, words)
    is_asked = told.says_something and told.intent not in _OPEN | {"cannot_do"}
    return Understood(intent="not_shown") if words and is_asked else None


def _picked(text: str, visible: Sequence[Organisation]) -> list[Organisation]:
    """Take the words as the name of an organisation, or part of one."""
    try:
        return [pick(text, visible)]
    except AmbiguousOrganisation as several:
        return [one for one in visible if one.name in several.names]
    except UnknownOrganisation:
        return []


def _meant(topic: str) -> Understood:
    return Understood(topics=(topic,)) if topic in TOPICS else Understood(intent=topic)


def _says_nothing(told: Understood) -> bool:
    return not (told.intent or told.topics or told.choices or told.follow_up)


def _is_follow_up(told: Understood) -> bool:
    """Say whether it makes sense only after something else."""
    if told.topics or told.choices:
        return False
    return bool(told.follow_up) or (told.named_only and not told.intent)


def _near_to(key: str) -> tuple[str, ...]:
    return TOPICS[key].near if key in TOPICS else ()


def _choice(key: str) -> Choice:
    return Choice(key=key, title=TOPICS[key].title if key in TOPICS else SUGGESTED[key])
