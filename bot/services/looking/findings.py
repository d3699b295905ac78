"""Look for what is worth a look in a new snapshot, against the one before it. Must not fail a backup.

Only records that differ are read, and so many of them at most. What is stored and told in channels is counts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import TypeVar

import msgspec

from bot.backup import noticing
from bot.backup.noticing import Entry
from bot.catalogue import RESOURCES
from bot.catalogue.model import Paging
from bot.db.engine import Database
from bot.db.tables import RunRow
from bot.domain.findings import FindingDetail, Noticed
from bot.domain.organisation import Organisation
from bot.domain.standing import Finding, FindingKind
from bot.errors import LedgerkeepError, Refused
from bot.log import get_logger
from bot.services.books import Books
from bot.services.organisations import Organisations
from bot.services.running import outlines
from bot.services.running.runs import Runs
from bot.vault import Books as VaultBooks
from bot.vault import Difference, ResourceStatus, SnapshotInfo

log = get_logger(__name__)
T = TypeVar("T")
EXAMINED = 5_000  # records of a kind that one look opens
NOT_KEPT = "This backup's copies are no longer kept, so its changes cannot be shown any more."
NOTHING_BEFORE = (
    "The copies before this backup are no longer kept, so the two cannot be compared any more. "
    "The counts in the message stand."
)


class Findings:
    """What is worth a look in each backup."""

    def __init__(
        self,
        db: Database,
        *,
        organisations: Organisations,
        runs: Runs,
        books: Books,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._organisations, self._runs = db, organisations, runs
        self._books, self._now = books, now

    def look(self, run_id: str) -> tuple[Finding, ...]:
        """Compare what a run published with the snapshot before it, and store the counts with the run.

        A first snapshot gives none; so does trouble of any kind: the backup stands without it.
        """
        try:
            run = self._runs.get(run_id)
            books = self._books.of(self._organisations.get(run.organisation_id))
            pair = _pair(books, run_id)
            found = tuple(one.finding for one in compare(books, *pair)) if pair else ()
            self._store(run_id, found)
        except LedgerkeepError as error:
            log.warning("findings_not_looked_for", error=type(error).__name__)
            return ()
        return found

    def of(self, run_id: str) -> tuple[Finding, ...]:
        """Give what the look at a finished run found."""
        with self._db.reading() as session:
            row = session.get(RunRow, run_id)
            outline = outlines.from_row(row) if row else None
        return outline.findings if outline else ()

    def details(self, organisation: Organisation, run_id: str) -> tuple[FindingDetail, ...]:
        """Compare again, with names, for a person who may see the books.

        Raises Refused where one of the two snapshots is no longer kept, Damaged, Transient.
        """
        run = self._runs.get(run_id)
        if run.organisation_id != organisation.id or not run.snapshot_id:
            raise Refused(NOT_KEPT)
        books = self._books.of(organisation)
        pair = _pair(books, run_id)
        if pair is None:
            raise Refused(NOTHING_BEFORE if _of_run(books, run_id) else NOT_KEPT)
        return compare(books, *pair)

    def _store(self, run_id: str, found: tuple[Finding, ...]) -> None:
        with self._db.session() as session:
            row = session.get_one(RunRow, run_id)
            if row.outline:
                row.outline = {**row.outline, "findings": msgspec.to_builtins(found)}


def compare(books: VaultBooks, older: SnapshotInfo, newer: SnapshotInfo) -> tuple[FindingDetail, ...]:
    """Give what is worth a look, the most urgent first. Raises Damaged, Transient."""
    differences = books.diff(older, newer)
    look = _Look(books, older, newer, differences)
    found = [look.bank_details(), *look.documents(), *_drops(older, newer, differences)]
    return tuple(one for one in found if one is not None)


class _Look:
    """One comparison; opens each kind of record once."""

    def __init__(
        self,
        books: VaultBooks,
        older: SnapshotInfo,
        newer: SnapshotInfo,
        differences: Mapping[str, Difference],
    ) -> None:
        self._books, self._older, self._newer, self._differences = books, older, newer, differences

    def bank_details(self) -> FindingDetail | None:
        """Find suppliers that are to be paid elsewhere."""
        changed = self._changed("contacts")
        before = dict(self._read(self._older, "contacts", changed, noticing.payee))
        records = [
            Noticed(kind="contacts", name=now.name, before=then.shown, after=now.shown)
            for record_id, now in self._read(self._newer, "contacts", changed, noticing.payee)
            if (then := before.get(record_id)) and noticing.pays_elsewhere(then, now)
        ]
        if not records:
            return None
        return _detail(FindingKind.BANK_DETAILS, records, at_least=self._is_cut("contacts", new=False))

    def documents(self) -> Iterator[FindingDetail]:
        """Find many voids in an hour, and what moved the ledger on or before a lock date."""
        lock = _lock(self._books, self._older, otherwise=None)
        changed = self._changed("organisation")
        now_locked = _lock(self._books, self._newer, otherwise=lock) if changed else lock
        voided: list[Entry] = []
        moved: list[Entry] = []
        for resource in noticing.LEDGER:
            for before, after in self._pairs(resource):
                if before is not None and noticing.was_voided(before, after):
                    voided.append(after)
                if lock is not None and noticing.moved_before(lock, before, after):
                    moved.append(after)
        cut = any(self._is_cut(resource, new=True) for resource in noticing.LEDGER)
        if burst := noticing.busiest_hour(voided):
            at = burst[0].updated_at
            yield _detail(
                FindingKind.MANY_VOIDS, _shown(burst), detail=_day(at.date()) if at else "", at_least=cut
            )
        if lock is not None and (moved or now_locked is None or now_locked < lock):
            yield _detail(
                FindingKind.BEFORE_LOCK, _shown(moved), detail=_locks(lock, now_locked), at_least=cut
            )

    def _pairs(self, resource: str) -> Iterator[tuple[Entry | None, Entry]]:
        changed, new = self._changed(resource), self._new(resource)

        def read(raw: bytes) -> Entry | None:
            return noticing.entry(resource, raw)

        before = dict(self._read(self._older, resource, changed, read))
        for record_id, after in self._read(self._newer, resource, {*changed, *new}, read):
            if record_id in before or record_id in new:
                yield before.get(record_id), after

    def _changed(self, resource: str) -> set[str]:
        found = self._differences.get(resource)
        return set(found.changed[:EXAMINED]) if found else set()

    def _new(self, resource: str) -> set[str]:
        """Give what is new; after a copy that was not whole nobody knows what is."""
        found, entry = self._differences.get(resource), self._older.resources.get(resource)
        if found is None or entry is None or entry.status is not ResourceStatus.COMPLETE:
            return set()
        return set(found.new[: max(0, EXAMINED - len(found.changed))])

    def _is_cut(self, resource: str, *, new: bool) -> bool:
        found = self._differences.get(resource)
        return found is not None and len(found.changed) + (len(found.new) if new else 0) > EXAMINED

    def _read(
        self,
        snapshot: SnapshotInfo,
        resource: str,
        ids: Collection[str],
        make: Callable[[bytes], T | None],
    ) -> list[tuple[str, T]]:
        """Make of each of these records what is looked at, in the order of their ids."""
        records = self._books.some(snapshot, resource, ids)
        made = ((one.record_id, make(one.raw)) for one in records)
        return sorted(((one, it) for one, it in made if it is not None), key=itemgetter(0))


def _pair(books: VaultBooks, run_id: str) -> tuple[SnapshotInfo, SnapshotInfo] | None:
    """Give the snapshot before a run's own, and its own; None where one of them is not kept."""
    kept = books.snapshots()
    mine = next((one for one in kept if one.run_id == run_id), None)
    if mine is None:
        return None
    before = next((one for one in kept if one.number == mine.number - 1), None)
    return (before, mine) if before else None


def _of_run(books: VaultBooks, run_id: str) -> bool:
    return any(one.run_id == run_id for one in books.snapshots())


def _drops(
    older: SnapshotInfo, newer: SnapshotInfo, differences: Mapping[str, Difference]
) -> Iterator[FindingDetail]:
    """Find kinds of data of which an unusual share is gone; reports are others every month."""
    for key, difference in differences.items():
        before, after = older.resources.get(key), newer.resources.get(key)
        read = RESOURCES[key].read if key in RESOURCES else None
        if before is None or after is None or read is None or read.paging is Paging.REPORT:
            continue
        gone = len(difference.gone)
        if after.status is ResourceStatus.COMPLETE and noticing.has_dropped(gone, before.count):
            share = f"{gone * 100 // max(1, before.count)} %"
            yield FindingDetail(
                finding=Finding(kind=FindingKind.DROP, count=gone, resource=key, detail=share)
            )


def _lock(books: VaultBooks, snapshot: SnapshotInfo, *, otherwise: date | None) -> date | None:
    for record in books.records(snapshot, "organisation"):
        try:
            return noticing.lock_date(record.raw)
        except ValueError as error:
            log.warning("lock_date_not_understood", error=type(error).__name__)
    return otherwise


def _locks(then: date, now: date | None) -> str:
    """Say the lock date that counted, and what became of it since."""
    if now == then:
        return _day(then)
    if now is None:
        return f"{_day(then)}; since taken away"
    return f"{_day(then)}; since moved {'back' if now < then else 'on'} to {_day(now)}"


def _detail(
    kind: FindingKind, records: Sequence[Noticed], *, detail: str = "", at_least: bool = False
) -> FindingDetail:
    finding = Finding(kind=kind, count=len(records), detail=detail, at_least=at_least)
    return FindingDetail(finding=finding, records=tuple(records))


def _shown(entries: Sequence[Entry]) -> list[Noticed]:
    return [
        Noticed(kind=one.resource, name=one.name, document=one.document, on=one.on, after=one.status)
        for one in entries
    ]


def _day(on: date) -> str:
    return f"{on.day} {on:%b %Y}"
