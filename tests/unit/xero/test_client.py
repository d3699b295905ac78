"""One call: token, limits, retries, and what it never does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.catalogue.model import Area
from bot.errors import DayLimitReached, OrganisationGone, ReadRefused, XeroBusy, XeroUnavailable
from bot.xero.allowance import MemoryAllowance
from bot.xero.app import XeroApp
from bot.xero.client import XeroClient
from bot.xero.limits import Pace, Stopped

_EXPIRED = {"Title": "Unauthorized", "Status": 401, "Detail": "TokenExpired: token expired"}
_NO_RIGHT = {"Title": "Unauthorized", "Status": 401, "Detail": "AuthorizationUnsuccessful"}


def _get(client: XeroClient, path: str = "Invoices") -> bytes:
    return client.get(Area.ACCOUNTING, path, {"page": "1"}).body


def test_get_when_asked_then_tenant_token_and_json_are_sent(server: Any, client: XeroClient) -> None:
    server.play(server.json({"Invoices": []}, X_DayLimit_Remaining="4988", X_MinLimit_Remaining="57"))
    since = datetime(2026, 11, 1, 2, 3, 4, 5, tzinfo=UTC)
    client.get(Area.ACCOUNTING, "Invoices", {"page": "1"}, modified_since=since)
    asked = server.calls[0]
    assert (asked.method, asked.path, asked.query) == ("GET", "/api.xro/2.0/Invoices", {"page": "1"})
    assert asked.headers["authorization"] == "Bearer old"
    assert asked.headers["xero-tenant-id"] == "tenant-1"
    assert asked.headers["accept"] == "application/json"
    assert asked.headers["if-modified-since"] == "2026-11-01T02:03:04"
    assert client.allowance is not None
    assert (client.allowance.day_left, client.allowance.minute_left) == (4988, 57)
    assert client.calls == 1
    assert client.bytes_received > 0


def test_get_when_the_token_expired_then_it_is_refreshed_once(server: Any, client: XeroClient) -> None:
    server.play(server.json(_EXPIRED, status=401), server.json({"Invoices": []}))
    _get(client)
    assert [asked.headers["authorization"] for asked in server.calls] == ["Bearer old", "Bearer new"]
    assert client.calls == 2


def test_get_when_the_fresh_token_is_refused_too_then_it_is_a_refusal(
    server: Any, client: XeroClient
) -> None:
    server.play(server.json(_EXPIRED, status=401))
    with pytest.raises(ReadRefused):
        _get(client)
    assert len(server.calls) == 2


def test_get_when_a_right_is_missing_then_no_refresh_is_tried(server: Any, client: XeroClient) -> None:
    server.play(server.json(_NO_RIGHT, status=401))
    with pytest.raises(ReadRefused) as caught:
        _get(client, "Journals")
    assert (caught.value.kind, len(server.calls)) == ("tier", 1)


def test_get_when_five_calls_meet_an_old_token_then_one_refreshes(
    server: Any, app: XeroApp, clock: Any
) -> None:
    refreshed: list[str] = []
    arrived = threading.Barrier(5)

    def token(force: bool) -> str:
        if force:
            refreshed.append("new")
        return "new" if refreshed else "old"

    def answer(asked: Any) -> Any:
        if asked.headers["authorization"] == "Bearer old":
            arrived.wait(5)
            return server.json(_EXPIRED, status=401)
        return server.json({"Invoices": []})

    server.answer = answer
    allowance = MemoryAllowance(app, clock)
    pace = Pace(allowance.claim, allowance.observe, sleep=clock.sleep, now=clock)
    with XeroClient(app, "t", token=token, pace=pace, now=clock) as client:
        threads = [threading.Thread(target=_get, args=(client,)) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (len(refreshed), client.calls) == (1, 10)


def test_get_when_calls_follow_each_other_then_the_token_is_asked_for_anew_after_a_while(
    server: Any, app: XeroApp, clock: Any
) -> None:
    asked: list[bool] = []

    def token(force: bool) -> str:
        asked.append(force)
        return f"token {len(asked)}"

    server.answer = lambda _: server.json({"Invoices": []})
    allowance = MemoryAllowance(app, clock)
    pace = Pace(allowance.claim, allowance.observe, sleep=clock.sleep, now=clock)
    with XeroClient(app, "t", token=token, pace=pace, now=clock) as client:
        for seconds in (0, 14, 1, 0):
            clock.sleep(seconds)
            _get(client)
    used = [one.headers["authorization"] for one in server.calls]
    assert used == ["Bearer token 1", "Bearer token 1", "Bearer token 2", "Bearer token 2"]
    assert asked == [False, False]


def test_get_when_the_organisation_is_gone_then_it_says_so(server: Any, client: XeroClient) -> None:
    server.play(server.json({"Detail": "AuthenticationUnsuccessful"}, status=403))
    with pytest.raises(OrganisationGone):
        _get(client)
    assert len(server.calls) == 1


@pytest.mark.parametrize("fault", ["500", "html", "cut", "half", "gzip", "empty"])
def test_get_when_an_answer_is_broken_then_it_is_read_again(
    server: Any, client: XeroClient, fault: str
) -> None:
    broken = {
        "500": server.raw(b"oops", status=500),
        "html": server.raw(b"<html></html>"),
        "cut": server.raw(b'{"Invoices":[]}', cut=3),
        "half": server.raw(b'{"Invoices":[{}'),
        "gzip": server.raw(b"{}", Content_Encoding="gzip"),
        "empty": server.raw(b""),
    }[fault]
    server.play(broken, broken, server.json({"Invoices": []}))
    assert _get(client) == b'{"Invoices": []}'
    assert client.calls == 3


def test_get_when_it_stays_broken_then_it_gives_up_after_three(server: Any, client: XeroClient) -> None:
    server.play(server.raw(b"The Xero API is currently offline for maintenance", status=503))
    with pytest.raises(XeroUnavailable, match="offline for maintenance"):
        _get(client)
    assert client.calls == 3


@pytest.mark.parametrize("status", [204, 304])
def test_get_when_nothing_is_new_then_the_body_is_empty(server: Any, client: XeroClient, status: int) -> None:
    server.play(server.raw(b"", status=status))
    assert _get(client) == b""


def test_get_when_the_minute_is_spent_then_it_waits_as_told(
    server: Any, client: XeroClient, clock: Any
) -> None:
    start = clock()
    busy = server.raw(b"", status=429, X_Rate_Limit_Problem="Minute", Retry_After="21")
    server.play(busy, server.json({"Invoices": []}))
    _get(client)
    assert timedelta(seconds=21) <= clock() - start < timedelta(seconds=23)


def test_get_when_too_many_are_in_flight_then_it_pauses_shortly(
    server: Any, client: XeroClient, clock: Any
) -> None:
    start = clock()
    server.play(server.raw(b"", status=429, X_Rate_Limit_Problem="concurrent"), server.json({"Invoices": []}))
    _get(client)
    assert timedelta(seconds=1) <= clock() - start < timedelta(seconds=3)


@pytest.mark.parametrize("headers", [{"Retry_After": "59"}, {}])
def test_get_when_xero_stays_busy_then_it_gives_up(
    server: Any, client: XeroClient, clock: Any, headers: dict[str, str]
) -> None:
    start = clock()
    server.play(server.raw(b"", status=429, X_Rate_Limit_Problem="minute", **headers))
    with pytest.raises(XeroBusy) as caught:
        _get(client)
    assert caught.value.retry_after
    assert clock() - start <= timedelta(minutes=5)


@pytest.mark.parametrize(
    "headers",
    [{"X_Rate_Limit_Problem": "day"}, {"X_Rate_Limit_Problem": "Daily"}, {"X_DayLimit_Remaining": "0"}, {}],
)
def test_get_when_the_day_is_spent_then_it_says_when_it_goes_on(
    server: Any, client: XeroClient, clock: Any, headers: dict[str, str]
) -> None:
    server.play(server.raw(b"", status=429, Retry_After="66975", **headers))
    with pytest.raises(DayLimitReached) as caught:
        _get(client)
    assert caught.value.resume_at == clock() + timedelta(seconds=66975)
    assert client.calls == 1
    with pytest.raises(DayLimitReached):
        _get(client)
    assert client.calls == 1  # the second one was not even tried


def test_get_when_asked_to_stop_while_waiting_then_it_stops_soon(
    server: Any, app: XeroApp, clock: Any
) -> None:
    stop = threading.Event()
    naps: list[float] = []

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        stop.set()

    server.play(server.raw(b"", status=429, X_Rate_Limit_Problem="minute", Retry_After="60"))
    pace = Pace(lambda: 0.0, lambda _: None, sleep=sleep, now=clock, stop=stop)
    with XeroClient(app, "t", token=lambda _: "x", pace=pace, now=clock) as client, pytest.raises(Stopped):
        _get(client)
    assert sum(naps) <= 1


def test_get_when_anything_fails_then_no_error_quotes_a_token_or_a_body(
    server: Any, app: XeroApp, clock: Any
) -> None:
    pace = Pace(lambda: 0.0, lambda _: None, sleep=clock.sleep, now=clock)
    with XeroClient(app, "t", token=lambda _: "ey.secret", pace=pace, now=clock) as client:
        for status in (200, 302, 400, 401, 403, 404, 500, 503):
            server.play(server.raw(b"<secret>", status=status))
            texts = _texts_of_failure(lambda: _get(client))
            assert "secret" not in texts


def test_client_when_looked_at_then_it_has_no_verb_that_writes() -> None:
    verbs = {"put", "post", "patch", "delete", "post_form", "create", "update"}
    assert not verbs & {name.lower() for name in dir(XeroClient)}


def _texts_of_failure(act: Callable[[], object]) -> str:
    with pytest.raises((ReadRefused, XeroUnavailable, OrganisationGone)) as caught:
        act()
    error: BaseException | None = caught.value
    texts = []
    while error is not None:
        texts.append(f"{error!r} {error}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return " ".join(texts)
