"""Tell orders from questions: something is to be done, which answers never do. Pure."""

from __future__ import annotations

import re

from bot.catalogue import topics_words
from bot.services.asking.spotting import Found
from bot.services.asking.wording import Question

_POLITE = re.compile(r"^(?:(?:please|pls|kindly|just|ok|hey|hi|now|so|and) )*")
_ASKED_TO = re.compile(r"^(?:can|could|would|will) you (?:please )?|^i (?:want|need|would like)(?: you)? to ")
_ALSO_TOPICS = frozenset({"transfer", "file", "charge", "code", "issue"})
_NO_ORDER = frozenset({"backup", "in", "of", "on", "for", "from", "to", "and", "or"})
_RUN_NOW = frozenset({"backup", "now", "one", "it", "again", "please"})


def is_order(question: Question, found: Found) -> bool:
    """Say whether something of ours is to be done."""
    text = _POLITE.sub("", question.text)
    asked = _ASKED_TO.match(text)
    words = (text[asked.end() :] if asked else text).split()
    if not words or _starts_with_topic(question, words[0], found) or not _is_done_to_ours(words, found):
        return False
    if words[0] in topics_words.HARD_ACTIONS:
        return len(words) > 1 and words[1] not in _NO_ORDER
    if asked or len(words) < 2:
        return False
    if words[0] in topics_words.SOFT_ACTIONS:
        return True
    ordered = words[0] in topics_words.RUN_ACTIONS and not found.topics and not found.choices
    return ordered and any(word in _RUN_NOW for word in words)


def _is_done_to_ours(words: list[str], found: Found) -> bool:
    """Say whether it is about anything here: nobody books tables with us."""
    others = bool(found.topics or found.choices) and len(found.spans) + (words[0] not in _ALSO_TOPICS) > 1
    return others or bool(set(words[1:6]) & topics_words.DONE_TO)


def _starts_with_topic(question: Question, word: str, found: Found) -> bool:
    place = question.words.index(word) if word in question.words else -1
    return any(start <= place < end and end - start > 1 for start, end in found.spans)
