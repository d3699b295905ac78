"""The write book of one restore: every step, every write before it is sent, and what came of it.

A write is written down and committed before it is sent, and its answer in one transaction after it; whatever
happens in between can be found out. It sends nothing and decides nothing. One process at a time writes in it:
the job of a restore runs alone in its target's queue.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.crypto import KeyRing
from bot.db import secrets
from bot.db.engine import Database
from bot.db.restore_tables import RestoreBatchRow, RestoreIdRow, RestoreStepRow, RestoreWordsRow
from bot.db.tables import Row
from bot.domain.restore_plan import Action
from bot.errors import WriteNotAllowed
from bot.restore.model import Pair, Plan, Step
from bot.restore.outcomes import Intent, Result, StepState
from bot.services.restoring.pages import ROWS, STEPS, WORDS, BookPages

_PIECE = 1000  # rows a statement
_FIRST = {
    Action.MATCH: StepState.DONE,
    Action.LEAVE_OUT: StepState.SKIPPED,
    Action.BLOCKED: StepState.SKIPPED,
}
_IDS = Row.metadata.tables[RestoreIdRow.__tablename__]
_NUMBERED = (STEPS.c.restore_id == bindparam("of"), STEPS.c.number == bindparam("at"))


class WriteBook(BookPages):
    """Opened for each stage anew; what it reads it keeps, and keeps up to date."""

    def __init__(self, db: Database, ring: KeyRing, restore_id: str, *, now: Callable[[], datetime]) -> None:
        super().__init__(db, ring, restore_id)
        self._now = now

    def begin(self, plan: Plan, pairs: Iterable[Pair]) -> None:
        """Store the steps and the pairs known beforehand, all or nothing; once is enough, twice does no harm.

        Raises WriteNotAllowed when the steps of another plan are stored.
        """
        with self._db.session() as session:
            stored = session.scalars(select(STEPS.c.number).where(self._mine)).all()
            if len(stored) not in {0, len(plan.steps)}:
                raise WriteNotAllowed("Another plan of this restore has been begun.")
            if not stored:
                rows = (self._row(number, step) for number, step in enumerate(plan.steps))
                while piece := list(islice(rows, ROWS)):
                    session.execute(insert(RestoreStepRow), piece)
            self._add_pairs(session, pairs)
        self.__dict__.pop("ids", None)
        self.__dict__.pop("_states", None)

    def intent(self, number: int) -> Intent | None:
        """Give what was written down of a write; None when it was never about to be sent."""
        with self._db.reading() as session:
            row = session.get(RestoreBatchRow, (self.restore_id, number))
            return _intent(row) if row is not None else None

    def intend(self, number: int, kind: str, steps: Sequence[int], body_hash: str) -> Intent:
        """Write down that these steps are about to be sent as write `number`; each time under a new key."""
        with self._db.session() as session:
            row = session.get(RestoreBatchRow, (self.restore_id, number))
            if row is None:
                row = RestoreBatchRow(restore_id=self.restore_id, number=number, kind=kind, tries=0)
                session.add(row)
            row.tries += 1
            row.idempotency_key = f"{self.restore_id[:12]}-{number}-{row.tries}"
            row.body_hash, row.state, row.sent_at, row.answered_at = body_hash, "sending", self._now(), None
            self._mark(session, steps, StepState.SENDING, batch=number)
            intent = _intent(row)
        self._states.update(dict.fromkeys(steps, StepState.SENDING))
        return intent

    def answered(
        self, intent: Intent, results: Sequence[Result], pairs: Sequence[Pair], back: Sequence[int] = ()
    ) -> None:
        """Store what an answer said, all of it or nothing; steps `back` are to be sent again."""
        with self._db.session() as session:
            row = session.get_one(RestoreBatchRow, (self.restore_id, intent.number))
            row.state, row.answered_at = "answered", self._now()
            self._keep(session, results)
            self._mark(session, back, StepState.PLANNED, batch=None)
            self._add_pairs(session, pairs)
        self._states.update({one.number: one.state for one in results})
        self._states.update(dict.fromkeys(back, StepState.PLANNED))
        self._learn(pairs)

    def skip(self, results: Sequence[Result]) -> None:
        """Store the end of steps for which nothing is sent."""
        if results:
            with self._db.session() as session:
                self._keep(session, results)
            self._states.update({one.number: one.state for one in results})

    def reopen(self, explains: Callable[[Sequence[str]], bool]) -> int:
        """Plan again what was refused with words that `explains` says yes to, and what was not sent.

        Xero's words stay until the steps end anew. Gives how many steps it were; twice does no harm.
        """
        words = self.words()
        unsent = [number for number, state in self._states.items() if state is StepState.SKIPPED]
        refused = (number for number, state in self._states.items() if state is StepState.REFUSED)
        again = [*unsent, *(number for number in refused if explains(words.get(number, ())))]
        with self._db.session() as session:
            self._mark(session, again, StepState.PLANNED, batch=None)
            self._unsay(session, unsent)
        self._states.update(dict.fromkeys(again, StepState.PLANNED))
        return len(again)

    def _row(self, number: int, step: Step) -> dict[str, Any]:
        return {
            "restore_id": self.restore_id,
            "number": number,
            "kind": step.kind,
            "record_id": step.record_id,
            "part": step.part,
            "parent": step.parent,
            "phase": int(step.phase),
            "action": step.action.value,
            "reasons": list(step.reasons),
            "state": _FIRST.get(step.action, StepState.PLANNED).value,
            "target_key": step.target_key,
        }

    def _mark(self, session: Session, steps: Sequence[int], state: StepState, *, batch: int | None) -> None:
        if steps:
            changed = update(STEPS).where(*_NUMBERED).values(state=state.value, batch=batch)
            session.connection().execute(changed, [{"of": self.restore_id, "at": one} for one in steps])

    def _keep(self, session: Session, results: Sequence[Result]) -> None:
        if not results:
            return
        changed = update(STEPS).where(*_NUMBERED)
        changed = changed.values(
            state=bindparam("to"), target_key=bindparam("key"), warned=bindparam("warning")
        )
        session.connection().execute(changed, [self._values(one) for one in results])
        self._unsay(session, [one.number for one in results if not one.words])
        for one in results:
            if one.words:
                session.merge(self._sealed(one))

    def _unsay(self, session: Session, numbers: Sequence[int]) -> None:
        """Forget what was said of steps before they were sent again."""
        keys = [f"{self.restore_id}:{number}" for number in numbers]
        for start in range(0, len(keys), _PIECE):
            old = RestoreWordsRow.id.in_(keys[start : start + _PIECE])
            session.execute(delete(RestoreWordsRow).where(old))

    def _values(self, one: Result) -> dict[str, Any]:
        warned = one.state is StepState.DONE and bool(one.words)
        key = one.target_key[:128]
        return {
            "of": self.restore_id,
            "at": one.number,
            "to": one.state.value,
            "key": key,
            "warning": warned,
        }

    def _sealed(self, one: Result) -> RestoreWordsRow:
        key = f"{self.restore_id}:{one.number}"
        sealed = secrets.seal(self._ring, WORDS, key, msgspec.json.encode(one.words))
        return RestoreWordsRow(id=key, restore_id=self.restore_id, sealed=sealed)

    def _add_pairs(self, session: Session, pairs: Iterable[Pair]) -> None:
        # The last one counts; one statement may not name a key twice.
        known = {(one.resource, one.source): one.target for one in pairs}
        rows = iter(
            {"restore_id": self.restore_id, "resource": resource, "source_key": source, "target_key": target}
            for (resource, source), target in known.items()
        )
        dialect = sqlite.insert if self._db.is_sqlite else postgresql.insert
        adding = dialect(_IDS)
        adding = adding.on_conflict_do_update(
            index_elements=["restore_id", "resource", "source_key"],
            set_={"target_key": adding.excluded.target_key},
        )
        while piece := list(islice(rows, _PIECE)):
            session.connection().execute(adding, piece)

    def _learn(self, pairs: Collection[Pair]) -> None:
        for one in pairs:
            self.ids.add(one.resource, one.source, one.target)


def _intent(row: RestoreBatchRow) -> Intent:
    return Intent(
        number=row.number,
        key=row.idempotency_key,
        body_hash=row.body_hash,
        sent_at=row.sent_at,
        tries=row.tries,
        is_open=row.state == "sending",
    )
