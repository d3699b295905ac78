"""Take one stage of a snapshot: read its resources, hand the bytes to the vault, judge them.

What could not be read is carried forward from the last snapshot and said so; what was not asked for stands.
Must not touch the database or Slack.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from bot.backup import gaps
from bot.backup.below import left_out, parent_of
from bot.backup.ended import VOID_WORDS, turned_void
from bot.backup.judging import is_report, judge
from bot.backup.lately import How, Look, facts_of
from bot.backup.measures import ALLOCATED, has_allocations
from bot.backup.quiet import FIGURES, figures, is_new_date
from bot.backup.results import StageResult
from bot.backup.stages import StagePlan
from bot.catalogue.model import Resource
from bot.domain.backup import Gap, Outcome, OutcomeStatus
from bot.errors import ReadRefused, Transient, XeroBusy, XeroUnavailable
from bot.vault import Books, Change, Draft, Rest, Stage
from bot.xero.calls import Call
from bot.xero.reading import Reader
from bot.xero.tally import ReadEnd, Record

# A stage longer than this has its changes read again even when no page showed a change.
LONG_SECONDS = 120.0
# What may become a gap. Anything else, such as a busy database, says nothing about Xero.
_OF_XERO = (ReadRefused, XeroBusy, XeroUnavailable)
# What changes without its parent saying so: who is in a group may show in a contact only.
_ALSO_AFTER = {"contact_group_members": "contacts"}
# Python runs one thread at a time. Where several backups work through pages at once, each hand-over to a
# person's command waits behind all of them; taking turns page by page costs nothing and keeps answers quick.
_AT_THE_DESK = threading.Lock()

OnRecords = Callable[[Resource, int], None]
OnEnded = Callable[[Resource], None]
OnNews = Callable[[str, Iterable[tuple[str, bytes]]], None]


@dataclass(slots=True)
class _Tally:
    """What has been seen of one resource so far; ids only where others are read below them, or it below."""

    named: bool = False
    ids: set[str] = field(default_factory=set)
    news: set[str] = field(default_factory=set)  # of them, those that are new or changed
    voided: set[str] = field(default_factory=set)
    allocated: set[str] = field(default_factory=set)
    below: set[str] = field(default_factory=set)  # the parents that were asked for
    end: ReadEnd | None = None
    whole: bool = False  # what came was judged to be all there is


class StageTaker:
    """Reads one stage of one run into the vault; `looks` say how much of each resource is asked for."""

    def __init__(
        self,
        books: Books,
        draft: Draft,
        reader: Reader,
        *,
        scopes: Collection[str],
        on_records: OnRecords,
        on_ended: OnEnded = lambda _: None,
        on_news: OnNews = lambda _key, _news: None,
        looks: Mapping[str, Look] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._books, self._draft, self._reader = books, draft, reader
        self._scopes, self._monotonic = scopes, monotonic
        self._on_records, self._on_ended, self._on_news = on_records, on_ended, on_news
        self._looks = dict(looks or {})
        self._tallies: dict[str, _Tally] = {}
        self._gaps: list[Gap] = []
        self._figures: bytes | None = None  # of today's trial balance, after a quiet day

    def take(self, plan: StagePlan) -> StageResult:
        """Read the stage and seal it.

        Raises Disconnected, DayLimitReached, Stopped, StoreUnavailable, and Transient when Xero answered
        nothing at all or the trouble was our own: such a stage is read again, not sealed with gaps.
        """
        calls, began = self._reader.client.calls, self._monotonic()
        stage = self._draft.stage(plan.name)
        allowed = [one for one in plan.resources if self._granted(one)]
        self._tallies = _tallies(allowed)
        self._ask(stage, [one for one in allowed if self._how(one) is not How.STANDS])
        self._look_behind_figures(stage, allowed)
        self._refuse_to_guess(allowed)
        moved = tuple(one.key for one in allowed if (end := self._tallies[one.key].end) and end.moved)
        if moved or self._monotonic() - began > LONG_SECONDS:
            self._read_changes(allowed, partial(self._keep, stage))
            self._refuse_to_guess(allowed)
        result = StageResult(
            outcomes=tuple(self._outcome(stage, one) for one in plan.resources),
            gaps=tuple(self._gaps),
            calls=self._reader.client.calls - calls,
            moved=moved,
            measures=self._measures(),
        )
        with _AT_THE_DESK:
            stage.seal(result.as_json())
        return result

    def _ask(self, stage: Stage, resources: Sequence[Resource]) -> None:
        since = {
            one.key: look.since
            for one in resources
            if (look := self._looks.get(one.key)) and look.how is How.CHANGES and look.since
        }
        self._reader.read(
            resources,
            partial(self._keep, stage),
            self._note_end,
            partial(self._parents, stage),
            since=since,
            after={one.key: self._looks[one.key].after for one in resources if one.key in self._looks},
            wanted=partial(self._wanted, stage),
        )

    def _look_behind_figures(self, stage: Stage, allowed: Sequence[Resource]) -> None:
        """Read every report where nothing seemed to have changed and today's trial balance says otherwise."""
        reports = [one for one in allowed if is_report(one)]
        if self._figures is not None and self._figures != self._figures_before(stage):
            for one in reports:
                self._looks.pop(one.key, None)
            self._ask(stage, reports)

    def _figures_before(self, stage: Stage) -> bytes | None:
        newest = max(stage.base_versions(FIGURES), default="")
        raw = stage.read(FIGURES, newest) if newest else None
        return figures(raw) if raw else None

    def _how(self, resource: Resource) -> How:
        look = self._looks.get(resource.key)
        return look.how if look else How.WHOLE

    def _refuse_to_guess(self, allowed: Sequence[Resource]) -> None:
        # What hangs below records that could not be listed was not asked for either.
        asked = [one for one in allowed if (end := self._tallies[one.key].end) and end.calls]
        errors = [end.error for one in asked if (end := self._tallies[one.key].end)]
        for error in errors:
            if error is not None and not isinstance(error, _OF_XERO):
                raise error
        silent = [error for error in errors if isinstance(error, Transient)]
        # Reports alone may be out of order at Xero; the records read before them are worth a snapshot.
        if silent and len(silent) == len(asked) and not all(is_report(one) for one in asked):
            raise silent[0]

    def _granted(self, resource: Resource) -> bool:
        """Say whether the consent allows it; an unknown consent is asked, not guessed."""
        wanted = resource.read.scopes if resource.read else ()
        return not self._scopes or not wanted or any(scope in self._scopes for scope in wanted)

    def _keep(self, stage: Stage, resource: Resource, records: Sequence[Record]) -> None:
        tally = self._tallies[resource.key]
        with _AT_THE_DESK:
            self._store(stage, resource, records, tally)
        if resource.key == FIGURES and self._how(resource) is How.TODAY:
            today = f"/{self._reader.today.isoformat()}"
            found = (figures(one.raw) for one in records if one.record_id.endswith(today))
            self._figures = next(found, self._figures)
        self._on_records(resource, len(records))

    def _store(self, stage: Stage, resource: Resource, records: Sequence[Record], tally: _Tally) -> None:
        changes = stage.add_many(resource.key, [(one.record_id, one.raw) for one in records])
        news = [pair for pair in zip(records, changes, strict=True) if pair[1] is not Change.SAME]
        self._on_news(resource.key, ((one.record_id, one.raw) for one, _ in news))
        changed = (one for one, how in news if how is Change.CHANGED)
        tally.voided.update(one.record_id for one in changed if one.status in VOID_WORDS)
        if tally.named:
            tally.ids.update(one.record_id for one in records)
            tally.news.update(one.record_id for one, _ in news)
        if resource.key == "credit_notes":
            tally.allocated.update(one.record_id for one in records if has_allocations(one.raw))

    def _note_end(self, resource: Resource, end: ReadEnd) -> None:
        self._tallies[resource.key].end = end
        self._on_ended(resource)

    def _parents(self, stage: Stage, resource: Resource) -> Iterable[str]:
        """Name the records below which a resource is read: all, or those that changed."""
        parent = resource.read.parent if resource.read else ""
        above = self._tallies.get(parent)
        if above is None:
            return ()
        also = self._tallies.get(_ALSO_AFTER.get(resource.key, ""))
        part = self._how(resource) is How.CHANGED_PARENTS and not (also and also.news)
        chosen = above.news | (above.ids - self._known_parents(stage, resource)) if part else above.ids
        self._tallies[resource.key].below = set(chosen)
        return sorted(chosen)

    @staticmethod
    def _known_parents(stage: Stage, resource: Resource) -> set[str]:
        """Name the parents that have records here already; one that has none is cheap to ask again."""
        if resource.read and resource.read.id_within_parent:
            return set(stage.base_versions(resource.read.parent))
        return {parent_of(one) for one in stage.base_versions(resource.key)}

    def _wanted(self, stage: Stage, call: Call) -> bool:
        today, known = self._reader.today, stage.base_versions(call.resource.key)
        return self._how(call.resource) is not How.TODAY or is_new_date(call, today, known)

    def _read_changes(
        self, allowed: Sequence[Resource], keep: Callable[[Resource, Sequence[Record]], None]
    ) -> None:
        """Read again what changed in Xero since the stage began, so that its collections fit each other."""
        since = self._reader.started_server_at
        if since is None:
            return
        whole = [one for one in allowed if self._status(one.key) == "read"]
        broken: list[tuple[Resource, ReadEnd]] = []

        def note(resource: Resource, end: ReadEnd) -> None:
            if end.status != "read":
                broken.append((resource, end))

        self._reader.sweep(whole, since, keep, note)
        for resource, end in broken:  # what moved could not be read again: the resource is not whole
            self._tallies[resource.key].end = end

    def _status(self, key: str) -> str:
        end = self._tallies[key].end
        return end.status if end else "failed"

    def _outcome(self, stage: Stage, resource: Resource) -> Outcome:
        tally, look = self._tallies.get(resource.key), self._looks.get(resource.key, Look())
        if tally is not None and look.how is How.STANDS:
            entry = stage.carry(resource.key, facts={**facts_of(look, None), "status": "stands"})
            return Outcome(
                resource=resource.key, title=resource.title, status=OutcomeStatus.STANDS, count=entry.count
            )
        status = self._judge(stage, resource, tally, look)
        done = status is OutcomeStatus.READ
        read_at = tally.end.started_server_at if tally and tally.end else None
        last = tally.end.last_number if tally and tally.end else 0
        entry = stage.finish(
            resource.key,
            complete=done,
            facts={**(facts_of(look, read_at, last) if done else {}), "status": status.value},
            rest=Rest.GONE if look.how is How.WHOLE else Rest.STAND,
            gone=self._gone(stage, resource, tally, look) if tally and done else (),
        )
        voided = turned_void(self._books, self._draft.base, resource.key, tally.voided) if tally else 0
        return Outcome(
            resource=resource.key,
            title=resource.title,
            status=status,
            count=entry.count,
            new=entry.new,
            changed=max(0, entry.changed - voided),
            gone=0 if is_report(resource) else entry.gone,
            voided=voided,
            calls=tally.end.calls if tally and tally.end else 0,
        )

    def _judge(self, stage: Stage, resource: Resource, tally: _Tally | None, look: Look) -> OutcomeStatus:
        if tally is None:
            self._gaps.append(gaps.not_granted(resource))
            return OutcomeStatus.REFUSED
        before = self._books.previous_count(resource.key) or 0
        end = tally.end
        above = self._tallies.get(resource.read.parent) if resource.read else None
        if above and above.end and above.end.error and end and not end.calls:
            end = above.end  # its parents could not be listed, so nothing of it was asked for
        first, seen = self._draft.base is None, stage.seen(resource.key)
        status, gap = judge(resource, end, look.how, seen=seen, before=before, first=first)
        self._gaps.extend((gap,) if gap else ())
        tally.whole = status is OutcomeStatus.READ and look.how is How.WHOLE
        return status

    def _gone(self, stage: Stage, resource: Resource, tally: _Tally, look: Look) -> Collection[str]:
        """Name what vanished although not everything was asked for."""
        base = stage.base_versions(resource.key)
        if look.how is How.CHANGED_PARENTS and resource.read:
            above = self._tallies[resource.read.parent]
            return left_out(base, tally.ids, asked=tally.below, living=above.ids if above.whole else None)
        if look.how is How.TODAY:
            kept = {call.record_id for call in self._reader.reports(resource)}
            return [one for one in base if one not in kept]
        return ()

    def _measures(self) -> dict[str, int]:
        tally = self._tallies.get("credit_notes")
        if tally is None or self._status("credit_notes") != "read":
            return {}
        return {ALLOCATED: len(tally.allocated)}


def _tallies(allowed: Sequence[Resource]) -> dict[str, _Tally]:
    above = {one.read.parent for one in allowed if one.read} | set(_ALSO_AFTER.values())
    return {one.key: _Tally(named=one.key in above or bool(one.read and one.read.parent)) for one in allowed}
