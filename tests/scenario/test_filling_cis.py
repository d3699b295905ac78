"""CIS settings of contacts: asked for only where the organisation takes part; none is no trouble."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import stamina

from bot.domain.backup import OutcomeStatus, Summary
from bot.sandbox.xero import PretendOrganisation, cis
from bot.vault import SnapshotInfo
from tests.faults.machine import company, met
from tests.scenario.office import Office, office


@pytest.fixture(scope="module")
def here() -> Iterator[Office]:
    with (
        stamina.set_testing(True, attempts=2, cap=True),
        office(organisations=(), minute_seconds=0.2, settings={"XERO_FILL_CALLS": "5000"}) as one,
    ):
        one.slack.rate_limits = False
        met(one)
        one.only_by_hand()
        yield one


def _british(here: Office, name: str) -> PretendOrganisation:
    org = company(here.xero, name)
    (about,) = org.shelf("Organisations")
    org.change("Organisations", about.record_id, CountryCode="GB", Version="UK")
    return org


def _back_up(here: Office, org: PretendOrganisation) -> Summary:
    assert here.bot is not None
    organisation = next(one for one in here.organisations() if one.name == org.name)
    here.xero.calls.clear()
    here.back_up(org.name)
    return here.bot.parts.runs.summaries(organisation.id)[0]


def _kept(here: Office, org: PretendOrganisation) -> dict[str, bytes]:
    assert here.bot is not None
    organisation = next(one for one in here.organisations() if one.name == org.name)
    books = here.bot.parts.books.of(organisation)
    newest: SnapshotInfo = books.snapshots()[-1]
    return {one.record_id: one.raw for one in books.records(newest, "contact_cis_settings")}


def _asked(here: Office) -> list[str]:
    """Name the contacts that were asked for."""
    paths = [call.path for call in here.xero.calls if call.path.endswith("/CISSettings")]
    return [path.split("/")[-2] for path in paths if "/Contacts/" in path]


def test_contacts_when_the_organisation_takes_no_part_then_are_never_asked_for(here: Office) -> None:
    org = _british(here, "Papers without CIS Ltd")
    here.link(org.name)
    told = _back_up(here, org)
    assert _asked(here) == []
    assert "contact_cis_settings" not in {one.resource for one in told.fills}
    cis.switch_on(org, contractor=False)  # it was looked at, and is neither
    told = _back_up(here, org)
    assert _asked(here) == []


def test_contacts_when_the_organisation_takes_part_then_settings_are_kept_and_404_is_none(
    here: Office,
) -> None:
    org = _british(here, "Papers with CIS Ltd")
    first, second, *_ = everybody = list(org.shelf("Contacts").records)
    cis.switch_on(org)
    cis.register(org, first)
    here.link(org.name)
    told = _back_up(here, org)
    assert sorted(_asked(here)) == sorted(everybody)
    assert _kept(here, org).keys() == {first}
    assert b'"CISEnabled"' in _kept(here, org)[first]
    fill = next(one for one in told.fills if one.resource == "contact_cis_settings")
    assert (fill.nights, fill.failed) == (0, 0)
    assert "contact_cis_settings" not in {one.resource for one in told.gaps}

    cis.register(org, second)
    org.touch("Contacts", second)
    told = _back_up(here, org)
    assert _asked(here) == [second]
    assert _kept(here, org).keys() == {first, second}
    status = {one.resource: one.status for one in told.outcomes}
    assert status["contact_cis_settings"] is OutcomeStatus.READ


def test_settings_of_a_contact_when_not_found_any_more_then_they_stand_and_it_is_said(here: Office) -> None:
    org = _british(here, "Papers once with CIS Ltd")
    contact = next(iter(org.shelf("Contacts").records))
    cis.switch_on(org)
    cis.register(org, contact)
    here.link(org.name)
    _back_up(here, org)
    del org.contacts_cis[contact]
    org.touch("Contacts", contact)
    told = _back_up(here, org)
    assert _kept(here, org).keys() == {contact}
    assert "contact_cis_settings" in {one.resource for one in told.gaps}
