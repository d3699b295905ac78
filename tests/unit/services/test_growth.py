"""Growth is written by day with each backup, once, and read for many organisations in one query."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, select

from bot.db.engine import Database
from bot.db.tables import GrowthRow, OrganisationRow, Workspace
from bot.domain.forecast import GrowthPoint
from bot.services.looking.growth import Growth
from bot.vault import ResourceEntry, ResourceStatus, SnapshotInfo
from tests.conftest import Clock

FIRST = datetime(2026, 9, 1, 3, 0, tzinfo=UTC)
PARTS = ("invoices", "credit_notes", "bank_transactions", "contacts", "accounts")


def snapshot(number: int, at: datetime, *, without: str = "", **counts: int) -> SnapshotInfo:
    found = {key: counts.get(key, 10) for key in PARTS if key != without}
    return SnapshotInfo(
        id=f"s{number}",
        number=number,
        hash="h",
        run_id=f"r{number}",
        started_at=at,
        taken_at=at,
        facts={},
        stages={"sales": {"outcomes": [], "gaps": [], "calls": 1, "measures": {"allocated_credit_notes": 3}}},
        resources={
            key: ResourceEntry(
                resource=key, status=ResourceStatus.COMPLETE, count=count, new=0, changed=0, gone=0, root="",
                facts={},
            )
            for key, count in found.items()
        },
        bytes_added=1_000,
        tool="t",
    )  # fmt: skip


def nights(length: int) -> list[SnapshotInfo]:
    return [
        snapshot(place + 1, FIRST + timedelta(days=place), contacts=100 + 10 * place)
        for place in range(length)
    ]


@pytest.fixture
def growth(database: Database, clock: Clock) -> Growth:
    clock.time = FIRST + timedelta(days=40)
    with database.session() as session:
        session.add(Workspace(id="w", team_id="T", created_at=FIRST))
        session.flush()
        for key in ("org-1", "org-2"):
            session.add(
                OrganisationRow(
                    id=key, workspace_id="w", tenant_id=key, state_since=FIRST, name=key, linked_by="U",
                    linked_at=FIRST,
                )
            )  # fmt: skip
    return Growth(database, now=clock)


def note(database: Database, growth: Growth, kept: Sequence[SnapshotInfo], key: str = "org-1") -> None:
    with database.session() as session:
        growth.note(session, key, kept)


def test_note_when_each_night_then_a_row_a_day_with_counts_snapshots_and_bytes(
    database: Database, growth: Growth
) -> None:
    kept = nights(3)
    for upto in (1, 2, 3):
        note(database, growth, kept[:upto])
    points = growth.series("org-1").points
    assert points[-1] == GrowthPoint(
        day=date(2026, 9, 3),
        counts={
            "documents": 20,
            "bank_transactions": 10,
            "allocated_credit_notes": 3,
            "contacts": 120,
            "accounts": 10,
        },
        snapshots=3,
        bytes_kept=3_000,
    )
    assert [one.snapshots for one in points] == [1, 2, 3]


def test_note_when_twice_on_a_day_or_repeated_after_a_crash_then_the_last_of_the_day_stands(
    database: Database, growth: Growth
) -> None:
    kept = [snapshot(1, FIRST), snapshot(2, FIRST + timedelta(hours=20), contacts=77)]
    for _ in range(2):
        note(database, growth, kept[:1])
        note(database, growth, kept)
    (point,) = growth.series("org-1").points
    assert (point.counts["contacts"], point.snapshots) == (77, 2)


def test_note_when_the_table_is_empty_but_snapshots_are_kept_then_every_day_comes_back(
    database: Database, growth: Growth
) -> None:
    note(database, growth, nights(30))
    assert len(growth.series("org-1").points) == 30
    assert growth.rebuild("org-1", nights(30)) == 0


def test_rebuild_when_the_table_is_empty_then_as_if_it_had_been_noted_night_by_night(
    database: Database, growth: Growth
) -> None:
    for upto in range(1, 11):
        note(database, growth, nights(10)[:upto], key="org-2")
    assert growth.rebuild("org-1", nights(10)) == 10
    assert growth.series("org-1").points == growth.series("org-2").points


def test_note_when_the_unit_of_work_fails_then_nothing_is_written(database: Database, growth: Growth) -> None:
    def broken() -> None:
        with database.session() as session:
            growth.note(session, "org-1", nights(1))
            raise ValueError("later trouble")

    with pytest.raises(ValueError, match="later trouble"):
        broken()
    with database.reading() as session:
        assert session.scalars(select(GrowthRow)).all() == []


def test_note_when_a_kind_was_not_read_then_its_limit_is_left_out(database: Database, growth: Growth) -> None:
    note(database, growth, [snapshot(1, FIRST, without="credit_notes")])
    (point,) = growth.series("org-1").points
    assert "documents" not in point.counts
    found = {one.limit.key: one for one in growth.forecasts(["org-1"])["org-1"]}
    assert found["documents"].limit.count is None
    assert not found["documents"].enough_history


def test_forecasts_when_many_are_asked_then_one_query_and_every_id_is_present(
    database: Database, growth: Growth
) -> None:
    note(database, growth, nights(30))
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    found = growth.forecasts(["org-1", "org-2", "nobody"])
    assert len([one for one in asked if "growth" in one]) == 1
    assert (found["org-2"], found["nobody"]) == ((), ())
    contacts = next(one for one in found["org-1"] if one.limit.key == "contacts")
    assert (contacts.limit.count, contacts.enough_history) == (390, True)
    # 9,610 are left at ten a day
    assert contacts.reaches_at == date(2026, 9, 30) + timedelta(days=961)


def test_series_when_older_than_120_days_then_left_out(
    database: Database, growth: Growth, clock: Clock
) -> None:
    note(database, growth, nights(40))
    clock.time = FIRST + timedelta(days=130)
    assert len(growth.series("org-1").points) == 30
