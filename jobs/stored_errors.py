"""Write errors down as small plain JSON, for the steps of a job, and give them back. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.errors import DayLimitReached, LedgerkeepError


def in_words(error: LedgerkeepError) -> dict[str, str]:
    """Write an error down as plain JSON: its class, its sentence and, where it has one, when work goes on."""
    words = {"kind": type(error).__name__, "sentence": str(error)}
    if isinstance(error, DayLimitReached):
        words["resume_at"] = error.resume_at.isoformat()
    return words


def from_words(words: Mapping[str, str]) -> LedgerkeepError:
    """Give back the error that `in_words` wrote down; an unknown class becomes the base class."""
    if "resume_at" in words:
        return DayLimitReached(datetime.fromisoformat(words["resume_at"]))
    kind = {one.__name__: one for one in _all_kinds(LedgerkeepError)}.get(words["kind"], LedgerkeepError)
    error = kind.__new__(kind)
    Exception.__init__(error, words["sentence"])
    return error


def _all_kinds(kind: type[LedgerkeepError]) -> Iterator[type[LedgerkeepError]]:
    for one in kind.__subclasses__():
        yield one
        yield from _all_kinds(one)
