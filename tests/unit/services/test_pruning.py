"""Retention as a use case: settings, zone and legal hold are heeded, what was done is written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.crypto import KeyRing, new_key
from bot.db.engine import Database
from bot.db.restore_tables import RestoreRow
from bot.db.tables import AuditRow, OrganisationRow, RunRow, Workspace
from bot.domain.backup import Run, RunState, Summary, Verdict
from bot.domain.names import Actor, OrganisationId, RunId, WorkspaceId
from bot.domain.organisation import Organisation
from bot.domain.retention import PruneReport
from bot.domain.settings import OrganisationSettings, Retention
from bot.errors import WrongKey
from bot.services.audit import Audit
from bot.services.books import Books
from bot.services.looking.pruning import ACTION, Pruning
from bot.services.organisations import Organisations
from bot.services.running.runs import Runs, summary_as_json
from bot.services.settings import SettingsStore
from bot.services.timing.schedules import Schedules
from bot.vault import Store, Vault
from tests.conftest import Clock

DAY = timedelta(days=1)
FIRST = datetime(2026, 9, 1, 3, 0, tzinfo=UTC)
SHORT = Retention(all_days=2, daily=3, monthly=0, yearly=0)
ANA = Actor(workspace_id=WorkspaceId("w"), team_id="T", user_id="U")


@dataclass
class Shop:
    """One organisation with its books and its retention."""

    db: Database
    clock: Clock
    root: Path
    store: Store = field(default_factory=lambda: Store.open("memory:///", {}))

    def __post_init__(self) -> None:
        self.clock.time = FIRST
        with self.db.session() as session:
            session.add(Workspace(id="w", team_id="T", created_at=FIRST))
            session.flush()
            session.add(
                OrganisationRow(
                    id="o", workspace_id="w", tenant_id="t", state_since=FIRST, name="O", linked_by="U",
                    linked_at=FIRST, facts={"name": "O", "timezone": "NEWZEALANDSTANDARDTIME"},
                )
            )  # fmt: skip
        ring = KeyRing.parse(new_key("k"))
        self.books = Books(self.db, ring, Vault(self.store, ring, self.root, now=self.clock, tool="t"))
        self.organisations, self.runs = Organisations(self.db), Runs(self.db, now=self.clock)
        audit = Audit(self.db, now=self.clock)
        self.settings = SettingsStore(self.db, audit=audit, now=self.clock)
        self.pruning = Pruning(
            self.db,
            books=self.books,
            runs=self.runs,
            settings=self.settings,
            schedules=Schedules(
                self.db, settings=self.settings, organisations=self.organisations, now=self.clock
            ),
            audit=audit,
            now=self.clock,
        )

    @property
    def one(self) -> Organisation:
        return self.organisations.get("o")

    def keep(self, retention: Retention) -> None:
        self.settings.change_organisation(ANA, self.one, OrganisationSettings(retention=retention))

    def nights(self, count: int) -> None:
        """Back up that many nights, each with its run and summary."""
        for _ in range(count):
            self.clock.time += DAY
            run = f"run{self.clock.time:%Y%m%d%H}"
            draft = self.books.of(self.one).draft(run, self.clock.time)
            stage = draft.stage("x")
            stage.add("invoices", "a", run.encode() * 90)
            stage.finish("invoices", complete=True, facts={})
            stage.seal({})
            self._end(run, draft.publish({}).id)

    def _end(self, run: str, snapshot_id: str) -> None:
        value = Run(
            id=RunId(run), organisation_id=OrganisationId("o"), organisation_name="O",
            state=RunState.COMPLETE, requested_by="", requested_at=self.clock.time, snapshot_id=snapshot_id,
        )  # fmt: skip
        summary = Summary(run=value, verdict=Verdict.COMPLETE, snapshot_id=snapshot_id)
        with self.db.session() as session:
            session.add(
                RunRow(
                    id=run, organisation_id="o", kind="backup", state="complete",
                    requested_at=self.clock.time, snapshot_id=snapshot_id, summary=summary_as_json(summary),
                )
            )  # fmt: skip

    def numbers(self) -> list[int]:
        return [info.number for info in self.books.of(self.one).snapshots()]

    def notes(self) -> list[tuple[str, int]]:
        with self.db.reading() as session:
            rows = session.scalars(select(AuditRow).where(AuditRow.action == ACTION).order_by(AuditRow.seq))
            return [(row.outcome, row.detail["dropped"]) for row in rows]


@pytest.fixture
def shop(database: Database, clock: Clock, tmp_path: Path) -> Shop:
    return Shop(database, clock, tmp_path / "cache")


def test_prune_when_settings_keep_less_then_drops_and_later_deletes(shop: Shop) -> None:
    shop.nights(10)
    assert shop.pruning.prune(shop.one) == PruneReport(kept=10)
    assert shop.notes() == []
    shop.keep(SHORT)
    report = shop.pruning.prune(shop.one)
    assert (report.dropped, report.kept, report.due, report.refused) == (7, 3, 7, "")
    assert shop.numbers() == [8, 9, 10]
    assert report.bytes_waiting > 0
    shop.nights(1)
    report = shop.pruning.prune(shop.one)
    assert (report.dropped, report.objects_deleted > 0, report.bytes_freed > 0) == (1, True, True)
    assert shop.notes() == [("done", 7), ("done", 1)]
    assert shop.books.of(shop.one).verify(full=True).problems == ()


def test_preview_when_asked_for_another_retention_then_counts_and_changes_nothing(shop: Shop) -> None:
    shop.nights(10)
    decision = shop.pruning.preview(shop.one, SHORT)
    assert (len(decision.kept), decision.dropped) == (3, (1, 2, 3, 4, 5, 6, 7))
    assert shop.pruning.preview(shop.one).dropped == ()
    assert len(shop.numbers()) == 10


def test_preview_when_the_organisation_lives_elsewhere_then_its_days_count(shop: Shop) -> None:
    shop.clock.time = datetime(2026, 9, 20, 6, 0, tzinfo=UTC)  # snapshots at 23:00 and 04:00 in Auckland
    for _ in range(2):
        shop.clock.time -= timedelta(hours=19)
        shop.nights(1)
    wanted = Retention(all_days=0, daily=9, monthly=0, yearly=0)
    assert shop.pruning.preview(shop.one, wanted).dropped == ()


def test_prune_under_legal_hold_then_neither_drops_nor_deletes(shop: Shop) -> None:
    shop.nights(6)
    shop.keep(SHORT)
    shop.pruning.prune(shop.one)
    shop.nights(2)
    shop.settings.hold(ANA, shop.one, on=True)
    before = {item.name for item in shop.store.list("")}
    report = shop.pruning.prune(shop.one)
    assert "legal hold" in report.refused
    assert {item.name for item in shop.store.list("")} == before
    assert shop.notes()[-1] == ("refused", 0)
    shop.settings.hold(ANA, shop.one, on=False)
    assert shop.pruning.prune(shop.one).dropped == 2


def test_prune_while_a_backup_is_asked_for_then_waits(shop: Shop) -> None:
    shop.nights(6)
    shop.keep(SHORT)
    with shop.db.session() as session:
        shop.runs.create(session, "o", by="U")
    assert "not over yet" in shop.pruning.prune(shop.one).refused
    assert len(shop.numbers()) == 6


def test_prune_by_the_clock_when_done_this_week_then_only_deletes(shop: Shop) -> None:
    shop.keep(SHORT)
    shop.nights(6)
    assert shop.pruning.prune(shop.one, by_clock=True).dropped == 3
    found = []
    for _ in range(8):
        shop.nights(1)
        found.append(shop.pruning.prune(shop.one, by_clock=True))
    assert [one.dropped for one in found] == [0, 0, 0, 0, 0, 0, 7, 0]
    assert found[0].objects_deleted > 0


def test_prune_when_copies_are_damaged_then_says_so_and_touches_nothing(shop: Shop) -> None:
    shop.nights(6)
    shop.keep(SHORT)
    name = next(item.name for item in shop.store.list("") if "/packs/" in item.name)
    shop.store.delete(name)
    report = shop.pruning.prune(shop.one)
    assert "is missing." in report.problems[0]
    assert shop.notes() == [("damaged", 0)]
    assert len(shop.numbers()) == 6


def test_runs_when_their_snapshot_was_dropped_then_say_so(shop: Shop) -> None:
    shop.nights(6)
    shop.keep(SHORT)
    books = shop.books.of(shop.one)
    books.prune([1, 2])  # as if the process had died before the database was written
    shop.pruning.prune(shop.one)
    gone = {one.snapshot_id: one.dropped_at for one in shop.runs.summaries("o") if one.dropped_at}
    assert gone.keys() == {one.id for one in books.dropped()}
    assert len(gone) == 3
    assert all(at is not None and at > FIRST for at in gone.values())


def test_report_when_handed_over_then_is_found_by_its_key(shop: Shop) -> None:
    shop.nights(6)
    shop.keep(SHORT)
    assert shop.pruning.report(shop.one, "mine") is None
    report = shop.pruning.prune(shop.one, key="mine")
    shop.pruning.prune(shop.one, key="other")
    assert shop.pruning.report(shop.one, "mine") == report
    assert shop.pruning.report(shop.one, "other") is not None


def test_prune_when_the_key_is_wrong_then_damaged_and_nothing_is_written(shop: Shop) -> None:
    shop.nights(4)
    shop.keep(SHORT)

    class Locked:
        def of(self, _organisation: Organisation) -> object:
            raise WrongKey("No key of the key ring opens this workspace's copies.")

    before = {item.name for item in shop.store.list("")}
    shop.pruning._books = Locked()  # type: ignore[assignment]
    assert shop.pruning.prune(shop.one).problems == ("No key of the key ring opens this workspace's copies.",)
    assert {item.name for item in shop.store.list("")} == before


@pytest.mark.parametrize(
    ("state", "age", "is_kept"),
    [
        ("waiting", 0, True),
        ("parked", 60, True),
        ("stopped", 2, True),
        ("failed", 8, False),
        ("done", 0, False),
    ],
)
def test_prune_when_a_restore_needs_a_snapshot_then_it_is_kept(
    shop: Shop, state: str, age: int, is_kept: bool
) -> None:
    shop.keep(SHORT)
    shop.nights(10)
    now = shop.clock.time
    with shop.db.session() as session:
        session.add(
            RestoreRow(
                id="r", workspace_id="w", source_id="o", target_id="o", state=state,
                snapshot_id=shop.books.of(shop.one).snapshots()[0].id, state_since=now - age * DAY,
                requested_by="U", requested_at=now, expires_at=now,
            )
        )  # fmt: skip
    shop.pruning.prune(shop.one)
    assert (1 in shop.numbers()) is is_kept
