"""Find records by what a person remembers of them, in the newest backups or as they were on a day.

What vanished before is found, too, as it was last.

Records lie encrypted and no index knows their content, so a search reads them: 90,000 in about five seconds.
The words asked for and what is found are never stored, logged or put into a job.
"""

from __future__ import annotations

import heapq
import re
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from bot.backup.cards import card_of
from bot.domain.organisation import Organisation
from bot.domain.records import Card, Found, Hit, SnapshotMark
from bot.errors import Refused
from bot.services.books import Books
from bot.services.looking.days import as_at
from bot.vault import Books as VaultBooks
from bot.vault import SnapshotInfo

# What people look for first; all of it is searched.
SEARCHED = (
    "contacts",
    "invoices",
    "credit_notes",
    "bank_transactions",
    "purchase_orders",
    "quotes",
    "payments",
    "prepayments",
    "overpayments",
    "batch_payments",
    "bank_transfers",
    "manual_journals",
    "repeating_invoices",
    "receipts",
    "expense_claims",
    "items",
    "accounts",
    "assets",
    "projects",
    "attachments",
    "files",
)
LEAST = 2  # letters or digits: fewer fit nearly everything
LONGEST = 200  # characters; nobody remembers more
SHOWN = 15
SECONDS = 20.0
VANISHED_IN = 20  # backups, newest first, that are looked through for what vanished
_LOOK_AT_CLOCK = 500  # records
_SEPARATORS = re.compile(r"[\s,.'’_/-]+")
_SIGNS = re.compile(r"[\s,'’£$€¥]")
TOO_SHORT = "Tell me at least two letters or digits of what you look for."
INTERRUPTED = "The search was interrupted, because I am being restarted. Please ask again."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for, folded."""

    words: tuple[str, ...]
    whole: str
    tight: str
    amount: Decimal | None
    amounts: tuple[Decimal | None, ...]

    @classmethod
    def of(cls, text: str) -> Wanted:
        """Read a question; raises Refused when there is too little to look for."""
        whole = fold(text[:LONGEST])
        if len(_tight(whole)) < LEAST:
            raise Refused(TOO_SHORT)
        words = tuple(whole.split())
        return cls(words, whole, _tight(whole), _number(whole), tuple(_number(word) for word in words))

    def rank(self, card: Card) -> int | None:
        """Say how well a record fits, 0 best; None when it does not."""
        number, reference = fold(card.number), fold(card.reference)
        own = [text for text in (number, reference, fold(card.title), fold(card.contact)) if text]
        also = [fold(text) for text in card.also]
        whole = (
            bool(number) and _tight(number) == self.tight,
            bool(reference) and _tight(reference) == self.tight,
            self.whole in own or self.whole in also,
            self.amount is not None and card.amount == self.amount,
        )
        if any(whole):
            return whole.index(True)
        if not self._fits([*own, *also], card.amount):
            return None
        if card.dated is None:  # the customer before all that was ever sold to them
            return 4
        return 5 if any(_tight(text).startswith(self.tight) for text in own) else 6

    def _fits(self, texts: list[str], amount: Decimal | None) -> bool:
        text, tight = "\n".join(texts), "\n".join(map(_tight, texts))
        if self.tight in tight:
            return True
        return all(
            word in text or (value is not None and value == amount)
            for word, value in zip(self.words, self.amounts, strict=True)
        )


@dataclass(slots=True)
class _Best:
    """The best hits so far, and how many there were."""

    total: int = 0
    searched: int = 0
    out_of_time: bool = False
    heap: list[tuple[int, int, int, Hit]] = field(default_factory=list)

    def add(self, rank: int, hit: Hit) -> None:
        """Keep it if it is among the best: by rank, then what has no date (a customer), then the newer."""
        self.total += 1
        entry = (-rank, (hit.card.dated or date.max).toordinal(), -self.total, hit)
        if len(self.heap) < SHOWN:
            heapq.heappush(self.heap, entry)
        else:
            heapq.heappushpop(self.heap, entry)

    def hits(self) -> tuple[Hit, ...]:
        """Give them, best first."""
        return tuple(hit for *_, hit in sorted(self.heap, key=lambda entry: entry[:3], reverse=True))


class Searching:
    """Searches the copies of the organisations that a person may see."""

    def __init__(
        self,
        *,
        books: Books,
        ending: threading.Event,
        monotonic: Callable[[], float] = time.monotonic,
        seconds: float = SECONDS,
    ) -> None:
        self._books, self._ending, self._monotonic, self._seconds = books, ending, monotonic, seconds

    def search(self, organisations: Sequence[Organisation], text: str, on: date | None = None) -> Found:
        """Find what fits, best first; `on`: in the books as they were at the end of that day.

        Raises Refused (too short, interrupted), StoreUnavailable, Damaged.
        """
        wanted, best = Wanted.of(text), _Best()
        until = self._monotonic() + self._seconds
        kept = [(one, *self._kept(one, on)) for one in organisations]
        there = [_Shelf(one, books, infos) for one, books, infos in kept if infos]
        for records in (_Shelf.newest, _Shelf.vanished):
            for shelf in there:
                self._look(records(shelf), wanted, best, until)
        return Found(
            hits=best.hits(),
            total=best.total,
            searched=best.searched,
            organisations=len(there),
            without_copy=tuple(one.name for one, _, infos in kept if not infos),
            out_of_time=best.out_of_time,
            on=on,
        )

    def _kept(self, owner: Organisation, on: date | None) -> tuple[VaultBooks, list[SnapshotInfo]]:
        books = self._books.of(owner)
        infos = books.snapshots()
        return books, infos if on is None else as_at(infos, owner, on)

    def _look(self, hits: Iterator[Hit], wanted: Wanted, best: _Best, until: float) -> None:
        if best.out_of_time:
            return
        for hit in hits:
            best.searched += 1
            rank = wanted.rank(hit.card)
            if rank is not None:
                best.add(rank, hit)
            if best.searched % _LOOK_AT_CLOCK == 0 and self._must_end(until):
                best.out_of_time = True
                return

    def _must_end(self, until: float) -> bool:
        if self._ending.is_set():
            raise Refused(INTERRUPTED)
        return self._monotonic() > until


@dataclass(frozen=True, slots=True)
class _Shelf:
    """One organisation's copies."""

    owner: Organisation
    books: VaultBooks
    infos: list[SnapshotInfo]

    def newest(self) -> Iterator[Hit]:
        """Yield every record of the newest snapshot."""
        info = self.infos[-1]
        for key in SEARCHED:
            for record in self.books.records(info, key):
                yield self._hit(info, card_of(key, record.record_id, record.raw))

    def vanished(self) -> Iterator[Hit]:
        """Yield records that older snapshots hold and the newest does not, as they were last."""
        newest, seen = self.infos[-1], set[tuple[str, str]]()
        pairs = list(zip(self.infos, self.infos[1:], strict=False))
        losing = [(last, after) for last, after in reversed(pairs) if _lost_any(last, after)]
        for last, after in losing[:VANISHED_IN]:
            found = self.books.diff(last, newest)
            for key in (key for key in SEARCHED if key in found):
                for record_id in found[key].gone:
                    record = None if (key, record_id) in seen else self.books.record(last, key, record_id)
                    seen.add((key, record_id))
                    if record is not None:
                        yield self._hit(last, card_of(key, record_id, record.raw), after.number)

    def _hit(self, info: SnapshotInfo, card: Card, gone_since: int = 0) -> Hit:
        return Hit(
            card=card,
            organisation_id=self.owner.id,
            organisation_name=self.owner.name,
            last=SnapshotMark(info.number, info.taken_at),
            gone_since=gone_since,
        )


def _lost_any(last: SnapshotInfo, after: SnapshotInfo) -> bool:
    """Say whether a record can be in one snapshot and not in the next that is kept."""
    if after.number != last.number + 1:
        return True  # the snapshots between them are not kept any more
    return any(key in after.resources and after.resources[key].gone for key in SEARCHED)


def fold(text: str) -> str:
    """Fold what people leave out when they type: letter case, accents, doubled spaces."""
    if text.isascii():
        return " ".join(text.casefold().split())
    parts = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o").replace("Ø", "O"))
    return " ".join("".join(char for char in parts if not unicodedata.combining(char)).casefold().split())


def _tight(folded: str) -> str:
    """Leave out what stands between the parts of a number: "INV 0042" is INV-0042, "1 240" is 1,240."""
    return _SEPARATORS.sub("", folded)


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(_SIGNS.sub("", text))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
