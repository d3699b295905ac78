"""What an outside examination found of reading: Xero's own words about how much there is are held against
what it handed out. A small local Xero plays the odd answers; reading, judging and storing are real.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import stamina

from bot.backup.results import StageResult
from bot.backup.stages import StagePlan
from bot.backup.take import StageTaker
from bot.catalogue import RESOURCES
from bot.crypto import KeyRing, new_key
from bot.domain.backup import OutcomeStatus
from bot.errors import XeroUnavailable
from bot.vault import Store, Vault, new_data_key
from bot.xero import identity
from bot.xero.app import XeroApp
from bot.xero.client import XeroClient
from bot.xero.limits import Pace
from bot.xero.reading import Reader
from tests.unit.xero.conftest import Asked, Reply, TinyServer

Take = Callable[..., StageResult]


def _now() -> datetime:
    return datetime(2026, 11, 22, 2, 30, tzinfo=UTC)


@pytest.fixture
def xero() -> Iterator[TinyServer]:
    tiny = TinyServer()
    with stamina.set_testing(True, attempts=2, cap=True):
        yield tiny
    tiny.close()


@pytest.fixture
def app(xero: TinyServer) -> XeroApp:
    return XeroApp(
        client_id="id",
        client_secret="hush",
        redirect_uri="http://localhost:3000/xero/callback",
        login_url=xero.url,
        identity_url=xero.url,
        api_url=xero.url,
        timeout_seconds=5.0,
    )


@pytest.fixture
def take(app: XeroApp, tmp_path: Path) -> Iterator[Take]:
    """Take one stage of a first backup that reads the resources of these keys."""
    vault = Vault(
        Store.open(f"file://{tmp_path}/vault", {}),
        KeyRing.parse(new_key("first")),
        tmp_path / "cache",
        now=_now,
        tool="test",
    )
    books = vault.books("T1", "org-1", new_data_key())
    pace = Pace(lambda: 0.0, lambda _: None, sleep=lambda _: None, now=_now)

    def taken(*keys: str) -> StageResult:
        reader = Reader(client, now=_now, today=date(2026, 11, 22), concurrency=3)
        draft = books.draft("run", _now())
        taker = StageTaker(books, draft, reader, scopes=(), on_records=lambda *_: None)
        return taker.take(StagePlan("stage", "stage", tuple(RESOURCES[key] for key in keys)))

    with XeroClient(app, "tenant", token=lambda _: "x", pace=pace, now=_now) as client:
        yield taken


def _payments(asked: Asked, total: int, size: int) -> list[dict[str, str]]:
    first = (int(asked.query["page"]) - 1) * size
    return [{"PaymentID": f"p-{n:04d}"} for n in range(first, min(first + size, total))]


def _pagination(**counts: Any) -> dict[str, Any]:
    return {"page": 1, "pageSize": 1000, **counts}


def _status(result: StageResult, key: str) -> OutcomeStatus:
    return next(one.status for one in result.outcomes if one.resource == key)


def test_backup_when_xero_counts_more_than_it_hands_out_then_that_is_a_gap(
    xero: TinyServer, take: Take
) -> None:
    counts = _pagination(pageCount=1, itemCount=509)
    xero.play(xero.json({"pagination": counts, "Payments": [{"PaymentID": f"p-{n}"} for n in range(9)]}))
    result = take("payments")
    assert _status(result, "payments") is OutcomeStatus.PARTIAL
    assert "speaks of 509 but handed out 9" in result.gaps[0].sentence


def test_backup_when_a_listed_record_is_not_known_by_its_id_then_that_is_a_gap(
    xero: TinyServer, take: Take
) -> None:
    def answer(asked: Asked) -> Reply:
        if asked.path.endswith("/Budgets"):
            return xero.json({"Budgets": [{"BudgetID": "b-1", "Type": "OVERALL"}]})
        return xero.raw(b"<html>no such budget</html>", status=404)

    xero.answer = answer
    result = take("budgets", "budget_lines")
    assert _status(result, "budgets") is OutcomeStatus.READ
    assert _status(result, "budget_lines") is OutcomeStatus.PARTIAL
    assert [gap.resource for gap in result.gaps] == ["budget_lines"]


def test_backup_when_counts_are_missing_and_pages_clamped_then_every_page_is_read(
    xero: TinyServer, take: Take
) -> None:
    xero.answer = lambda asked: xero.json({"Payments": _payments(asked, 234, 100)})
    result = take("payments")
    assert (_status(result, "payments"), result.outcomes[0].count) == (OutcomeStatus.READ, 234)
    assert result.calls == 3


def test_backup_when_counts_come_as_text_then_they_count(xero: TinyServer, take: Take) -> None:
    xero.answer = lambda asked: xero.json(
        {
            "pagination": _pagination(pageSize="100", pageCount="3", itemCount="234"),
            "Payments": _payments(asked, 234, 100),
        }
    )
    result = take("payments")
    assert (_status(result, "payments"), result.outcomes[0].count) == (OutcomeStatus.READ, 234)
    assert not result.gaps


@pytest.mark.parametrize("status", [204, 304])
def test_backup_when_a_whole_list_is_answered_with_nothing_then_it_is_not_an_empty_list(
    xero: TinyServer, take: Take, status: int
) -> None:
    def answer(asked: Asked) -> Reply:
        if asked.path.endswith("/Accounts"):
            return xero.raw(b"", status=status)
        return xero.json({"Users": [{"UserID": "u-1"}]})

    xero.answer = answer
    result = take("accounts", "users")
    assert _status(result, "accounts") is OutcomeStatus.FAILED
    assert [gap.resource for gap in result.gaps] == ["accounts"]


def test_backup_when_an_id_looks_like_a_path_then_nothing_else_is_asked(xero: TinyServer, take: Take) -> None:
    odd = "../../../connect/revocation?x=#y"

    def answer(asked: Asked) -> Reply:
        if asked.path.endswith("/Budgets"):
            return xero.json({"Budgets": [{"BudgetID": odd, "Type": "OVERALL"}]})
        return xero.json({"Budgets": [{"BudgetID": odd, "BudgetLines": []}]})

    xero.answer = answer
    assert _status(take("budgets", "budget_lines"), "budget_lines") is OutcomeStatus.READ
    assert [asked.path for asked in xero.calls] == [
        "/api.xro/2.0/Budgets",
        "/api.xro/2.0/Budgets/..%2F..%2F..%2Fconnect%2Frevocation%3Fx%3D%23y",
    ]


def test_connections_when_listed_then_the_documented_address_is_asked(xero: TinyServer, app: XeroApp) -> None:
    xero.answer = lambda asked: xero.json([]) if asked.path == "/connections" else xero.raw(b"", status=404)
    assert identity.connections(app, "token", "event") == ()
    assert identity.disconnect(app, "token", "connection-1") is False
    assert [asked.path for asked in xero.calls] == ["/connections", "/connections/connection-1"]
    xero.answer = lambda _: xero.raw(b"", status=503)
    with pytest.raises(XeroUnavailable):
        identity.connections(app, "token")


def test_backup_when_a_void_document_is_edited_then_it_counts_as_changed_and_not_as_voided(
    xero: TinyServer, app: XeroApp, tmp_path: Path
) -> None:
    ring, store = KeyRing.parse(new_key("first")), Store.open(f"file://{tmp_path}/vault", {})
    vault = Vault(store, ring, tmp_path / "cache", now=_now, tool="test")
    books = vault.books("T1", "org-1", new_data_key())
    pace = Pace(lambda: 0.0, lambda _: None, sleep=lambda _: None, now=_now)
    nights = [("VOIDED", "was", "PAID"), ("VOIDED", "edited", "VOIDED"), ("VOIDED", "edited", "VOIDED")]
    told = []
    for number, (status, reference, other) in enumerate(nights):
        invoices = [
            {"InvoiceID": "i-1", "Status": status, "Reference": reference},
            {"InvoiceID": "i-2", "Status": other},
            {"InvoiceID": "i-3", "Status": "PAID", "Reference": f"{number}"},
            {"InvoiceID": f"i-{number + 4}", "Status": "DELETED"},
        ]
        xero.play(xero.json({"Invoices": invoices}))
        with XeroClient(app, "tenant", token=lambda _: "x", pace=pace, now=_now) as client:
            reader = Reader(client, now=_now, today=date(2026, 11, 22), concurrency=3)
            draft = books.draft(f"run {number}", _now())
            taker = StageTaker(books, draft, reader, scopes=(), on_records=lambda *_: None)
            plan = StagePlan("stage", "stage", (RESOURCES["invoices"],))
            outcome = taker.take(plan).outcomes[0]
            draft.publish({})
        told.append((outcome.new, outcome.changed, outcome.voided))
    assert told == [(4, 0, 0), (1, 2, 1), (1, 1, 0)]
