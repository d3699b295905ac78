"""Write a plan, batch by batch, so that nothing is written twice and nothing is lost, whatever breaks.

Before each write its intent is stored; after it, what Xero said. A write whose answer is missing is sent
again with the same key while Xero still remembers the key (six minutes, as developers report; we count on
five); later the target is read again, what is there is recognised, and only the rest is sent, with a new key.
A record that Xero refuses is an outcome, in Xero's words; the rest goes on, unless the cause is one that
refuses the rest as well: then what was refused for it is planned again and the work ends until a person lets
it go on. No table and no rule of Xero's about records is known here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.errors import LedgerkeepError, OutcomeUnknown, SameRefusal, WriteRefused
from bot.restore.answers import Said, read_answer
from bot.restore.causes import Watch
from bot.restore.model import Kind, Pair
from bot.restore.outcomes import Intent, Result, StepState
from bot.restore.parcels import Item, Parcel, parcels, path_of, prepare
from bot.restore.settling import recognise
from bot.restore.source import Source
from bot.restore.uploads import doubt
from bot.restore.writes import Write
from bot.xero.writing import XeroWriter, endpoint

if TYPE_CHECKING:
    from bot.services.restoring.writebook import WriteBook

REMEMBERED = timedelta(minutes=5)  # Xero forgets a key after six
TRIES_AFTER = (1.0, 5.0, 15.0)  # seconds before the same is sent again
QUIET_SECONDS = 30.0  # what still travels has arrived by then
_MISSING = "Xero's answer to a write is missing."
_UNSAID = "Xero answered without a word about this record."


def endpoints(kinds: Iterable[Kind]) -> frozenset[str]:
    """Name the places that these kinds write to: all that a writer may touch."""
    return frozenset(endpoint(kind.area, kind.path.partition("/")[0]) for kind in kinds)


class Applier:
    """Writes for one restore with one writer; not thread safe."""

    def __init__(
        self,
        source: Source,
        writer: XeroWriter,
        book: WriteBook,
        *,
        now: Callable[[], datetime],
        on_progress: Callable[[Kind], None] | None = None,
        watch: Watch | None = None,
    ) -> None:
        self._source, self._writer, self._book, self._now = source, writer, book, now
        self._on_progress = on_progress
        self._watch = watch or Watch()

    def write(self, write: Write) -> None:
        """Carry out one write, or what is left of it; when it is done already, nothing happens.

        Raises OutcomeUnknown when Xero keeps being silent, SameRefusal when it would go on refusing, and
        whatever else `XeroWriter` raises; calling it again, also in another process, goes on where it was.
        """
        if all(self._book.state(number).is_final for number, _ in write.steps):
            return
        self._recover(write)
        for parcel in parcels(write.kind, self._ready(write, StepState.PLANNED)):
            self._deliver(write, parcel)

    def _ready(self, write: Write, state: StepState) -> list[Item]:
        """Build what is to be sent; a step that needs what is not there ends here."""
        steps = [(number, step) for number, step in write.steps if self._book.state(number) is state]
        items, skipped = prepare(write.kind, steps, self._source, self._book.ids)
        self._book.skip(skipped)
        return items

    def _recover(self, write: Write) -> None:
        """Find out what became of a write whose answer was never stored."""
        intent = self._book.intent(write.number)
        items = self._ready(write, StepState.SENDING) if intent is not None and intent.is_open else []
        if intent is None or not items:
            return
        again = parcels(write.kind, items)
        if len(again) == 1 and _hash(again[0]) == intent.body_hash and self._is_remembered(intent):
            self._finish(write, again[0], intent)
        else:
            self._wait_for_travellers(intent)
            self._settle(write, Parcel.of(write.kind, items), intent)

    def _deliver(self, write: Write, parcel: Parcel) -> None:
        numbers = [item.number for item in parcel.items]
        intent = self._book.intend(write.number, write.kind.key, numbers, _hash(parcel))
        try:
            said = self._ask(write.kind, parcel, intent, leaves_before=None)
        except OutcomeUnknown:
            self._finish(write, parcel, intent, pauses=TRIES_AFTER)
            return
        except LedgerkeepError:  # nothing was written
            self._book.answered(intent, (), (), back=numbers)
            raise
        self._take(write, parcel, intent, said)

    def _finish(
        self, write: Write, parcel: Parcel, intent: Intent, *, pauses: Sequence[float] = (0.0, *TRIES_AFTER)
    ) -> None:
        """Send again what may have been written, while Xero knows it for the same; else look for it."""
        unknown: OutcomeUnknown | None = None
        for seconds in pauses:
            self._writer.rest(seconds)
            if not self._is_remembered(intent):
                break
            try:
                said = self._ask(write.kind, parcel, intent, leaves_before=intent.sent_at + REMEMBERED)
            except OutcomeUnknown as problem:
                unknown = problem
                continue
            self._take(write, parcel, intent, said)
            return
        if self._is_remembered(intent):
            left = REMEMBERED - (self._now() - intent.sent_at)
            raise OutcomeUnknown(str(unknown or _MISSING), retry_after=left.total_seconds())
        self._writer.rest(QUIET_SECONDS)
        self._settle(write, parcel, intent)

    def _ask(
        self, kind: Kind, parcel: Parcel, intent: Intent, *, leaves_before: datetime | None
    ) -> tuple[Said, ...] | None:
        try:
            answer = self._writer.send(
                kind.verb,
                parcel.path,
                parcel.body,
                params=parcel.params,
                idempotency_key=intent.key,
                content_type=parcel.content_type,
                is_file=parcel.is_file,
                area=kind.area,
                leaves_before=leaves_before,
            )
        except WriteRefused as refused:
            if not kind.may_be_refused:
                raise
            return tuple(Said(taken=False, words=(str(refused),)) for _ in parcel.items)
        said = read_answer(kind, answer, len(parcel.items))
        return _confirmed(parcel, said) if parcel.is_file and said is not None else said

    def _take(self, write: Write, parcel: Parcel, intent: Intent, said: tuple[Said, ...] | None) -> None:
        if said is None:
            self._settle(write, parcel, intent, answered=True)
            return
        both = list(zip(parcel.items, said, strict=True))
        self._keep(write.kind, intent, both)

    def _keep(
        self,
        kind: Kind,
        intent: Intent,
        said: Sequence[tuple[Item, Said]],
        back: Sequence[Item] = (),
    ) -> None:
        results = [_result(kind, item, one) for item, one in said]
        pairs = [pair for item, one in said if one.taken for pair in self._learnt(kind, item, one)]
        self._book.answered(intent, results, pairs, back=[item.number for item in back])
        if self._on_progress is not None:
            self._on_progress(kind)
        self._look(kind, said)

    def _look(self, kind: Kind, said: Sequence[tuple[Item, Said]]) -> None:
        """End the work where what was refused says that the rest would be, too."""
        if not said or kind.may_be_refused:
            return
        refusals = [one.words for _, one in said if not one.taken]
        cause = self._watch.see(refusals, taken=len(said) - len(refusals))
        if cause is not None:
            self._book.reopen(cause.explains)
            raise SameRefusal(cause.sentence)

    def _learnt(self, kind: Kind, item: Item, said: Said) -> Iterator[Pair]:
        if not said.element:
            return
        if kind.learn is not None:
            yield from kind.learn(item.step, item.record, said.element)
            return
        found = str(said.element.get(kind.id_field) or "")
        if found and self._book.ids.find(kind.resource, item.step.record_id) is None:
            yield Pair(kind.resource, item.step.record_id, found)

    def _settle(self, write: Write, parcel: Parcel, intent: Intent, *, answered: bool = False) -> None:
        """Recognise in the target what was written; send the rest, one by one where Xero had answered."""
        found, rest = self._recognised(write.kind, parcel, intent)
        if answered and len(parcel.items) == 1:  # it cannot be asked more precisely
            ended = Said(taken=write.kind.settle is None, words=(_UNSAID,))
            found, rest = [*found, *((item, ended) for item in rest)], []
        self._keep(write.kind, intent, found, back=rest)
        for piece in parcels(write.kind, rest, batch=1 if answered else write.kind.batch):
            self._deliver(write, piece)

    def _recognised(
        self, kind: Kind, parcel: Parcel, intent: Intent
    ) -> tuple[list[tuple[Item, Said]], list[Item]]:
        if kind.settle is None:
            return [], list(parcel.items)
        records = recognise(
            self._writer,
            kind,
            kind.settle,
            path=path_of(kind, kind.settle.path, parcel.items[0].step, self._book.ids),
            sent=[item.payload for item in parcel.items],
            known=self._book.known_ids(),
            since=min(intent.sent_at, self._now()),
        )
        both = list(zip(parcel.items, records, strict=True))
        there = [(item, Said(True, record)) for item, record in both if record is not None]
        return there, [item for item, record in both if record is None]

    def _is_remembered(self, intent: Intent) -> bool:
        return timedelta(0) <= self._now() - intent.sent_at < REMEMBERED

    def _wait_for_travellers(self, intent: Intent) -> None:
        age = (self._now() - intent.sent_at).total_seconds()
        if 0 <= age < QUIET_SECONDS:
            self._writer.rest(QUIET_SECONDS - age)


def _confirmed(parcel: Parcel, said: tuple[Said, ...]) -> tuple[Said, ...]:
    """Take an upload for done only where Xero's answer names the file as it was sent."""
    (one,) = said
    words = doubt(parcel.items[0].payload, one.element) if one.taken else ""
    return (Said(taken=False, element=one.element, words=(words,)),) if words else said


def _result(kind: Kind, item: Item, said: Said) -> Result:
    if not said.taken:
        return Result(number=item.number, state=StepState.REFUSED, words=said.words)
    key = str(said.element.get(kind.id_field) or "")
    return Result(number=item.number, state=StepState.DONE, target_key=key, words=said.words)


def _hash(parcel: Parcel) -> str:
    return hashlib.sha256(f"{parcel.path}\n".encode() + (parcel.body or b"")).hexdigest()
