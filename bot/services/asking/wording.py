"""Bring a question into plain form: no capitals, no markup, no plural, slips of spelling put right. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.catalogue import topics_asking as asking
from bot.catalogue import topics_neutral, topics_words
from bot.catalogue import topics_openings as openings
from bot.catalogue.topics import TOPICS, UNCLEAR

LONGEST = 3000  # characters of a question that are looked at
_WORDS_AT_MOST = 200
_MARKUP = re.compile(r"<[@#!][^>]*>|<(?:https?|mailto)[^>|]*(?:\|([^>]*))?>|```|:[a-z0-9_+-]+:")
_BACKUP = re.compile(r"\bback(?:s|ed|ing)?[\s-]?ups?\b")
_BACK_IT_UP = re.compile(r"\bback(?:s|ed|ing)? ((?:\w+ ){1,3})up\b")
_SPOKEN = (
    (re.compile(r"[’‘`´]"), "'"),
    (re.compile(r"\be-mail"), "email"),
    (re.compile(r"\bp ?(?:&|\+|n) ?l\b"), "pnl"),
    (re.compile(r"\bp\.o\.(?:s)?"), "po"),
    (re.compile(r"[&+/]"), " and "),
    (re.compile(r"\bcan't\b|\bcannot\b"), "can not"),
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"\b(what|when|where|who|how|that|it|there|here)'?s\b(?<!\bits)"), r"\1 is"),
    (re.compile(r"\b(what|when|where|who|how)s\b"), r"\1 is"),
    (re.compile(r"'(?:re)\b"), " are"),
    (re.compile(r"'(?:ve)\b"), " have"),
    (re.compile(r"'(?:ll)\b"), " will"),
    (re.compile(r"'(?:d)\b(?!a)"), " would"),
    (re.compile(r"'m\b"), " am"),
    (re.compile(r"\bg'?day\b"), "gday"),
    (re.compile(r"'s?\b|'"), ""),
    (re.compile(r"(?<=\d)(am|pm)\b"), r" \1"),
    (re.compile(r"(?<=\d),(?=\d{3}\b)"), ""),
)
_SHORT = {"u": "you", "ur": "your", "r": "are", "yr": "your", "y": "why", "bkup": "backup", "pls": "please"}
_BETWEEN = re.compile(r"[.?!;:,\n—–]+(?=\s|$)|\s-+\s|\s(?:because|but|and then)\s")
_FILLERS = re.compile(
    r"\b(?:exactly|actually|really|basically|honestly|literally|precisely|currently) |"
    r"(?<=.) (?:exactly|actually|really)$"
)
_CLAUSES_AT_MOST = 8
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][A-Za-z]+|(?<=[A-Z][a-z] )[A-Z][a-z]+")
_NO_PLURAL = frozenset({"does", "always", "yes", "gas", "alias", "perhaps", "across", "sometimes", "besides"})
_LONG_WORD = 8  # characters from which two slips are forgiven, else one
_SHORTEST = 4  # letters; so short a word is mended only where two of them were swapped
# English words that end alike are near each other without being slips: "training" and "tracking".
_ENDING = re.compile(r"(?:ing|ed|ion|able|ible|ly|ment|ity|ness|ence|ance|er|or|ic|al|ate|ous|ive|ist|ism)$")


@dataclass(frozen=True, slots=True)
class Question:
    """A question in plain form."""

    text: str
    words: tuple[str, ...]
    names: frozenset[str] = frozenset()  # words that were written like names


def plain(text: str, overlooked: Collection[str] = ()) -> Question:
    """Give the plain form, without the `overlooked` words (those of an organisation's name)."""
    words = [word for word in raw_words(text) if word not in overlooked]
    mended = [_mended(word) for word in words]
    split = tuple(part for word in mended for part in word.split())
    return Question(" ".join(split), split, frozenset(map(_single, _names_in(text))))


def clauses(text: str) -> tuple[str, ...]:
    """Part a text where one clause ends and the next begins; of very many, the first and the last ones."""
    found = [part for part in _BETWEEN.split(text[:LONGEST]) if part.strip()]
    if len(found) > _CLAUSES_AT_MOST:
        found = [*found[: _CLAUSES_AT_MOST // 2], *found[-_CLAUSES_AT_MOST // 2 :]]
    return tuple(found)


def _names_in(text: str) -> list[str]:
    """Give words with a capital inside a sentence; none of a text that is all in capitals."""
    return [] if text.isupper() else [word.casefold() for word in _NAME.findall(text[:LONGEST])]


def raw_words(text: str) -> tuple[str, ...]:
    """Give the words as they were written, folded and without plural, but with their slips."""
    return tuple(_single(_SHORT.get(word, word)) for word in folded(text).split()[:_WORDS_AT_MOST])


def folded(text: str) -> str:
    """Fold letter case, accents, markup, signs and contractions."""
    shown = _MARKUP.sub(r" \1 ", text[:LONGEST])
    for escape, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        shown = shown.replace(escape, sign)
    letters = unicodedata.normalize("NFKD", shown.casefold())
    kept = "".join(
        " " if unicodedata.category(one).startswith("C") else one
        for one in letters
        if not unicodedata.combining(one)
    )
    for pattern, spoken in _SPOKEN:
        kept = pattern.sub(spoken, kept)
    kept = _BACKUP.sub("backup", kept)
    words = _FILLERS.sub("", " ".join(re.sub(r"[^\w]+|_", " ", kept).split()))
    return _BACK_IT_UP.sub(r"backup \1", words).replace("  ", " ")


def _single(word: str) -> str:
    """Take the plural s away; both sides of every comparison go through here."""
    if len(word) < _SHORTEST or word in _NO_PLURAL or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word.removesuffix("s")


@lru_cache(maxsize=4096)
def _mended(word: str) -> str:
    """Put a slip of spelling right when one word of ours, and only one, is that near."""
    known = vocabulary()
    if word in known or _is_english(word) or len(word) < _SHORTEST or word.isdigit():
        return word
    if word in _run_together():
        return _run_together()[word]
    slips = 2 if len(word) >= _LONG_WORD and not _ENDING.search(word) else 1
    near = process.extract(word, known, scorer=OSA.distance, score_cutoff=slips, limit=3)
    near = [each for each in near if each[0][0] == word[0] and len(each[0]) >= _SHORTEST]
    near = [each for each in near if not _is_other_form(word, each[0])]
    if len(word) == _SHORTEST:
        near = [each for each in near if sorted(each[0]) == sorted(word)]
    best = [each[0] for each in near if each[1] == min(one[1] for one in near)]
    return best[0] if best else word


def _is_english(word: str) -> bool:
    return word in topics_words.ENGLISH or word in topics_neutral.NEUTRAL


def _is_other_form(word: str, known: str) -> bool:
    """Say whether two words differ in their ending only, as "approved" and "approver": that is no slip."""
    return word.startswith(known) or (len(word) == len(known) and word[:-1] == known[:-1])


@cache
def vocabulary() -> frozenset[str]:
    """Give every word that means something here."""
    patterns = " ".join(
        (*(shape.pattern for shape in asking.SHAPES), *(pattern for _, pattern in openings.FOLLOW_UPS))
    )
    spoken = re.findall(r"[a-z]{3,}", re.sub(r"\\[a-z]", " ", patterns))
    orders = topics_words.HARD_ACTIONS | topics_words.SOFT_ACTIONS | topics_words.RUN_ACTIONS
    named = [word for name in _every_name() for word in raw_words(name)]
    meaning = topics_words.CUES | topics_words.WEAK_CUES | topics_words.EMPTY | topics_words.ADJECTIVES
    return frozenset({*spoken, *named, *orders}) | meaning


@cache
def _run_together() -> dict[str, str]:
    """Give names of two words by what they are written as one: "creditnotes"."""
    pairs = (raw_words(name) for name in _every_name())
    return {"".join(words): " ".join(words) for words in pairs if len(words) == 2}


def _every_name() -> tuple[str, ...]:
    topics = (name for topic in TOPICS.values() for name in (*topic.words.split(","), topic.title))
    return (*topics, *(name for one in UNCLEAR if one.topics for name in one.words.split(",")))
