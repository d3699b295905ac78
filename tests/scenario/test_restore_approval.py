"""Deciding on a restore in Slack: the plan, the typed name, every refused click, stale and forged buttons."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.backup import RunState
from bot.domain.limits import LimitReading
from bot.domain.restore import Restore, RestoreState
from bot.sandbox.slack import Message
from bot.views import ids
from bot.views.plain import as_text
from tests.scenario.office import ANA, BEN, FINANCE, GENERAL, PRIYA
from tests.scenario.restore_house import EMPTY, House, house
from tests.unit.views.restore_cases import GOING, plan

OVER = LimitReading(key="documents", title="Invoices, bills and credit notes", count=41_000, limit=40_000)


@pytest.fixture(scope="module")
def built() -> Iterator[House]:
    with house() as one:
        yield one


@pytest.fixture
def here(built: House) -> Iterator[House]:
    """The house, as it is at the beginning of each test."""
    built.clear()
    yield built
    built.clear()


def pressed(here: House, message: Message, action: str, *, user: str, channel: str = FINANCE) -> str:
    """Press a button that opens a modal, and give what is in it."""
    here.office.slack.workspace.set_modals(user, [])
    assert here.office.slack.click(user, channel, message, action).ok
    return here.seen_by(user)


def test_request_when_it_waits_then_has_no_approve_button_and_names_nothing_from_the_books(
    here: House,
) -> None:
    _, message = here.waiting()
    drawn = json.dumps([dict(one) for one in message.blocks], ensure_ascii=False)
    assert "Approve restore" not in drawn
    assert f'"{ids.REVIEW_PLAN}"' in drawn
    assert "Visa Business" not in drawn
    assert "1,240.55" not in drawn
    shown = here.office.text(message)
    assert "9,526 created · 33 come back changed" in shown
    assert "ever @Ana Silva" in shown or f"ever @{ANA}" in shown
    assert "Plan `ab12cd34`" in shown


def test_approve_when_an_approver_types_the_name_then_the_message_says_who_and_when(here: House) -> None:
    restore, message = here.waiting()
    modal = here.review(message)
    assert "Visa Business 4410" in as_text(modal.view)
    assert "nothing is sent" in as_text(modal.view)
    answer = here.approve(modal)
    assert answer.ok, answer
    assert "You approved this restore." in here.seen_by(PRIYA)
    assert here.restores.get(restore.id).state is RestoreState.APPROVED
    assert here.asked == [("restore", here.target.id, f"restore:{restore.id}:1")]
    assert here.office.slack.wait_until(lambda: "Approved by" in here.shown(restore.id), 5)
    drawn = json.dumps([dict(one) for one in here.message(restore.id).blocks])
    assert f"<@{PRIYA}>" in drawn
    assert ids.REVIEW_PLAN not in drawn
    assert ids.DECLINE not in drawn
    assert here.message(restore.id).ts == message.ts
    told = here.office.wait_for(FINANCE, "let this restore go ahead")
    assert told.thread_ts == message.ts


def test_approve_when_another_name_is_typed_then_is_told_at_the_field(here: House) -> None:
    restore, message = here.waiting()
    modal = here.review(message)
    answer = here.approve(modal, typed="Harbour Books")
    assert answer.field_errors == {
        ids.TYPED_NAME_BLOCK: "This is not the target's name. Nothing was approved."
    }
    assert here.restores.get(restore.id).state is RestoreState.WAITING
    assert here.approve(modal, typed=f" {EMPTY.lower()} ").ok


def test_approve_when_a_limit_is_passed_then_takes_the_tick(here: House) -> None:
    _, message = here.waiting(plan(limits=(OVER,)))
    modal = here.review(message)
    assert list(here.approve(modal).field_errors) == [ids.LIMITS_BLOCK]
    assert here.approve(modal, known=True).ok


def test_review_when_the_requester_looks_then_sees_the_plan_and_cannot_approve(here: House) -> None:
    here.name_approvers(ANA, PRIYA)
    _, message = here.waiting()
    modal = here.review(message, user=ANA)
    assert "You asked for this restore, so another person must approve it." in as_text(modal.view)
    assert "submit" not in modal.view


def test_review_when_somebody_who_may_not_approve_looks_then_reads_why(here: House) -> None:
    _, message = here.waiting()
    modal = here.review(message, user=BEN)
    assert "You are not among the people who may approve a restore." in as_text(modal.view)
    assert "submit" not in modal.view


def test_approve_when_the_right_was_taken_away_while_the_plan_was_open_then_is_refused(here: House) -> None:
    restore, message = here.waiting()
    modal = here.review(message)
    here.name_approvers(BEN)
    assert here.approve(modal).ok  # answered: the modal says why not
    assert "You are not among the people" in here.seen_by(PRIYA)
    assert here.restores.get(restore.id).state is RestoreState.WAITING
    assert here.audited("restore.approve")[-1] == (PRIYA, "refused")


def test_approve_when_somebody_was_deactivated_a_moment_ago_then_is_refused(here: House) -> None:
    restore, message = here.waiting()
    modal = here.review(message)
    people = here.office.slack.workspace.people
    before = people[PRIYA]
    people[PRIYA] = replace(before, is_guest=True)
    try:
        here.approve(modal)
        assert "Guests of this workspace may not approve a restore." in here.seen_by(PRIYA)
    finally:
        people[PRIYA] = before
    assert here.restores.get(restore.id).state is RestoreState.WAITING


def test_approve_when_two_have_the_plan_open_then_the_second_hears_who_was_first(here: House) -> None:
    here.name_approvers(PRIYA, BEN)
    _, message = here.waiting()
    first, second = here.review(message), here.review(message, user=BEN)
    assert here.approve(first).ok
    assert here.approve(second, user=BEN).ok
    assert "Priya Nair approved this restore on" in here.seen_by(BEN)
    assert len([one for one in here.asked if one[0] == "restore"]) == 1


def test_approve_when_slack_delivers_the_form_twice_then_it_counts_once(here: House) -> None:
    restore, message = here.waiting()
    assert here.approve(here.review(message)).ok
    here.office.slack.duplicate()
    assert len(here.restores.get(restore.id).decisions) == 1
    assert len([one for one in here.asked if one[0] == "restore"]) == 1


def test_approve_when_two_are_needed_then_the_message_counts(here: House) -> None:
    here.name_approvers(PRIYA, BEN, needed=2)
    restore, message = here.waiting()
    here.approve(here.review(message))
    assert "One more approval is needed" in here.seen_by(PRIYA)
    assert here.office.slack.wait_until(lambda: "1 of 2 approvals" in here.shown(restore.id), 5)
    assert here.asked == []
    here.approve(here.review(here.message(restore.id), user=BEN), user=BEN)
    assert here.restores.get(restore.id).state is RestoreState.APPROVED


def test_approve_when_the_plan_was_made_anew_meanwhile_then_is_refused(here: House) -> None:
    restore, message = here.waiting()
    modal = here.review(message)
    here.restores.change(restore.id, fingerprint="0" * 64, plan=plan(fingerprint="0" * 64))
    here.approve(modal)
    assert "The plan is not the one you looked at." in here.seen_by(PRIYA)
    assert here.restores.get(restore.id).state is RestoreState.WAITING


def test_approve_when_the_permission_is_gone_then_the_message_says_that_it_is_void(here: House) -> None:
    restore, message = here.waiting()
    modal = here.review(message)
    here.permit(may_write=False)
    here.approve(modal)
    assert "The request is void; please ask again." in here.seen_by(PRIYA)
    assert here.office.slack.wait_until(lambda: "What changed" in here.shown(restore.id), 5)
    assert "[Review plan]" not in here.shown(restore.id)


def test_approve_when_slack_does_not_say_who_somebody_is_then_nothing_typed_is_lost(here: House) -> None:
    restore, message = here.waiting()
    modal = here.review(message)
    here.office.slack.faults.status("users.info", 500, times=5)
    answer = here.approve(modal)
    assert list(answer.field_errors) == [ids.TYPED_NAME_BLOCK]
    assert here.restores.get(restore.id).state is RestoreState.WAITING
    here.office.slack.faults.clear()
    assert here.approve(modal).ok
    assert here.restores.get(restore.id).state is RestoreState.APPROVED


def test_decline_when_an_approver_says_why_then_everybody_reads_it(here: House) -> None:
    restore, message = here.waiting()
    assert "closes the request" in pressed(here, message, ids.DECLINE, user=PRIYA)
    modal = here.drawn(PRIYA)
    answer = here.office.slack.submit(PRIYA, modal.id, {ids.WHY_BLOCK: {ids.WHY_ACTION: "Only the contacts"}})
    assert answer.ok
    assert here.office.slack.wait_until(lambda: "Declined by" in here.shown(restore.id), 5)
    shown = here.shown(restore.id)
    assert "Only the contacts" in shown
    assert "Nothing was written." in shown
    assert "[Decline]" not in shown


def test_decline_when_the_requester_does_then_it_is_withdrawn(here: House) -> None:
    restore, message = here.waiting()
    assert "You asked for this restore" in pressed(here, message, ids.DECLINE, user=ANA)
    assert here.office.slack.submit(ANA, here.drawn(ANA).id, {}).ok
    assert here.office.slack.wait_until(lambda: "Withdrawn by" in here.shown(restore.id), 5)


def test_decline_when_somebody_else_does_then_is_refused(here: House) -> None:
    restore, message = here.waiting()
    pressed(here, message, ids.DECLINE, user=BEN)
    assert here.office.slack.submit(BEN, here.drawn(BEN).id, {}).ok
    assert "You are not among the people who may decline a restore." in here.seen_by(BEN)
    assert here.restores.get(restore.id).state is RestoreState.WAITING


def test_buttons_when_pressed_months_later_then_say_who_decided_and_when(here: House) -> None:
    restore, message = here.waiting()
    here.approve(here.review(message))
    here.restores.transition(restore.id, {RestoreState.APPROVED}, RestoreState.DONE)
    reference = ids.reference(restore.id)
    for action in (ids.REVIEW_PLAN, ids.DECLINE):
        stale = old(here, action, reference)
        assert "Priya Nair approved this restore on" in pressed(here, stale, action, user=BEN)
        assert "It has ended." in here.seen_by(BEN)
    told = here.office.forge(BEN, FINANCE, ids.STOP_RESTORE, reference)
    assert "It has ended." in told


def old(here: House, action: str, value: str) -> Message:
    """Post a message as it stood long ago, with a button that is still there."""
    workspace = here.office.slack.workspace
    button = {
        "type": "button", "text": {"type": "plain_text", "text": "Old"}, "action_id": action, "value": value
    }  # fmt: skip
    return workspace.post(
        Message(
            ts=workspace.new_ts(),
            channel=FINANCE,
            author=here.office.slack.app.user_id,
            text="old",
            blocks=({"type": "actions", "block_id": "b", "elements": [button]},),
        )
    )


@pytest.mark.parametrize("action", [ids.REVIEW_PLAN, ids.DECLINE])
@pytest.mark.parametrize("value", ["v1:forged", "v1:' OR 1=1 --"])
def test_buttons_when_forged_then_are_answered_and_written_down(here: House, action: str, value: str) -> None:
    assert "I know no restore of that id." in pressed(here, old(here, action, value), action, user=BEN)
    name = "restore.review" if action == ids.REVIEW_PLAN else "restore.decline"
    assert here.audited(name)[-1] == (BEN, "refused")


@pytest.mark.parametrize("action", [ids.REVIEW_PLAN, ids.DECLINE, ids.STOP_RESTORE, ids.CONTINUE_RESTORE])
def test_buttons_when_of_another_version_then_are_answered(here: House, action: str) -> None:
    assert "another version" in here.office.forge(BEN, FINANCE, action, "v9:whatever")


def test_buttons_when_pressed_elsewhere_then_show_nothing(here: House) -> None:
    restore, _ = here.waiting()
    workspace = here.office.slack.workspace
    stale = old(here, ids.REVIEW_PLAN, ids.reference(restore.id))
    moved = workspace.post(replace(stale, ts=workspace.new_ts(), channel=GENERAL))
    shown = pressed(here, moved, ids.REVIEW_PLAN, user=PRIYA, channel=GENERAL)
    assert "I cannot show that here." in shown
    assert EMPTY not in shown


def test_review_when_the_request_expired_then_says_so(here: House) -> None:
    restore, message = here.waiting()
    here.restores.change(restore.id, expires_at=here.office.now() - timedelta(minutes=1))
    assert "This request expired on" in pressed(here, message, ids.REVIEW_PLAN, user=PRIYA)


def test_approve_when_the_bot_was_restarted_meanwhile_then_the_open_plan_still_counts(here: House) -> None:
    restore, message = here.waiting()
    modal = here.review(message)
    here.office.stop_bot()
    here.office.start_bot()
    here.office.only_by_hand()
    here.note_work()
    assert here.approve(modal).ok
    assert here.restores.get(restore.id).state is RestoreState.APPROVED
    assert here.asked == [("restore", here.target.id, f"restore:{restore.id}:1")]


def test_stop_and_continue_when_pressed_then_the_message_follows(here: House) -> None:
    restore, message = here.waiting()
    here.approve(here.review(message))
    here.office.slack.wait_until(lambda: "[Stop restore]" in here.shown(restore.id), 5)
    told = here.office.press(BEN, FINANCE, here.message(restore.id), ids.STOP_RESTORE)
    assert "Stopped. Nothing is written any more." in told
    assert here.office.slack.wait_until(lambda: "[Continue restore]" in here.shown(restore.id), 5)
    refused = here.office.press(BEN, FINANCE, here.message(restore.id), ids.CONTINUE_RESTORE)
    assert "You are not among the people" in refused
    told = here.office.press(ANA, FINANCE, here.message(restore.id), ids.CONTINUE_RESTORE)
    assert "goes on where it was" in told
    assert here.restores.get(restore.id).state is RestoreState.APPROVED
    assert len(here.asked) == 2


def writing(here: House) -> str:
    """Let a restore hold its target and write, as its job does; gives its id."""
    restore, message = here.waiting()
    here.approve(here.review(message))
    assert here.office.bot is not None
    parts = here.office.bot.parts
    with parts.db.session() as session:
        run = parts.runs.create(session, here.target.id, by=ANA, channel=FINANCE, kind="restore").id
    parts.runs.change(run, state=RunState.RUNNING)
    here.restores.transition(restore.id, {RestoreState.APPROVED}, RestoreState.RUNNING, run_id=run)
    here.restores.change(restore.id, progress=GOING)
    here.desk.restoring.telling.tell(restore.id)
    return restore.id


def end(here: House, restore_id: str) -> None:
    """End it as its job does after the write it was making."""
    assert here.office.bot is not None
    here.office.bot.parts.runs.change(here.restores.get(restore_id).run_id or "", state=RunState.STOPPED)
    here.restores.transition(restore_id, {RestoreState.RUNNING}, RestoreState.STOPPED)


def test_stop_while_it_writes_then_the_message_says_stopping_at_once_and_offers_no_second_stop(
    here: House,
) -> None:
    restore_id = writing(here)
    assert here.office.slack.wait_until(lambda: "[Stop restore]" in here.shown(restore_id), 5)
    told = here.office.press(BEN, FINANCE, here.message(restore_id), ids.STOP_RESTORE)
    assert "ends after the write it is making" in told
    shown = here.shown(restore_id)
    assert "Stopping: it ends after the write it is making." in shown
    assert "[Stop restore]" not in shown
    # What its job draws in passing before it ends says so, too.
    here.desk.restoring.telling.show(here.restores.get(restore_id))
    assert "Stopping: it ends after" in here.shown(restore_id)
    end(here, restore_id)
    here.desk.restoring.telling.tell(restore_id)
    assert "[Continue restore]" in here.shown(restore_id)


def test_show_now_when_the_job_ends_it_meanwhile_then_the_last_word_is_the_ending(here: House) -> None:
    restore_id = writing(here)
    telling = here.desk.restoring.telling
    shown: list[RestoreState] = []
    really = telling.show

    def late(restore: Restore) -> None:
        if not shown:  # the job is faster than this drawing
            end(here, restore_id)
            telling.tell(restore_id)
        shown.append(restore.state)
        really(restore)

    telling.show = late  # type: ignore[method-assign]
    telling.show_now(restore_id)
    assert shown == [RestoreState.RUNNING, RestoreState.STOPPED]
    assert "[Continue restore]" in here.shown(restore_id)
