"""Turn aside questions that ask for more than is known now: another day, a single record, a promise. Pure.

What is known is the last backup and kinds of data. An answer about these to a question about something else
would be read as an answer to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import time

from bot.services.asking.matching import Understood

_OF_NOW = frozenset({"verdict", "verification", "last_backup", "count", "everything", "status", "of_day"})
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*"
_OTHER_TIME = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}\b|\b{_MONTH} \d{{1,4}}\b|\b\d{{4}}-\d{{2}}-\d{{2}}\b|"
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day|\bweekend|\b(?:week|month|quarter|year)s? ago\b|"
    r"\b(?:last|this|previous|past) (?:\w+ )?(?:week|month|quarter|year)|\b\d+ (?:days|nights) ago\b"
)
_OF_DAY = frozenset({"verdict", "verification", "last_backup", "failed", "outcomes"})
_YESTERDAY = re.compile(r"\byesterday")
_NIGHT = re.compile(r"\b(?:last|the|previous) night\b|\bovernight\b")
_TODAY = re.compile(r"\btoday|\bthis morning")
_AT = re.compile(
    r"\b(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))(?!\d) ?(?P<half>am|pm)?|"
    r"\b(?P<whole>1[0-2]|[1-9]) ?(?P<its>am|pm)\b"
)
_TO_RESTORE = re.compile(
    r"^(?:so |and |but |hi |hey |please |ok )*(?:can|could|will|would|do|does|are|is)\b(?: not)? "
    r"(?:you|ledgerkeep|it|i|we|this|the bot|"
    r"there a way|it possible)\b.*\b(?:restor|recover|rebuild|reinstate|(?:bring|put|get)\b.*\bback\b)|"
    r"\b(?:in|during|after|when|by|with|while) (?:a |the |you |we |i |are |is |being )*(?:restor|rebuil)|"
    r"\b(?:come|comes|came) back\b.*\brestor"
)
_WEEK = re.compile(r"\b(?:this|past) (?:\d+ )?week")
_LATEST = re.compile(r"\b(?:last|latest|newest|most recent)\b(?! night)")
_RECORD = re.compile(
    r"\b(?:invoice|bill|quote|credit note|purchase order|po|payment|transaction|journal|account|contact|"
    r"customer|supplier)s?\s+(?:no\.?\s*|number\s*|nr\.?\s*)?#?"
    r"(?!(?:19|20)\d\d\b(?![-/]\d))(?=[\w/-]*\d\d)(?:[a-z]{1,6}[-/]?)?\d[\w/-]*"
)
_PROMISE = re.compile(r"\b(?:is|are)\b.*\b(?:complete|full)\b")
_LAST = re.compile(r"\b(?:last|latest|night|overnight|today|morning|yesterday)")
_LAWS = re.compile(r"\bgdpr\b|\bcomplian")
_PLACE = re.compile(r"\bwhere\b|\bwhich country\b|\bwhat country\b|\blocation\b")
# A refusal is nothing that a thread goes on about; of another day the words are not kept.
UNSPOKEN = frozenset({"other_times", "one_record", "of_day", "not_shown"})
_STANDS = re.compile(r"^(?:so |and )*(?:is|are|how is|how are|how's) .*\b(?:overdue|behind|late|doing)\b\W*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day, a night or a time of day that is asked about; today where nothing else is said."""

    is_yesterday: bool = False
    is_night: bool = False
    at: time | None = None

    @property
    def words(self) -> str:
        """Say which day is meant, to stand inside a sentence."""
        day = "yesterday" if self.is_yesterday else "last night" if self.is_night else "today"
        if self.at is None:
            return day
        return f"around {self.at:%H:%M}{' yesterday' if self.is_yesterday else ''}"


def asks_to_restore(text: str) -> bool:
    """Say whether it is asked if, or how, something comes back in a restore."""
    return bool(_TO_RESTORE.search(" ".join(text.casefold().split())))


def day_of(text: str) -> Day | None:
    """Give the day or the time that a question names; None where it names none."""
    said = text.casefold()
    day = Day(is_yesterday=bool(_YESTERDAY.search(said)), is_night=bool(_NIGHT.search(said)))
    match = _AT.search(said)
    if match:
        return replace(day, at=_time_of(match))
    return day if day.is_yesterday or day.is_night or _TODAY.search(said) else None


def _time_of(match: re.Match[str]) -> time:
    hour, half = int(match["hour"] or match["whole"]), match["half"] or match["its"]
    if half and hour <= 12:  # 12 am is midnight
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, int(match["minute"] or 0))


def _of_day(said: str, told: Understood) -> Understood:
    """Take a question about one day as one about that day, never about the last backup."""
    day = day_of(said)
    if told.intent == "of_day" and day is None:
        return Understood(near=told.near)
    if day is None or _LATEST.search(said):
        return told
    past = day.is_yesterday or day.is_night
    if told.intent == "count" and past:
        return Understood(intent="other_times")
    if told.intent in _OF_DAY or (told.intent == "status" and past):
        return Understood(intent="of_day")
    return told


def _is_of_another_time(said: str, told: Understood) -> bool:
    of_now = told.intent in _OF_NOW and _OTHER_TIME.search(said)
    past_week = told.intent in {"outcomes", "failed"} and _OTHER_TIME.search(_WEEK.sub("", said))
    return bool(of_now or past_week)


def held_back(text: str, told: Understood) -> Understood:
    """Give what may be answered of what was understood: the same, or that it is not known."""
    said = " ".join(text.casefold().split())
    if _is_of_another_time(said, told):
        return Understood(intent="other_times")
    if told.topics and not told.intent and _RECORD.search(said):
        return Understood(intent="one_record")
    if told.intent == "verdict" and _PROMISE.search(said) and not _LAST.search(said):
        return Understood(intent="everything")
    if told.intent == "places" and _LAWS.search(said) and not _PLACE.search(said):
        return Understood(near=told.near)
    if told.named_only and _STANDS.search(said):
        return Understood(intent="status")
    return _of_day(said, told)
