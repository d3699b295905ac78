"""The adapter against the sandbox's Xero: link, first scan, a whole read, a sweep, the end of the link."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.catalogue import RESOURCES, backup_scopes, reading_now
from bot.catalogue.model import Area, Resource, Rhythm
from bot.domain.backup import OutcomeStatus
from bot.errors import ConsentRevoked, LinkProblem, LinkRefused, OrganisationGone, ReadRefused
from bot.sandbox.xero import PretendXero
from bot.xero.allowance import MemoryAllowance
from bot.xero.app import XeroApp
from bot.xero.calls import read_of
from bot.xero.client import XeroClient
from bot.xero.facts import organisation_facts
from bot.xero.identity import connections, disconnect
from bot.xero.limits import Pace
from bot.xero.oauth import OAuth, TokenSet, authorize_url
from bot.xero.reading import Reader
from bot.xero.sizing import count_documents, least_calls
from bot.xero.split import split
from bot.xero.tally import ReadEnd, Record

_GENEROUS = 100_000  # calls a minute: waiting is another test's matter
# Fields a list carries by moment of serving, or that a single record adds, do not count as different.


def _now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def xero() -> Iterator[tuple[PretendXero, str]]:
    pretend = PretendXero(calls_per_minute=_GENEROUS, calls_per_day=_GENEROUS)
    url = pretend.start()
    yield pretend, url
    pretend.stop()


@pytest.fixture
def app(xero: tuple[PretendXero, str]) -> XeroApp:
    pretend, url = xero
    return XeroApp(
        client_id=pretend.client_id,
        client_secret=pretend.client_secret,
        redirect_uri="http://localhost:3000/xero/callback",
        login_url=url,
        identity_url=url,
        api_url=url,
        calls_per_minute=_GENEROUS,
        calls_per_day=_GENEROUS,
        timeout_seconds=10.0,
    )


def _link(xero: PretendXero, app: XeroApp, organisation: str = "lively", user: str = "ana") -> TokenSet:
    back = xero.consent(authorize_url(app, state="s-1", scopes=backup_scopes()), organisation, user)
    answer = parse_qs(urlsplit(back).query)
    assert answer["state"] == ["s-1"]
    return OAuth(app, now=_now).exchange(answer["code"][0])


def _client(app: XeroApp, tokens: TokenSet, tenant_id: str) -> XeroClient:
    allowance = MemoryAllowance(app, _now)
    pace = Pace(allowance.claim, allowance.observe, now=_now)
    return XeroClient(app, tenant_id, token=lambda _: tokens.access_token, pace=pace, now=_now)


@dataclass(slots=True)
class Kept:
    """What a read handed on."""

    records: dict[str, dict[str, Record]]
    ends: dict[str, ReadEnd]

    def on_records(self, resource: Resource, records: list[Record]) -> None:
        self.records[resource.key].update({one.record_id: one for one in records})

    def on_end(self, resource: Resource, end: ReadEnd) -> None:
        self.ends[resource.key] = end


def _read(client: XeroClient, resources: tuple[Resource, ...]) -> tuple[Kept, Reader]:
    kept = Kept(defaultdict(dict), {})
    reader = Reader(client, now=_now, today=_now().date(), concurrency=5)
    reader.read(resources, kept.on_records, kept.on_end, lambda one: tuple(kept.records[read_of(one).parent]))
    return kept, reader


def test_link_when_consented_then_the_tokens_say_whose_and_which(
    xero: tuple[PretendXero, str], app: XeroApp
) -> None:
    tokens = _link(xero[0], app)
    assert tokens.xero_user_id
    assert tokens.auth_event_id
    assert set(backup_scopes()) <= tokens.scopes
    (added,) = connections(app, tokens.access_token, tokens.auth_event_id)
    assert added.tenant_id == xero[0].organisation("lively").tenant_id
    assert added.tenant_type == "ORGANISATION"
    assert added.name


def test_link_when_the_code_is_used_twice_then_it_is_expired(
    xero: tuple[PretendXero, str], app: XeroApp
) -> None:
    back = xero[0].consent(authorize_url(app, state="s", scopes=backup_scopes()))
    code = parse_qs(urlsplit(back).query)["code"][0]
    oauth = OAuth(app, now=_now)
    oauth.exchange(code)
    with pytest.raises(LinkRefused) as caught:
        oauth.exchange(code)
    assert caught.value.problem is LinkProblem.EXPIRED


def test_refresh_when_repeated_then_each_pair_is_new_and_scopes_stay(
    xero: tuple[PretendXero, str], app: XeroApp
) -> None:
    tokens = _link(xero[0], app)
    again = OAuth(app, now=_now).refresh(tokens.refresh_token)
    assert again.refresh_token != tokens.refresh_token
    assert again.scopes == tokens.scopes
    assert again.xero_user_id == tokens.xero_user_id


def test_read_when_everything_is_asked_for_then_every_record_is_kept_in_the_least_calls(
    xero: tuple[PretendXero, str], app: XeroApp
) -> None:
    pretend = xero[0]
    tenant_id = pretend.organisation("lively").tenant_id
    resources = tuple(one for one in reading_now() if one.rhythm is not Rhythm.FILLED)
    with _client(app, _link(pretend, app), tenant_id) as client:
        pretend.calls.clear()
        kept, reader = _read(client, resources)
    counts = {key: len(records) for key, records in kept.records.items()}
    assert {key: end.status for key, end in kept.ends.items() if end.status is not OutcomeStatus.READ} == {}
    assert set(kept.ends) == {one.key for one in resources}
    assert client.calls == least_calls(resources, counts, counts) == len(pretend.calls)
    assert sum(end.calls for end in kept.ends.values()) == client.calls
    assert max(Counter((call.path, call.query) for call in pretend.calls).values()) == 1
    assert {call.method for call in pretend.calls} == {"GET"}
    assert reader.started_server_at is not None


_SAME_AS_SERVED = (
    "invoices",
    "contacts",
    "bank_transactions",
    "accounts",
    "quotes",
    "manual_journals",
    "items",
)


@pytest.mark.parametrize("key", _SAME_AS_SERVED)
def test_read_when_a_list_is_kept_then_each_record_is_the_bytes_that_were_served(
    xero: tuple[PretendXero, str], app: XeroApp, key: str
) -> None:
    pretend = xero[0]
    tenant_id = pretend.organisation("lively").tenant_id
    resource = RESOURCES[key]
    assert resource.read is not None
    with _client(app, _link(pretend, app), tenant_id) as client:
        kept, _ = _read(client, (resource,))
    served = pretend.served(tenant_id, resource.read.collection)
    assert len(served) > 5
    assert {name: record.raw for name, record in kept.records[key].items()} == served


def test_sweep_when_something_changed_since_then_only_that_comes_again(
    xero: tuple[PretendXero, str], app: XeroApp
) -> None:
    tenant_id = xero[0].organisation("lively").tenant_id
    resources = tuple(one for one in reading_now() if one.key in {"invoices", "accounts", "tax_rates"})
    with _client(app, _link(xero[0], app), tenant_id) as client:
        kept, reader = _read(client, resources)
        assert reader.started_server_at is not None
        again = Kept(defaultdict(dict), {})
        reader.sweep(resources, reader.started_server_at, again.on_records, again.on_end)
    assert set(again.ends) == {"invoices", "accounts"}
    assert len(again.records["invoices"]) < len(kept.records["invoices"])


def test_first_scan_when_linked_then_counts_and_facts_are_known_in_a_handful_of_calls(
    xero: tuple[PretendXero, str], app: XeroApp
) -> None:
    tenant_id = xero[0].organisation("lively").tenant_id
    with _client(app, _link(xero[0], app), tenant_id) as client:
        counts = count_documents(client)
        assert client.calls == 5
        organisation = client.get(Area.ACCOUNTING, "Organisation", {})
        currencies = client.get(Area.ACCOUNTING, "Currencies", {})
        kept, _ = _read(client, (RESOURCES["invoices"], RESOURCES["contacts"], RESOURCES["accounts"]))
    for key in ("invoices", "contacts", "accounts"):
        assert counts[key] == len(kept.records[key])
    (raw,) = split(organisation.body, "Organisations").records
    facts = organisation_facts(raw, split(currencies.body, "Currencies").records)
    assert facts.region
    assert facts.country
    assert facts.base_currency in facts.currencies


def test_read_when_the_tier_is_too_low_for_journals_then_that_is_a_refusal(
    xero: tuple[PretendXero, str], app: XeroApp
) -> None:
    tenant_id = xero[0].organisation("lively").tenant_id
    with _client(app, _link(xero[0], app), tenant_id) as client:
        kept, _ = _read(client, (RESOURCES["journals"], RESOURCES["accounts"]))
    assert kept.ends["accounts"].status is OutcomeStatus.READ
    assert kept.ends["journals"].status is OutcomeStatus.REFUSED
    error = kept.ends["journals"].error
    assert isinstance(error, ReadRefused)
    assert error.kind == "tier"


def test_read_when_the_person_may_not_see_reports_then_that_is_a_refusal_by_role(
    xero: tuple[PretendXero, str], app: XeroApp
) -> None:
    tenant_id = xero[0].organisation("lively").tenant_id
    with _client(app, _link(xero[0], app, user="sam"), tenant_id) as client:
        kept, _ = _read(
            client, tuple(RESOURCES[key] for key in ("trial_balance", "manual_journals", "quotes"))
        )
    assert kept.ends["quotes"].status is OutcomeStatus.READ
    for key in ("trial_balance", "manual_journals"):
        error = kept.ends[key].error
        assert isinstance(error, ReadRefused)
        assert error.kind == "role"


@pytest.mark.parametrize("organisation", ["empty", "nz"])
def test_read_when_another_organisation_then_it_is_read_whole(
    xero: tuple[PretendXero, str], app: XeroApp, organisation: str
) -> None:
    tenant_id = xero[0].organisation(organisation).tenant_id
    with _client(app, _link(xero[0], app, organisation), tenant_id) as client:
        kept, _ = _read(client, reading_now())
    assert {end.status for end in kept.ends.values()} == {OutcomeStatus.READ}


def test_disconnect_when_done_then_the_organisation_is_gone_and_a_second_time_says_no(
    xero: tuple[PretendXero, str], app: XeroApp
) -> None:
    tokens = _link(xero[0], app, "nz", "bea")
    (one,) = connections(app, tokens.access_token, tokens.auth_event_id)
    assert disconnect(app, tokens.access_token, one.id) is True
    assert disconnect(app, tokens.access_token, one.id) is False
    with _client(app, tokens, one.tenant_id) as client, pytest.raises(OrganisationGone):
        client.get(Area.ACCOUNTING, "Organisation", {})


def test_revoke_when_done_then_the_refresh_token_is_dead(xero: tuple[PretendXero, str], app: XeroApp) -> None:
    tokens = _link(xero[0], app, "nz", "bea")
    oauth = OAuth(app, now=_now)
    oauth.revoke(tokens.refresh_token)
    with pytest.raises(ConsentRevoked):
        oauth.refresh(tokens.refresh_token)
