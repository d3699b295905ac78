"""Bad days of writes: what was written, what was not, and what the same key gets afterwards."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from bot.sandbox.xero.people import PEOPLE

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass
class Line:
    """A pen that writes over a real connection."""

    pen: Any
    url: str
    http: httpx.Client

    def put(self, name: str, key: str = "", timeout: float = 5.0) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.pen.token}", "xero-tenant-id": self.pen.org.tenant_id}
        headers |= {"Accept": "application/json", **({"Idempotency-Key": key} if key else {})}
        url = f"{self.url}/api.xro/2.0/Contacts"
        return self.http.put(url, headers=headers, json={"Name": name}, timeout=timeout)

    @property
    def names(self) -> list[str]:
        return [one.fields["Name"] for one in self.pen.org.shelf("Contacts")]

    def add(self, kind: str, **more: Any) -> None:
        self.pen.xero.faults.add(kind, **{"method": "PUT", "path": "/api.xro/2.0/*"} | more)


@pytest.fixture
def line(open_pen: Callable[..., Any], clock: Any) -> Iterator[Line]:
    pen = open_pen(now=clock)
    with httpx.Client(verify=NO_TLS) as http:
        yield Line(pen, pen.xero.start(), http)
    pen.xero.stop()


def test_answer_when_lost_then_the_write_was_done_and_its_key_tells(line: Line) -> None:
    line.add("answer_lost")
    with pytest.raises(httpx.RemoteProtocolError):
        line.put("One", "k")
    assert line.names == ["One"]
    again = line.put("One", "k")
    assert (again.status_code, again.json()["Contacts"][0]["Name"], line.names) == (200, "One", ["One"])
    assert [call.status for call in line.pen.org.writes] == [200, 200]


def test_answer_when_lost_and_the_key_is_forgotten_then_the_write_is_tried_anew(
    line: Line, clock: Any
) -> None:
    line.add("answer_lost")
    with pytest.raises(httpx.RemoteProtocolError):
        line.put("One", "k")
    clock.advance(minutes=6)
    assert line.put("One", "k").status_code == 400  # the name is taken: by the first write
    assert line.names == ["One"]


def test_request_when_lost_then_nothing_was_written_and_its_key_is_free(line: Line) -> None:
    line.add("request_lost")
    with pytest.raises(httpx.RemoteProtocolError):
        line.put("One", "k")
    assert line.names == []
    assert line.put("One", "k").status_code == 200


@pytest.mark.parametrize(("kind", "status"), [("503_text", 503), ("500", 500), ("offline", 503)])
def test_outage_when_before_the_write_then_nothing_was_written(line: Line, kind: str, status: int) -> None:
    line.add(kind)
    assert line.put("One", "k").status_code == status
    assert line.names == []
    assert line.put("One", "k").status_code == 200


@pytest.mark.parametrize(("kind", "status"), [("503_after", 503), ("500_after", 500)])
def test_outage_when_after_the_write_then_it_was_done_and_its_key_tells(
    line: Line, kind: str, status: int
) -> None:
    line.add(kind)
    assert line.put("One", "k").status_code == status
    assert line.names == ["One"]
    assert line.put("One", "k").json()["Contacts"][0]["Name"] == "One"
    assert line.names == ["One"]


def test_outage_when_after_a_refused_write_then_the_refusal_is_shown(line: Line) -> None:
    line.add("503_after")
    assert line.put("a  b").status_code == 400


@pytest.mark.parametrize("problem", ["minute", "day"])
def test_too_many_when_writing_then_nothing_was_written_and_reading_goes_on(line: Line, problem: str) -> None:
    line.add(f"429_{problem}", retry_after=7, times=2)
    answers = [line.put("One", "k") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["x-rate-limit-problem"] == problem
    assert answers[0].headers["retry-after"] == "7"
    assert line.pen.call("GET", "Contacts").status == 200


@pytest.mark.parametrize("problem", ["minute", "day"])
def test_limit_when_really_spent_then_writes_say_so_until_it_turns(
    line: Line, clock: Any, problem: str
) -> None:
    line.pen.xero.limits.leave_only(line.pen.org.tenant_id, **{problem: 1})
    answers = [line.put(name) for name in ("One", "Two")]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1].headers["x-rate-limit-problem"] == problem
    assert line.names == ["One"]
    clock.advance(int(answers[1].headers["retry-after"]))
    person = PEOPLE["ana"]
    authority = line.pen.xero.authority
    line.pen.token = authority._issue(person, "event", authority.granted[person.user_id])["access_token"]
    assert line.put("Two").status_code == 200


@pytest.mark.parametrize("kind", ["slow", "late"])
def test_answer_when_slow_then_an_impatient_caller_leaves_and_the_write_is_done(
    line: Line, kind: str
) -> None:
    line.add(kind, seconds=0.8 if kind == "slow" else 0.2)
    with pytest.raises(httpx.ReadTimeout):
        line.put("One", "k", timeout=0.05)
    assert line.names == ["One"]
    assert line.put("One", "k").status_code == 200
    assert line.names == ["One"]


def test_lever_when_it_strikes_in_the_middle_of_a_batch_then_only_that_request(line: Line) -> None:
    line.add("answer_lost", nth=2)
    assert line.put("One").status_code == 200
    with pytest.raises(httpx.RemoteProtocolError):
        line.put("Two")
    assert line.put("Three").status_code == 200
    assert line.names == ["One", "Two", "Three"]
