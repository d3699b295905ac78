"""A room for each test, on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.db.engine import Database
from bot.sandbox.slack import PretendSlack
from tests.conftest import Clock
from tests.unit.services.restoring.room import Room


@pytest.fixture(scope="session")
def pretend() -> Iterator[PretendSlack]:
    """One pretend Slack for all rooms."""
    slack = PretendSlack()
    slack.start()
    slack.rate_limits = False
    yield slack
    slack.stop()


@pytest.fixture
def room(sqlite_database: Database, clock: Clock, tmp_path: Path, pretend: PretendSlack) -> Iterator[Room]:
    """A room on SQLite; its people are as before afterwards."""
    yield from _opened(sqlite_database, clock, tmp_path, pretend)


@pytest.fixture
def any_room(database: Database, clock: Clock, tmp_path: Path, pretend: PretendSlack) -> Iterator[Room]:
    """A room on each kind of database, for what two people do at once."""
    yield from _opened(database, clock, tmp_path, pretend)


def _opened(db: Database, clock: Clock, folder: Path, slack: PretendSlack) -> Iterator[Room]:
    people = dict(slack.workspace.people)
    one = Room(db, clock, folder, slack)
    one.grant()
    yield one
    slack.workspace.people.clear()
    slack.workspace.people.update(people)
    slack.workspace.groups.clear()
    slack.faults.clear()
