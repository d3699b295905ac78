"""Reading a target: few calls, everything a plan needs, and what Xero refuses is never hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.errors import ReadRefused
from bot.restore.target import TargetState
from bot.restore.target_reading import read_target
from bot.sandbox.xero import PretendOrganisation, PretendXero
from bot.sandbox.xero.books.documents import add_contact
from bot.xero.allowance import MemoryAllowance
from bot.xero.app import XeroApp
from bot.xero.client import XeroClient
from bot.xero.limits import Pace
from bot.xero.oauth import OAuth, authorize_url
from tests.unit.sandbox.writing.conftest import WRITING

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PLENTY = 100_000
Read = Callable[..., TargetState]


@pytest.fixture
def xero() -> Iterator[tuple[PretendXero, XeroApp]]:
    pretend = PretendXero(now=lambda: NOON, organisations=(), calls_per_minute=PLENTY, calls_per_day=PLENTY)
    url = pretend.start()
    yield (
        pretend,
        XeroApp(
            client_id=pretend.client_id,
            client_secret=pretend.client_secret,
            redirect_uri="http://localhost:3000/xero/callback",
            login_url=url,
            identity_url=url,
            api_url=url,
            calls_per_minute=PLENTY,
            calls_per_day=PLENTY,
            timeout_seconds=10.0,
        ),
    )
    pretend.stop()


@contextmanager
def asking(
    xero: tuple[PretendXero, XeroApp], org: PretendOrganisation, *, scopes: str, user: str
) -> Iterator[XeroClient]:
    pretend, app = xero
    back = pretend.consent(authorize_url(app, state="s", scopes=scopes.split()), org.key, user)
    token = OAuth(app, now=lambda: NOON).exchange(parse_qs(urlsplit(back).query)["code"][0]).access_token
    allowance = MemoryAllowance(app, lambda: NOON)
    pace = Pace(allowance.claim, allowance.observe, now=lambda: NOON)
    with XeroClient(app, org.tenant_id, token=lambda _: token, pace=pace, now=lambda: NOON) as client:
        yield client


@pytest.fixture
def read(xero: tuple[PretendXero, XeroApp]) -> Read:
    def run(org: PretendOrganisation, *, scopes: str = WRITING, user: str = "ana") -> TargetState:
        with asking(xero, org, scopes=scopes, user=user) as client:
            return read_target(
                client,
                organisation_id="o-1",
                tenant_id=org.tenant_id,
                scopes=frozenset(scopes.split()),
            )

    return run


def open_one(xero: tuple[PretendXero, XeroApp], key: str = "fresh-uk", **wishes: Any) -> PretendOrganisation:
    return xero[0].open_organisation(key, **wishes)


def test_read_target_when_new_then_it_is_empty_and_costs_24_calls(
    xero: tuple[PretendXero, XeroApp], read: Read
) -> None:
    org = open_one(xero, currencies=("EUR",))
    found = read(org)
    assert set(found.documents.values()) == {0}
    assert found.calls == 24
    assert found.unread == {}
    assert found.currencies == ("EUR", "GBP")
    assert (found.facts.region, found.facts.country, found.facts.base_currency) == ("UK", "GB", "GBP")
    assert found.actions is not None
    assert "UseMulticurrency" in found.actions
    assert len(found.accounts) == len(org.shelf("Accounts"))
    assert [one["AccountID"] for one in found.accounts] == sorted(one["AccountID"] for one in found.accounts)
    assert {one["Name"] for one in found.branding_themes} == {"Standard"}


def test_read_target_when_read_again_then_it_is_equal(xero: tuple[PretendXero, XeroApp], read: Read) -> None:
    org = open_one(xero)
    assert read(org) == read(org)


def test_read_target_when_in_use_then_documents_are_counted_and_locks_seen(
    xero: tuple[PretendXero, XeroApp], read: Read
) -> None:
    org = open_one(xero, period_lock=date(2026, 3, 31))
    for _ in range(3):
        org.add_invoice()
    found = read(org)
    assert {key: count for key, count in found.documents.items() if count} == {"invoices": 3}
    assert (found.period_lock_date, found.year_end_lock_date) == ("2026-03-31", "")


def test_read_target_when_there_are_many_contacts_then_all_pages_are_read(
    xero: tuple[PretendXero, XeroApp], read: Read
) -> None:
    org = open_one(xero)
    for number in range(1001):
        status = "ARCHIVED" if number == 7 else "ACTIVE"
        add_contact(org, f"Contact {number}", NOON, ContactStatus=status)
    found = read(org)
    assert len({one["ContactID"] for one in found.contacts}) == 1001
    assert found.calls == 25


def test_read_target_when_a_role_hides_journals_then_it_is_noted(
    xero: tuple[PretendXero, XeroApp], read: Read
) -> None:
    found = read(open_one(xero), user="sam")
    assert "manual_journals" not in found.documents
    assert found.unread == {"manual_journals": "The person who connected may not see this in Xero."}


def test_read_target_when_settings_are_refused_then_it_raises(
    xero: tuple[PretendXero, XeroApp], read: Read
) -> None:
    with pytest.raises(ReadRefused):
        read(open_one(xero), scopes="offline_access accounting.contacts accounting.invoices")
