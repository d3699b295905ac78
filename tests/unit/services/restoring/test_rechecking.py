"""What an approval is worth just before the first write: rights that went, more asked for, doubt."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.restore import Restore, RestoreState
from bot.sandbox.slack.demo import ANA, BEN, NORA, OTHER_TEAM, PRIYA
from bot.services.restoring.deciders import Deciders
from bot.services.restoring.rechecking import LAPSED, ApprovalLapsed, ApproversUnknown, Rechecking
from bot.services.restoring.requesting import EXPIRES
from bot.services.workspaces import Workspaces
from bot.views.restore_message import asks_again
from tests.unit.services.restoring.room import Room


def rechecking(room: Room, *, allow_self: bool = False) -> Rechecking:
    deciders = Deciders(room.db, access=room.access, audit=room.audit, allow_self=allow_self)
    return Rechecking(
        room.db,
        access=room.access,
        audit=room.audit,
        deciders=deciders,
        restores=room.restores,
        workspaces=Workspaces(room.db, now=room.clock),
        now=room.clock,
    )


def approved(room: Room, *users: str) -> Restore:
    """A restore that Ana asked for and these people approved."""
    room.name_approvers(*users, needed=len(users))
    restore = room.waiting()
    for user in users:
        room.approve(restore, user)
    found = room.restores.get(restore.id)
    assert found.state is RestoreState.APPROVED
    return found


def lapsed(room: Room, restore: Restore) -> Restore:
    with pytest.raises(ApprovalLapsed):
        rechecking(room).require(restore)
    return room.restores.get(restore.id)


def test_require_when_nothing_changed_then_passes_and_changes_nothing(room: Room) -> None:
    restore = approved(room, PRIYA, BEN)
    rechecking(room).require(restore)
    assert room.restores.get(restore.id) == restore
    assert room.audited(LAPSED) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda room: room.person(PRIYA, is_gone=True),
        lambda room: room.person(PRIYA, is_guest=True),
        lambda room: room.person(PRIYA, is_bot=True),
        lambda room: room.person(PRIYA, team_id=OTHER_TEAM),
        lambda room: room.slack.workspace.people.pop(PRIYA),
        lambda room: room.name_approvers(BEN),
        lambda room: room.name_approvers(),
        lambda room: room.consented(PRIYA, "one") or room.consented(ANA, "one"),
    ],
    ids=["left", "guest", "bot", "elsewhere", "unknown", "other named", "admins now", "one login"],
)
def test_require_when_the_approver_may_no_longer_then_people_decide_again(
    room: Room, change: Callable[[Room], object]
) -> None:
    restore = approved(room, PRIYA)
    room.later(days=5)
    change(room)
    found = lapsed(room, restore)
    assert (found.state, found.decisions, found.needed) == (RestoreState.WAITING, (), 1)
    assert found.expires_at == room.clock() + EXPIRES, "there is time to decide"
    assert "no longer counts" in found.ending
    assert room.audited(LAPSED) == [("", "done", "")]


def test_require_when_an_admin_is_demoted_who_approved_by_default_then_people_decide_again(
    room: Room,
) -> None:
    restore = room.waiting(user=BEN)
    room.approve(restore, NORA)
    room.person(NORA, is_admin=False)
    assert lapsed(room, room.restores.get(restore.id)).state is RestoreState.WAITING


def test_require_when_one_of_two_may_no_longer_then_only_the_other_counts(room: Room) -> None:
    restore = approved(room, PRIYA, BEN)
    room.person(BEN, is_gone=True)
    found = lapsed(room, restore)
    assert [one.user_id for one in found.approvals] == [PRIYA]
    assert "needs 2 approvals now, and has 1" in found.ending


def test_require_when_more_approvals_are_asked_for_now_then_those_given_stay(room: Room) -> None:
    restore = approved(room, PRIYA)
    room.name_approvers(PRIYA, BEN, needed=2)
    found = lapsed(room, restore)
    assert (found.state, found.needed, len(found.approvals)) == (RestoreState.WAITING, 2, 1)
    room.asked.keys.clear()
    again = room.approve(found, BEN)
    assert (again.state, again.ending) == (RestoreState.APPROVED, "")
    assert [key for _, _, key in room.asked.keys] != [f"restore:{restore.id}:1"], "it is a new piece of work"
    rechecking(room).require(again)


def test_require_when_one_of_three_left_and_two_are_asked_for_then_passes(room: Room) -> None:
    restore = approved(room, PRIYA, BEN)
    room.name_approvers(PRIYA, needed=1)
    rechecking(room).require(restore)


def test_require_when_two_approvers_turn_out_to_be_one_person_then_they_count_once(room: Room) -> None:
    restore = approved(room, PRIYA, BEN)
    room.consented(PRIYA, "one")
    room.consented(BEN, "one")
    assert len(lapsed(room, restore).approvals) == 1


def test_require_when_it_was_ones_own_then_counts_only_where_that_is_allowed(room: Room) -> None:
    room.deciding(allow_self=True)
    restore = approved(room, ANA)
    rechecking(room, allow_self=True).require(restore)
    lapsed(room, restore)


@pytest.mark.parametrize("code", ["", "token_revoked", "missing_scope"])
def test_require_when_slack_does_not_say_then_nothing_is_decided(room: Room, code: str) -> None:
    restore = approved(room, PRIYA)
    if code:
        room.slack.faults.error("users.info", code)
    else:
        room.slack.faults.status("users.info", 500)
    with pytest.raises(ApproversUnknown):
        rechecking(room).require(restore)
    assert room.restores.get(restore.id) == restore


def test_require_when_somebody_stopped_it_meanwhile_then_it_stays_stopped(room: Room) -> None:
    restore = approved(room, PRIYA)
    room.person(PRIYA, is_gone=True)
    room.steering.stop(room.actor(), restore.id)
    found = lapsed(room, restore)
    assert (found.state, len(found.approvals)) == (RestoreState.STOPPED, 1)


def test_asks_again_when_it_waits_again_then_says_why(room: Room) -> None:
    restore = approved(room, PRIYA)
    assert asks_again(restore) is None
    room.person(PRIYA, is_gone=True)
    message = asks_again(lapsed(room, restore))
    assert message is not None
    assert "An approval no longer counts" in str(message.payload)
