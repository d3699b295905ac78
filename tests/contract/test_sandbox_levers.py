"""The sandbox's own buttons, beside the pretend Slack."""

from __future__ import annotations

import socket
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator

import pytest

from bot.sandbox.slack import Lever, PretendSlack

ANA, FINANCE = "U0ANA", "C0FINANCE"


@pytest.fixture
def slack() -> Iterator[PretendSlack]:
    one = PretendSlack()
    one.start()
    yield one
    one.stop()


def _pull(slack: PretendSlack, lever: str) -> int:
    data = urllib.parse.urlencode({"lever": lever}).encode()
    url = f"{slack.base_url}/w/{ANA}/{FINANCE}/lever"
    try:
        with urllib.request.urlopen(url, data=data, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code


def _page(slack: PretendSlack) -> str:
    with urllib.request.urlopen(f"{slack.base_url}/w/{ANA}/{FINANCE}", timeout=10) as answer:
        text: str = answer.read().decode()
    return text


def test_lever_when_pulled_does_its_thing_once(slack: PretendSlack) -> None:
    pulled: list[str] = []
    slack.levers = (Lever("night", "Let a night pass", lambda: pulled.append("night")),)
    assert "Let a night pass" in _page(slack)
    assert _pull(slack, "night") == 200
    assert pulled == ["night"]


def test_stop_when_a_client_still_holds_on_then_closes_all_the_same() -> None:
    one = PretendSlack()
    one.start()
    port = int(one.base_url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as held:
        held.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")  # and never the rest
        one.stop()
        one.stop()
        assert held.recv(1) == b""
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_lever_when_unknown_is_not_there(slack: PretendSlack) -> None:
    assert _pull(slack, "night") == 404
    assert "Let a night pass" not in _page(slack)
