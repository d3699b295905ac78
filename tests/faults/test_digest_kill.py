"""The bot's process dies while digests are posted: the next start goes on, and each channel hears once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.db.tables import ScheduleRow
from bot.sandbox.slack import Message
from tests.faults.machine import Machine, machine, set_trap
from tests.scenario.office import FINANCE, MONTH_END

CHANNELS = (FINANCE, MONTH_END)


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path, organisations=("nz", "empty")) as started:
        started.link("nz")
        started.link("empty", channel=MONTH_END)
        yield started


def digests(one: Machine) -> list[Message]:
    """Give what was posted in both channels."""
    shown = [found for channel in CHANNELS for found in one.slack.messages(channel)]
    return [found for found in shown if found.text.startswith(("Backups, ", "The digest of "))]


def due(one: Machine) -> None:
    """Let the clock strike: it looks at the table of schedules every few seconds."""
    with one.parts() as parts, parts.db.session() as session:
        a_minute_ago = one.now() - timedelta(minutes=1)
        session.execute(update(ScheduleRow).where(ScheduleRow.kind == "digest").values(next_at=a_minute_ago))


def each_heard_once(one: Machine) -> None:
    assert one.slack.wait_until(lambda: {found.channel for found in digests(one)} == set(CHANNELS), 40)
    assert len(digests(one)) == 2, [found.text for found in digests(one)]
    assert all(found.text.startswith("Backups, ") for found in digests(one))


def test_kill_between_two_channels_then_each_hears_its_digest_once(one: Machine) -> None:
    set_trap(one.slack, "chat.postMessage", lambda: len(digests(one)) == 1, one.kill)
    due(one)
    assert one.dead() == -signal.SIGKILL
    assert len(digests(one)) == 1
    one.start_bot()
    each_heard_once(one)


def test_kill_before_the_first_channel_then_each_hears_its_digest_once(one: Machine) -> None:
    set_trap(one.slack, "chat.postMessage", lambda: True, one.kill)
    due(one)
    one.dead()
    assert digests(one) == []
    one.start_bot()
    each_heard_once(one)
