"""Restores as an outsider found them wanting: who may still approve, who reconnects, whose books they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.domain.restore import RestoreState
from bot.domain.settings import Approvers, WorkspaceSettings
from bot.restore import apply
from bot.restore.region import checks, failed
from bot.services.settings import SettingsStore
from bot.views import ids
from jobs import engine
from tests.faults.machine import API
from tests.faults.restore_place import Place, in_office
from tests.scenario.office import ANA, FINANCE
from tests.unit.restore.test_region import UK, target


@pytest.fixture(scope="module")
def shared() -> Iterator[Place]:
    with in_office() as place:
        yield place


@pytest.fixture
def place(shared: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setattr(engine, "PAUSES", (0.01, 0.01, 0.01, 0.01))
    monkeypatch.setattr(engine, "LONGEST_PAUSE", 0.01)
    monkeypatch.setattr(apply, "TRIES_AFTER", (0.01,))
    shared.name_approver()
    yield shared
    shared.office.xero.faults.clear()
    shared.name_approver()


def _name(place: Place, user: str) -> None:
    store = SettingsStore(place.parts.db, audit=place.parts.audit, now=place.parts.now)
    named = WorkspaceSettings(approvers=Approvers(users=(user,), needed=1))
    store.change_workspace(place.office.actor(ANA, FINANCE), named)


def test_approver_who_may_no_longer_approve_before_the_first_write_then_nothing_is_written(
    place: Place,
) -> None:
    restore_id = place.planned(place.open_target())
    # Between the approval and the first write, as when the target is busy for a while.
    place.during("Organisation", lambda: _name(place, ANA), method="GET")
    place.approve(restore_id)
    assert place.wait(lambda: not place.restores.get(restore_id).approvals, 20)  # taken out: ask again
    restore = place.restores.get(restore_id)
    assert restore.state is RestoreState.WAITING
    assert place.targets[restore.target_id].writes == []


def test_target_reconnected_by_another_person_in_the_middle_then_the_restore_can_go_on(
    place: Place,
) -> None:
    restore_id = place.planned(place.open_target())
    place.office.xero.faults.add("consent_revoked", path=f"{API}Payments", method="PUT")
    place.approve(restore_id)
    place.until(restore_id, {RestoreState.FAILED})
    place.says(restore_id, "[Continue restore]")
    org = place.targets[place.restores.get(restore_id).target_id]
    status, _, page = place.office.consent(place.office.link_offered(), organisation=org.key, xero_user="bea")
    assert status == 200, page
    place.press(restore_id, ids.CONTINUE_RESTORE)
    assert place.wait(
        lambda: (
            place.restores.get(restore_id).state is RestoreState.DONE
            or "Give permission" in place.shown(restore_id)
        ),
        6,
    ), place.shown(restore_id)


def test_target_that_is_xeros_own_source_under_another_connection_then_it_fails() -> None:
    same = {"OrganisationID": "0c7a3a35-32c5-4b23-9d4a-6e2f3d0b8c11"}
    new = replace(target(), organisation=same)
    assert failed(checks(UK, new, same=False, source_record=same))
