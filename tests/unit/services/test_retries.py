"""What the log says of a call that is tried again: its kind, and nothing of what it was about."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import stamina
from stamina.instrumentation import get_on_retry_hooks, set_on_retry_hooks

from bot.catalogue.model import Area
from bot.errors import XeroUnavailable
from bot.log import setup_logging
from bot.services.retries import route_of, tell_retries
from bot.xero.app import XeroApp
from bot.xero.client import XeroClient
from bot.xero.limits import Pace
from tests.unit.xero.conftest import TinyServer

INVOICE = "3f7f1a51-9a4e-4f0e-8a3b-2d1c5e6f7a8b"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The real log, as the bot sets it up; put back afterwards."""
    hooks, factory, root = get_on_retry_hooks(), logging.getLogRecordFactory(), logging.getLogger()
    before = (list(root.handlers), root.level, sys.excepthook, threading.excepthook, sys.unraisablehook)
    shown, stream = warnings.showwarning, io.StringIO()
    setup_logging("json", "info", stream)
    tell_retries()
    yield stream
    set_on_retry_hooks(hooks)
    logging.setLogRecordFactory(factory)
    root.handlers[:], root.level = before[0], before[1]
    sys.excepthook, threading.excepthook, sys.unraisablehook = before[2:]
    warnings.showwarning = shown


@pytest.fixture
def server() -> Iterator[TinyServer]:
    tiny = TinyServer()
    with stamina.set_testing(True, attempts=3, cap=True):
        yield tiny
    tiny.close()


@pytest.fixture
def client(server: TinyServer) -> Iterator[XeroClient]:
    app = XeroApp(
        client_id="id",
        client_secret="hush",
        redirect_uri="http://localhost:3000/xero/callback",
        login_url=server.url,
        identity_url=server.url,
        api_url=server.url,
        timeout_seconds=5.0,
    )
    pace = Pace(lambda: 0.0, lambda _: None, sleep=lambda _: None, now=lambda: datetime.now(UTC))
    with XeroClient(app, "tenant", token=lambda _: "x", pace=pace, now=lambda: datetime.now(UTC)) as made:
        yield made


def told(log: io.StringIO) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    return [{key: value for key, value in line.items() if key != "at"} for line in lines]


def line(attempt: int, **more: Any) -> dict[str, Any]:
    head = {"level": "warning", "logger": "bot.services.retries", "event": "asked_again"}
    return {**head, **more, "attempt": attempt, "seconds": 0.0, "error": "XeroUnavailable"}


def test_log_when_a_list_is_asked_for_again_then_says_its_kind_the_try_and_the_wait(
    server: TinyServer, client: XeroClient, log: io.StringIO
) -> None:
    server.play(server.raw(b"", status=503), server.raw(b"", status=500), server.json({"Invoices": []}))
    client.get(Area.ACCOUNTING, f"Invoices/{INVOICE}/History", {"searchTerm": "Zoë O'Hara"})
    area = {"area": "accounting", "route": "/invoices/_/history"}
    assert told(log) == [line(2, **area), line(3, **area)]


def test_log_when_a_file_is_asked_for_again_then_its_name_is_not_said(
    server: TinyServer, client: XeroClient, log: io.StringIO
) -> None:
    server.play(server.raw(b"", status=503), server.raw(b"%PDF"))
    path = f"Invoices/{INVOICE}/Attachments/Payslip Zoe 1,240.00.pdf"
    for attempt in stamina.retry_context(on=XeroUnavailable):
        with attempt, client.file(Area.ACCOUNTING, path) as pieces:
            assert b"".join(pieces) == b"%PDF"
    assert told(log) == [line(2, area="accounting", route="/invoices/_/attachments/_")]
    for secret in ("Zoe", "1,240", INVOICE):
        assert secret not in log.getvalue()


def test_route_when_parts_are_no_words_of_the_catalogue_then_they_are_not_told() -> None:
    assert route_of("Contacts/0042/Attachments/Kereama.pdf?page=2") == "/contacts/_/attachments/_"
    assert route_of("Reports/BalanceSheet?date=2026-11-22") == "/reports/balancesheet"
    assert route_of("") == "/"
