"""Asking for a rehearsal in Slack: the same form, gate and decision as a restore, under its own name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.db.tables import OrganisationRow
from bot.domain.restore import RestoreState
from bot.sandbox.slack.people import OpenView
from bot.views import ids
from bot.views.plain import as_text
from bot.views.restore_choose import DRILL_WHY
from tests.scenario.office import ANA, BEN, FINANCE, GENERAL, GIL, PRIYA
from tests.scenario.restore_house import EMPTY, House, house
from tests.unit.views.restore_cases import plan


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


def form(here: House, asked: str = "channel", *, user: str = ANA, channel: str = FINANCE) -> OpenView:
    """Type /backup drill and give the form as it is once it is filled."""
    here.office.slack.workspace.set_modals(user, [])
    assert here.office.slack.command(user, channel, f"drill {asked}".strip()).ok
    return here.drawn(user)


def chosen(view: OpenView, block_id: str) -> str:
    """Give what stands in a menu of the form already."""
    (found,) = [one for one in view.view["blocks"] if one.get("block_id") == block_id]
    return str(found["element"].get("initial_option", {}).get("value", ""))


def test_drill_when_asked_then_the_form_says_rehearsal_and_holds_an_honest_choice(here: House) -> None:
    opened = form(here)
    shown = as_text(opened.view)
    assert opened.view["title"]["text"] == "Rehearse a restore"
    assert "A rehearsal is a restore for practice" in shown
    assert "writes for real" in shown
    assert chosen(opened, ids.RESTORE_WHAT) == "everything"
    assert chosen(opened, f"{ids.RESTORE_TARGET}.{here.source.id}") == here.target.id  # the only one
    assert DRILL_WHY in json.dumps(opened.view)


def test_drill_when_sent_as_it_stands_then_a_rehearsal_is_planned(here: House) -> None:
    opened = form(here)
    assert here.office.slack.submit(ANA, opened.id, {}).ok
    restore = here.only()
    assert (restore.is_drill, restore.reason, restore.target_id) == (True, DRILL_WHY, here.target.id)
    assert [kind for kind, _, _ in here.asked] == ["restore-plan"]
    assert "Planning: restore rehearsal" in here.shown(restore.id)
    assert here.audited("restore.requested")[-1] == (ANA, "done")


def test_drill_when_something_else_is_chosen_then_the_form_stays_a_rehearsal(here: House) -> None:
    form(here)
    before = here.drawn(ANA).hash
    assert here.office.slack.click_in_modal(ANA, ids.RESTORE_WHAT, "chosen").ok
    assert here.office.slack.wait_until(lambda: here.drawn(ANA).hash != before, 10)
    again = here.drawn(ANA)
    assert again.view["title"]["text"] == "Rehearse a restore"
    assert here.office.slack.submit(ANA, again.id, {ids.RESTORE_TYPES: {ids.RESTORE_TYPES: ["items"]}}).ok
    restore = here.only()
    assert (restore.is_drill, restore.choice.types) == (True, ("items",))


def test_drill_when_a_demo_company_is_there_then_it_is_offered_first_and_without_a_warning(
    here: House,
) -> None:
    assert here.office.bot is not None
    db = here.office.bot.parts.db
    with db.session() as session:
        row = session.get_one(OrganisationRow, here.target.id)
        before, row.facts = dict(row.facts), {**row.facts, "is_demo": True}
    try:
        opened = form(here)
        assert "(demo company)" in json.dumps(opened.view, ensure_ascii=False)
        choosing, actor = here.desk.restoring.choosing, here.office.actor(ANA, FINANCE)
        first = choosing.targets(actor, here.source, is_drill=True)[0]
        assert first.organisation.id == here.target.id
        verdicts = [
            {one.key: one.verdict.value for one in choosing.target(here.source, first.organisation,
                                                                   is_drill=drill).checks}["demo"]
            for drill in (True, False)
        ]  # fmt: skip
        assert verdicts == ["passes", "warns"]
        assert here.office.slack.submit(ANA, opened.id, {}).ok
        assert here.only().is_drill
    finally:
        with db.session() as session:
            session.get_one(OrganisationRow, here.target.id).facts = before


def test_drill_when_it_waits_then_is_approved_by_another_person_by_typing_the_name(here: House) -> None:
    assert here.office.slack.submit(ANA, form(here).id, {}).ok
    restore, summary = here.only(), plan()
    here.restores.transition(
        restore.id, {RestoreState.PLANNING}, RestoreState.WAITING, plan=summary,
        fingerprint=summary.fingerprint,
    )  # fmt: skip
    here.desk.restoring.telling.tell(restore.id)
    message = here.message(restore.id)
    assert "Waits for approval: restore rehearsal" in here.office.text(message)
    modal = here.review(message)
    assert "This is a rehearsal." in as_text(modal.view)
    assert list(here.approve(modal, typed="Harbour").field_errors) == [ids.TYPED_NAME_BLOCK]
    own = here.review(message, user=ANA)
    assert "submit" not in own.view
    assert here.approve(here.review(message)).ok
    assert here.restores.get(restore.id).state is RestoreState.APPROVED
    assert here.audited("restore.approve")[-1] == (PRIYA, "done")


def test_drill_when_closed_then_the_message_names_the_command_that_asks_again(here: House) -> None:
    assert here.office.slack.submit(ANA, form(here).id, {}).ok
    restore = here.only()
    here.restores.transition(restore.id, {RestoreState.PLANNING}, RestoreState.EXPIRED)
    here.desk.restoring.telling.tell(restore.id)
    assert here.office.slack.wait_until(lambda: "/backup drill" in here.shown(restore.id), 5)


def test_drill_when_another_restore_waits_for_the_target_then_is_told_why_not(here: House) -> None:
    here.waiting(user=BEN)
    shown = as_text(form(here).view)
    assert "another restore into it waits for approval" in shown
    assert "No organisation here can be written to." in shown


def test_drill_when_a_guest_asks_then_is_refused(here: House) -> None:
    channels = here.office.slack.workspace.channels
    before = channels[FINANCE]
    channels[FINANCE] = replace(before, members=before.members | {GIL})
    try:
        assert "Guests of this workspace may not ask for a restore." in as_text(form(here, user=GIL).view)
    finally:
        channels[FINANCE] = before
    assert here.audited("restore.opened")[-1] == (GIL, "refused")


def test_drill_when_asked_outside_the_home_then_shows_nothing(here: House) -> None:
    shown = as_text(form(here, user=BEN, channel=GENERAL).view)
    assert "I cannot show that here." in shown
    assert EMPTY not in shown


def test_drill_when_typed_otherwise_then_is_understood(here: House) -> None:
    here.office.slack.workspace.set_modals(ANA, [])
    assert here.office.slack.command(ANA, FINANCE, "rehearse").ok
    assert here.drawn(ANA).view["title"]["text"] == "Rehearse a restore"
