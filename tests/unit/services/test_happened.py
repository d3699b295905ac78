"""What is told of backups on a day, over a week, overdue or due: only what the tables hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.crypto import KeyRing
from bot.db.engine import Database
from bot.db.tables import RunRow, ScheduleRow
from bot.domain.answers import FactPart
from bot.domain.organisation import Organisation
from tests.conftest import Clock
from tests.contract.asking_house import AskingHouse

NOON = datetime(2026, 6, 17, 12, 0, tzinfo=UTC)  # a Wednesday, 13:00 in London


@pytest.fixture
def house(sqlite_database: Database, clock: Clock, key_ring: KeyRing, tmp_path: Path) -> AskingHouse:
    clock.time = NOON
    return AskingHouse(sqlite_database, clock, key_ring, tmp_path)


@pytest.fixture
def harbour(house: AskingHouse) -> Organisation:
    return house.link("Harbour & Sons Ltd")


def ran(house: AskingHouse, one: Organisation, at: datetime, state: str = "complete") -> None:
    """Store a finished backup that began then."""
    with house.db.session() as session:
        session.add(
            RunRow(
                organisation_id=one.id,
                kind="backup",
                state=state,
                requested_at=at,
                finished_at=at + timedelta(minutes=5),
            )
        )


def told(house: AskingHouse, text: str) -> FactPart:
    (part,) = house.ask(text).parts
    assert isinstance(part, FactPart), part
    return part


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "was yesterday's backup ok",
            "yesterday: the backup that began Tue 16 Jun at 02:10 (London time): failed.",
        ),
        ("did last night's backup work", "last night: the backup that began Wed 17 Jun at 00:30"),
        ("did the 2:00 backup work", "No backup of Harbour & Sons Ltd began around 02:00, from 17 Jun 02:00"),
        (
            "did yesterday's 2am backup work",
            "around 02:00 yesterday: the backup that began Tue 16 Jun at 02:10",
        ),
        (
            "did the backup run today?",
            "today: the backup that began Wed 17 Jun at 00:30 (London time): complete.",
        ),
    ],
)
def test_day_when_asked_then_only_its_own_backup_is_told(
    house: AskingHouse, harbour: Organisation, text: str, said: str
) -> None:
    ran(house, harbour, datetime(2026, 6, 16, 1, 10, tzinfo=UTC), "failed")
    ran(house, harbour, datetime(2026, 6, 16, 23, 30, tzinfo=UTC))  # 00:30 on the 17th in London
    assert said in told(house, text).headline


def test_day_when_nothing_ran_then_the_last_backup_does_not_stand_in(
    house: AskingHouse, harbour: Organisation
) -> None:
    ran(house, harbour, NOON - timedelta(days=4))
    part = told(house, "was yesterday's backup ok")
    assert part.headline == (
        "No backup of Harbour & Sons Ltd began yesterday, from 16 Jun 00:00 to 17 Jun 00:00 (London time)."
    )
    assert "complete" not in str(part)


def test_day_when_several_organisations_then_each_is_told_worst_first(
    house: AskingHouse, harbour: Organisation
) -> None:
    kiwi = house.link("Kiwi Orchards Ltd")
    ran(house, harbour, NOON - timedelta(days=1))
    ran(house, kiwi, NOON - timedelta(days=1), "failed")
    house.link("Mole Ltd")
    part = told(house, "was yesterday's backup ok")
    assert part.headline.startswith("Yesterday, of 3 organisations: ")
    assert [line.split(":")[0] for line in part.more] == [
        "Mole Ltd",
        "Kiwi Orchards Ltd",
        "Harbour & Sons Ltd",
    ]


def test_day_when_followed_up_then_another_day_is_not_told(house: AskingHouse, harbour: Organisation) -> None:
    ran(house, harbour, NOON - timedelta(days=1))
    house.ask("was yesterday's backup ok", thread="1.1")
    assert house.ask("and Harbour?", thread="1.1").parts[0].kind != "of_day"


@pytest.mark.parametrize("text", ["how many backups failed", "how many backups failed this week?"])
def test_week_when_asked_then_its_backups_are_counted_and_the_span_is_said(
    house: AskingHouse, harbour: Organisation, text: str
) -> None:
    for days, state in ((1, "failed"), (2, "complete"), (3, "gaps"), (8, "failed")):
        ran(house, harbour, NOON - timedelta(days=days), state)
    part = told(house, text)
    assert part.headline == "In the last 7 days, 1 of 3 backups failed."
    assert "Harbour & Sons Ltd: 1 failed." in part.more
    assert "Wed 10 Jun at 13:00 (London time)" in part.source


@pytest.mark.parametrize(
    "text", ["how many backups failed last month", "how many backups failed in March 2025"]
)
def test_week_when_another_time_is_meant_then_is_no_answer(
    house: AskingHouse, harbour: Organisation, text: str
) -> None:
    ran(house, harbour, NOON - timedelta(days=1), "failed")
    assert told(house, text).key == "other_times"


def test_failed_when_asked_then_those_whose_last_backup_failed_are_named(house: AskingHouse) -> None:
    house.back_up(house.link("Harbour"))
    assert told(house, "which have failed?").headline == "No last backup failed."


def test_overdue_when_asked_then_names_what_is_due(house: AskingHouse, harbour: Organisation) -> None:
    assert told(house, "is anything overdue").headline == "No backup is overdue."
    with house.db.session() as session:
        session.add(
            ScheduleRow(
                kind="backup",
                subject=harbour.id,
                workspace_id=house.workspace,
                zone="Europe/London",
                times=["02:00"],
                weekdays=[0, 1, 2, 3, 4, 5, 6],
                next_at=NOON + timedelta(hours=13),
                last_at=NOON - timedelta(hours=11),
                changed_at=NOON - timedelta(days=3),
            )
        )
    part = told(house, "is anything overdue")
    assert part.headline == "A backup is overdue for: Harbour & Sons Ltd."


def test_digest_when_asked_then_its_own_next_time_is_told(house: AskingHouse, harbour: Organisation) -> None:
    assert told(house, "when is the next digest").headline == "No digest is planned for this workspace."
    with house.db.session() as session:
        session.add(
            ScheduleRow(
                kind="digest",
                subject=house.workspace,
                workspace_id=house.workspace,
                zone="Europe/London",
                times=["08:00"],
                weekdays=[0, 1, 2, 3, 4],
                next_at=datetime(2026, 6, 18, 7, 0, tzinfo=UTC),
                changed_at=NOON,
            )
        )
    said = told(house, "when is the next digest").headline
    assert said == "The next digest comes Thu 18 Jun at 08:00 (London time)."
