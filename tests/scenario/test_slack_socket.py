"""Socket Mode: the same product over a WebSocket, through drops and a Slack that starts late."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from tests.scenario.office import BEN, FINANCE, Office, office

KERERU = "Kererū Coffee Roasters"


@pytest.fixture(scope="module")
def wired() -> Iterator[Office]:
    """An office whose bot is reached over a WebSocket alone."""
    with office(organisations=("nz",), by_socket=True) as one:
        assert is_open(one)
        yield one


def is_open(one: Office, *, more_than: int = 0) -> bool:
    """Wait until the bot has opened a connection."""
    return one.slack.wait_until(lambda: one.slack.realm.sockets.connections > more_than, 20)


def ready(one: Office) -> dict[str, str]:
    """Ask the bot how its parts are."""
    try:
        with urllib.request.urlopen(f"{one.public_url}/readyz", timeout=10) as answer:
            found = json.load(answer)
    except urllib.error.HTTPError as refused:
        with refused:
            found = json.load(refused)
    return dict(found["parts"])


def test_thread_of_the_product_when_over_a_socket_then_is_the_same(wired: Office) -> None:
    wired.slack.events_url = ""  # nothing may come another way
    wired.link("nz")
    assert "Snapshot #1" in wired.text(wired.back_up())
    message = wired.wait_for(FINANCE, f"Connected: {KERERU}")
    assert "backed up" in wired.press(BEN, FINANCE, message, "see_coverage")
    assert ready(wired)["slack"] == "ok"


def test_http_door_when_over_a_socket_then_is_closed(wired: Office) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{wired.public_url}/slack/events", data=b"x=1", timeout=10)
    refused.value.close()
    assert refused.value.code == 404


def test_command_when_the_socket_was_refreshed_then_works(wired: Office) -> None:
    wired.slack.realm.sockets.refresh()
    assert until(lambda: works(wired))


def test_command_when_the_socket_was_dropped_then_works_again(wired: Office) -> None:
    with wired.held():
        wired.say("now")
        wired.slack.realm.sockets.drop()
    assert until(lambda: works(wired))
    assert "Complete" in wired.text(wired.wait_for(FINANCE, "Snapshot #2"))


def works(one: Office) -> bool:
    """Say whether a command is answered."""
    return one.slack.command(BEN, FINANCE, "status").ok


def until(holds: object, seconds: float = 25.0) -> bool:
    """Ask again every tenth of a second, without holding up the workspace meanwhile."""
    assert callable(holds)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return False


def test_bot_when_slack_is_down_at_its_start_then_connects_later(wired: Office) -> None:
    wired.stop_bot()
    wired.slack.faults.status("apps.connections.open", 503, times=1)
    wired.start_bot()
    wired.slack.events_url = ""
    assert ready(wired)["slack"] != "ok"
    assert until(lambda: works(wired))
    assert KERERU in wired.say("status")
    assert ready(wired)["slack"] == "ok"
