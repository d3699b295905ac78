"""Bad days at Xero, one by one: what the adapter makes of each, through the sandbox's Xero."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import stamina

from bot.catalogue import RESOURCES, backup_scopes
from bot.catalogue.model import Area
from bot.domain.backup import OutcomeStatus
from bot.errors import (
    ConsentRevoked,
    DayLimitReached,
    Disconnected,
    LinkProblem,
    LinkRefused,
    OrganisationGone,
    ReadRefused,
    XeroBusy,
    XeroUnavailable,
)
from bot.sandbox.xero import Kind, PretendXero
from bot.xero.allowance import MemoryAllowance
from bot.xero.app import XeroApp
from bot.xero.client import XeroClient
from bot.xero.limits import Pace, Stopped
from bot.xero.oauth import OAuth, TokenSet, authorize_url
from bot.xero.reading import Reader
from bot.xero.tally import ReadEnd, Record

_INVOICES = "/api.xro/2.0/Invoices"
_GENEROUS = 100_000


def _now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[PretendXero, str]]:
    pretend = PretendXero(organisations=("lively",), calls_per_minute=_GENEROUS, calls_per_day=_GENEROUS)
    url = pretend.start()
    yield pretend, url
    pretend.stop()


@dataclass(slots=True)
class Desk:
    """One linked organisation, what was waited for, and what a read handed on."""

    xero: PretendXero
    app: XeroApp
    client: XeroClient
    tokens: TokenSet
    stop: threading.Event
    naps: list[float]
    forced: list[bool]
    records: dict[str, dict[str, Record]] = field(default_factory=lambda: defaultdict(dict))
    ends: dict[str, ReadEnd] = field(default_factory=dict)

    def get(self, path: str = "Invoices") -> bytes:
        return self.client.get(Area.ACCOUNTING, path, {"page": "1"}).body

    def read(self, *keys: str) -> None:
        reader = Reader(self.client, now=_now, today=_now().date(), concurrency=5)
        reader.read(
            [RESOURCES[key] for key in keys],
            lambda one, found: self.records[one.key].update({record.record_id: record for record in found}),
            lambda one, end: self.ends.update({one.key: end}),
            lambda key: tuple(self.records[key]),
        )


def _link(xero: PretendXero, app: XeroApp) -> TokenSet:
    back = xero.consent(authorize_url(app, state="s", scopes=backup_scopes()))
    return OAuth(app, now=_now).exchange(parse_qs(urlsplit(back).query)["code"][0])


@pytest.fixture
def desk(served: tuple[PretendXero, str]) -> Iterator[Desk]:
    xero, url = served
    xero.faults.clear()
    app = XeroApp(
        client_id=xero.client_id,
        client_secret=xero.client_secret,
        redirect_uri="http://localhost:3000/xero/callback",
        login_url=url,
        identity_url=url,
        api_url=url,
        calls_per_minute=_GENEROUS,
        timeout_seconds=5.0,
    )
    current = [_link(xero, app)]
    tokens, stop = current[0], threading.Event()
    naps: list[float] = []
    forced: list[bool] = []
    xero.calls.clear()

    def token(force: bool) -> str:
        forced.append(force)
        if force:
            current.append(OAuth(app, now=_now).refresh(current[-1].refresh_token))
        return current[-1].access_token

    tenant_id = xero.organisation("lively").tenant_id
    # An answer that the test before gave up on may still count as one of the five calls in flight.
    for _ in range(500):
        if not xero.limits.flying[tenant_id]:
            break
        time.sleep(0.01)

    def nap(seconds: float) -> None:
        naps.append(seconds)
        time.sleep(0.005)  # long enough for the server to count an answered call as answered

    pace = Pace(lambda: 0.0, lambda _: None, sleep=nap, now=_now, stop=stop)
    with (
        stamina.set_testing(True, attempts=3, cap=True),
        XeroClient(app, tenant_id, token=token, pace=pace, now=_now) as client,
    ):
        yield Desk(xero, app, client, tokens, stop, naps, forced)
    xero.faults.clear()


_BROKEN = [Kind.ERROR_500, Kind.TEXT_503, Kind.HTML_503, Kind.HTML_200, Kind.CUT, Kind.BAD_GZIP, Kind.LOST]


@pytest.mark.parametrize("kind", _BROKEN)
def test_get_when_an_answer_is_broken_twice_then_the_third_try_brings_it(desk: Desk, kind: Kind) -> None:
    desk.xero.faults.add(kind, path=_INVOICES, times=2)
    assert desk.get().startswith(b"{")
    assert desk.client.calls == 3


@pytest.mark.parametrize("kind", [*_BROKEN, Kind.OFFLINE])
def test_get_when_it_stays_broken_then_xero_is_unavailable_after_three_tries(desk: Desk, kind: Kind) -> None:
    desk.xero.faults.add(kind, path=_INVOICES, times=0)
    with pytest.raises(XeroUnavailable) as caught:
        desk.get()
    assert desk.client.calls == 3
    if kind is Kind.OFFLINE:
        assert "offline for maintenance" in str(caught.value)


def test_get_when_the_connection_is_reset_in_the_middle_of_a_body_then_xero_is_unavailable(
    desk: Desk,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        met: list[int] = []
        serving = threading.Thread(target=_reset, args=(server, 3, met))
        serving.start()
        app = replace(desk.app, api_url=f"http://127.0.0.1:{server.getsockname()[1]}")
        pace = Pace(lambda: 0.0, lambda _: None, sleep=lambda _: None, now=_now)
        with (
            stamina.set_testing(True, attempts=3, cap=True),
            XeroClient(app, "t", token=lambda _: "token", pace=pace, now=_now) as client,
            pytest.raises(XeroUnavailable),
        ):
            client.get(Area.ACCOUNTING, "Invoices", {"page": "1"})
        serving.join(10)
    assert len(met) == 3


def _reset(server: socket.socket, times: int, met: list[int]) -> None:
    """Answer half of a body, then end the connection as a machine does that fell over: by RST."""
    for _ in range(times):
        connection, _address = server.accept()
        met.append(len(connection.recv(65536)))
        connection.sendall(
            b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"I'
        )
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()


def test_get_when_xero_is_too_slow_then_it_did_not_answer_in_time(desk: Desk) -> None:
    # The body dribbles in, each piece later than the time-out allows.
    desk.xero.faults.add(Kind.SLOW, path=_INVOICES, times=0, seconds=4.0)
    app = replace(desk.app, timeout_seconds=0.1)
    pace = Pace(lambda: 0.0, lambda _: None, now=_now)
    tenant_id = desk.xero.organisation("lively").tenant_id
    token = desk.tokens.access_token
    with (
        stamina.set_testing(True, attempts=1, cap=True),
        XeroClient(app, tenant_id, token=lambda _: token, pace=pace, now=_now) as client,
        pytest.raises(XeroUnavailable, match="in time"),
    ):
        client.get(Area.ACCOUNTING, "Invoices", {"page": "1"})


def test_get_when_the_token_expired_then_one_refresh_mends_it(desk: Desk) -> None:
    desk.xero.expire_access_tokens()
    assert desk.get()
    assert desk.forced.count(True) == 1
    assert desk.client.calls == 2


def test_read_when_tokens_expire_in_the_middle_then_the_read_ends_whole(desk: Desk) -> None:
    desk.xero.faults.before("/api.xro/2.0/Quotes", 1, desk.xero.expire_access_tokens)
    desk.read("accounts", "quotes", "invoices", "contacts", "payments")
    assert {end.status for end in desk.ends.values()} == {OutcomeStatus.READ}
    assert desk.forced.count(True) == 1


def test_get_when_401_comes_again_with_the_fresh_token_then_it_is_a_refusal(desk: Desk) -> None:
    desk.xero.faults.add(Kind.EXPIRED, path=_INVOICES, times=0)
    with pytest.raises(ReadRefused):
        desk.get()
    assert desk.client.calls == 2


def test_get_when_the_person_took_the_consent_back_then_the_refresh_says_so(desk: Desk) -> None:
    desk.xero.faults.add(Kind.REVOKED, path=_INVOICES)
    with pytest.raises(Disconnected):
        desk.get()
    with pytest.raises(ConsentRevoked):
        OAuth(desk.app, now=_now).refresh(desk.tokens.refresh_token)


def test_read_when_disconnected_in_the_middle_then_it_ends_for_all(desk: Desk) -> None:
    desk.xero.faults.add(Kind.DISCONNECTED, path="/api.xro/2.0/Quotes")
    with pytest.raises(OrganisationGone):
        desk.read("accounts", "quotes", "invoices", "trial_balance")
    assert "trial_balance" not in desk.ends
    assert "quotes" not in desk.ends


def test_get_when_the_minute_is_spent_then_it_rests_as_long_as_told(desk: Desk) -> None:
    desk.xero.faults.add(Kind.MINUTE_429, path=_INVOICES, retry_after=23)
    assert desk.get()
    assert 22.5 <= sum(desk.naps) <= 23.5


def test_get_when_too_many_calls_are_in_flight_then_it_rests_shortly(desk: Desk) -> None:
    desk.xero.faults.add(Kind.CONCURRENT_429, path=_INVOICES, times=2)
    assert desk.get()
    assert 0 < sum(desk.naps) <= 5


def test_get_when_xero_stays_busy_then_patience_has_an_end(desk: Desk) -> None:
    desk.xero.faults.add(Kind.MINUTE_429, path=_INVOICES, times=0, retry_after=60)
    with pytest.raises(XeroBusy):
        desk.get()
    assert sum(desk.naps) <= 181


def test_read_when_the_day_is_spent_then_it_says_when_it_goes_on(desk: Desk) -> None:
    desk.xero.faults.add(Kind.DAY_429, path="/api.xro/2.0/Quotes", times=0, retry_after=40_000)
    before = _now()
    with pytest.raises(DayLimitReached) as caught:
        desk.read("accounts", "quotes", "trial_balance")
    assert before + timedelta(seconds=40_000) <= caught.value.resume_at <= _now() + timedelta(seconds=40_000)
    assert not any("Reports" in call.path for call in desk.xero.calls)


def test_get_when_stopped_while_resting_then_it_ends_as_stopped(desk: Desk) -> None:
    desk.xero.faults.before(_INVOICES, 1, desk.stop.set)
    desk.xero.faults.add(Kind.MINUTE_429, path=_INVOICES, retry_after=60)
    with pytest.raises(Stopped):
        desk.get()
    assert sum(desk.naps) <= 1


def test_read_when_a_page_stays_broken_then_that_resource_is_no_success_and_others_are(desk: Desk) -> None:
    desk.xero.faults.add(Kind.ERROR_500, path=_INVOICES, times=0)
    desk.read("accounts", "invoices", "quotes")
    assert desk.ends["accounts"].status is desk.ends["quotes"].status is OutcomeStatus.READ
    assert desk.ends["invoices"].status is OutcomeStatus.FAILED
    assert isinstance(desk.ends["invoices"].error, XeroUnavailable)


def test_get_when_the_path_does_not_exist_then_it_is_not_found(desk: Desk) -> None:
    with pytest.raises(ReadRefused) as caught:
        desk.get("Employees")
    assert caught.value.kind == "not_found"


def test_get_when_a_filter_is_wrong_then_it_is_invalid(desk: Desk) -> None:
    with pytest.raises(ReadRefused) as caught:
        desk.client.get(Area.ACCOUNTING, "Invoices", {"where": "this is no filter"})
    assert caught.value.kind == "invalid"


def test_refresh_when_the_answer_is_lost_then_the_same_token_works_again(desk: Desk) -> None:
    desk.xero.faults.add(Kind.LOST, path="/connect/token")
    oauth = OAuth(desk.app, now=_now)
    with pytest.raises(XeroUnavailable):
        oauth.refresh(desk.tokens.refresh_token)
    assert oauth.refresh(desk.tokens.refresh_token).access_token


@pytest.mark.parametrize("kind", [Kind.ERROR_500, Kind.HTML_200, Kind.HTML_503, Kind.CUT])
def test_exchange_when_the_token_endpoint_is_down_then_nobody_lost_a_consent(desk: Desk, kind: Kind) -> None:
    desk.xero.faults.add(kind, path="/connect/token")
    with pytest.raises(XeroUnavailable):
        OAuth(desk.app, now=_now).refresh(desk.tokens.refresh_token)


def test_exchange_when_the_code_is_wrong_then_the_link_is_refused(desk: Desk) -> None:
    with pytest.raises(LinkRefused) as caught:
        OAuth(desk.app, now=_now).exchange("no-such-code")
    assert caught.value.problem is LinkProblem.EXPIRED


def test_read_when_the_minute_is_short_then_no_call_is_refused(clock: Any) -> None:
    xero = PretendXero(organisations=("lively",), minute_seconds=1.5, calls_per_minute=20)
    url = xero.start()
    try:
        app = XeroApp(
            client_id=xero.client_id,
            client_secret=xero.client_secret,
            redirect_uri="http://localhost:3000/xero/callback",
            login_url=url,
            identity_url=url,
            api_url=url,
            calls_per_minute=20,
            minute_seconds=1.5,
        )
        tokens, tenant_id = _link(xero, app), xero.organisation("lively").tenant_id
        allowance = MemoryAllowance(app, _now)
        pace = Pace(allowance.claim, allowance.observe, now=_now)
        with XeroClient(app, tenant_id, token=lambda _: tokens.access_token, pace=pace, now=_now) as client:
            for _ in range(3):
                Reader(client, now=_now, today=_now().date(), concurrency=5).read(
                    [RESOURCES[key] for key in ("accounts", "trial_balance", "tax_rates", "currencies")],
                    lambda *_: None,
                    lambda *_: None,
                    lambda _: (),
                )
        assert client.calls == 51
        assert [call for call in xero.calls if call.status == 429] == []
    finally:
        xero.stop()


def test_read_when_books_change_between_pages_then_nothing_is_lost_and_it_moved(desk: Desk) -> None:
    org = desk.xero.organisation("lively")
    served = desk.xero.served(org.tenant_id, "Invoices")

    def touch() -> None:
        with org.lock:
            record = next(iter(org.shelf("Invoices")))
            record.updated_at = desk.xero.now()

    desk.xero.faults.before(_INVOICES, 2, touch)
    desk.read("invoices")
    assert set(desk.records["invoices"]) == set(served)
    assert desk.ends["invoices"].status is OutcomeStatus.READ
    before = len(desk.xero.calls)
    swept: dict[str, Record] = {}
    reader = Reader(desk.client, now=_now, today=_now().date(), concurrency=5)
    since = desk.ends["invoices"].started_server_at
    assert since is not None
    reader.sweep(
        [RESOURCES["invoices"]],
        since,
        lambda _, found: swept.update({record.record_id: record for record in found}),
        lambda *_: None,
    )
    assert len(swept) >= 1
    assert len(desk.xero.calls) == before + 1
