"""Find the organisations that a question names, also with a slip, and the words that name them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.distance import OSA

from bot.catalogue import topics_neutral, topics_words
from bot.domain.organisation import Organisation
from bot.services.asking.wording import raw_words, vocabulary

# Parts of many names that single out none.
_COMMON = frozenset(
    {
        "ltd",
        "limited",
        "pty",
        "inc",
        "llc",
        "llp",
        "plc",
        "co",
        "company",
        "corp",
        "corporation",
        "the",
        "and",
    }
    | {"of", "for", "trading", "group", "holding", "service", "son", "uk", "nz", "au", "us", "international"}
    | {"consulting", "account", "accountant"}
)
_SHORTEST, _LONG = 3, 9
_OTHERS = re.compile(
    r"\b(?:has|have|had|for|of|does|did)\s+(?P<name>[A-Z][\w'’-]*(?:\s+(?:(?:&|and|of)\s+)?[A-Z][\w'’-]*)*)"
)
_BESIDE = frozenset().union(*topics_neutral.BESIDE.values())
_SIGN_AT_MOST = 4  # letters of an abbreviation, which is nobody's name: "GST", "HMRC"
_MENDED_FROM = 5  # characters from which a slip in a name is forgiven


def named(text: str, among: Sequence[Organisation]) -> tuple[list[Organisation], frozenset[str]]:
    """Give the organisations that are named best, and the words of the question that do it."""
    words = raw_words(text)
    found = [(one, _matched(words, raw_words(one.name))) for one in among]
    most = max((len(matched) for _, matched in found), default=0)
    if not most:
        return [], frozenset()
    best = [(one, matched) for one, matched in found if len(matched) == most]
    used = frozenset().union(*(matched for _, matched in best))
    names = {word for one, _ in best for word in raw_words(one.name)}
    return [one for one, _ in best], used | (names & _COMMON & set(words))


def named_otherwise(text: str) -> frozenset[str]:
    """Give the words of a name written with a capital where an organisation's would stand; else nothing."""
    if text.isupper():
        return frozenset()
    found = [match["name"] for match in _OTHERS.finditer(text)]
    names = [one for one in found if _is_company(one) or any(map(_is_strange, one.split()))]
    return frozenset(word for one in names for word in raw_words(one))


def _is_company(written: str) -> bool:
    words = raw_words(written)
    return len(words) > 1 and words[-1] in _COMMON


def _is_strange(written: str) -> bool:
    """Say whether a word is none of ours and no English."""
    if written.isupper() and len(written) <= _SIGN_AT_MOST:
        return False
    known = topics_neutral.NEUTRAL | topics_words.EMPTY | _BESIDE | _COMMON
    return any(word not in known and not _is_known(word) for word in raw_words(written))


def _matched(words: Sequence[str], name: Sequence[str]) -> frozenset[str]:
    """Give the words that stand for a name; a word that means something here needs the whole name."""
    telling = [word for word in name if word not in _COMMON]
    if run := _run(words, telling or list(name)) or _whole(words, name):
        return frozenset(run)
    own = [word for word in telling if len(word) >= _SHORTEST and not _means_something(word)]
    return frozenset(word for word in words if any(_same(word, one) for one in own))


def _means_something(word: str) -> bool:
    return word in vocabulary()


def _is_known(word: str) -> bool:
    """Say whether a word is none of which a slip could be somebody's name."""
    return word in vocabulary() or word in topics_words.ENGLISH


def _run(words: Sequence[str], name: Sequence[str]) -> tuple[str, ...]:
    """Give the longest part of a name, of two words at least, that stands in the question as it is."""
    spoken = f" {' '.join(words)} "
    for length in range(len(name), 1, -1):
        for at in range(len(name) - length + 1):
            part = tuple(name[at : at + length])
            if f" {' '.join(part)} " in spoken:
                return part
    return ()


def _whole(words: Sequence[str], name: Sequence[str]) -> tuple[str, ...]:
    """Give the whole name where it stands in the question: "Secret Holdings" is no secret and no holding."""
    return tuple(name) if len(name) > 1 and f" {' '.join(name)} " in f" {' '.join(words)} " else ()


def _same(word: str, name: str) -> bool:
    if word == name:
        return True
    if len(name) < _MENDED_FROM or len(word) < _MENDED_FROM or _is_known(word):
        return False
    return int(OSA.distance(word, name)) <= (2 if len(name) >= _LONG else 1)
