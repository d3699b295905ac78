"""The bot's process dies while it makes an export: the next start makes it anew, and one link comes."""

from __future__ import annotations

import io
import signal
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests.faults.machine import Machine, machine, set_trap
from tests.scenario.office import ANA, FINANCE
from tests.scenario.test_exports import LINK, direct, told_directly


@pytest.fixture
def one(tmp_path: Path) -> object:
    with machine(tmp_path) as started:
        started.link("nz")
        started.back_up()
        yield started


def _fetched(one: Machine) -> zipfile.ZipFile:
    """Wait for the link, and give the file behind it."""
    found = LINK.search(told_directly(one, ANA, "Export ready"))
    assert found
    # Each start listens on a port of its own.
    link = found.group().replace(one.public_url, one.slack.events_url.removesuffix("/slack/events"))
    with urllib.request.urlopen(link, timeout=20) as answer:
        return zipfile.ZipFile(io.BytesIO(answer.read()))


def _messages(one: Machine) -> list[str]:
    shown = one.slack.messages(direct(one, ANA), ANA)
    return [text for each in shown if "Export" in (text := one.text(each))]


def test_kill_while_the_file_is_written_then_it_is_made_anew_and_nothing_is_left_over(one: Machine) -> None:
    folder = one.data_folder / "exports"
    one.stop_bot()
    folder.mkdir(mode=0o700, exist_ok=True)
    one.start_bot()
    one.slack.command(ANA, FINANCE, "export")
    until = time.monotonic() + 20
    while not list(folder.iterdir()) and time.monotonic() < until:
        time.sleep(0.001)
    one.kill()
    assert one.dead() == -signal.SIGKILL
    one.start_bot()
    assert _fetched(one).testzip() is None
    assert one.slack.wait_until(lambda: list(folder.iterdir()) == [], 10)


def test_kill_while_the_link_is_handed_over_then_one_link_that_works_comes(one: Machine) -> None:
    set_trap(
        one.slack, "chat.postMessage", lambda: bool(list((one.data_folder / "exports").glob("*"))), one.kill
    )
    one.slack.command(ANA, FINANCE, "export")
    one.dead()
    one.start_bot()
    assert _fetched(one).testzip() is None
    assert len(_messages(one)) == 1
