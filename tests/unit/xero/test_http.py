"""The wire: every exception of the vendor library ends there, and nothing foreign is followed or kept."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from bot.errors import LedgerkeepError, Misconfigured, ReadRefused, XeroUnavailable
from bot.xero.http import Answer, Transport, translated

_VENDOR = [
    found
    for _, found in inspect.getmembers(httpx, inspect.isclass)
    if issubclass(found, Exception) and found.__module__.startswith("httpx")
]
_SECRET = "Bearer ey.secret"


def _instance(kind: type[Exception]) -> Exception:
    wanted = [
        name for name in inspect.signature(kind.__init__).parameters if name not in {"self", "args", "kwargs"}
    ]
    request = httpx.Request("GET", "http://127.0.0.1")
    given: dict[str, Any] = {"message": _SECRET, "request": request, "response": httpx.Response(500)}
    return kind(**{name: given[name] for name in wanted})


@pytest.mark.parametrize("kind", _VENDOR, ids=lambda kind: kind.__name__)
def test_translated_when_any_exception_of_httpx_then_it_becomes_ours(kind: type[Exception]) -> None:
    with pytest.raises(LedgerkeepError) as caught, translated():
        raise _instance(kind)
    assert _SECRET not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_vendor_list_when_collected_then_it_is_the_whole_tree() -> None:
    assert len(_VENDOR) >= 25


def test_get_when_the_answer_is_compressed_then_wire_bytes_are_fewer_than_the_body(server: Any) -> None:
    server.play(server.json({"Accounts": ["x" * 5000]}, zipped=True))
    with Transport(timeout_seconds=5) as transport:
        answer = transport.get(server.url, params={"a": "b c"}, headers={"xero-tenant-id": "t"})
    assert len(answer.body) > 5000 > answer.wire_bytes > 0
    asked = server.calls[0]
    assert (asked.query, asked.headers["xero-tenant-id"]) == ({"a": "b c"}, "t")
    assert (asked.headers["accept-encoding"], asked.headers["accept"]) == ("gzip", "application/json")


@pytest.mark.parametrize("how", ["cut", "gzip"])
def test_get_when_the_body_is_broken_then_it_is_unavailable(server: Any, how: str) -> None:
    cut = server.raw(b"x" * 100, cut=40)
    broken = server.raw(b"no gzip at all", Content_Encoding="gzip")
    server.play(cut if how == "cut" else broken)
    with Transport(timeout_seconds=5) as transport, pytest.raises(XeroUnavailable):
        transport.get(server.url)


def test_get_when_the_body_is_larger_than_the_cap_then_it_is_refused(server: Any) -> None:
    server.play(server.raw(b"x" * 2000))
    with Transport(timeout_seconds=5, max_body_bytes=1000) as transport, pytest.raises(ReadRefused):
        transport.get(server.url)


def test_get_when_redirected_then_the_token_goes_nowhere(server: Any) -> None:
    server.play(server.raw(b"", status=302, Location=server.url + "/elsewhere"))
    with Transport(timeout_seconds=5) as transport:
        assert transport.get(server.url, headers={"Authorization": _SECRET}).status == 302
    assert len(server.calls) == 1


def test_get_when_a_cookie_is_set_then_it_never_comes_back(server: Any) -> None:
    server.play(server.raw(b"{}", Set_Cookie="a=b; Path=/"))
    with Transport(timeout_seconds=5) as transport:
        transport.get(server.url)
        transport.get(server.url)
    assert "cookie" not in server.calls[1].headers


def test_get_when_nobody_listens_then_it_is_unavailable() -> None:
    with Transport(timeout_seconds=2) as transport, pytest.raises(XeroUnavailable):
        transport.get("http://127.0.0.1:1/")


def test_get_when_the_other_side_speaks_no_tls_then_it_is_unavailable(server: Any) -> None:
    with Transport(timeout_seconds=2) as transport, pytest.raises(XeroUnavailable):
        transport.get(server.url.replace("http:", "https:"))


@pytest.mark.parametrize("url", ["no address", "ftp://127.0.0.1/", "http://[::1"])
def test_get_when_the_address_is_none_then_it_is_misconfigured(url: str) -> None:
    with Transport(timeout_seconds=2) as transport, pytest.raises(Misconfigured):
        transport.get(url)


def test_server_time_when_the_envelope_says_it_then_it_wins_over_the_header() -> None:
    headers = {"date": "Sun, 22 Nov 2026 02:00:00 GMT"}
    answer = Answer(200, headers, rb'{"DateTimeUTC":"\/Date(1552326816230)\/"}', "")
    assert answer.server_time == datetime(2019, 3, 11, 17, 53, 36, 230000, tzinfo=UTC)
    assert Answer(200, headers, b"[]", "").server_time == datetime(2026, 11, 22, 2, tzinfo=UTC)
    assert Answer(200, {}, b"[]", "").server_time is None


def test_server_time_when_the_envelope_says_it_after_a_long_list_then_it_is_found() -> None:
    rows = b",".join([b'{"Name":"somebody"}'] * 500)
    body = b'{"Contacts":[' + rows + rb'],"DateTimeUTC":"\/Date(1552326816230)\/"}'
    found = Answer(200, {}, body, "").server_time
    assert found == datetime(2019, 3, 11, 17, 53, 36, 230000, tzinfo=UTC)


def test_server_time_when_only_a_record_quotes_the_words_then_it_is_not_taken() -> None:
    body = rb'{"Invoices":[{"Reference":"\"DateTimeUTC\":\"/Date(0)/\""}]}'
    assert Answer(200, {}, body, "").server_time is None


def test_repr_when_printed_then_the_body_is_not_in_it() -> None:
    assert "secret" not in repr(Answer(200, {}, b"secret", ""))
