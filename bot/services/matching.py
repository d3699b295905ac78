"""Understand a question: which topics, facts or intents it is about, by tables and spelling distance only.

No language model and no guess: what is not understood well enough is said to be so. Reads nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cache

from rapidfuzz import fuzz, process

from bot.catalogue import topics_asking as asking
from bot.catalogue import topics_words
from bot.catalogue.topics import TOPICS, UNCLEAR
from bot.catalogue.topics_asking import Beside, Shape
from bot.services.wording import Question, plain

_SHAPES = tuple((shape, re.compile(shape.pattern)) for shape in asking.SHAPES)
_FOLLOW_UPS = tuple((key, re.compile(pattern)) for key, pattern in asking.FOLLOW_UPS)
_VALUE = re.compile(asking.VALUE)
_YOU_KEEP = re.compile(asking.YOU_KEEP)
_SAYS_COVERED = re.compile(asking.SAYS_COVERED)
_STANDS_ON = frozenset({"on", "against", "of", "for", "in", "from", "to", "with"})
_WHAT_ABOUT = re.compile(r"^(?:and |or |so )*(?:what|how) about\b")
_POLITE = re.compile(r"^(?:(?:please|pls|kindly|just|ok|hey|hi|now|so|and) )*")
_ASKED_TO = re.compile(r"^(?:can|could|would|will) you (?:please )?|^i (?:want|need|would like)(?: you)? to ")
_UNKNOWN_AT_MOST = 3  # words left over beside a topic; more, and the question was not understood
NEAR = 72  # rapidfuzz's score, 0 to 100, from which a topic is worth offering
NEAR_AT_MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What a question is about; all empty when it was not understood."""

    intent: str = ""  # key of a fact or of an intent
    topics: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()  # one of these is meant: ask which
    near: tuple[str, ...] = ()  # worth offering
    follow_up: str = ""  # what is asked of the topic spoken of before
    named_only: bool = False  # nothing but organisations was named


@dataclass(frozen=True, slots=True)
class _Found:
    topics: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    blocked: bool = False  # names a thing of which nothing is known
    left: tuple[str, ...] = ()  # words nobody knows
    spans: tuple[tuple[int, int], ...] = field(default=())


def understand(text: str, names: Collection[str] = ()) -> Understood:
    """Say what a question is about; `names` are the words of organisations named in it, to be overlooked."""
    question = plain(text, names)
    if not question.words:
        return Understood(named_only=bool(names))
    found = _topics_in(question.words)
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
    return Understood(near=_near(question, found), named_only=only_empty)


def _of_shape(shape: Shape, question: Question, found: _Found, follow_up: str) -> Understood:
    topics = found.topics
    if shape.key == "holders":
        rest = _topics_in(_behind(shape, question))
        topics = rest.topics or rest.choices[:1]
    if shape.topic is Beside.NONE:
        topics = ()
    return Understood(intent=shape.key, topics=topics, follow_up=follow_up)


def _shaped(question: Question, found: _Found) -> Shape | None:
    return next((shape for shape, pattern in _SHAPES if _fits(shape, pattern, question, found)), None)


def _fits(shape: Shape, pattern: re.Pattern[str], question: Question, found: _Found) -> bool:
    if not pattern.search(question.text):
        return False
    if shape.key == "holders":
        rest = _topics_in(_behind(shape, question))
        return bool(rest.topics or rest.choices) and not rest.left
    has_topic = bool(found.topics or (found.choices and shape.whole))
    if shape.whole and (found.blocked or set(found.left) - _words_of(shape)):
        return False
    return {Beside.ANY: True, Beside.NONE: not has_topic, Beside.NEEDED: bool(found.topics)}[shape.topic]


def _behind(shape: Shape, question: Question) -> tuple[str, ...]:
    """Give the words after the part that the shape took: "which clients use budgets" is about budgets."""
    match = re.search(shape.pattern, question.text)
    return tuple(question.text[match.end() :].split()) if match else ()


def _is_order(question: Question, found: _Found) -> bool:
    """Say whether something is to be done, which answers never do."""
    text = _POLITE.sub("", question.text)
    asked = _ASKED_TO.match(text)
    words = (text[asked.end() :] if asked else text).split()
    if not words or _starts_with_topic(question, words[0], found):
        return False
    if words[0] in topics_words.HARD_ACTIONS:
        return len(words) > 1 and "backup" not in words[1:2]
    if asked or len(words) < 2:
        return False
    if words[0] in topics_words.SOFT_ACTIONS:
        return True
    ordered = words[0] in topics_words.RUN_ACTIONS and not found.topics and not found.choices
    return ordered and any(word in {"backup", "now", "one", "it", "again", "please"} for word in words)


def _starts_with_topic(question: Question, word: str, found: _Found) -> bool:
    place = question.words.index(word) if word in question.words else -1
    return any(start <= place < end and end - start > 1 for start, end in found.spans)


def _follow_up(question: Question, found: _Found) -> str:
    if found.topics or found.choices or found.blocked or len(question.words) > 9 or found.left:
        return ""
    return next((key for key, pattern in _FOLLOW_UPS if pattern.search(question.text)), "")


def _is_about_coverage(question: Question, found: _Found) -> bool:
    """Say whether it is asked if the topics are covered, and not what they are or how much they come to."""
    words = set(question.words)
    if words & topics_words.CUES or _SAYS_COVERED.search(question.text):
        return len(found.left) <= _UNKNOWN_AT_MOST
    if found.left:
        asked = _WHAT_ABOUT.match(question.text) or (
            _YOU_KEEP.search(question.text) and not _VALUE.search(question.text)
        )
        return bool(asked) and len(found.left) < _UNKNOWN_AT_MOST
    return bool(_YOU_KEEP.search(question.text)) or not _VALUE.search(question.text)


def _topics_in(words: Sequence[str]) -> _Found:
    """Find the topics named, longest names first, so that "bank rules" is not about banks."""
    named = _names()
    topics: dict[str, tuple[int, int]] = {}
    unclear: list[tuple[str, ...]] = []
    blocked, aside, left, spans, place = False, False, [], [], 0
    while place < len(words):
        length, key = _longest(words, place, named)
        if not length:
            if words[place] not in topics_words.EMPTY and not _is_known(words[place]):
                left.append(words[place])
            place += 1
            continue
        spans.append((place, place + length))
        if _is_verb(words, place, length):
            pass
        elif key == "contacts" and _is_told_beside(words, place):
            aside = True
        elif isinstance(key, str):
            topics.setdefault(key, (place, place + length))
        elif key:
            unclear.append(key)
        else:
            blocked = True
        place += length
    if aside and not topics and not unclear:
        topics["contacts"] = spans[0]
    chosen = _hanging(_without_umbrellas(topics), words)
    open_ones = [each for each in unclear if not set(each) & topics.keys()]
    return _Found(
        topics=chosen,
        choices=open_ones[0] if open_ones and not chosen else (),
        blocked=blocked,
        left=tuple(left),
        spans=tuple(spans),
    )


def _is_told_beside(words: Sequence[str], place: int) -> bool:
    """Say whether customers are only who it goes to, as in "quotes for our customers"."""
    return bool({"to", "from", "by", "for", "with"} & set(words[max(0, place - 2) : place]))


def _without_umbrellas(topics: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """Drop a topic without entries of its own beside the one it adjoins: of "reverse charge VAT", the VAT."""
    own = [place for key, place in topics.items() if TOPICS[key].about or TOPICS[key].only]
    ends = {each for place in own for each in place}
    return {
        key: place
        for key, place in topics.items()
        if TOPICS[key].about or TOPICS[key].only or not ends & set(place)
    }


def _hanging(topics: dict[str, tuple[int, int]], words: Sequence[str]) -> tuple[str, ...]:
    """Of "payments on invoices" and "customer payments" keep the payments: what stands on something."""
    hanging = [key for key in topics if TOPICS[key].hangs_on_records]
    if hanging and not {"and", "or"} & set(words):
        return tuple(hanging)
    ends = {end for _, end in topics.values()}
    begins = {start for start, _ in topics.values()}
    return tuple(
        key for key, (start, end) in topics.items() if not _is_host(key, words, start, end, ends, begins)
    )


def _is_host(  # noqa: PLR0917 - one look at one place
    key: str, words: Sequence[str], start: int, end: int, ends: set[int], begins: set[int]
) -> bool:
    """Say whether a topic only says what another stands on, or whose it is."""
    if key not in asking.HOSTS:
        return False
    if key == "contacts" and end in begins:
        return True
    before = [place for place in (start - 1, start - 2) if place >= 0 and words[place] in _STANDS_ON]
    return any(place in ends for place in before)


def _is_verb(words: Sequence[str], place: int, length: int) -> bool:
    return (
        length == 1 and words[place] in asking.VERBS and place > 0 and words[place - 1] in {"we", "i", "they"}
    )


def _longest(
    words: Sequence[str], place: int, named: dict[tuple[str, ...], str | tuple[str, ...]]
) -> tuple[int, str | tuple[str, ...]]:
    for length in range(min(6, len(words) - place), 0, -1):
        key = named.get(tuple(words[place : place + length]))
        if key is not None:
            return length, key
    return 0, ""


def _is_known(word: str) -> bool:
    return word in topics_words.CUES or word in topics_words.WEAK_CUES or word.isdigit()


def _near(question: Question, found: _Found) -> tuple[str, ...]:
    """Offer what was named, or what is spelled a little like what was asked."""
    offered = dict.fromkeys((*found.topics, *found.choices))
    for word in (*found.left, question.text):
        if len(word) >= 4:
            ranked = process.extract(word, _joined(), scorer=fuzz.WRatio, limit=3, score_cutoff=NEAR)
            offered |= dict.fromkeys(_joined_keys()[place] for _, _, place in ranked)
    return tuple(offered)[:NEAR_AT_MOST]


@cache
def _words_of(shape: Shape) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]{2,}", re.sub(r"\\[a-z]", " ", shape.pattern)))


@cache
def _names() -> dict[tuple[str, ...], str | tuple[str, ...]]:
    """Index every name of a topic by its plain words; an unclear word gives its choices, maybe none."""
    found: dict[tuple[str, ...], str | tuple[str, ...]] = {}
    for one in UNCLEAR:
        found |= {plain(word).words: one.topics for word in one.words.split(",")}
    for topic in TOPICS.values():
        found |= {plain(word).words: topic.key for word in (*topic.words.split(","), topic.title)}
    return found


@cache
def _joined() -> tuple[str, ...]:
    return tuple(" ".join(words) for words, key in _names().items() if isinstance(key, str))


@cache
def _joined_keys() -> tuple[str, ...]:
    return tuple(key for key in _names().values() if isinstance(key, str))
