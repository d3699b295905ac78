"""Deciding on a restore: who may, what binds, who was first, and what everybody else hears."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.db.tables import AuditRow, Workspace
from bot.domain.limits import LimitReading
from bot.domain.names import WorkspaceId
from bot.domain.organisation import LinkState
from bot.domain.restore import Restore, RestoreState
from bot.errors import LedgerkeepError, NotAllowed, NotHere, Refused, SlackUnavailable, UnknownRestore
from bot.sandbox.slack.demo import ANA, BEN, GENERAL, GIL, MOLLY, PRIYA
from bot.services.restoring.approving import (
    APPROVE,
    DECLINE,
    OTHER_PLAN,
    SNAPSHOT_GONE,
    WITHDRAW,
    WRONG_NAME,
    NotConfirmed,
    NotTicked,
)
from bot.services.restoring.choosing import NOT_LINKED
from bot.services.restoring.deciders import OWN
from bot.services.restoring.steering import GO_ON, STOP, STOPPED
from bot.services.running.runs import RESTORE as RESTORE_RUN
from tests.unit.services.restoring.room import READ, TARGET, Room
from tests.unit.views.restore_cases import GOING, plan

OVER = LimitReading(key="documents", title="Invoices, bills and credit notes", count=41_000, limit=40_000)


@pytest.fixture
def restore(room: Room) -> Restore:
    """A restore that Ana asked for and Priya may approve."""
    room.name_approvers(PRIYA)
    return room.waiting()


def refusal(do: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        do()
    return str(refused.value)


# Approving.


def test_approve_when_an_approver_confirms_then_the_work_is_asked_for_once(
    room: Room, restore: Restore
) -> None:
    approved = room.approve(restore)
    assert approved.state is RestoreState.APPROVED
    assert [(one.user_id, one.approved, one.at) for one in approved.decisions] == [
        (PRIYA, True, room.clock())
    ]
    assert room.asked.keys == [("restore", room.target.id, f"restore:{restore.id}:1")]
    assert room.audited(APPROVE) == [(PRIYA, "done", "")]


@pytest.mark.parametrize("typed", [TARGET, f"  {TARGET.upper()} ", TARGET.replace(" ", "  ")])
def test_approve_when_the_name_is_typed_in_other_letters_then_counts(
    room: Room, restore: Restore, typed: str
) -> None:
    assert room.approve(restore, typed_name=typed).state is RestoreState.APPROVED


@pytest.mark.parametrize("typed", ["", " ", "Empty", "Harbour Books", "Empty Shell2"])
def test_approve_when_another_name_is_typed_then_nothing_is_approved(
    room: Room, restore: Restore, typed: str
) -> None:
    with pytest.raises(NotConfirmed):
        room.approve(restore, typed_name=typed)
    assert room.restores.get(restore.id).state is RestoreState.WAITING
    assert room.audited(APPROVE) == [(PRIYA, "refused", WRONG_NAME)]


def test_approve_when_nobody_is_named_then_admins_may_and_others_not(room: Room) -> None:
    restore = room.waiting(user=BEN)
    assert "not among the people" in refusal(lambda: room.approve(restore, PRIYA))
    assert room.approve(restore, ANA).state is RestoreState.APPROVED


def test_approve_when_people_are_named_then_an_admin_who_is_not_may_not(room: Room) -> None:
    room.name_approvers(PRIYA)
    restore = room.waiting(user=BEN)
    with pytest.raises(NotAllowed) as refused:
        room.approve(restore, ANA)
    assert "/backup settings" in refused.value.needs
    assert room.audited(APPROVE)[0][:2] == (ANA, "refused")


def test_approve_when_a_group_is_named_then_who_is_in_it_now_may(room: Room) -> None:
    room.grant("usergroups:read")
    room.slack.workspace.groups["S1"] = ("controllers", (PRIYA, BEN))
    room.name_approvers(groups=("S1",), needed=2)
    restore = room.waiting()
    assert room.approve(restore, BEN).state is RestoreState.WAITING
    room.slack.workspace.groups["S1"] = ("controllers", (BEN,))
    assert "not among the people" in refusal(lambda: room.approve(restore, PRIYA))
    room.slack.workspace.groups["S1"] = ("controllers", (PRIYA,))
    assert room.approve(restore, PRIYA).state is RestoreState.APPROVED


def test_approve_when_slack_does_not_show_the_group_then_nobody_of_it_may(room: Room) -> None:
    room.slack.workspace.groups["S1"] = ("controllers", (PRIYA,))
    room.name_approvers(groups=("S1",))
    restore = room.waiting()
    assert "not among the people" in refusal(lambda: room.approve(restore, PRIYA))


def test_approve_when_slack_does_not_say_who_somebody_is_then_nobody_passes(
    room: Room, restore: Restore
) -> None:
    room.slack.faults.status("users.info", 500, times=9)
    with pytest.raises(SlackUnavailable):
        room.approve(restore)
    assert room.restores.get(restore.id).decisions == ()


@pytest.mark.parametrize(
    "change",
    [{"is_guest": True}, {"is_gone": True}, {"is_bot": True}, {"team_id": "T0EASTERN"}],
)
def test_approve_when_a_named_person_is_no_longer_fit_then_is_refused(
    room: Room, restore: Restore, change: dict[str, object]
) -> None:
    assert room.access.person(room.actor(PRIYA)).name  # known since a moment
    room.person(PRIYA, **change)
    with pytest.raises(NotAllowed):
        room.approve(restore)
    assert room.audited(APPROVE)[0][:2] == (PRIYA, "refused")
    assert room.restores.get(restore.id).state is RestoreState.WAITING


@pytest.mark.parametrize("user", [GIL, MOLLY])
def test_approve_when_a_guest_or_somebody_gone_is_named_then_is_refused(room: Room, user: str) -> None:
    room.name_approvers(user)
    restore = room.waiting()
    with pytest.raises(NotAllowed):
        room.approve(restore, user)


def test_approve_when_somebody_was_named_and_is_no_more_then_is_refused(room: Room, restore: Restore) -> None:
    room.name_approvers(BEN)
    assert "not among the people" in refusal(lambda: room.approve(restore))


# One's own restore.


def test_approve_when_it_is_ones_own_then_is_refused(room: Room) -> None:
    room.name_approvers(ANA, PRIYA)
    restore = room.waiting()
    assert refusal(lambda: room.approve(restore, ANA)) == OWN
    assert room.audited(APPROVE) == [(ANA, "refused", OWN)]


def test_approve_when_self_approval_is_allowed_then_it_stands_in_the_audit_log(room: Room) -> None:
    restore = room.waiting()
    room.deciding(allow_self=True)
    assert room.approve(restore, ANA).state is RestoreState.APPROVED
    assert room.audited(APPROVE) == [(ANA, "done", "")]
    with room.db.reading() as session:
        row = session.scalars(select(AuditRow).where(AuditRow.action == APPROVE)).one()
    assert row.detail["own"] is True


def test_approve_when_self_approval_is_allowed_then_rights_are_needed_all_the_same(room: Room) -> None:
    restore = room.waiting(user=BEN)
    room.deciding(allow_self=True)
    assert "not among the people" in refusal(lambda: room.approve(restore, BEN))


@pytest.mark.parametrize(("granted", "passes"), [(("users:read.email",), False), ((), True)])
def test_approve_when_another_account_has_the_same_address_then_counts_as_one_person(
    room: Room, restore: Restore, granted: tuple[str, ...], passes: bool
) -> None:
    """Where Slack gives no address, only accounts can be compared."""
    room.grant(*granted)
    room.access.forget()
    room.person(PRIYA, email="Ana@Harbour.example")
    if passes:
        assert room.approve(restore).state is RestoreState.APPROVED
    else:
        assert "the same e-mail address" in refusal(lambda: room.approve(restore))


def test_approve_when_both_consented_with_one_login_at_xero_then_counts_as_one_person(
    room: Room, restore: Restore
) -> None:
    room.consented(ANA, "consent-1")
    room.consented(PRIYA, "consent-2")
    room.consented(PRIYA, "consent-1")
    assert "the same login at Xero" in refusal(lambda: room.approve(restore))


def test_approve_when_each_consented_with_their_own_login_then_passes(room: Room, restore: Restore) -> None:
    room.consented(ANA, "consent-1")
    room.consented(PRIYA, "consent-2")
    assert room.approve(restore).state is RestoreState.APPROVED


# Several approvals.


def test_approve_when_two_are_needed_then_two_people_are(room: Room) -> None:
    room.name_approvers(PRIYA, BEN, needed=2)
    restore = room.waiting()
    first = room.approve(restore, PRIYA)
    assert (first.state, room.asked.keys) == (RestoreState.WAITING, [])
    again = refusal(lambda: room.approve(restore, PRIYA))
    assert "You approved this restore on" in again
    assert "one more approval is needed" in again
    assert room.approve(restore, BEN).state is RestoreState.APPROVED
    assert len(room.asked.keys) == 1
    for user in (PRIYA, BEN):
        assert refusal(lambda user=user: room.approve(restore, user)).startswith("You and ")


def test_approve_when_two_approvers_are_one_person_then_they_count_once(room: Room) -> None:
    room.grant("users:read.email")
    room.person(PRIYA, email="shared@harbour.example")
    room.person(BEN, email="shared@harbour.example")
    room.name_approvers(PRIYA, BEN, needed=2)
    restore = room.waiting()
    room.approve(restore, PRIYA)
    assert "You count as a person who approved already" in refusal(lambda: room.approve(restore, BEN))


def test_decline_when_one_of_two_approved_before_then_closes_all_the_same(room: Room) -> None:
    room.name_approvers(PRIYA, BEN, needed=2)
    restore = room.waiting()
    room.approve(restore, PRIYA)
    closed = room.approving.decline(room.actor(BEN), restore.id, "Not  now")
    assert (closed.state, closed.ending) == (RestoreState.DECLINED, "Not now")
    assert "Ben Okafor declined this restore on" in refusal(lambda: room.approve(restore, PRIYA))
    assert room.asked.keys == []


# At once, again, too late.


@pytest.mark.parametrize("needed", [1, 2])
def test_approve_when_two_people_do_at_once_then_the_work_is_asked_for_once(
    any_room: Room, needed: int
) -> None:
    any_room.name_approvers(PRIYA, BEN, needed=needed)
    restore = any_room.waiting()
    outcomes = at_once(*(lambda user=user: any_room.approve(restore, user) for user in (PRIYA, BEN)))
    after = any_room.restores.get(restore.id)
    assert after.state is RestoreState.APPROVED
    assert len(any_room.asked.keys) == 1
    assert len(after.approvals) == needed
    refused = [one for one in outcomes if isinstance(one, Refused)]
    assert len(refused) == 2 - needed
    assert all("approved this restore on" in str(one) for one in refused)


def test_approve_when_one_person_clicks_many_times_at_once_then_counts_once(any_room: Room) -> None:
    any_room.name_approvers(PRIYA, BEN, needed=2)
    restore = any_room.waiting()
    outcomes = at_once(*[lambda: any_room.approve(restore, PRIYA)] * 4)
    assert len([one for one in outcomes if isinstance(one, Restore)]) == 1
    after = any_room.restores.get(restore.id)
    assert (after.state, len(after.decisions)) == (RestoreState.WAITING, 1)


def test_decide_when_one_approves_and_one_declines_at_once_then_one_of_them_wins(any_room: Room) -> None:
    any_room.name_approvers(PRIYA, BEN)
    restore = any_room.waiting()
    at_once(
        lambda: any_room.approve(restore, PRIYA),
        lambda: any_room.approving.decline(any_room.actor(BEN), restore.id),
    )
    state = any_room.restores.get(restore.id).state
    assert state in {RestoreState.APPROVED, RestoreState.DECLINED}
    assert len(any_room.asked.keys) == (1 if state is RestoreState.APPROVED else 0)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do several things at the same moment; gives what each brought or raised."""
    found: list[object] = []
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        start.wait(5)
        try:
            found.append(act())
        except LedgerkeepError as error:
            found.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    assert len(found) == len(acts)
    return found


def test_approve_when_it_is_done_already_then_hears_who_decided_and_when(
    room: Room, restore: Restore
) -> None:
    room.name_approvers(PRIYA, BEN)
    room.approve(restore)
    told = refusal(lambda: room.approve(restore, BEN))
    assert told.startswith("Priya Nair approved this restore on 22 Nov 2026")
    room.restores.transition(restore.id, {RestoreState.APPROVED}, RestoreState.DONE)
    room.later(days=120)
    assert refusal(lambda: room.approve(restore, BEN)).endswith("It has ended.")
    assert [how for _, how, _ in room.audited(APPROVE)] == ["done", "refused", "refused"]


def test_approve_when_the_time_is_over_then_is_refused_before_the_clock_closed_it(
    room: Room, restore: Restore
) -> None:
    room.later(hours=73)
    assert "This request expired on" in refusal(lambda: room.approve(restore))
    assert "This request expired on" in refusal(lambda: room.approving.decline(room.actor(PRIYA), restore.id))
    assert room.restores.get(restore.id).state is RestoreState.WAITING


def test_approve_when_the_plan_is_not_made_yet_then_says_so(room: Room) -> None:
    room.name_approvers(PRIYA)
    restore = room.request()
    assert "The plan is not made yet" in refusal(lambda: room.approve(restore, fingerprint="x"))


# What an approval binds to.


@pytest.mark.parametrize("fingerprint", ["", "0" * 64])
def test_approve_when_another_plan_was_looked_at_then_is_refused(
    room: Room, restore: Restore, fingerprint: str
) -> None:
    assert refusal(lambda: room.approve(restore, fingerprint=fingerprint)) == OTHER_PLAN
    assert room.restores.get(restore.id).state is RestoreState.WAITING


def test_approve_when_the_target_left_the_region_then_the_request_is_void(
    room: Room, restore: Restore
) -> None:
    facts = {"name": TARGET, "region": "NZ", "country": "NZ", "base_currency": "NZD"}
    room.change_target(facts=facts)
    assert "The request is void; please ask again." in refusal(lambda: room.approve(restore))
    after = room.restores.get(restore.id)
    assert after.state is RestoreState.VOIDED
    assert "currency" in after.ending
    assert room.asked.keys == []
    assert room.audited("restore.voided")[0][:2] == (PRIYA, "done")


def test_approve_when_the_permission_was_taken_back_then_the_request_is_void(
    room: Room, restore: Restore
) -> None:
    room.change_target(scopes=list(READ))
    refusal(lambda: room.approve(restore))
    assert room.restores.get(restore.id).state is RestoreState.VOIDED


def test_approve_when_the_snapshot_is_no_longer_kept_then_the_request_is_void(room: Room) -> None:
    room.name_approvers(PRIYA)
    room.back_up(room.source)
    restore = room.waiting()
    room.books.of(room.source).prune([1])
    refusal(lambda: room.approve(restore))
    after = room.restores.get(restore.id)
    assert (after.state, after.ending) == (RestoreState.VOIDED, SNAPSHOT_GONE)


def test_approve_when_the_target_is_disconnected_then_is_refused_but_the_request_stands(
    room: Room, restore: Restore
) -> None:
    room.change_target(state=LinkState.DISCONNECTED)
    assert refusal(lambda: room.approve(restore)) == NOT_LINKED
    assert room.restores.get(restore.id).state is RestoreState.WAITING
    room.change_target(state=LinkState.ACTIVE)
    assert room.approve(restore).state is RestoreState.APPROVED


def test_approve_when_the_plan_is_unsafe_then_never(room: Room) -> None:
    room.name_approvers(PRIYA)
    restore = room.waiting(plan(unsafe=("There is nothing in this plan that could be written.",)))
    assert "nothing in this plan" in refusal(lambda: room.approve(restore))
    assert room.restores.get(restore.id).state is RestoreState.VOIDED


def test_approve_when_a_size_limit_is_passed_then_takes_the_tick(room: Room) -> None:
    room.name_approvers(PRIYA)
    restore = room.waiting(plan(limits=(OVER,)))
    with pytest.raises(NotTicked):
        room.approve(restore)
    assert room.restores.get(restore.id).state is RestoreState.WAITING
    assert room.approve(restore, limits_known=True).state is RestoreState.APPROVED


# Forged and stray.


@pytest.mark.parametrize("restore_id", ["", "forged", "' OR 1=1", "x" * 900])
def test_decide_when_the_id_is_forged_then_is_answered_and_written_down(room: Room, restore_id: str) -> None:
    actor = room.actor(PRIYA)
    for act in (
        lambda: room.approving.review(actor, restore_id),
        lambda: room.approving.decline(actor, restore_id),
        lambda: room.steering.stop(actor, restore_id),
        lambda: room.steering.go_on(actor, restore_id),
    ):
        with pytest.raises(UnknownRestore):
            act()
    assert room.audited(STOP) == [(PRIYA, "refused", "no such restore")]


def test_decide_when_it_is_another_workspaces_then_cannot_be_seen(room: Room, restore: Restore) -> None:
    with room.db.session() as session:
        session.add(Workspace(id="other", team_id="T0OTHER", created_at=room.clock()))
    stranger = replace(room.actor(PRIYA), workspace_id=WorkspaceId("other"))
    for act in (room.approving.review, room.approving.decline, room.steering.stop, room.steering.go_on):
        with pytest.raises(NotHere):
            act(stranger, restore.id)
    assert room.restores.get(restore.id).state is RestoreState.WAITING


def test_decide_when_clicked_outside_the_home_then_cannot_be_seen(room: Room, restore: Restore) -> None:
    with pytest.raises(NotHere):
        room.approving.review(room.actor(PRIYA, GENERAL), restore.id)


# Looking.


def test_review_when_an_approver_looks_then_may_approve(room: Room, restore: Restore) -> None:
    review = room.approving.review(room.actor(PRIYA), restore.id)
    assert (review.why_not, review.approvers.users, review.restore.plan) == ("", (PRIYA,), restore.plan)


@pytest.mark.parametrize(("user", "why"), [(BEN, "not among the people"), (ANA, "not among the people")])
def test_review_when_others_look_then_see_the_plan_and_why_they_cannot_approve(
    room: Room, restore: Restore, user: str, why: str
) -> None:
    assert why in room.approving.review(room.actor(user), restore.id).why_not
    assert room.audited(APPROVE) == []


def test_review_when_a_guest_looks_then_sees_nothing_of_the_books(room: Room, restore: Restore) -> None:
    with pytest.raises(NotAllowed):
        room.approving.review(room.actor(GIL), restore.id)


def test_review_when_it_is_decided_then_hears_how_it_stands(room: Room, restore: Restore) -> None:
    room.approve(restore)
    told = refusal(lambda: room.approving.review(room.actor(BEN), restore.id))
    assert "Priya Nair approved this restore on" in told


# Declining and withdrawing.


def test_decline_when_an_approver_does_then_it_is_closed_with_the_reason(
    room: Room, restore: Restore
) -> None:
    closed = room.approving.decline(room.actor(PRIYA), restore.id, "We only need the contacts")
    assert closed.state is RestoreState.DECLINED
    assert [(one.user_id, one.approved, one.reason) for one in closed.decisions] == [
        (PRIYA, False, "We only need the contacts")
    ]
    assert closed.finished_at == room.clock()
    assert room.audited(DECLINE) == [(PRIYA, "done", "")]


def test_decline_when_the_requester_does_then_it_is_withdrawn(room: Room, restore: Restore) -> None:
    assert room.approving.decline(room.actor(ANA), restore.id).state is RestoreState.WITHDRAWN
    assert room.audited(WITHDRAW) == [(ANA, "done", "")]
    assert refusal(lambda: room.approve(restore)).startswith("Ana Silva withdrew this request on")


def test_decline_when_somebody_else_does_then_is_refused(room: Room, restore: Restore) -> None:
    assert "not among the people" in refusal(lambda: room.approving.decline(room.actor(BEN), restore.id))
    assert "Only who asked" in refusal(lambda: room.approving.withdraw(room.actor(BEN), restore.id))


def test_decline_when_the_plan_is_not_made_yet_then_closes_it(room: Room) -> None:
    room.name_approvers(PRIYA)
    restore = room.request()
    assert room.approving.decline(room.actor(PRIYA), restore.id).state is RestoreState.DECLINED


# Stopping and going on.


def running(room: Room, restore: Restore) -> str:
    """Let an approved restore write, as its job does; gives its run."""
    with room.db.session() as session:
        run_id = room.runs.create(session, room.target.id, by=ANA, kind=RESTORE_RUN).id
    room.restores.transition(
        restore.id, {RestoreState.APPROVED}, RestoreState.RUNNING, run_id=run_id, progress=GOING
    )
    return run_id


def test_stop_when_it_only_waits_then_it_is_stopped_at_once(room: Room, restore: Restore) -> None:
    room.approve(restore)
    stopped = room.steering.stop(room.actor(BEN), restore.id)
    assert (stopped.state, stopped.ending) == (RestoreState.STOPPED, STOPPED)
    assert room.audited(STOP) == [(BEN, "done", "")]


def test_stop_when_it_writes_then_its_run_is_asked_to(room: Room, restore: Restore) -> None:
    room.approve(restore)
    run_id = running(room, restore)
    assert room.steering.stop(room.actor(BEN), restore.id).state is RestoreState.RUNNING
    assert room.runs.stop_requested(run_id)
    assert not room.runs.get(run_id).state.is_final


def test_stop_when_it_waits_for_tomorrow_then_its_run_ends(room: Room, restore: Restore) -> None:
    room.approve(restore)
    run_id = running(room, restore)
    room.restores.transition(restore.id, {RestoreState.RUNNING}, RestoreState.PARKED)
    assert room.steering.stop(room.actor(BEN), restore.id).state is RestoreState.STOPPED
    assert room.runs.get(run_id).state.is_final


def test_stop_when_everything_is_written_then_there_is_nothing_to_stop(room: Room, restore: Restore) -> None:
    room.approve(restore)
    run_id = running(room, restore)
    room.restores.change(restore.id, progress=replace(GOING, phase="reading back"))
    assert "nothing left to stop" in refusal(lambda: room.steering.stop(room.actor(BEN), restore.id))
    assert not room.runs.stop_requested(run_id)


def test_stop_when_a_guest_does_then_is_refused(room: Room, restore: Restore) -> None:
    room.approve(restore)
    with pytest.raises(NotAllowed):
        room.steering.stop(room.actor(GIL), restore.id)


@pytest.mark.parametrize("user", [ANA, PRIYA])
def test_go_on_when_the_requester_or_an_approver_lets_it_then_is_asked_for_anew(
    room: Room, restore: Restore, user: str
) -> None:
    room.approve(restore)
    room.steering.stop(room.actor(BEN), restore.id)
    room.asked.keys.clear()
    room.later(minutes=1)
    again = room.steering.go_on(room.actor(user), restore.id)
    assert (again.state, again.ending) == (RestoreState.APPROVED, "")
    ((kind, lane, key),) = room.asked.keys
    assert (kind, lane) == ("restore", room.target.id)
    assert key != f"restore:{restore.id}:1"
    assert room.audited(GO_ON) == [(user, "done", "")]
    assert "approved this restore" in refusal(lambda: room.steering.go_on(room.actor(user), restore.id))


def test_go_on_when_somebody_else_asks_then_is_refused(room: Room, restore: Restore) -> None:
    room.approve(restore)
    room.steering.stop(room.actor(BEN), restore.id)
    assert "not among the people" in refusal(lambda: room.steering.go_on(room.actor(BEN), restore.id))


def test_go_on_when_another_restore_took_the_target_then_waits_for_its_end(
    room: Room, restore: Restore
) -> None:
    room.approve(restore)
    room.steering.stop(room.actor(BEN), restore.id)
    room.request(BEN)
    assert "Another restore" in refusal(lambda: room.steering.go_on(room.actor(ANA), restore.id))
    assert room.restores.get(restore.id).state is RestoreState.STOPPED
