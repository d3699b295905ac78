"""Understand a question: which topics, facts or intents it is about, by tables and spelling distance only.

No language model and no guess: what is not understood well enough is said to be so. Reads nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from bot.catalogue import topics_asking as asking
from bot.catalogue import topics_words
from bot.catalogue.topics_asking import Beside, Shape
from bot.services.spotting import NEAR_AT_MOST, Found, near, topics_in
from bot.services.wording import Question, plain

_SHAPES = tuple((shape, re.compile(shape.pattern)) for shape in asking.SHAPES)
_FOLLOW_UPS = tuple((key, re.compile(pattern)) for key, pattern in asking.FOLLOW_UPS)
_VALUE = re.compile(asking.VALUE)
_YOU_KEEP = re.compile(asking.YOU_KEEP)
_SAYS_COVERED = re.compile(asking.SAYS_COVERED)
_WHAT_ABOUT = re.compile(r"^(?:and |or |so )*(?:what|how) (?:about|is the (?:story|deal|situation) with)\b")
_POLITE = re.compile(r"^(?:(?:please|pls|kindly|just|ok|hey|hi|now|so|and) )*")
_ASKED_TO = re.compile(r"^(?:can|could|would|will) you (?:please )?|^i (?:want|need|would like)(?: you)? to ")
_FOLLOWING = frozenset(
    re.findall(r"[a-z]{3,}", re.sub(r"\\[a-z]", " ", " ".join(pattern for _, pattern in asking.FOLLOW_UPS)))
)
_FOLLOW_UP_AT_MOST = 9  # words
_UNKNOWN_AT_MOST = 3  # words left over beside a topic; more, and the question was not understood


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What a question is about; all empty when it was not understood."""

    intent: str = ""  # key of a fact or of an intent
    topics: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()  # one of these is meant: ask which
    near: tuple[str, ...] = ()  # worth offering
    follow_up: str = ""  # what is asked of the topic spoken of before
    named_only: bool = False  # nothing but organisations was named


def understand(text: str, names: Collection[str] = ()) -> Understood:
    """Say what a question is about; `names` are the words of organisations named in it, to be overlooked."""
    question = plain(text, names)
    if not question.words:
        return Understood(named_only=bool(names))
    found = topics_in(question.words)
    if _is_order(question, found):
        return Understood(intent="cannot_do", near=found.topics[:NEAR_AT_MOST])
    follow_up = _follow_up(question, found)
    shape = _shaped(question, found)
    if shape is not None:
        return _of_shape(shape, question, found, follow_up)
    if not found.blocked and (found.topics or found.choices) and _is_about_coverage(question, found):
        chosen = () if found.topics else found.choices
        return Understood(topics=found.topics, choices=chosen)
    if follow_up:
        return Understood(follow_up=follow_up)
    only_empty = not found.topics and not found.choices and not found.left and bool(names)
    return Understood(near=near(question, found), named_only=only_empty)


def _of_shape(shape: Shape, question: Question, found: Found, follow_up: str) -> Understood:
    topics = found.topics
    if shape.key == "holders":
        rest = topics_in(_behind(shape, question))
        topics = rest.topics or rest.choices[:1]
    if shape.topic is Beside.NONE:
        topics = ()
    return Understood(intent=shape.key, topics=topics, follow_up=follow_up)


def _shaped(question: Question, found: Found) -> Shape | None:
    return next((shape for shape, pattern in _SHAPES if _fits(shape, pattern, question, found)), None)


def _fits(shape: Shape, pattern: re.Pattern[str], question: Question, found: Found) -> bool:
    if not pattern.search(question.text):
        return False
    if shape.key == "holders":
        rest = topics_in(_behind(shape, question))
        return bool(rest.topics or rest.choices) and not rest.left
    if shape.key == "count" and set(question.words) & topics_words.ADJECTIVES:
        return False
    has_topic = bool(found.topics or (found.choices and shape.whole))
    if shape.whole and (found.blocked or set(found.left) - _words_of(shape)):
        return False
    return {Beside.ANY: True, Beside.NONE: not has_topic, Beside.NEEDED: bool(found.topics)}[shape.topic]


def _behind(shape: Shape, question: Question) -> tuple[str, ...]:
    """Give the words after the part that the shape took: "which clients use budgets" is about budgets."""
    match = re.search(shape.pattern, question.text)
    return tuple(question.text[match.end() :].split()) if match else ()


def _is_order(question: Question, found: Found) -> bool:
    """Say whether something is to be done, which answers never do."""
    text = _POLITE.sub("", question.text)
    asked = _ASKED_TO.match(text)
    words = (text[asked.end() :] if asked else text).split()
    if not words or _starts_with_topic(question, words[0], found):
        return False
    if words[0] in topics_words.HARD_ACTIONS:
        return len(words) > 1 and words[1] not in {
            "backup",
            "in",
            "of",
            "on",
            "for",
            "from",
            "to",
            "and",
            "or",
        }
    if asked or len(words) < 2:
        return False
    if words[0] in topics_words.SOFT_ACTIONS:
        return True
    ordered = words[0] in topics_words.RUN_ACTIONS and not found.topics and not found.choices
    return ordered and any(word in {"backup", "now", "one", "it", "again", "please"} for word in words)


def _starts_with_topic(question: Question, word: str, found: Found) -> bool:
    place = question.words.index(word) if word in question.words else -1
    return any(start <= place < end and end - start > 1 for start, end in found.spans)


def _follow_up(question: Question, found: Found) -> str:
    unknown = set(found.left) - _FOLLOWING
    if found.topics or found.choices or found.blocked or len(question.words) > _FOLLOW_UP_AT_MOST or unknown:
        return ""
    return next((key for key, pattern in _FOLLOW_UPS if pattern.search(question.text)), "")


def _is_about_coverage(question: Question, found: Found) -> bool:
    """Say whether it is asked if the topics are covered, and not what they are or how much they come to."""
    words = set(question.words)
    if words & topics_words.CUES or _SAYS_COVERED.search(question.text):
        return len(found.left) <= _UNKNOWN_AT_MOST
    if question.words[-1] in topics_words.ADJECTIVES:  # "are my invoices overdue": not about copies
        return False
    if found.left:
        asked = _WHAT_ABOUT.match(question.text) or (
            _YOU_KEEP.search(question.text) and not _VALUE.search(question.text)
        )
        return bool(asked) and len(found.left) < _UNKNOWN_AT_MOST
    told = _YOU_KEEP.search(question.text) or _WHAT_ABOUT.match(question.text)
    return bool(told) or not _VALUE.search(question.text)


@cache
def _words_of(shape: Shape) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]{2,}", re.sub(r"\\[a-z]", " ", shape.pattern)))
