"""Find the topics that a question names: longest names first, also turned round. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from rapidfuzz import fuzz, process

from bot.catalogue import topics_neutral, topics_words
from bot.catalogue import topics_openings as openings
from bot.catalogue.topics import TOPICS, UNCLEAR
from bot.services.asking.wording import plain

NEAR = 80  # rapidfuzz's ratio, 0 to 100, from which a topic is worth offering
_NEAR_FROM = 5  # letters
NEAR_AT_MOST = 3
_LONGEST_NAME = 9  # words
_STANDS_ON = frozenset({"on", "against", "of", "for", "in", "from", "to", "with"})
Names = dict[tuple[str, ...], str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found; `choices`: one of these is meant."""

    topics: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    blocked: bool = False  # names a thing of which nothing is known
    left: tuple[str, ...] = ()  # words nobody knows
    left_at: tuple[int, ...] = ()  # and where they stand
    spans: tuple[tuple[int, int], ...] = field(default=())
    is_mixed: bool = False  # a word that may mean several topics stands beside a topic


def topics_in(words: Sequence[str]) -> Found:
    """Find the topics named, longest names first, so that "bank rules" is not about banks."""
    named = _names()
    topics: dict[str, tuple[int, int]] = {}
    unclear: list[tuple[str, ...]] = []
    blocked, aside, place = False, False, 0
    left: list[int] = []
    spans: list[tuple[int, int]] = []
    while place < len(words):
        length, key = _longest(words, place, named)
        if not length:
            if words[place] not in topics_words.EMPTY and not _is_known(words[place]):
                left.append(place)
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
    return Found(
        topics=chosen,
        choices=open_ones[0] if open_ones and not chosen else (),
        blocked=blocked,
        left=tuple(words[at] for at in left),
        left_at=tuple(left),
        spans=tuple(spans),
        is_mixed=bool(open_ones and topics),
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
    hanging = [key for key, place in topics.items() if _hangs(key, place, topics)]
    inside = {at for start, end in topics.values() for at in range(start, end)}
    several = bool({"and", "or"} & {word for at, word in enumerate(words) if at not in inside})
    if hanging and not several:
        return tuple(hanging if hanging != ["attachments", "pdfs"] else hanging[:1])  # attached PDFs
    kept = [key for key, place in topics.items() if not _is_host(key, place, words, topics)]
    if "history" in kept and len(kept) > 1 and not several:
        kept.remove("history")
    if "contacts" in kept and len(kept) > 1 and not several and _has_other_words(topics, words):
        kept.remove("contacts")
    return tuple(kept)


def _hangs(key: str, place: tuple[int, int], topics: dict[str, tuple[int, int]]) -> bool:
    """Say whether a topic hangs on records; of "payroll history" the payroll is meant."""
    beside = [other for other, (_, end) in topics.items() if end == place[0]]
    own = key == "history" and any(other not in openings.HOSTS for other in beside)
    return TOPICS[key].hangs_on_records and not own


def _has_other_words(topics: dict[str, tuple[int, int]], words: Sequence[str]) -> bool:
    return sum(end - start for start, end in topics.values()) < len(words)


def _is_host(
    key: str, place: tuple[int, int], words: Sequence[str], topics: dict[str, tuple[int, int]]
) -> bool:
    """Say whether a topic only says what another stands on: "payments on invoices"."""
    if key not in openings.HOSTS:
        return False
    ends = {end for _, end in topics.values()}
    before = [at for at in (place[0] - 1, place[0] - 2) if at >= 0 and words[at] in _STANDS_ON]
    return any(at in ends for at in before)


def _is_verb(words: Sequence[str], place: int, length: int) -> bool:
    return (
        length == 1
        and words[place] in openings.VERBS
        and place > 0
        and words[place - 1] in {"we", "i", "they"}
    )


def _longest(words: Sequence[str], place: int, named: Names) -> tuple[int, str | tuple[str, ...]]:
    for length in range(min(_LONGEST_NAME, len(words) - place), 0, -1):
        key = named.get(tuple(words[place : place + length]))
        if length == 1 and (turned := _turned(words, place, named)):
            return turned
        if key is not None:
            return length, key
    return 0, ""


def _turned(words: Sequence[str], place: int, named: Names) -> tuple[int, str] | None:
    """Find "rules for our bank", which is "bank rules" turned round."""
    for end in range(place + 2, min(place + 5, len(words))):
        between = set(words[place + 1 : end])
        key = named.get((words[end], words[place]))
        if isinstance(key, str) and between & _STANDS_ON and between <= topics_words.EMPTY:
            return end - place + 1, key
    return None


def _is_known(word: str) -> bool:
    known = topics_words.CUES | topics_words.WEAK_CUES | topics_words.ADJECTIVES
    return word in known or word.isdigit()


def near(found: Found) -> tuple[str, ...]:
    """Offer what was named, or what is spelled much like what was asked; nothing where nothing is."""
    offered = dict.fromkeys((*found.topics, *found.choices))
    for word in found.left:
        if len(word) >= _NEAR_FROM and word not in topics_neutral.NEUTRAL:
            offered |= dict.fromkeys(_spelled_like(word))
    return tuple(offered)[:NEAR_AT_MOST]


def _spelled_like(word: str) -> list[str]:
    """Give the topics with a word that begins alike and differs little; English words are no slips."""
    if word in topics_words.ENGLISH:
        return []
    ranked = process.extract(word, _single_words(), scorer=fuzz.ratio, limit=5, score_cutoff=NEAR)
    return [_single_words_keys()[place] for like, _, place in ranked if like[:2] == word[:2]]


@cache
def _names() -> Names:
    """Index every name of a topic by its plain words; an unclear word gives its choices, maybe none."""
    found: Names = {}
    for one in UNCLEAR:
        found |= {plain(word).words: one.topics for word in one.words.split(",")}
    for topic in TOPICS.values():
        found |= {plain(word).words: topic.key for word in (*topic.words.split(","), topic.title)}
    return found


@cache
def _single_words() -> tuple[str, ...]:
    return tuple(word for words, key in _names().items() if isinstance(key, str) for word in words)


@cache
def _single_words_keys() -> tuple[str, ...]:
    return tuple(key for words, key in _names().items() if isinstance(key, str) for _ in words)
