"""Rights that go between an approval and the work: nothing is written that nobody stands for any more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.catalogue import backup_scopes
from bot.db.tables import OrganisationRow
from bot.domain.organisation import LinkState
from bot.domain.restore import RestoreState
from bot.domain.settings import Approvers, WorkspaceSettings
from bot.services.settings import SettingsStore
from bot.views import ids
from tests.faults.restore_place import API, ENDED, Place, in_office, surplus
from tests.scenario.office import ANA, BEN, FINANCE, PRIYA


@pytest.fixture(scope="module")
def shared() -> Iterator[Place]:
    with in_office() as place:
        yield place


@pytest.fixture
def place(shared: Place) -> Iterator[Place]:
    people = dict(shared.office.slack.workspace.people)
    yield shared
    shared.office.xero.faults.clear()
    shared.office.slack.faults.clear()
    shared.office.slack.workspace.people.update(people)
    _name(shared, PRIYA)
    shared.office.forget_people()


def _name(place: Place, *users: str) -> None:
    named = WorkspaceSettings(approvers=Approvers(users=users, needed=1))
    store = SettingsStore(place.parts.db, audit=place.parts.audit, now=place.parts.now)
    store.change_workspace(place.office.actor(ANA, FINANCE), named)


def _leaves(place: Place) -> None:
    people = place.office.slack.workspace.people
    people[PRIYA] = replace(people[PRIYA], is_gone=True)


def _writes(place: Place, restore_id: str) -> int:
    return len(place.targets[place.restores.get(restore_id).target_id].writes)


def _approved_again(place: Place, restore_id: str) -> None:
    """Let Ben approve what Priya no longer stands for, and see it through."""
    _name(place, BEN)
    answer = place.try_to_approve(restore_id, BEN)
    assert place.restores.get(restore_id).state is not RestoreState.WAITING, answer
    assert place.until(restore_id, ENDED, seconds=90).state is RestoreState.DONE
    org = place.targets[place.restores.get(restore_id).target_id]
    assert not surplus(org, place.original)
    assert len(place.messages(restore_id)) == 1


def test_approver_leaves_before_the_first_write_then_nothing_is_written_until_another_approves(
    place: Place,
) -> None:
    restore_id = place.planned(place.open_target())
    place.office.xero.faults.add("hook", path=f"{API}Quotes", hook=lambda: _leaves(place))
    place.approve(restore_id)
    place.until(restore_id, {RestoreState.WAITING})
    shown = place.says(restore_id, "Approval is needed again")
    assert "An approval no longer counts" in shown
    assert "Nothing was written" in shown
    assert _writes(place, restore_id) == 0
    _approved_again(place, restore_id)


def test_approver_leaves_while_it_is_stopped_then_it_goes_on_only_when_another_approves(
    place: Place,
) -> None:
    restore_id = place.planned(place.open_target())
    place.during("Invoices", lambda: place.press(restore_id, ids.STOP_RESTORE))
    place.approve(restore_id)
    place.until(restore_id, {RestoreState.STOPPED})
    place.says(restore_id, "[Continue restore]")
    writes = _writes(place, restore_id)
    _leaves(place)
    place.press(restore_id, ids.CONTINUE_RESTORE)
    place.until(restore_id, {RestoreState.WAITING})
    assert "goes on where it was" in place.says(restore_id, "Approval is needed again")
    assert _writes(place, restore_id) == writes
    _approved_again(place, restore_id)


def test_slack_does_not_say_who_approved_then_it_waits_and_writes_nothing(place: Place) -> None:
    restore_id = place.planned(place.open_target())
    slack = place.office.slack
    place.office.xero.faults.add(
        "hook", path=f"{API}Quotes", hook=lambda: slack.faults.status("users.info", 500, times=99)
    )
    place.approve(restore_id)
    place.until(restore_id, {RestoreState.APPROVED, RestoreState.RUNNING})
    shown = place.says(restore_id, "Slack does not say at the moment")
    assert "I look again" in shown
    held = place.until(restore_id, {RestoreState.APPROVED})
    assert held.resume_at is not None
    place.recover()
    assert _writes(place, restore_id) == 0
    slack.faults.clear()
    place.office.pass_time(minutes=6)
    place.recover()
    assert place.ended(restore_id).state is RestoreState.DONE


def _lost(place: Place, *, state: RestoreState = RestoreState.FAILED) -> str:
    """Let Xero shut us out in the middle of a restore."""
    restore_id = place.planned(place.open_target())
    place.office.xero.faults.add("disconnected", path=f"{API}Payments", method="PUT")
    place.approve(restore_id)
    place.until(restore_id, {state})
    place.says(restore_id, "[Continue restore]")
    return restore_id


def test_connection_lost_then_the_message_offers_a_consent_that_mends_it_and_it_goes_on(
    place: Place,
) -> None:
    restore_id = _lost(place)
    shown = place.says(restore_id, "[Give permission]")
    assert "Xero no longer lets me into" in shown
    assert shown.index("[Give permission]") < shown.index("[Continue restore]")
    told = place.press(restore_id, ids.CONTINUE_RESTORE)
    assert "I may no longer write" in told
    assert place.restores.get(restore_id).state is RestoreState.FAILED, "it did not fail again"
    place.permit_by(place.press(restore_id, ids.GIVE_PERMISSION), restore_id)
    assert place.wait(lambda: "[Give permission]" not in place.shown(restore_id))
    assert "may write to" in place.office.forge(ANA, FINANCE, ids.GIVE_PERMISSION, ids.reference(restore_id))
    place.press(restore_id, ids.CONTINUE_RESTORE)
    assert place.ended(restore_id).state is RestoreState.DONE


def test_connected_anew_to_read_only_then_the_message_offers_permission_to_write(place: Place) -> None:
    restore_id = _lost(place)
    target_id = place.restores.get(restore_id).target_id
    status, _, page = place.office.consent(
        place.office.link_offered(), organisation=place.targets[target_id].key
    )
    assert status == 200, page
    _to_read_only(place, target_id)
    told = place.press(restore_id, ids.CONTINUE_RESTORE)
    place.permit_by(told, restore_id)
    place.press(restore_id, ids.CONTINUE_RESTORE)
    assert place.ended(restore_id).state is RestoreState.DONE


def _to_read_only(place: Place, organisation_id: str) -> None:
    with place.parts.db.session() as session:
        session.get_one(OrganisationRow, organisation_id).scopes = sorted(backup_scopes())


def test_target_unlinked_meanwhile_then_continue_says_so(place: Place) -> None:
    restore_id = _lost(place)
    with place.parts.db.session() as session:
        row = session.get_one(OrganisationRow, place.restores.get(restore_id).target_id)
        row.state = LinkState.UNLINKED
    assert "no longer linked" in place.press(restore_id, ids.CONTINUE_RESTORE)
    assert place.restores.get(restore_id).state is RestoreState.FAILED
