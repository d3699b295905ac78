"""The one door for writes: what passes, what never does, and what each answer means."""

from __future__ import annotations

import inspect
import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.errors import (
    DayLimitReached,
    LedgerkeepError,
    OrganisationGone,
    OutcomeUnknown,
    WriteNotAllowed,
    WriteRefused,
    XeroBusy,
    XeroUnavailable,
)
from bot.xero.allowance import MemoryAllowance
from bot.xero.app import XeroApp
from bot.xero.client import XeroClient
from bot.xero.limits import Pace, Stopped
from bot.xero.writing import XeroWriter, encode

_EXPIRED = {"Title": "Unauthorized", "Status": 401, "Detail": "TokenExpired: token expired"}
_NO_RIGHT = {"Title": "Unauthorized", "Status": 401, "Detail": "AuthorizationUnsuccessful"}
_ENDPOINTS = frozenset({"Invoices", "Contacts", "CreditNotes"})


@pytest.fixture
def open_writer(app: XeroApp, clock: Any) -> Iterator[Callable[..., XeroWriter]]:
    opened: list[XeroWriter] = []

    def make(**more: Any) -> XeroWriter:
        allowance = MemoryAllowance(app, clock)
        stop = more.pop("stop", None)
        pace = Pace(allowance.claim, allowance.observe, sleep=clock.sleep, now=clock, stop=stop)
        standard = {
            "token": lambda force: "new" if force else "old",
            "endpoints": _ENDPOINTS,
            "still_allowed": lambda: True,
        }
        opened.append(XeroWriter(app, "tenant-1", pace=pace, now=clock, **standard | more))
        return opened[-1]

    yield make
    for one in opened:
        one.__exit__(None, None, None)


@pytest.fixture
def writer(open_writer: Callable[..., XeroWriter]) -> XeroWriter:
    return open_writer()


def _put(writer: XeroWriter, path: str = "Invoices", body: Any = None, **more: Any) -> Any:
    standard = {"params": {"summarizeErrors": "false"}, "idempotency_key": "r-1-1"}
    return writer.send("PUT", path, body or {"Invoices": []}, **standard | more)


def test_client_when_it_only_reads_then_it_has_no_verb_that_writes() -> None:
    names = {name for name, _ in inspect.getmembers(XeroClient)}
    assert names & {"put", "post", "delete", "send", "write", "patch"} == set()


def test_send_when_asked_then_tenant_token_key_and_exact_numbers_go_out(
    server: Any, writer: XeroWriter
) -> None:
    server.play(server.json({"Invoices": [{}]}, zipped=True, X_DayLimit_Remaining="4321"))
    body = {"Invoices": [{"Total": Decimal("0.10"), "Rate": Decimal("1.0000000000"), "Name": "Söhne"}]}
    answer = _put(writer, body=body)
    asked = server.calls[0]
    assert (asked.method, asked.path) == ("PUT", "/api.xro/2.0/Invoices")
    assert asked.query == {"summarizeErrors": "false"}
    assert asked.headers["authorization"] == "Bearer old"
    assert asked.headers["xero-tenant-id"] == "tenant-1"
    assert asked.headers["idempotency-key"] == "r-1-1"
    assert asked.headers["content-type"] == "application/json"
    assert '"Total":0.10' in asked.body
    assert '"Rate":1.0000000000' in asked.body
    assert json.loads(answer.body) == {"Invoices": [{}]}
    assert (writer.calls, writer.calls_left) == (1, 4321)


def test_encoding_when_the_order_of_keys_differs_then_the_bytes_do_not() -> None:
    assert (
        encode({"b": 1, "a": Decimal("1.50")})
        == encode({"a": Decimal("1.50"), "b": 1})
        == b'{"a":1.50,"b":1}'
    )


@pytest.mark.parametrize(
    "path",
    [
        "Organisation",
        "Users",
        "invoices",
        "",
        "/Invoices",
        "Invoices/1/Email",
        "Invoices/1/email",
        "Invoices/1/%45mail",
        "Invoices/../Users",
        "Invoices/..%2fUsers",
        "Invoices/%2e%2e/Users",
        "Invoices//Users",
        "Invoices?x=1",
        "Invoices#x",
        "Invoices\\Users",
        "Invoices/a\r\nHost: x",
        "https://evil.example/Invoices",
        "Accounts",
        "Emails",
        "Invoices/Email/Attachments",
    ],
)
def test_send_when_the_path_is_not_ours_then_nothing_leaves(
    server: Any, writer: XeroWriter, path: str
) -> None:
    with pytest.raises(WriteNotAllowed):
        _put(writer, path)
    assert server.calls == []


def test_send_when_a_file_is_called_email_then_it_may_be_attached(server: Any, writer: XeroWriter) -> None:
    server.play(server.json({"Attachments": [{}]}))
    _put(writer, "Invoices/1/Attachments/Email%20of%20May.pdf", b"%PDF", content_type="application/pdf")
    assert server.calls[0].headers["content-type"] == "application/pdf"


@pytest.mark.parametrize("verb", ["GET", "PATCH", "put", ""])
def test_send_when_the_verb_is_not_a_write_then_nothing_leaves(
    server: Any, writer: XeroWriter, verb: str
) -> None:
    with pytest.raises(WriteNotAllowed):
        writer.send(verb, "Invoices", {}, params={}, idempotency_key="k")
    assert server.calls == []


@pytest.mark.parametrize("key", ["", "k" * 129])
def test_send_when_there_is_no_proper_key_then_nothing_leaves(
    server: Any, writer: XeroWriter, key: str
) -> None:
    with pytest.raises(WriteNotAllowed):
        writer.send("PUT", "Invoices", {}, params={}, idempotency_key=key)
    assert server.calls == []


def test_send_when_a_template_would_mail_then_nothing_leaves(server: Any, writer: XeroWriter) -> None:
    with pytest.raises(WriteNotAllowed, match="mail"):
        _put(writer, body={"RepeatingInvoices": [{"ApprovedForSending": True}]})
    assert server.calls == []


def test_send_when_it_is_no_longer_allowed_then_nothing_leaves(
    server: Any, open_writer: Callable[..., XeroWriter]
) -> None:
    answers = iter([True, False])
    server.play(server.json({"Invoices": []}))
    writer = open_writer(still_allowed=lambda: next(answers))
    _put(writer)
    with pytest.raises(WriteNotAllowed):
        _put(writer)
    assert len(server.calls) == 1


def test_send_when_permission_ends_while_it_waits_for_the_minute_then_it_is_not_sent(
    server: Any, open_writer: Callable[..., XeroWriter]
) -> None:
    answers = iter([True, False])
    server.play(server.raw(b"", status=429, X_Rate_Limit_Problem="minute", Retry_After="9"))
    with pytest.raises(WriteNotAllowed):
        _put(open_writer(still_allowed=lambda: next(answers)))
    assert len(server.calls) == 1


def test_send_when_the_token_expired_then_it_is_refreshed_once_and_sent_again(
    server: Any, writer: XeroWriter
) -> None:
    server.play(server.json(_EXPIRED, status=401), server.json({"Invoices": []}))
    _put(writer)
    assert [asked.headers["authorization"] for asked in server.calls] == ["Bearer old", "Bearer new"]
    assert len({asked.headers["idempotency-key"] for asked in server.calls}) == 1


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, _NO_RIGHT, WriteNotAllowed),
        (403, {"Detail": "AuthorizationUnsuccessful"}, WriteNotAllowed),
        (403, {"Detail": "AuthenticationUnsuccessful"}, OrganisationGone),
        (408, {}, OutcomeUnknown),
        (409, {}, OutcomeUnknown),
        (500, {}, OutcomeUnknown),
        (502, {}, OutcomeUnknown),
        (503, {}, OutcomeUnknown),
        (504, {}, OutcomeUnknown),
    ],
)
def test_send_when_the_answer_does_not_speak_of_records_then_it_is_an_error_of_ours(
    server: Any, writer: XeroWriter, status: int, body: Any, kind: type[LedgerkeepError]
) -> None:
    server.play(server.json(body, status=status))
    with pytest.raises(kind):
        _put(writer)
    assert len(server.calls) == 1  # never sent again by itself


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            {"Title": "Forbidden", "Detail": "AuthorizationUnsuccessful"},
            " (it says: “AuthorizationUnsuccessful”)",
        ),
        ({"Message": "Setup is for partners"}, " (it says: “Setup is for partners”)"),
        ({"Detail": 7}, ""),
        ([], ""),
    ],
)
def test_send_when_xero_refuses_a_kind_of_write_then_its_words_are_kept(
    server: Any, writer: XeroWriter, body: Any, words: str
) -> None:
    server.play(server.json(body, status=403))
    with pytest.raises(WriteRefused) as refused:
        _put(writer)
    assert str(refused.value) == f"The person who connected may not write this in Xero{words}."


@pytest.mark.parametrize("status", [200, 400, 404, 405, 413, 501])
def test_send_when_the_answer_speaks_of_records_then_it_is_given(
    server: Any, writer: XeroWriter, status: int
) -> None:
    server.play(server.json({"Message": "m"}, status=status))
    assert _put(writer).status == status


def test_send_when_xero_points_elsewhere_then_it_does_not_follow(server: Any, writer: XeroWriter) -> None:
    server.play(server.raw(b"", status=307, Location=f"{server.url}/api.xro/2.0/Invoices"))
    with pytest.raises(OutcomeUnknown):
        _put(writer)
    assert len(server.calls) == 1


@pytest.mark.parametrize("how", ["cut", "gzip"])
def test_send_when_the_answer_is_broken_then_the_outcome_is_unknown(
    server: Any, writer: XeroWriter, how: str
) -> None:
    cut = server.raw(b"x" * 100, cut=40)
    server.play(cut if how == "cut" else server.raw(b"no gzip", Content_Encoding="gzip"))
    with pytest.raises(OutcomeUnknown):
        _put(writer)
    assert len(server.calls) == 1


def test_send_when_nobody_listens_then_nothing_was_written(server: Any, writer: XeroWriter) -> None:
    server.close()
    try:
        with pytest.raises(XeroUnavailable):
            _put(writer)
    finally:
        server.close = lambda: None


def test_send_when_a_late_503_says_when_to_come_back_then_it_is_kept(server: Any, writer: XeroWriter) -> None:
    server.play(server.raw(b"The Xero API is temporarily unavailable", status=503, Retry_After="40"))
    with pytest.raises(OutcomeUnknown) as caught:
        _put(writer)
    assert caught.value.retry_after == 40


def test_send_when_the_minute_is_spent_then_it_waits_and_sends_the_same(
    server: Any, writer: XeroWriter, clock: Any
) -> None:
    start = clock()
    server.play(
        server.raw(b"", status=429, X_Rate_Limit_Problem="minute", Retry_After="21"),
        server.json({"Invoices": []}),
    )
    _put(writer)
    assert clock() - start >= timedelta(seconds=21)
    assert server.calls[0].body == server.calls[1].body


def test_send_when_the_minute_never_ends_then_it_is_busy(server: Any, writer: XeroWriter) -> None:
    server.play(server.raw(b"", status=429, X_Rate_Limit_Problem="minute", Retry_After="50"))
    with pytest.raises(XeroBusy):
        _put(writer)


def test_send_when_the_day_is_spent_then_it_says_until_when(
    server: Any, writer: XeroWriter, clock: Any
) -> None:
    server.play(server.raw(b"", status=429, X_Rate_Limit_Problem="day", Retry_After="5000"))
    with pytest.raises(DayLimitReached) as caught:
        _put(writer)
    assert caught.value.resume_at == clock() + timedelta(seconds=5000)
    with pytest.raises(DayLimitReached):  # and the next one does not even leave
        _put(writer)
    assert len(server.calls) == 1


def test_send_when_asked_to_stop_then_nothing_leaves(
    server: Any, open_writer: Callable[..., XeroWriter]
) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        _put(open_writer(stop=stop))
    assert server.calls == []


def test_send_when_it_should_have_left_by_now_then_nothing_leaves(
    server: Any, writer: XeroWriter, clock: Any
) -> None:
    with pytest.raises(OutcomeUnknown):
        _put(writer, leaves_before=clock())
    assert server.calls == []


def test_clock_when_no_answer_told_xeros_time_then_nothing_is_known_of_it(writer: XeroWriter) -> None:
    assert writer.clock_ahead is None


def test_get_when_our_clock_is_ahead_then_the_writer_knows(
    server: Any, writer: XeroWriter, clock: Any
) -> None:
    server.play(
        server.json({"DateTimeUTC": f"/Date({int((clock().timestamp() - 300) * 1000)})/", "Invoices": []})
    )
    writer.get("Invoices", {})
    assert writer.clock_ahead == timedelta(seconds=300)
    assert writer.calls == 1
