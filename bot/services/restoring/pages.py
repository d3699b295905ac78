"""Read a restore's write book: steps and their ends, what was said, which id became which. Writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property

import msgspec
from sqlalchemy import ColumnElement, select

from bot.crypto import KeyRing
from bot.db import secrets
from bot.db.engine import Database
from bot.db.restore_tables import RestoreIdRow, RestoreStepRow, RestoreWordsRow
from bot.db.tables import Row
from bot.domain.restore_plan import Action
from bot.restore.model import IdMap, Phase, Step, same_id
from bot.restore.outcomes import Counts, StepOutcome, StepState

WORDS = "restore_words.sealed"
ROWS = 5000  # steps at once
STEPS = Row.metadata.tables[RestoreStepRow.__tablename__]
_STREAM = {"yield_per": ROWS}
_WRITING = (Action.CREATE.value, Action.CHANGE.value)


class BookPages:
    """What stands in the book; states and ids are read once and kept."""

    def __init__(self, db: Database, ring: KeyRing, restore_id: str) -> None:
        self._db, self._ring, self.restore_id = db, ring, restore_id

    def is_begun(self) -> bool:
        """Say whether the steps are stored."""
        with self._db.reading() as session:
            return session.scalar(select(STEPS.c.number).where(self._mine).limit(1)) is not None

    @cached_property
    def ids(self) -> IdMap:
        """Which record of the source became which of the target; grows as answers are stored."""
        known = IdMap()
        wanted = select(RestoreIdRow.resource, RestoreIdRow.source_key, RestoreIdRow.target_key)
        with self._db.reading() as session:
            for row in session.execute(
                wanted.where(RestoreIdRow.restore_id == self.restore_id), execution_options=_STREAM
            ):
                known.add(*row)
        return known

    def known_ids(self) -> frozenset[str]:
        """Give every id in the target whose origin is known, as `same_id` spells them."""
        wanted = select(STEPS.c.target_key).where(self._mine, STEPS.c.target_key != "")
        with self._db.reading() as session:
            return self.ids.targets() | frozenset(map(same_id, session.scalars(wanted)))

    def state(self, number: int) -> StepState:
        """Say how far a step is; raises KeyError."""
        return self._states[number]

    def counts(self) -> Counts:
        """Count the steps that write something."""
        found = Counter(self._states.values())
        return Counts(
            total=found.total(),
            done=found[StepState.DONE],
            refused=found[StepState.REFUSED],
            skipped=found[StepState.SKIPPED],
        )

    def stages(self) -> list[tuple[int, str]]:
        """Name phase and kind of what is written, in the order of the plan."""
        wanted = select(STEPS.c.phase, STEPS.c.kind).where(self._mine, STEPS.c.action.in_(_WRITING))
        with self._db.reading() as session:
            found = session.execute(wanted.order_by(STEPS.c.number), execution_options=_STREAM)
            return list(dict.fromkeys((phase, kind) for phase, kind in found))

    def steps(self, phase: int | None = None, kind: str | None = None) -> Iterator[tuple[int, Step]]:
        """Yield the steps with their places, all or those of one stage; their names are not stored."""
        for row in self._rows(phase, kind):
            yield row.number, _step(row)

    def outcomes(self, kind: str | None = None) -> Iterator[StepOutcome]:
        """Yield every step and how it ended, with the words that were said of it."""
        words = self.words()
        for row in self._rows(None, kind):
            yield StepOutcome(
                number=row.number,
                step=_step(row),
                state=StepState(row.state),
                target_key=row.target_key,
                warned=row.warned,
                words=words.get(row.number, ()),
            )

    def created(self) -> Iterator[StepOutcome]:
        """Yield the steps whose records Xero took: what a person would have to void by hand."""
        return (one for one in self.outcomes() if one.step.writes and one.state is StepState.DONE)

    def by_state(self) -> dict[tuple[str, Action, StepState], int]:
        """Count all steps by kind, action and state."""
        wanted = select(STEPS.c.kind, STEPS.c.action, STEPS.c.state).where(self._mine)
        with self._db.reading() as session:
            rows = session.execute(wanted, execution_options=_STREAM)
            found = Counter((kind, Action(action), StepState(state)) for kind, action, state in rows)
        return dict(found)

    def words(self) -> dict[int, tuple[str, ...]]:
        """Open what was said, by the step's number."""
        wanted = select(RestoreWordsRow.id, RestoreWordsRow.sealed)
        with self._db.reading() as session:
            rows = session.execute(wanted.where(RestoreWordsRow.restore_id == self.restore_id)).all()
        return {
            int(key.rpartition(":")[2]): _opened(self._ring, key, sealed) for key, sealed in rows if sealed
        }

    def unsettled_words(self) -> tuple[str, ...]:
        """Give what Xero said of steps that it refused and that are to be sent again, each text once."""
        found = (said for number, said in sorted(self.words().items()) if self._is_planned(number))
        return tuple(dict.fromkeys(" ".join(one) for one in found))

    def _is_planned(self, number: int) -> bool:
        return self._states.get(number) is StepState.PLANNED

    @cached_property
    def _states(self) -> dict[int, StepState]:
        wanted = select(STEPS.c.number, STEPS.c.state).where(self._mine, STEPS.c.action.in_(_WRITING))
        with self._db.reading() as session:
            rows = session.execute(wanted, execution_options=_STREAM)
            return {number: StepState(state) for number, state in rows}

    @property
    def _mine(self) -> ColumnElement[bool]:
        return STEPS.c.restore_id == self.restore_id

    def _rows(self, phase: int | None, kind: str | None) -> Iterator[RestoreStepRow]:
        wanted = select(RestoreStepRow).where(self._mine).order_by(RestoreStepRow.number).limit(ROWS)
        if phase is not None:
            wanted = wanted.where(RestoreStepRow.phase == phase)
        if kind is not None:
            wanted = wanted.where(RestoreStepRow.kind == kind)
        last = -1
        while True:
            with self._db.reading() as session:
                rows = session.scalars(wanted.where(RestoreStepRow.number > last)).all()
            if not rows:
                return
            yield from rows
            last = rows[-1].number


def _step(row: RestoreStepRow) -> Step:
    action = Action(row.action)
    return Step(
        kind=row.kind,
        record_id=row.record_id,
        action=action,
        part=row.part,
        parent=row.parent,
        reasons=tuple(row.reasons),
        phase=Phase(row.phase),
        target_key=row.target_key if action is Action.MATCH else "",
    )


def _opened(ring: KeyRing, key: str, sealed: bytes) -> tuple[str, ...]:
    return msgspec.json.decode(secrets.unseal(ring, WORDS, key, sealed), type=tuple[str, ...])
