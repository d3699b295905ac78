"""Tell a refusal that is about one record from a cause that would refuse one record after another. Pure.

A lock date, a plan's cap or a state of the whole organisation refuses whatever is sent next, and what is
refused for good is lost to the restore; so work ends there and may go on once a person has mended it. Words
that nobody knows count as such a cause when a whole write, or several in a row, are refused with the same.
Facts: Xero publishes no list of these texts; they are as developers report them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SEVERAL = 3  # records of one write, or writes in a row, that are refused with the same words
_MOST_QUOTED = 160  # characters
_GO_ON = "What was refused for it is sent again when the restore goes on."
_SAME = (
    "Xero refused one record after another for one and the same reason, so I stopped before more of them "
    "were. Its words are in a direct message to who asked for this restore and who approved it. If it can be "
    "mended, mend it first: they are sent once more when it goes on, and it does not stop for this again."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A text of Xero's that speaks of the organisation, not of the record, and holds no name and no amount.

    `pattern` matches the whole text, so that it may be quoted. `bears`: it may be meant to stay, so a person
    who lets the restore go on is not stopped for it again.
    """

    key: str
    pattern: re.Pattern[str]
    sentence: str
    bears: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why one record after another is refused; `sentence` holds no name and no amount from the books.

    `words` are Xero's, of one of the records: what is refused with them is refused for this cause.
    """

    key: str
    sentence: str
    words: tuple[str, ...]
    is_known: bool

    def explains(self, words: Sequence[str]) -> bool:
        """Say whether these words are a refusal for this cause."""
        if self.is_known:
            known = _known(words)
            return known is not None and known[0].key == self.key
        return tuple(words) == self.words


_KNOWN = (
    Known(
        key="lock",
        pattern=re.compile(
            r"The document date cannot be before the (period|end of year|year end) lock date"
            r"(, currently set at [\w .,/-]{1,24})?\.?"
            r"|Organisation accounts are locked on the specified payment( date)?\.?",
            re.IGNORECASE,
        ),
        sentence="The target has a lock date, and Xero refuses what is dated before it ({}). Remove the lock "
        f"dates in the target's financial settings in Xero. {_GO_ON}",
    ),
    Known(
        key="cap",
        pattern=re.compile(
            r"You have reached the limit of (invoices|bills) you can approve\.?", re.IGNORECASE
        ),
        sentence="The target's Xero plan allows no more documents this month ({}). Move it to a larger plan. "
        f"{_GO_ON}",
    ),
    Known(
        key="currency",
        pattern=re.compile(
            r"(The current )?Organisation is not subscribed to currency '?[A-Z]{3}'?\.?", re.IGNORECASE
        ),
        sentence="The target does not have a currency of the copy ({}). Add it in Xero; its plan must allow "
        f"several currencies. {_GO_ON}",
        bears=True,
    ),
)


class Watch:
    """Sees the refusals of one restore pass by, over all its stages; not thread safe.

    `borne` are the causes it has stopped for: who lets it go on knows of them.
    """

    def __init__(self, borne: Iterable[str] = ()) -> None:
        self.borne = tuple(borne)
        self._last: tuple[str, ...] = ()
        self._in_a_row = 0

    def see(self, refusals: Sequence[tuple[str, ...]], taken: int) -> Cause | None:
        """Look at one answer: the words of what it refused, and how much it took; give what to stop for."""
        found = self._known_in(refusals) or self._repeated(refusals, taken)
        if found is not None:
            self.borne = tuple(dict.fromkeys((*self.borne, found.key)))
        return found

    def _known_in(self, refusals: Sequence[tuple[str, ...]]) -> Cause | None:
        for words in refusals:
            if found := _known(words):
                known, said = found
                if not (known.bears and known.key in self.borne):
                    sentence = known.sentence.format(f"Xero says: “{said[:_MOST_QUOTED]}”")
                    return Cause(key=known.key, sentence=sentence, words=words, is_known=True)
        return None

    def _repeated(self, refusals: Sequence[tuple[str, ...]], taken: int) -> Cause | None:
        words = refusals[0] if refusals and not taken and len(set(refusals)) == 1 else ()
        key = key_of(words)
        if not words or key in self.borne or _known(words):
            self._last, self._in_a_row = (), 0
            return None
        self._in_a_row = self._in_a_row + 1 if words == self._last else 1
        self._last = words
        if len(refusals) < SEVERAL and self._in_a_row < SEVERAL:
            return None
        return Cause(key=key, sentence=_SAME, words=words, is_known=False)


def is_known(words: str) -> bool:
    """Say whether this text of Xero's stands in the sentence of its cause already."""
    return _known((words,)) is not None


def key_of(words: Sequence[str]) -> str:
    """Name words without saying them."""
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]


def _known(words: Iterable[str]) -> tuple[Known, str] | None:
    """Find the first known text among words, and give it as Xero spelt it."""
    for said in words:
        for known in _KNOWN:
            if known.pattern.fullmatch(said.strip()):
                return known, said.strip()
    return None
