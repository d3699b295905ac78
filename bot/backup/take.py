"""Take one stage of a snapshot: read its resources, hand the bytes to the vault, judge them.

An empty or much smaller answer where there were records before is a gap, never a deletion. What could not be
read is carried forward from the last snapshot and said so. Must not touch the database or Slack.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import msgspec

from bot.backup import gaps
from bot.backup.stages import StagePlan
from bot.catalogue.model import Paging, Resource
from bot.domain.backup import Gap, Outcome, OutcomeStatus
from bot.errors import ReadRefused, Transient, XeroBusy, XeroUnavailable
from bot.vault import Books, Change, Draft, Stage
from bot.xero.reading import Reader
from bot.xero.tally import ReadEnd, Record

VOID_WORDS = frozenset({"VOIDED", "DELETED"})
# A collection that lost more than half of at least this many records needs a person's look first.
SUSPICIOUS_FROM = 20
SUSPICIOUS_SHARE = 0.5
# A stage longer than this has its changes read again even when no page showed a change.
LONG_SECONDS = 120.0
# What may become a gap. Anything else, such as a busy database, says nothing about Xero.
_OF_XERO = (ReadRefused, XeroBusy, XeroUnavailable)
ALLOCATED = "allocated_credit_notes"
# Python runs one thread at a time. Where several backups work through pages at once, each hand-over to a
# person's command waits behind all of them; taking turns page by page costs nothing and keeps answers quick.
_AT_THE_DESK = threading.Lock()

OnRecords = Callable[[Resource, int], None]
OnEnded = Callable[[Resource], None]


@dataclass(slots=True)
class _Tally:
    """What has been seen of one resource so far."""

    ids: set[str] = field(default_factory=set)
    voided: set[str] = field(default_factory=set)
    allocated: set[str] = field(default_factory=set)
    end: ReadEnd | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageResult:
    """What one stage gave; stored with the stage, so a resumed run knows it."""

    outcomes: tuple[Outcome, ...]
    gaps: tuple[Gap, ...]
    calls: int
    moved: tuple[str, ...] = ()  # keys of resources that changed in Xero while they were read
    measures: dict[str, int] = field(default_factory=dict)  # counts that are not a number of records

    def as_json(self) -> dict[str, Any]:
        """Give the value as plain JSON."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> StageResult:
        """Read back what `as_json` gave."""
        return msgspec.convert(stored, cls)


class StageTaker:
    """Reads one stage of one run into the vault."""

    def __init__(
        self,
        books: Books,
        draft: Draft,
        reader: Reader,
        *,
        scopes: Collection[str],
        on_records: OnRecords,
        on_ended: OnEnded = lambda _: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._books, self._draft, self._reader = books, draft, reader
        self._scopes, self._monotonic = scopes, monotonic
        self._on_records, self._on_ended = on_records, on_ended
        self._tallies: dict[str, _Tally] = {}
        self._gaps: list[Gap] = []

    def take(self, plan: StagePlan) -> StageResult:
        """Read the stage and seal it.

        Raises Disconnected, DayLimitReached, Stopped, StoreUnavailable, and Transient when Xero answered
        nothing at all or the trouble was our own: such a stage is read again, not sealed with gaps.
        """
        calls, began = self._reader.client.calls, self._monotonic()
        stage = self._draft.stage(plan.name)
        allowed = [one for one in plan.resources if self._granted(one)]
        self._tallies = {one.key: _Tally() for one in allowed}
        keep = partial(self._keep, stage)
        self._reader.read(allowed, keep, self._note_end, self._parents)
        self._refuse_to_guess(allowed)
        moved = tuple(one.key for one in allowed if self._moved(one.key))
        if moved or self._monotonic() - began > LONG_SECONDS:
            self._read_changes(allowed, keep)
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

    def _refuse_to_guess(self, allowed: Sequence[Resource]) -> None:
        errors = [end.error for one in allowed if (end := self._tallies[one.key].end)]
        for error in errors:
            if error is not None and not isinstance(error, _OF_XERO):
                raise error
        silent = [error for error in errors if isinstance(error, Transient)]
        # Reports alone may be out of order at Xero; the records read before them are worth a snapshot.
        if silent and len(silent) == len(allowed) and not all(_is_report(one) for one in allowed):
            raise silent[0]

    def _granted(self, resource: Resource) -> bool:
        """Say whether the consent allows it; an unknown consent is asked, not guessed."""
        wanted = resource.read.scopes if resource.read else ()
        return not self._scopes or not wanted or any(scope in self._scopes for scope in wanted)

    def _keep(self, stage: Stage, resource: Resource, records: Sequence[Record]) -> None:
        tally = self._tallies[resource.key]
        with _AT_THE_DESK:
            self._store(stage, resource, records, tally)
        self._on_records(resource, len(records))

    @staticmethod
    def _store(stage: Stage, resource: Resource, records: Sequence[Record], tally: _Tally) -> None:
        for record in records:
            change = stage.add(resource.key, record.record_id, record.raw)
            if change is Change.CHANGED and record.status in VOID_WORDS:
                tally.voided.add(record.record_id)
            if resource.key == "credit_notes" and has_allocations(record.raw):
                tally.allocated.add(record.record_id)
            tally.ids.add(record.record_id)

    def _note_end(self, resource: Resource, end: ReadEnd) -> None:
        self._tallies[resource.key].end = end
        self._on_ended(resource)

    def _parents(self, key: str) -> Iterable[str]:
        return sorted(self._tallies[key].ids) if key in self._tallies else ()

    def _moved(self, key: str) -> bool:
        end = self._tallies[key].end
        return end is not None and end.moved

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
        tally = self._tallies.get(resource.key)
        status = OutcomeStatus.REFUSED if tally is None else self._judge(resource, tally)
        if tally is None:
            self._gaps.append(gaps.not_granted(resource))
        entry = stage.finish(
            resource.key, complete=status is OutcomeStatus.READ, facts={"status": status.value}
        )
        voided = len(tally.voided) if tally else 0
        return Outcome(
            resource=resource.key,
            title=resource.title,
            status=status,
            count=entry.count,
            new=entry.new,
            changed=max(0, entry.changed - voided),
            gone=0 if _is_report(resource) else entry.gone,
            voided=voided,
            calls=tally.end.calls if tally and tally.end else 0,
        )

    def _judge(self, resource: Resource, tally: _Tally) -> OutcomeStatus:
        """Decide what an ended read is worth, and add its gap."""
        before, seen = self._books.previous_count(resource.key) or 0, len(tally.ids)
        error = tally.end.error if tally.end else None
        unread = tally.end.unread(seen) if tally.end else 0
        match self._status(resource.key):
            case "read" if is_suspicious(resource, seen=seen, before=before):
                self._gaps.append(gaps.suspicious(resource, seen=seen, before=before))
                return OutcomeStatus.SUSPICIOUS
            case "read" if unread:
                self._gaps.append(gaps.short(resource, seen=seen, unread=unread))
                return OutcomeStatus.PARTIAL
            case "read":
                return OutcomeStatus.READ
            case "absent":
                return OutcomeStatus.ABSENT
            case "partial":
                self._gaps.append(gaps.partly_read(resource, error, seen=seen))
                return OutcomeStatus.PARTIAL
            case _:
                status, gap = gaps.refused_or_failed(resource, error, kept=before)
                self._gaps.append(gap)
                return status

    def _measures(self) -> dict[str, int]:
        if self._status_if_any("credit_notes") != "read":
            return {}
        return {ALLOCATED: len(self._tallies["credit_notes"].allocated)}

    def _status_if_any(self, key: str) -> str:
        return self._status(key) if key in self._tallies else ""


def is_suspicious(resource: Resource, *, seen: int, before: int) -> bool:
    """Say whether an answer is too empty to be believed without a person's look."""
    if _is_report(resource):
        return False  # a report of another day is another record
    if before > 0 and seen == 0:
        return True
    return before >= SUSPICIOUS_FROM and seen < before * SUSPICIOUS_SHARE


def has_allocations(raw: bytes) -> bool:
    """Say whether a credit note is allocated to anything."""
    return bool(_ALLOCATIONS.decode(raw).Allocations)


class _Allocations(msgspec.Struct):
    Allocations: list[msgspec.Raw] | None = None


_ALLOCATIONS = msgspec.json.Decoder(_Allocations)


def _is_report(resource: Resource) -> bool:
    return resource.read is not None and resource.read.paging is Paging.REPORT
