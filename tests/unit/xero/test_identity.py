"""Connections as xero-python reads them, and as they are read when it cannot."""

from __future__ import annotations

import inspect
import logging
from datetime import UTC, datetime
from typing import Any

import pytest
import urllib3
import xero_python.exceptions as vendor

from bot.errors import ConsentRevoked, LedgerkeepError, ReadRefused, XeroBusy, XeroUnavailable
from bot.xero.app import XeroApp
from bot.xero.identity import _translated, connections, disconnect

_ONE = {
    "id": "c-1",
    "authEventId": "e-1",
    "tenantId": "t-1",
    "tenantType": "ORGANISATION",
    "tenantName": "Maple Florists Ltd",
    "createdDateUtc": "2019-12-07T18:46:19.5165400",
    "updatedDateUtc": "2020-01-01T00:00:00.0000000",
}
_VENDOR = [
    found
    for module in (vendor, urllib3.exceptions)
    for _, found in inspect.getmembers(module, inspect.isclass)
    if issubclass(found, Exception)
    and found.__module__.split(".")[0] in {"xero_python", "urllib3"}
    and not issubclass(found, Warning)
]


def test_connections_when_listed_then_all_fields_are_read(server: Any, app: XeroApp) -> None:
    server.play(server.json([_ONE]))
    (one,) = connections(app, "token-1", "e-1")
    assert (one.id, one.tenant_id, one.name, one.tenant_type) == (
        "c-1",
        "t-1",
        "Maple Florists Ltd",
        "ORGANISATION",
    )
    assert one.created_at == datetime(2019, 12, 7, 18, 46, 19, 516540, tzinfo=UTC)
    assert one.updated_at == datetime(2020, 1, 1, tzinfo=UTC)
    assert one.auth_event_id == "e-1"
    asked = server.calls[0]
    assert asked.query == {"authEventId": "e-1"}
    assert asked.headers["authorization"] == "Bearer token-1"


def test_connections_when_there_are_new_fields_and_types_then_they_do_no_harm(
    server: Any, app: XeroApp
) -> None:
    server.play(server.json([{**_ONE, "tenantType": "GALAXY", "shiny": {"a": 1}, "updatedDateUtc": None}]))
    (one,) = connections(app, "token-1")
    assert (one.tenant_type, one.updated_at) == ("GALAXY", None)


def test_connections_when_a_date_is_unreadable_then_the_rest_counts(server: Any, app: XeroApp) -> None:
    server.play(server.json([{**_ONE, "createdDateUtc": "the other day"}]))
    (one,) = connections(app, "token-1")
    assert (one.tenant_id, one.created_at) == ("t-1", None)
    assert "xero-python" in server.calls[0].headers["user-agent"]


@pytest.mark.parametrize("ask", ["connections", "disconnect"])
@pytest.mark.parametrize(
    ("status", "kind"), [(401, ConsentRevoked), (400, ReadRefused), (429, XeroBusy), (500, XeroUnavailable)]
)
def test_either_when_refused_then_it_becomes_ours(
    server: Any, app: XeroApp, ask: str, status: int, kind: type[LedgerkeepError]
) -> None:
    server.play(server.json({"Detail": "secret"}, status=status))
    with pytest.raises(kind) as caught:
        connections(app, "t") if ask == "connections" else disconnect(app, "t", "c-1")
    assert "secret" not in str(caught.value)
    assert len(server.calls) == 1


def test_connections_when_the_answer_is_no_list_then_it_is_unavailable(server: Any, app: XeroApp) -> None:
    server.play(server.raw(b"<html>"))
    with pytest.raises(XeroUnavailable):
        connections(app, "t")


def test_connections_when_redirected_then_the_token_goes_nowhere(server: Any, app: XeroApp) -> None:
    server.play(server.raw(b"", status=302, Location=server.url + "/elsewhere"))
    with pytest.raises(XeroUnavailable):
        connections(app, "t")
    assert [asked.path.lower() for asked in server.calls] == ["/connections"]


def test_connections_when_nobody_listens_then_it_is_unavailable(app: XeroApp) -> None:
    from dataclasses import replace

    with pytest.raises(XeroUnavailable):
        connections(replace(app, api_url="http://127.0.0.1:1"), "t")


def test_disconnect_when_known_or_not_then_it_says_which(server: Any, app: XeroApp) -> None:
    server.play(server.raw(b"", status=204), server.raw(b"", status=404))
    assert disconnect(app, "t", "c-1") is True
    assert disconnect(app, "t", "c-1") is False
    assert [(asked.method, asked.path.lower()) for asked in server.calls] == [
        ("DELETE", "/connections/c-1")
    ] * 2


def test_connections_when_read_then_nothing_is_logged_of_it(
    server: Any, app: XeroApp, caplog: pytest.LogCaptureFixture
) -> None:
    server.play(server.json([_ONE]))
    with caplog.at_level(logging.INFO):
        connections(app, "ey.secret")
    assert "secret" not in caplog.text
    assert "Maple" not in caplog.text


@pytest.mark.parametrize("kind", _VENDOR, ids=lambda kind: kind.__name__)
def test_translated_when_any_vendor_exception_then_it_becomes_ours(kind: type[Exception]) -> None:
    error = kind.__new__(kind)
    if issubclass(kind, vendor.ApiException):
        error = kind(http_resp=urllib3.HTTPResponse(body=b"secret", status=500))
    with pytest.raises(LedgerkeepError) as caught, _translated():
        raise error
    assert "secret" not in str(caught.value)


def test_vendor_list_when_collected_then_it_is_both_trees() -> None:
    assert len(_VENDOR) >= 25
