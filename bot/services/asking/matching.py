"""Understand a question: which topics, facts or intents it is about, by tables and spelling distance only.

No language model and no guess: every word has to be explained by what the question is taken to be about; what
is not understood well enough is said to be so. Reads nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache

from bot.catalogue import topics_asking as asking
from bot.catalogue import topics_openings as openings
from bot.catalogue import topics_words
from bot.catalogue.topics_asking_filling import FILLED
from bot.catalogue.topics_model import Beside, Shape
from bot.services.asking.covering import is_about_coverage, is_never_ours, says_kept, unexplained
from bot.services.asking.ordering import is_order
from bot.services.asking.spotting import NEAR_AT_MOST, Found, near, topics_in
from bot.services.asking.wording import Question, clauses, plain

_SHAPES = tuple((shape, re.compile(shape.pattern)) for shape in asking.SHAPES)
_FOLLOW_UPS = tuple((key, re.compile(pattern)) for key, pattern in openings.FOLLOW_UPS)
_FOLLOWING = frozenset(
    re.findall(r"[a-z]{3,}", re.sub(r"\\[a-z]", " ", " ".join(pattern for _, pattern in openings.FOLLOW_UPS)))
)
_ASKING = re.compile(
    r"^(?:and |so |but |or |then )*(?:who|what|when|where|why|how|which|is|are|am|do|does|did|"
    r"doe|can|could|will|would|should|shall|may|has|have|was|were)\b"
)
_AND_ASKS = re.compile(
    r"(?:[?,;]\s*(?:and\s+)?|\s+and\s+)(?=(?:what|when|which|who|how|where|is|are|do|does|did|was|were)\b)",
    re.IGNORECASE,
)
_TWO = 2
_NO_SUBJECT = frozenset({"hello", "thanks", "help", "cannot_do"})
_FOLLOW_UP_AT_MOST = 9  # words
_SHAPED_AT_MOST = 60  # words of one question; longer texts are taken clause by clause
_ALONE_AT_MOST = 2  # words that are a whole question without saying of what: "encryption", "size limits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What a question is about; all empty when it was not understood."""

    intent: str = ""  # key of a fact or of an intent
    topics: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()  # one of these is meant: ask which
    near: tuple[str, ...] = ()  # worth offering
    follow_up: str = ""  # what is asked of the topic spoken of before
    named_only: bool = False  # nothing but organisations was named
    both: tuple[Understood, ...] = ()  # two questions in one, each understood by itself

    @property
    def says_something(self) -> bool:
        """Say whether it is about anything by itself."""
        return bool(self.intent or self.topics or self.choices)


def understand(text: str, names: Collection[str] = ()) -> Understood:
    """Say what a question is about; `names` are the words of organisations named in it, to be overlooked."""
    question = plain(text, names)
    if not question.words:
        return Understood(named_only=bool(names))
    found = topics_in(question.words)
    if is_order(question, found):
        return Understood(intent="cannot_do", near=found.topics[:NEAR_AT_MOST])
    sure = _sure(question, found)
    if sure.says_something or sure.follow_up:
        return sure
    if not found.blocked and not is_never_ours(question):
        sure = _by_clauses([plain(clause, names) for clause in clauses(text)])
        if sure.says_something:
            return sure
    only_empty = not found.topics and not found.choices and not found.left and bool(names)
    return Understood(near=near(found), named_only=only_empty)


def two_in(text: str, names: Collection[str] = ()) -> tuple[Understood, ...]:
    """Understand two questions in one, "when was the last backup and what is missing?"; else nothing."""
    parts = [part for part in _AND_ASKS.split(text) if part.strip()]
    if len(parts) != _TWO:
        return ()
    found = tuple(understand(part, names) for part in parts)
    intents = {one.intent for one in found} - _NO_SUBJECT
    differ = found[0].intent != found[1].intent
    return found if differ and intents - {""} and all(one.says_something for one in found) else ()


def is_of_data(text: str, told: Understood) -> bool:
    """Say whether a question that was not understood asks about kinds of data, or whether they are kept."""
    return bool(told.near) or says_kept(plain(text))


def _sure(question: Question, found: Found) -> Understood:
    """Say what a question is about where every word of it is explained."""
    follow_up = _follow_up(question, found)
    if is_never_ours(question) and not follow_up:
        return Understood()
    shape = _shaped(question, found)
    if shape is not None:
        return _of_shape(shape, question, found, follow_up)
    if not found.blocked and (found.topics or found.choices) and is_about_coverage(question, found):
        return Understood(topics=found.topics, choices=() if found.topics else found.choices)
    return Understood(follow_up=follow_up)


def _by_clauses(parts: Sequence[Question]) -> Understood:
    """Take the clause that asks; the others tell why: "the intern broke it, can you roll back?"."""
    if len(parts) < 2:
        return Understood()
    found = [(part, topics_in(part.words)) for part in parts if part.words]
    sure = [_sure(part, its) for part, its in found]
    asked = [each for each in sure if each.says_something]
    if any(
        _ASKING.match(part.text) for (part, _), each in zip(found, sure, strict=True) if each not in asked
    ):
        return _of_the_one_before(found)
    if asked:
        topics = tuple(dict.fromkeys(key for each in asked if not each.intent for key in each.topics))
        return asked[-1] if asked[-1].intent or not topics else replace(asked[-1], topics=topics, choices=())
    return _of_the_one_before(found)


def _of_the_one_before(found: Sequence[tuple[Question, Found]]) -> Understood:
    """Understand "we live off purchase orders. Backed up?": the last clause asks of what the others name."""
    last, its = found[-1]
    topics = tuple(dict.fromkeys(key for _, each in found for key in each.topics))
    asks = says_kept(last) and not unexplained(last, its) and not is_never_ours(last)
    return Understood(topics=topics) if asks and topics and not its.topics else Understood()


def _of_shape(shape: Shape, question: Question, found: Found, follow_up: str) -> Understood:
    topics = found.topics
    if shape.key == "holders":
        rest = topics_in(_behind(shape, question))
        topics = rest.topics or rest.choices[:1]
    if shape.topic is Beside.NONE:
        topics = ()
    return Understood(intent=shape.key, topics=topics, follow_up=follow_up)


def _shaped(question: Question, found: Found) -> Shape | None:
    if len(question.words) > _SHAPED_AT_MOST:
        return None
    return next((shape for shape, pattern in _SHAPES if _fits(shape, pattern, question, found)), None)


def _fits(shape: Shape, pattern: re.Pattern[str], question: Question, found: Found) -> bool:
    match = pattern.search(question.text)
    if not match or not _is_of_ours(shape, question):
        return False
    if found.topics and match.group() in topics_words.CUES | topics_words.WEAK_CUES:
        return False  # "do you retain reports" is about reports
    if shape.key == "holders":
        rest = topics_in(_behind(shape, question))
        return bool(rest.topics or rest.choices) and not rest.left
    if _is_of_other_things(shape, question, found):
        return False
    if found.blocked or unexplained(question, found, words_of(shape)):
        return False
    has_topic = bool(found.topics or (found.choices and shape.whole))
    return {Beside.ANY: True, Beside.NONE: not has_topic, Beside.NEEDED: bool(found.topics)}[shape.topic]


def _is_of_other_things(shape: Shape, question: Question, found: Found) -> bool:
    """Say whether it counts some of a kind only, or asks when something is done that we do not do."""
    some_only = shape.key == "count" and set(question.words) & topics_words.ADJECTIVES
    return bool(some_only) or (shape.key == "filled" and not set(found.topics) <= FILLED)


def _is_of_ours(shape: Shape, question: Question) -> bool:
    """Say whether a shape of everyday words is said of backups, or is all that was asked."""
    if not shape.of or len(question.words) <= _ALONE_AT_MOST:
        return True
    return bool(re.search(shape.of, question.text))


def _behind(shape: Shape, question: Question) -> tuple[str, ...]:
    """Give the words after the part that the shape took: "which clients use budgets" is about budgets."""
    match = re.search(shape.pattern, question.text)
    return tuple(question.text[match.end() :].split()) if match else ()


def _follow_up(question: Question, found: Found) -> str:
    unknown = set(found.left) - _FOLLOWING
    if found.topics or found.choices or found.blocked or len(question.words) > _FOLLOW_UP_AT_MOST or unknown:
        return ""
    return next((key for key, pattern in _FOLLOW_UPS if pattern.search(question.text)), "")


@cache
def words_of(shape: Shape) -> frozenset[str]:
    """Give the words that a shape is made of: they are explained by it."""
    return frozenset(re.findall(r"[a-z]{2,}", re.sub(r"\\[a-z]", " ", shape.pattern)))
