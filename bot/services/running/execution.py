"""Carry out a backup, one durable step at a time: begin, read each stage, publish, sum up.

Each step may run again after a crash: sealed stages are not read twice, publishing settles on one snapshot.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

import msgspec

from bot.backup.judging import is_empty_below
from bot.backup.lately import READ_AT, How, Look, Occasion, look_at
from bot.backup.results import StageResult
from bot.backup.stages import StagePlan, stage_plans
from bot.backup.take import OnNews, StageTaker
from bot.catalogue import reading_now
from bot.catalogue.model import Resource
from bot.db.engine import Database
from bot.domain.backup import Run, RunState
from bot.domain.organisation import Organisation
from bot.domain.settings import Extra
from bot.errors import VaultDamaged
from bot.log import get_logger
from bot.services.books import Books
from bot.services.organisations import Organisations
from bot.services.running.progress import Keeper, StopSign
from bot.services.running.runs import Runs
from bot.services.xero import XeroAccess
from bot.vault import Draft, SnapshotInfo
from bot.xero.client import XeroClient
from bot.xero.limits import Stopped
from bot.xero.reading import Reader

log = get_logger(__name__)
Tell = Callable[[Run], None]
READ_BACK = "restore:"  # begins the slot of a backup that proves a restore


class Execution:
    """The work of a backup; who asked and who is told is decided elsewhere."""

    def __init__(
        self,
        db: Database,
        *,
        organisations: Organisations,
        runs: Runs,
        xero: XeroAccess,
        books: Books,
        now: Callable[[], datetime],
        tell: Tell,
        ending: threading.Event,
        extras: Callable[[str], frozenset[Extra]],
        watch: Callable[[str, str], OnNews],
    ) -> None:
        self._extras, self._watch = extras, watch
        self._db, self._organisations, self._runs = db, organisations, runs
        self._xero, self._books, self._now, self._tell = xero, books, now, tell
        self._ending = ending
        self._told: dict[str, float] = {}

    def begin(self, run_id: str) -> Run:
        """Move a queued or parked run to running."""
        run = self._runs.get(run_id)
        if run.state.is_final:
            return run
        organisation = self._organisations.get(run.organisation_id)
        total = sum(len(plan.resources) for plan in self._plans_of(organisation))
        progress = {**msgspec.to_builtins(run.progress), "resources_total": total}
        if not run.progress.calls_planned:
            progress["calls_planned"] = self._planned(organisation)
        return self._runs.change(
            run_id,
            state=RunState.RUNNING,
            started_at=run.started_at or self._now(),
            resume_at=None,
            progress=progress,
        )

    def require_sound(self, run_id: str) -> None:
        """Look at the copies this backup would build on; raises VaultDamaged, StoreUnavailable.

        Records that did not change are not stored again, so a snapshot upon a damaged one is damaged too.
        """
        books = self._books.of(self._organisations.get(self._runs.get(run_id).organisation_id))
        problems = books.verify().problems if books.snapshots() else ()
        if problems:
            log.error("vault_damaged", count=len(problems))
            raise VaultDamaged("Some stored copies are not as they were written.")

    def stage_names(self, run_id: str) -> list[str]:
        """Name the stages of a run in order; raises Stopped when nothing is to be read any more."""
        if self._runs.stop_requested(run_id):
            raise Stopped
        return [plan.name for plan in self._plans(run_id)]

    def read_stage(self, run_id: str, name: str) -> dict[str, int]:
        """Read one stage into the draft; gives counts. A sealed stage costs nothing.

        Raises Disconnected, DayLimitReached, Stopped, Transient, Damaged.
        """
        run = self._runs.get(run_id)
        organisation = self._organisations.get(run.organisation_id)
        books = self._books.of(organisation)
        draft = books.draft(run_id, run.started_at or self._now())
        sealed = draft.stages_done()
        if name in sealed:
            return {"calls": 0, "outcomes": len(StageResult.from_json(sealed[name]).outcomes)}
        plan = next(one for one in self._plans_of(organisation) if one.name == name)
        stop = StopSign(lambda: self._runs.stop_requested(run_id), self._ending)
        with self._xero.client(organisation.id, stop=stop) as client:
            keeper = self._keeper(run, client)
            done = sum(len(StageResult.from_json(one).outcomes) for one in sealed.values())
            keeper.begin(tuple(one.title for one in plan.resources), resources_done=done)
            reader = Reader(client, now=self._now, today=self._now().date(), concurrency=5)
            taker = StageTaker(
                books,
                draft,
                reader,
                scopes=organisation.scopes,
                on_records=keeper.seen,
                on_ended=keeper.read,
                on_news=self._watch(run_id, name),
                looks=self._looks(run_id, plan, draft),
            )
            result = taker.take(plan)
            keeper.ended(done + len(result.outcomes))
        return {"calls": result.calls, "outcomes": len(result.outcomes)}

    def publish(self, run_id: str) -> SnapshotInfo:
        """Seal the snapshot: packs, manifest, head. Twice gives the same snapshot."""
        run = self._runs.get(run_id)
        organisation = self._organisations.get(run.organisation_id)
        draft = self._draft(organisation, run)
        self._told.pop(run_id, None)
        return draft.publish(
            {
                "organisation": msgspec.to_builtins(organisation.facts),
                "scopes": sorted(organisation.scopes),
                "calls": run.progress.calls,
            }
        )

    def results(self, run_id: str) -> Mapping[str, StageResult]:
        """Give what each sealed stage found, before publishing."""
        run = self._runs.get(run_id)
        draft = self._draft(self._organisations.get(run.organisation_id), run)
        return {name: StageResult.from_json(one) for name, one in draft.stages_done().items()}

    def discard(self, run_id: str) -> None:
        """Throw away what a run has read so far; the last good snapshot stands."""
        self._told.pop(run_id, None)
        run = self._runs.get(run_id)
        self._draft(self._organisations.get(run.organisation_id), run).discard()

    def _looks(self, run_id: str, plan: StagePlan, draft: Draft) -> dict[str, Look]:
        """Decide how much of each resource is asked for, by what the last snapshot holds."""
        slot = self._runs.slot(run_id)
        done = [StageResult.from_json(one) for one in draft.stages_done().values()]
        occasion = Occasion(
            now=self._now(),
            whole=slot.startswith(READ_BACK),
            by_hand=not slot,
            quiet=not any(one.changed for one in done),
        )
        before = draft.base.resources if draft.base else {}
        return {
            one.key: _spared(look_at(one, before.get(one.key), occasion), one, draft.base, occasion)
            for one in plan.resources
            if one.read
        }

    def _plans(self, run_id: str) -> tuple[StagePlan, ...]:
        return self._plans_of(self._organisations.get(self._runs.get(run_id).organisation_id))

    def _plans_of(self, organisation: Organisation) -> tuple[StagePlan, ...]:
        return stage_plans(organisation.scopes, self._extras(organisation.id), organisation.facts.country)

    def _draft(self, organisation: Organisation, run: Run) -> Draft:
        return self._books.of(organisation).draft(run.id, run.started_at or self._now())

    def _keeper(self, run: Run, client: XeroClient) -> Keeper:
        def calls() -> tuple[int, int | None]:
            return client.calls, client.allowance.day_left if client.allowance else None

        return Keeper(self._runs, run, tell=self._tell, calls=calls, told=self._told)

    def _planned(self, organisation: Organisation) -> int:
        """Expect as many calls as the last snapshot took."""
        snapshots = self._books.of(organisation).snapshots()
        if snapshots:
            return int(snapshots[-1].facts.get("calls", 0))
        return len(reading_now()) + 15  # one call each, and the trial balances of fourteen dates


def _spared(look: Look, resource: Resource, base: SnapshotInfo | None, occasion: Occasion) -> Look:
    """Ask for nothing where every record would only say again that it has none; once a week they do."""
    before = base.resources if base else {}
    parent = before.get(resource.read.parent) if resource.read else None
    if base is None or occasion.whole or not is_empty_below(resource, before.get(resource.key), parent):
        return look
    if look.how is How.CHANGED_PARENTS:
        return replace(look, how=How.STANDS)
    if look.how is How.WHOLE and READ_AT not in before[resource.key].facts:
        # All answers were "not found", which told no time of Xero's: ours is near enough.
        return Look(how=How.STANDS, since=base.taken_at, full_at=base.taken_at)
    return look
