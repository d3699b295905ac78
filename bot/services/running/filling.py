"""Fill up what costs a call or more for each record, portion by portion, once the books are read.

Each portion is sealed by itself, so that an interrupted run goes on after it; `remember` says what waits for
another night. Decides nothing about what is worth a call.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.backup.filling.budget import A_PORTION, Budget, budget
from bot.backup.filling.due import WAITING, Due, from_records, line_up, rests
from bot.backup.filling.filler import Filler
from bot.backup.filling.finding import Search, Watch, week_of
from bot.backup.filling.kinds import FillKind
from bot.backup.filling.portion import Portion
from bot.backup.filling.remembering import Remembering
from bot.backup.filling.switched import kinds_on
from bot.backup.results import StageResult
from bot.backup.stages import stage_plans
from bot.catalogue import RESOURCES
from bot.domain.backup import Run
from bot.domain.organisation import Organisation
from bot.domain.settings import Extra
from bot.services.books import Books
from bot.services.organisations import Organisations
from bot.services.running.execution import READ_BACK, Tell
from bot.services.running.progress import Keeper, StopSign
from bot.services.running.runs import Runs
from bot.services.xero import XeroAccess
from bot.vault import Books as VaultBooks
from bot.vault import Draft
from bot.xero.client import XeroClient
from bot.xero.limits import Stopped

TITLE = "what hangs on single records"
LAST = "remember"


@dataclass(slots=True)
class _Place:
    """Where a run stands: its draft, what is due, the portions so far."""

    run: Run
    organisation: Organisation
    books: VaultBooks
    draft: Draft
    kinds: tuple[FillKind, ...]  # that are on
    slot: str

    @property
    def night(self) -> int | None:
        """Number the night, for what is not asked for every night; None where a person asked."""
        begun_at = self.run.started_at
        return begun_at.toordinal() if self.slot and begun_at else None

    @property
    def granted(self) -> tuple[FillKind, ...]:
        """Give the kinds that the consent allows; an unknown consent is asked, not guessed."""
        return tuple(one for one in self.kinds if self._allows(one))

    @property
    def lacking(self) -> tuple[FillKind, ...]:
        """Give the kinds that somebody wants and the consent does not allow."""
        return tuple(one for one in self.kinds if not self._allows(one))

    def _allows(self, kind: FillKind) -> bool:
        given, wanted = self.organisation.scopes, kind.resource.read.scopes if kind.resource.read else ()
        return not given or not wanted or any(one in given for one in wanted)

    @property
    def portions(self) -> list[Portion]:
        """Give the portions that are sealed, in their order."""
        done = self.draft.stages_done()
        return [
            found
            for name in sorted(done)
            if (found := StageResult.from_json(dict(done[name])).portion) is not None
        ]

    @property
    def books_calls(self) -> int:
        """Count the calls that the books took."""
        results = (StageResult.from_json(dict(one)) for one in self.draft.stages_done().values())
        return sum(one.calls for one in results if one.portion is None)


class Filling:
    """The part of a backup that goes on over several nights."""

    def __init__(
        self,
        *,
        organisations: Organisations,
        runs: Runs,
        xero: XeroAccess,
        books: Books,
        extras: Callable[[str], frozenset[Extra]],
        now: Callable[[], datetime],
        tell: Tell,
        ending: threading.Event,
    ) -> None:
        self._organisations, self._runs, self._xero, self._books = organisations, runs, xero, books
        self._extras, self._now, self._tell, self._ending = extras, now, tell, ending
        self._told: dict[str, float] = {}
        self._lines: dict[str, list[Due]] = {}
        self._watched: dict[str, dict[str, Watch]] = {}

    def watch(self, run_id: str, stage: str) -> Watch:
        """Give what looks at a stage's records while they are read; an earlier try of it is forgotten."""
        watch = self._watched.setdefault(run_id, {})[stage] = Watch()
        return watch

    def portion(self, run_id: str, number: int) -> bool:
        """Read one portion; says whether another one is worth while in this run. A sealed one costs nothing.

        Raises Disconnected, Stopped, StoreUnavailable, Damaged.
        """
        place, name = self._place(run_id), f"fill {number:03}"
        line, portions = self._awake(place), place.portions
        start, calls = sum(one.taken for one in portions), self._calls(place)
        if name in place.draft.stages_done():
            return self._goes_on(line, portions, calls)
        if start >= len(line) or calls <= 0 or any(one.ended for one in portions):
            return False
        stop = StopSign(lambda: self._runs.stop_requested(run_id), self._ending)
        with self._xero.client(place.organisation.id, stop=stop) as client:
            keeper = self._keeper(place.run, client)
            keeper.begin((TITLE,), resources_done=place.run.progress.resources_done)
            stage = place.draft.stage(name)
            filler = Filler(
                client,
                stage,
                today=self._now().date(),
                on_records=lambda key, count: keeper.seen(RESOURCES[key], count),
            )
            done = filler.fill(line, start=start, calls=min(A_PORTION, calls), most=calls)
            if filler.stopped and not self._runs.stop_requested(run_id):
                raise Stopped  # the process ends: this portion is read again when the run goes on
            stage.seal(StageResult(outcomes=(), gaps=(), calls=done.calls, portion=done).as_json())
            keeper.ended(place.run.progress.resources_done)
        return self._goes_on(line, [*portions, done], calls - done.calls)

    def remember(self, run_id: str) -> int:
        """Note what waits for another night, and finish what was filled up; gives how many wait."""
        place = self._place(run_id)
        if LAST in place.draft.stages_done():
            return 0
        remembering = Remembering(
            place.books,
            place.draft,
            place.granted,
            self._line(place),
            place.portions,
            week=self._week_of(place.run),
            lacking=place.lacking,
        )
        waiting = remembering.seal(LAST, self._budget(place))
        self.forget(run_id)
        return waiting

    def forget(self, run_id: str) -> None:
        """Let go of what is held in memory for a run; going on with it costs a second look at the copies."""
        for held in (self._lines, self._watched, self._told):
            held.pop(run_id, None)

    def _goes_on(self, line: Sequence[Due], portions: Sequence[Portion], calls: int) -> bool:
        ended = any(one.ended for one in portions)
        return not ended and calls > 0 and sum(one.taken for one in portions) < len(line)

    def _line(self, place: _Place) -> list[Due]:
        """Work out what is due; the same whenever it is worked out for one run."""
        if place.run.id not in self._lines:
            search = Search(
                place.books,
                place.draft,
                place.granted,
                week=self._week_of(place.run),
                watched=self._seen_here(place),
            )
            known = {kind.key for kind in place.granted if search.begun(kind)}
            waiting = [one for one in self._waiting(place) if one.kind in known]
            self._lines[place.run.id] = line_up(
                waiting, search.found(), gone=search.gone(), night=place.night
            )
        return self._lines[place.run.id]

    def _awake(self, place: _Place) -> Sequence[Due]:
        """Give what may have its turn in this run: what rests stands at the end of the line."""
        line, night = self._line(place), place.night
        resting = 0 if night is None else sum(rests(one, night) for one in line)
        return line[: len(line) - resting] if resting else line

    def _seen_here(self, place: _Place) -> list[Due] | None:
        """Give what was due of all that was read, where this process has read every stage of the books."""
        watched = self._watched.pop(place.run.id, {})
        plans = stage_plans(place.organisation.scopes, self._extras(place.organisation.id))
        if {plan.name for plan in plans} - watched.keys():
            return None
        return [due for one in watched.values() for due in one.found]

    def _waiting(self, place: _Place) -> list[Due]:
        base = place.draft.base
        if base is None:
            return []
        return list(from_records(one.raw for one in place.books.records(base, WAITING)))

    def _calls(self, place: _Place) -> int:
        if place.slot.startswith(READ_BACK):
            return 0  # what proves a restore looks at the books; the files have their turn another night
        share, spent = self._budget(place), sum(one.calls for one in place.portions)
        capped = not place.slot or self._xero.app.fill_calls is not None
        return max(0, share.calls - spent) if capped else share.calls

    def _budget(self, place: _Place) -> Budget:
        return budget(
            per_day=self._xero.calls_a_day(place.organisation.id),
            left=self._xero.calls_left(place.organisation.id),
            books=place.books_calls,
            by_hand=not place.slot,
            at_most=self._xero.app.fill_calls,
        )

    def _place(self, run_id: str) -> _Place:
        run = self._runs.get(run_id)
        organisation = self._organisations.get(run.organisation_id)
        books = self._books.of(organisation)
        wanted = self._extras(organisation.id)
        draft = books.draft(run_id, run.started_at or self._now())
        return _Place(
            run=run,
            organisation=organisation,
            books=books,
            draft=draft,
            kinds=kinds_on(wanted, books, draft),
            slot=self._runs.slot(run_id),
        )

    def _week_of(self, run: Run) -> int:
        return week_of(run.started_at or self._now())

    def _keeper(self, run: Run, client: XeroClient) -> Keeper:
        def calls() -> tuple[int, int | None]:
            return client.calls, client.allowance.day_left if client.allowance else None

        return Keeper(self._runs, run, tell=self._tell, calls=calls, told=self._told)
