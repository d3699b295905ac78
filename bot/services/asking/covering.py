"""Judge whether a question asks if its topics are covered, with every word of it explained. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.catalogue import topics_neutral as neutral
from bot.catalogue import topics_openings as openings
from bot.catalogue import topics_words
from bot.catalogue.topics import TOPICS
from bot.services.asking.spotting import Found
from bot.services.asking.wording import Question

_VALUE = re.compile(openings.VALUE)
_YOU_KEEP = re.compile(openings.YOU_KEEP)
_SAYS_COVERED = re.compile(openings.SAYS_COVERED)
_WHAT_ABOUT = re.compile(openings.WHAT_ABOUT)
_NEVER_OURS = re.compile("|".join(neutral.NEVER_OURS))
_SUPPOSING = re.compile(r"\bi (?:suppose|guess|take it|assume|hope)\b")
_SOMEBODY = frozenset({"i", "we", "they", "he", "she", "somebody", "someone", "you", "people"})
_LINK = frozenset({"that", "which", "who", "where"})
_RELATION = frozenset({"to", "from", "for", "with", "by", "at", "of"})
_STEM = 5  # letters
_OF_PERSONS = frozenset({"contacts", "users", "payroll", "cis"})


def is_never_ours(question: Question) -> bool:
    """Say whether it asks how to use Xero, what is due or allowed, or what somebody else does."""
    return bool(_NEVER_OURS.search(question.text))


def unexplained(question: Question, found: Found, also: Collection[str] = ()) -> frozenset[str]:
    """Give the words that neither a topic, nor backups, nor everyday speech explains."""
    beside = set().union(*(neutral.BESIDE.get(key, ()) for key in (*found.topics, *found.choices)))
    aside = _told_aside(question, found)
    return frozenset(
        question.words[place]
        for place in found.left_at
        if place not in aside
        and question.words[place] not in beside
        and not _is_of(question.words[place], also)
        and question.words[place] not in neutral.NEUTRAL
    )


def _is_of(word: str, known: Collection[str]) -> bool:
    """Say whether a word is a form of a known one: "encrypted" of "encrypt"."""
    return word in known or any(len(one) >= _STEM and word.startswith(one) for one in known)


def says_kept(question: Question) -> bool:
    """Say whether words ask if something is kept, whatever it is."""
    return bool(set(question.words) & topics_words.STRONG_CUES or _YOU_KEEP.search(question.text))


def is_about_coverage(question: Question, found: Found) -> bool:
    """Say whether it is asked if the topics are covered, not what they are or how much they come to."""
    around = [word for place, word in enumerate(question.words) if not _in_topic(place, found)]
    if unexplained(question, found):
        return False
    supposing = {"i"} if _SUPPOSING.search(question.text) else set()
    return _is_modified_only(question, found, supposing) or _asks(question, found, around)


def _asks(question: Question, found: Found, around: list[str]) -> bool:
    """Say whether anything else than the topic asks for coverage."""
    if _is_within_another(question, found):
        return False
    if set(around) & topics_words.STRONG_CUES or _SAYS_COVERED.search(question.text):
        return not _asks_of_somebody(question, found, around)
    if _WHAT_ABOUT.match(question.text):
        return True
    if _VALUE.search(question.text) or set(around) & neutral.WANTS_VALUE:
        return False
    if _YOU_KEEP.search(question.text):
        return True
    weakly = bool(set(around) & topics_words.CUES) and not set(found.topics) & _OF_PERSONS
    return weakly and not _has_predicate(question, found)


def _asks_of_somebody(question: Question, found: Found, around: list[str]) -> bool:
    """Say whether it asks who, when or where something was done, or how a person is."""
    named = {question.words[start] for start, end in found.spans if end - start == 1}
    if named and named <= neutral.PERSONS and set(around) & topics_words.CUES <= {"safe", "lost", "back"}:
        return True
    asked = question.words[0] in {"who", "when", "where"} and not _in_topic(0, found)
    return asked and not set(around) & {"backup", "snapshot", "copied", "you"}


def _is_within_another(question: Question, found: Found) -> bool:
    """Say whether one thing is asked to be part of another: "is VAT included in the quote"."""
    within = neutral.WITHIN | {"on"} if not _hang(found) else neutral.WITHIN
    for start, _ in found.spans[1:]:
        place = start - 1
        while place > 0 and question.words[place] in neutral.BARE - within:
            place -= 1
        if (
            place > 1
            and question.words[place] in within
            and question.words[place - 1] in (topics_words.STRONG_CUES - {"backup", "lost", "lose"})
        ):
            return True
    return False


def _hang(found: Found) -> bool:
    """Say whether something is spoken of that others hold: notes "kept on invoices"."""
    return any(TOPICS[key].hangs_on_records for key in found.topics)


def _in_topic(place: int, found: Found) -> bool:
    return any(start <= place < end for start, end in found.spans)


def _is_modified_only(question: Question, found: Found, also: Collection[str] = ()) -> bool:
    """Say whether topics stand alone but for what says which of them: "draft bills as well?"."""
    if found.is_mixed and "and" not in question.words:
        return False
    starts = {start for start, _ in found.spans}
    for place, word in enumerate(question.words):
        says_which = word in topics_words.ADJECTIVES and place + 1 in starts
        if not (_in_topic(place, found) or says_which or word in neutral.BARE or word in also):
            return False
    return True


def _has_predicate(question: Question, found: Found) -> bool:
    """Say whether something is said of the topic: "is the invoice paid back" is not about copies."""
    starts = {start for start, _ in found.spans}
    return any(
        word in topics_words.ADJECTIVES and place + 1 not in starts and not _in_topic(place, found)
        for place, word in enumerate(question.words)
    )


def _told_aside(question: Question, found: Found) -> frozenset[int]:
    """Give the places of what only tells which ones are meant: "the bills we got from Acme"."""
    return frozenset((*_in_relative_clauses(question, found), *_named_behind(question)))


def _in_relative_clauses(question: Question, found: Found) -> set[int]:
    places: set[int] = set()
    for _, end in found.spans:
        place = end + (end < len(question.words) and question.words[end] in _LINK)
        if place == end and (place >= len(question.words) or question.words[place] not in _SOMEBODY):
            continue
        place += 1
        while place < len(question.words) and question.words[place] not in neutral.VERBS_AGAIN:
            places.add(place)
            place += 1
    return places


def _named_behind(question: Question) -> set[int]:
    """Give the places of names of others: "to Acme", "from Brown Ltd"."""
    places: set[int] = set()
    for place, word in enumerate(question.words):
        follows = place and (question.words[place - 1] in _RELATION or place - 1 in places)
        if follows and word in question.names and word not in topics_words.ENGLISH:
            places.add(place)
    return places
