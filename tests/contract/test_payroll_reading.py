"""A whole payroll through the reader: every record of every country once, under an id of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.catalogue import RESOURCES, backup_scopes
from bot.domain.backup import OutcomeStatus
from bot.domain.settings import Extra
from bot.sandbox.xero import PretendXero
from bot.sandbox.xero.payroll import PayrollBook, open_payroll
from bot.services.extras import keys_to_ask_for
from bot.xero.allowance import MemoryAllowance
from bot.xero.app import XeroApp
from bot.xero.calls import read_of
from bot.xero.client import XeroClient
from bot.xero.limits import Pace
from bot.xero.oauth import OAuth, authorize_url
from bot.xero.reading import ReadEnd, Reader

GENEROUS = 1_000_000


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def xero() -> Iterator[tuple[PretendXero, str]]:
    pretend = PretendXero(organisations=("lively", "nz"), calls_per_minute=GENEROUS, calls_per_day=GENEROUS)
    open_payroll(pretend.open_organisation("fresh-au"))
    yield pretend, pretend.start()
    pretend.stop()


def read(
    xero: tuple[PretendXero, str], key: str, country: str
) -> tuple[dict[str, dict[str, bytes]], dict[str, ReadEnd], PayrollBook]:
    pretend, url = xero
    app = XeroApp(
        client_id=pretend.client_id, client_secret=pretend.client_secret,
        redirect_uri="http://localhost:3000/xero/callback", login_url=url, identity_url=url, api_url=url,
        calls_per_minute=GENEROUS, calls_per_day=GENEROUS, timeout_seconds=10.0,
    )  # fmt: skip
    keys = keys_to_ask_for({Extra.PAYROLL}, country)
    back = pretend.consent(authorize_url(app, state="s", scopes=backup_scopes(keys)), key)
    tokens = OAuth(app, now=now).exchange(parse_qs(urlsplit(back).query)["code"][0])
    allowance = MemoryAllowance(app, now)
    org = pretend.organisation(key)
    client = XeroClient(
        app, org.tenant_id, token=lambda _: tokens.access_token,
        pace=Pace(allowance.claim, allowance.observe, now=now), now=now,
    )  # fmt: skip
    kept: dict[str, dict[str, bytes]] = defaultdict(dict)
    ends: dict[str, ReadEnd] = {}
    with client:
        Reader(client, now=now, today=now().date(), concurrency=5).read(
            tuple(RESOURCES[one] for one in keys),
            lambda resource, records: kept[resource.key].update({one.record_id: one.raw for one in records}),
            lambda resource, end: ends.update({resource.key: end}),
            lambda resource: tuple(kept[read_of(resource).parent]),
        )
    return kept, ends, open_payroll(org)


@pytest.mark.parametrize(("key", "country"), [("lively", "GB"), ("nz", "NZ"), ("fresh-au", "AU")])
def test_payroll_when_read_then_nothing_of_it_is_missing(
    xero: tuple[PretendXero, str], key: str, country: str
) -> None:
    kept, ends, book = read(xero, key, country)
    assert {one: end.error for one, end in ends.items() if end.status is not OutcomeStatus.READ} == {}
    for resource in (RESOURCES[one] for one in ends):
        held, path = kept[resource.key], read_of(resource).path.partition("/")[0].lower()
        if resource.key.endswith("_payslips"):
            assert len(held) == 6
            assert all(one.count("/") == 1 for one in held)
        elif path in book.tables and "{id}" not in read_of(resource).path:
            assert len(held) == len(book.tables[path].rows)
        elif resource.key.endswith(("_details", "_tax", "_payment_methods")):
            assert len(held) == len(kept[read_of(resource).parent])
        elif read_of(resource).parent:
            assert len(held) >= 1
            assert {one.partition("/")[0] for one in held} <= set(kept[read_of(resource).parent])
        else:
            assert list(held) == [resource.key]
