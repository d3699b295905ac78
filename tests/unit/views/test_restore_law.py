"""A restore's messages and modals: any text is harmless, and a channel never sees names or amounts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.proof import BalanceProof, ContactProof, FieldDifference, Finding, Refusal
from bot.domain.restore import RestoreState
from bot.views import ids
from bot.views import restore_message as views
from bot.views import restore_report as reports
from bot.views import restore_review as reviewing
from bot.views import restore_there as there
from bot.views.check import check_message, check_view
from bot.views.message import Message
from bot.views.plain import as_text
from bot.views.restore_choose import restore_modal
from tests.unit.views.cases import Drawn
from tests.unit.views.restore_cases import (
    ADMINS,
    BALANCES,
    GOING,
    NAMED,
    REASONS,
    YES,
    form,
    plan,
    proof,
    restore,
    vast,
    vast_form,
)
from tests.unit.views.test_law import MARKUP, TEXTS, buttons, elements

SECRET = "Zzyzx Holdings"
AMOUNT = Decimal("98765.43")
WITH_REVIEW = {RestoreState.WAITING}


def drawings(text: str, count: int) -> Iterator[Drawn]:
    for state in RestoreState:
        one = vast(state, text, count)
        yield views.draw(one, NAMED)
        yield views.draw(one, ADMINS, lacks_permission=True)
        if told := views.in_thread(one, text):
            yield told
        if there_too := there.ended(one):
            yield there_too
    waiting = vast(RestoreState.WAITING, text, count)
    assert waiting.plan is not None
    yield reviewing.review_modal(waiting, waiting.plan, NAMED, why_not="", ref="C1.r.f")
    yield reviewing.review_modal(waiting, waiting.plan, NAMED, why_not=text, ref="C1.r.f")
    yield reviewing.review_modal(waiting, waiting.plan, NAMED, why_not="", ref="C1.r.f", file_comes=True)
    yield from (reports.plan_handed(waiting), reports.plan_not_handed(waiting, text), there.approved(waiting))
    yield reviewing.decline_modal(waiting, own=bool(count), ref="C1.r")
    yield reviewing.permission_needed(waiting, "https://x.example/y", count)
    yield reviewing.notice("Review plan", text or "x")
    for is_drill in (False, True):
        yield restore_modal(replace(vast_form(text, count), is_drill=is_drill), ref="C1.org-0")


@settings(max_examples=8, deadline=None)
@given(TEXTS, st.sampled_from([0, 1, 7, 60]))
def test_restores_when_any_text_fills_them_then_slack_takes_them_and_nothing_gets_through(
    text: str, count: int
) -> None:
    for drawn in drawings(text, count):
        payload = drawn.payload if isinstance(drawn, Message) else drawn
        assert (check_message(payload) if isinstance(drawn, Message) else check_view(payload)) == []
        for part in elements(payload):
            if part.get("type") == "mrkdwn":
                assert not MARKUP.search(part["text"].replace("<@U2BEN>", ""))
            if part.get("type") == "plain_text":
                assert "<" not in part["text"]


@pytest.mark.parametrize("state", list(RestoreState))
def test_message_when_the_plan_holds_names_and_amounts_then_the_channel_sees_none(
    state: RestoreState,
) -> None:
    """Only modals, direct messages and files show what is in the books."""
    secret = plan(
        reasons=tuple(replace(one, examples=(SECRET,)) for one in REASONS),
        balances=tuple(replace(one, account=SECRET, amount=AMOUNT, why=SECRET) for one in BALANCES),
    )
    found = proof(
        refusals=(Refusal(title="Invoices", name=SECRET, words=SECRET),),
        fields=(
            FieldDifference(
                title="Invoices", name=SECRET, field="Reference", source_value=SECRET,
                target_value=str(AMOUNT), finding=Finding.NOT_PREDICTED, why=SECRET,
            ),
        ),
        balances=(
            BalanceProof(
                account=SECRET, currency="", on=BALANCES[0].on, source=AMOUNT, target=AMOUNT,
                predicted=AMOUNT, finding=Finding.NOT_PREDICTED,
            ),
        ),
        contacts=(
            ContactProof(
                name=SECRET, kind="receivable", currency="", source=AMOUNT, target=AMOUNT,
                finding=Finding.NOT_PREDICTED,
            ),
        ),
    )  # fmt: skip
    one = restore(state, plan=secret, proof=found, progress=GOING, decisions=(YES,))
    drawn = json.dumps(views.draw(one, ADMINS).payload, ensure_ascii=False)
    assert SECRET not in drawn
    assert "98" + ",765" not in drawn
    assert "98765" not in drawn


def test_review_when_somebody_may_see_the_books_then_shows_examples_and_amounts() -> None:
    shown = as_text(reviewing.review_modal(restore(), plan(), ADMINS, why_not="", ref="C1.r.f"))
    assert "Visa Business 4410" in shown
    assert "−1,240.55" in shown


@pytest.mark.parametrize("state", list(RestoreState))
def test_message_when_drawn_then_none_has_an_approve_button(state: RestoreState) -> None:
    texts = {one["text"]["text"] for one in buttons(views.draw(restore(state, proof=proof()), ADMINS))}
    assert "Approve restore" not in texts
    assert ("Review plan" in texts) == (state in WITH_REVIEW)
    assert ("Decline" in texts) == state.is_open
    assert ("Stop restore" in texts) == state.is_at_work
    assert ("Continue restore" in texts) == state.may_go_on


def test_running_when_everything_is_written_then_there_is_nothing_to_stop() -> None:
    reading = restore(RestoreState.RUNNING, progress=replace(GOING, phase="reading back"))
    assert [one["text"]["text"] for one in buttons(views.draw(reading, ADMINS))] == []


def test_review_when_a_person_cannot_approve_then_there_is_no_field_and_nothing_to_send() -> None:
    drawn = reviewing.review_modal(restore(), plan(), ADMINS, why_not="You asked for it.", ref="C1.r.f")
    assert "submit" not in drawn
    assert not [one for one in drawn["blocks"] if one["type"] == "input"]
    assert drawn["callback_id"] == ids.NOTICE_MODAL


def test_voided_when_something_was_written_before_then_does_not_say_that_nothing_was() -> None:
    told = as_text(views.draw(restore(RestoreState.VOIDED, progress=GOING), ADMINS))
    assert "Nothing was written" not in told
    assert "3,120 records written before that stay in the target." in told


def test_choose_when_a_target_fails_then_it_is_no_choice_and_the_reason_is_shown() -> None:
    drawn = restore_modal(form(), ref="C1.org-1")
    (menu,) = [one for one in drawn["blocks"] if one.get("block_id") == "restore_target.org-1"]
    assert [one["value"] for one in menu["element"]["options"]] == ["org-2"]
    why = "base currency NZD instead of GBP. The base currencies differ: GBP and NZD."
    assert f"Kererū Coffee: {why}" in as_text(drawn)
