"""Disconnecting an organisation: who may, the modal, Xero's side, the copies, and linking it again."""

from __future__ import annotations

import pytest

from bot.domain.organisation import LinkState, Organisation
from bot.errors import Refused
from bot.sandbox.slack import Answer
from bot.views import ids
from bot.views.plain import as_text
from tests.scenario.office import ANA, BEN, FINANCE, GENERAL, Office

KERERU = "Kererū Coffee Roasters"


def kept(name: str = "") -> dict[str, dict[str, object]]:
    """Fill in the modal: keep the copies."""
    return _filled(ids.COPIES_KEEP, name)


def deleted(name: str) -> dict[str, dict[str, object]]:
    """Fill in the modal: delete the copies."""
    return _filled(ids.COPIES_DELETE, name)


def _filled(choice: str, name: str) -> dict[str, dict[str, object]]:
    return {
        ids.COPIES_BLOCK: {ids.COPIES_ACTION: choice},
        ids.TYPED_NAME_BLOCK: {ids.TYPED_NAME_ACTION: name},
    }


def opened(office: Office, organisation: Organisation, *, user: str = ANA) -> str:
    """Press Disconnect and give the modal's id."""
    message = office.wait_for(FINANCE, "onnected: ")
    assert office.slack.click(user, FINANCE, message, ids.DISCONNECT, ids.reference(organisation.id)).ok
    assert office.slack.wait_until(lambda: office.slack.open_modal(user) is not None)
    modal = office.slack.open_modal(user)
    assert modal is not None
    return modal.id


def submit(office: Office, organisation: Organisation, values: dict[str, dict[str, object]]) -> Answer:
    """Open the modal anew, fill it in and send it."""
    return office.slack.submit(ANA, opened(office, organisation), values)


def relink(office: Office, channel: str = FINANCE) -> None:
    """Link it again, and wait until the channel heard of it."""

    def heard() -> int:
        return sum("== 🔗 Reconnected: " in office.text(one) for one in office.slack.messages(channel))

    before = heard()
    status, _, page = office.consent(office.link_offered(channel=channel), organisation="nz")
    assert status == 200, page
    assert office.slack.wait_until(lambda: heard() > before, 20)


def state_of(office: Office, organisation: Organisation) -> LinkState:
    """Say how it is linked now."""
    assert office.bot is not None
    return office.bot.parts.organisations.get(organisation.id).state


def snapshots(office: Office, organisation: Organisation) -> int:
    """Count the copies that stand."""
    assert office.bot is not None
    return office.bot.worker.services.backups.snapshot_count(organisation)


@pytest.fixture(scope="module")
def kereru(shared: Office) -> Organisation:
    """An organisation with one snapshot."""
    found = shared.link("nz")
    shared.back_up()
    return found


def test_disconnect_when_pressed_by_somebody_else_then_says_who_may(
    shared: Office, kereru: Organisation
) -> None:
    message = shared.wait_for(FINANCE, f"Connected: {KERERU}")
    told = shared.press(BEN, FINANCE, message, ids.DISCONNECT, ids.reference(kereru.id))
    assert "Only workspace admins may disconnect an organisation." in told
    assert shared.slack.open_modal(BEN) is None


def test_modal_when_opened_then_says_what_ends_and_what_stays(shared: Office, kereru: Organisation) -> None:
    opened(shared, kereru)
    modal = shared.slack.open_modal(ANA)
    assert modal is not None
    shown = as_text(modal.view)
    assert "1 snapshot can still be exported." in shown
    assert "1 snapshot is destroyed. There is no way back." in shown
    assert f"The name is: {KERERU}" in shown


@pytest.mark.parametrize("typed", ["", "Kereru Coffee", "yes", "x" * 300])
def test_copies_when_the_name_is_wrong_then_the_field_says_so_and_nothing_is_deleted(
    shared: Office, kereru: Organisation, typed: str
) -> None:
    answer = submit(shared, kereru, deleted(typed))
    assert ids.TYPED_NAME_BLOCK in answer.field_errors
    assert "Nothing was deleted" in answer.field_errors[ids.TYPED_NAME_BLOCK]
    assert state_of(shared, kereru) is LinkState.ACTIVE
    assert snapshots(shared, kereru) == 1


def test_copies_when_a_backup_is_running_then_are_not_deleted(shared: Office, kereru: Organisation) -> None:
    with shared.held():
        shared.say("now kereru")
        shared.wait_for(FINANCE, "Backing up: Kerer")
        answer = submit(shared, kereru, deleted(KERERU))
        assert "A backup is running" in answer.field_errors[ids.COPIES_BLOCK]
    shared.slack.wait_until(lambda: snapshots(shared, kereru) == 2, 20)
    assert snapshots(shared, kereru) == 2


def test_copies_when_under_a_legal_hold_then_are_not_deleted(shared: Office, kereru: Organisation) -> None:
    assert shared.bot is not None
    settings, actor = shared.bot.worker.services.settings, shared.actor(ANA, FINANCE)
    settings.hold(actor, kereru, on=True)
    try:
        answer = submit(shared, kereru, deleted(KERERU))
        assert "under a legal hold" in answer.field_errors[ids.COPIES_BLOCK]
        with pytest.raises(Refused, match="legal hold"):  # also when the hold came after the form was sent
            shared.bot.desk.unlinking.unlink(actor, kereru, delete_copies=True)
    finally:
        settings.hold(actor, kereru, on=False)
    assert state_of(shared, kereru) is LinkState.ACTIVE
    assert snapshots(shared, kereru) >= 1


def test_disconnect_when_xero_is_down_then_nothing_changes_and_ana_hears_so(
    shared: Office, kereru: Organisation
) -> None:
    shared.xero.faults.add("503_html", path="/[Cc]onnections/*", times=0)
    direct = shared.slack.workspace.direct(ANA, shared.slack.app.user_id).id
    assert submit(shared, kereru, kept()).ok
    told = shared.text(shared.wait_for(direct, "Xero did not answer as it should"))
    shared.xero.faults.clear()
    assert "try again in a few minutes" in told
    assert state_of(shared, kereru) is LinkState.ACTIVE


def test_disconnect_when_copies_are_kept_then_ends_at_xero_and_the_copies_stand(
    shared: Office, kereru: Organisation
) -> None:
    assert submit(shared, kereru, kept()).ok
    assert shared.slack.duplicate().ok
    told = shared.text(shared.wait_for(FINANCE, f"Disconnected: {KERERU}"))
    assert "The copies made so far are kept" in told
    assert "<@U0ANA>" in told or "Ana" in told or "U0ANA" in told
    assert not [one for one in shared.xero.authority.connections if one.live]
    assert any(call.path.lower().startswith("/connections/") for call in shared.xero.calls)
    assert state_of(shared, kereru) is LinkState.UNLINKED
    assert snapshots(shared, kereru) == 2
    assert sum("Disconnected: " in shared.text(one) for one in shared.slack.messages(FINANCE)) == 1
    assert "No Xero organisation is linked" in shared.say("status")


def test_modal_when_sent_after_the_organisation_went_then_says_so(
    shared: Office, kereru: Organisation
) -> None:
    told = shared.forge(ANA, FINANCE, ids.DISCONNECT, ids.reference(kereru.id))
    assert "no longer linked" in told


def test_relink_when_copies_were_kept_then_finds_them(shared: Office, kereru: Organisation) -> None:
    relink(shared, GENERAL)
    assert snapshots(shared, kereru) == 2
    assert "Snapshot #3" in shared.text(shared.back_up(channel=GENERAL))
    shared.bot.desk.unlinking.unlink(shared.actor(ANA, GENERAL), kereru, delete_copies=False)  # type: ignore[union-attr]


def test_disconnect_when_copies_are_deleted_then_nothing_is_left_and_it_can_begin_anew(
    shared: Office, kereru: Organisation
) -> None:
    relink(shared)
    assert submit(shared, kereru, deleted("kererū coffee  roasters")).ok
    told = shared.text(shared.wait_for(FINANCE, "Its copies were deleted"))
    assert "cannot be brought back" in told
    assert snapshots(shared, kereru) == 0
    relink(shared)
    assert "Snapshot #1" in shared.text(shared.back_up())


def test_disconnect_when_a_backup_runs_then_it_ends_without_a_snapshot(
    shared: Office, kereru: Organisation
) -> None:
    before = snapshots(shared, kereru)
    with shared.held():
        shared.say("now")
        shared.wait_for(FINANCE, "Backing up: Kerer")
        assert submit(shared, kereru, kept()).ok
        shared.slack.wait_until(lambda: state_of(shared, kereru) is LinkState.UNLINKED)
    # Whichever comes first: the stop, or Xero's answer that the connection is gone.
    told = shared.text(shared.wait_for(FINANCE, "backup of Kerer", also=("Stopped", "Failed")))
    assert "Complete" not in told
    assert snapshots(shared, kereru) == before
