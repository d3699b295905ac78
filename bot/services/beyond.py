"""Turn aside questions that ask for more than is known now: another day, a single record, a promise. Pure.

What is known is the last backup and kinds of data. An answer about these to a question about something else
would be read as an answer to it.
"""

from __future__ import annotations

import re

from bot.services.matching import Understood

_OF_NOW = frozenset({"verdict", "verification", "last_backup", "count", "everything", "status"})
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*"
_OTHER_TIME = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}\b|\b{_MONTH} \d{{1,4}}\b|\b\d{{4}}-\d{{2}}-\d{{2}}\b|"
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day|\bweekend|\b(?:week|month|quarter|year)s? ago\b|"
    r"\b(?:last|this|previous|past) (?:\w+ )?(?:week|month|quarter|year)|\b\d+ (?:days|nights) ago\b"
)
_RECORD = re.compile(
    r"\b(?:invoice|bill|quote|credit note|purchase order|po|payment|transaction|journal|account|contact|"
    r"customer|supplier)s?\s+(?:no\.?\s*|number\s*|nr\.?\s*)?#?"
    r"(?!(?:19|20)\d\d\b(?![-/]\d))(?=[\w/-]*\d\d)(?:[a-z]{1,6}[-/]?)?\d[\w/-]*"
)
_PROMISE = re.compile(r"\b(?:is|are)\b.*\b(?:complete|full)\b")
_LAST = re.compile(r"\b(?:last|latest|night|overnight|today|morning|yesterday)")
_LAWS = re.compile(r"\bgdpr\b|\bcomplian")
_PLACE = re.compile(r"\bwhere\b|\bwhich country\b|\bwhat country\b|\blocation\b")
# A refusal is nothing that a thread goes on about.
UNSPOKEN = frozenset({"other_times", "one_record"})
_STANDS = re.compile(r"^(?:so |and )*(?:is|are|how is|how are|how's) .*\b(?:overdue|behind|late|doing)\b\W*$")


def held_back(text: str, told: Understood) -> Understood:
    """Give what may be answered of what was understood: the same, or that it is not known."""
    said = " ".join(text.casefold().split())
    if told.intent in _OF_NOW and _OTHER_TIME.search(said):
        return Understood(intent="other_times")
    if told.topics and not told.intent and _RECORD.search(said):
        return Understood(intent="one_record")
    if told.intent == "verdict" and _PROMISE.search(said) and not _LAST.search(said):
        return Understood(intent="everything")
    if told.intent == "places" and _LAWS.search(said) and not _PLACE.search(said):
        return Understood(near=told.near)
    if told.named_only and _STANDS.search(said):
        return Understood(intent="status")
    return told
