"""Asking for a restore in Slack: the form, what it offers, what it refuses, the permission in Xero."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.domain.restore import RestoreState
from bot.views import ids
from bot.views.plain import as_text
from tests.scenario.office import ANA, BEN, FINANCE, GENERAL, GIL, LINK, PRIYA
from tests.scenario.restore_house import EMPTY, KERERU, WHY, House, house


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


def offered(form: dict[str, object], block: str) -> list[str]:
    """Name what a menu of the form offers."""
    (found,) = [one for one in form["blocks"] if str(one.get("block_id", "")) == block]  # type: ignore[attr-defined]
    return [str(one["value"]) for one in found["element"]["options"]]


def choose(here: House, action_id: str, value: object, *, user: str = ANA) -> str:
    """Choose in the form, and give it as it is drawn then."""
    before = here.drawn(user).hash
    assert here.office.slack.click_in_modal(user, action_id, value).ok
    assert here.office.slack.wait_until(lambda: here.drawn(user).hash != before, 10)
    return here.seen_by(user)


def test_restore_when_asked_then_the_form_offers_only_what_may_be_written_to(here: House) -> None:
    form = here.form()
    assert "I do not rewind your live organisation" in as_text(form.view)
    assert set(offered(form.view, ids.RESTORE_SOURCE)) == {here.source.id, here.target.id, here.foreign.id}
    shown = choose(here, ids.RESTORE_SOURCE, here.source.id)
    view = here.drawn(ANA).view
    assert offered(view, f"{ids.RESTORE_TARGET}.{here.source.id}") == [here.target.id]
    assert f"• {KERERU}: " in shown
    assert "currenc" in shown
    assert "· Complete" in shown


def test_restore_when_an_organisation_is_named_then_it_stands_in_the_form(here: House) -> None:
    shown = as_text(here.form(asked="channel").view)
    assert "As it was when?" in shown


def test_restore_when_a_name_is_unknown_then_the_form_lists_them_all(here: House) -> None:
    assert "As it was when?" not in as_text(here.form(asked="Nothing Like That").view)


def test_restore_when_there_is_no_copy_then_says_so(here: House) -> None:
    here.form()
    assert "There is no snapshot of this organisation" in choose(here, ids.RESTORE_SOURCE, here.target.id)


def test_restore_when_kinds_are_chosen_then_shows_what_they_need(here: House) -> None:
    here.form(asked="channel")
    assert "Which kinds of data?" in choose(here, ids.RESTORE_WHAT, "chosen")
    shown = choose(here, ids.RESTORE_TYPES, ["items"])
    assert "What they need comes with them: " in shown
    assert "Tax rates" in shown


def test_restore_when_sent_then_the_channel_sees_a_plan_being_made(here: House) -> None:
    answer = here.send(here.form(asked="channel"))
    assert answer.ok, answer
    assert here.office.slack.workspace.modals(ANA) == []
    restore = here.only()
    assert (restore.state, restore.reason, restore.requested_by) == (RestoreState.PLANNING, WHY, ANA)
    shown = here.shown(restore.id)
    assert "Reading the target and making the plan. Nothing is written." in shown
    assert EMPTY in shown
    assert WHY in shown
    assert [kind for kind, _, _ in here.asked] == ["restore-plan"]
    assert here.audited("restore.requested")[-1] == (ANA, "done")


def test_restore_when_a_field_is_missing_then_is_told_at_its_field(here: House) -> None:
    form = here.form(asked="channel")
    answer = here.office.slack.submit(ANA, form.id, {ids.RESTORE_REASON: {ids.RESTORE_REASON: "x"}})
    assert not answer.ok
    assert list(answer.field_errors) == [f"{ids.RESTORE_TARGET}.{here.source.id}"]
    assert here.restores.open_of(here.source.workspace_id) == []


def test_restore_when_another_waits_for_the_target_then_is_told_at_its_field(here: House) -> None:
    form = here.form(asked="channel")
    restore, _ = here.waiting(user=BEN)
    (problem,) = here.send(form).field_errors.values()
    assert "another restore into it waits for approval" in problem
    assert restore.reference in problem


def test_restore_when_the_target_changed_region_meanwhile_then_is_told_in_the_form(here: House) -> None:
    """A forged choice, too: the menu offered no such organisation."""
    form = here.form(asked="channel")
    menu = f"{ids.RESTORE_TARGET}.{here.source.id}"
    (block,) = [one for one in form.view["blocks"] if one["block_id"] == menu]
    block["element"]["options"].append({**block["element"]["options"][0], "value": here.foreign.id})
    answer = here.send(form, target=here.foreign.id)
    assert not answer.ok
    assert "currenc" in answer.field_errors[menu]
    assert here.audited("restore.requested")[-1] == (ANA, "refused")


def test_restore_when_a_guest_asks_then_is_refused_in_the_form(here: House) -> None:
    channels = here.office.slack.workspace.channels
    before = channels[FINANCE]
    channels[FINANCE] = replace(before, members=before.members | {GIL})
    try:
        assert "Guests of this workspace may not ask for a restore." in as_text(here.form(user=GIL).view)
    finally:
        channels[FINANCE] = before
    assert here.audited("restore.opened")[-1] == (GIL, "refused")


def test_restore_when_asked_outside_the_home_then_shows_nothing(here: House) -> None:
    shown = as_text(here.form(user=BEN, channel=GENERAL).view)
    assert "I cannot show that here." in shown
    assert EMPTY not in shown


def test_restore_when_slack_does_not_open_the_form_then_the_person_hears_so(here: House) -> None:
    here.office.slack.faults.error("views.open", "expired_trigger_id")
    newest = max(one.ts for one in here.office.slack.messages(FINANCE, ANA))
    assert here.office.slack.command(ANA, FINANCE, "restore").ok
    assert "What happened" in here.office.last_private(ANA, FINANCE, after=newest)


def test_permission_when_nobody_let_us_write_then_the_person_gets_a_private_link(here: House) -> None:
    here.permit(may_write=False)
    answer = here.send(here.form(asked="channel"))
    assert answer.ok
    shown = here.seen_by(ANA)
    assert "So far I may only read in Empty Shell Restore Ltd" in shown
    restore = here.only()
    assert here.asked == []
    told = here.shown(restore.id)
    assert "Permission needed" in told
    assert "[Give permission]" in told
    link = LINK.search(json.dumps(here.drawn(ANA).view))
    assert link
    assert not LINK.search(here.office.seen(FINANCE, BEN))
    status, _, page = here.office.consent(link.group(), organisation="empty")
    assert status == 200, page
    assert "Permission given" in page
    assert [kind for kind, _, _ in here.asked] == ["restore-plan"]
    assert here.office.slack.wait_until(lambda: "making the plan" in here.shown(restore.id), 5)
    permitted = {one.id: "accounting.invoices" in one.scopes for one in here.office.organisations()}
    assert permitted == {here.source.id: False, here.target.id: True, here.foreign.id: False}
    assert here.audited("organisation.permitted")[-1] == (ANA, "done")


def test_permission_when_another_organisation_is_chosen_in_xero_then_nothing_is_permitted(
    here: House,
) -> None:
    here.permit(may_write=False)
    here.send(here.form(asked="channel"))
    link = LINK.search(json.dumps(here.drawn(ANA).view))
    assert link
    status, _, page = here.office.consent(link.group(), organisation="nz")
    assert status != 200
    assert "another organisation was chosen" in page
    assert here.asked == []
    assert not any("accounting.invoices" in one.scopes for one in here.office.organisations())


def test_permission_when_the_button_is_pressed_by_a_keeper_then_the_link_is_theirs_alone(here: House) -> None:
    here.permit(may_write=False)
    here.send(here.form(user=BEN, asked="channel"), user=BEN)
    assert "A workspace admin or a keeper can do it" in here.seen_by(BEN)
    assert not LINK.search(json.dumps(here.drawn(BEN).view))
    message = here.message(here.only().id)
    assert "Only workspace admins may let me write" in here.office.press(
        BEN, FINANCE, message, ids.GIVE_PERMISSION
    )
    told = here.office.press(ANA, FINANCE, message, ids.GIVE_PERMISSION)
    assert "works once and for 15 minutes" in told
    assert here.audited("permission.offered")[-2:] == [(BEN, "refused"), (ANA, "done")]


def test_permission_when_another_organisation_is_linked_later_then_it_is_still_only_read(here: House) -> None:
    """Scopes add up per Xero user: what one organisation may, says nothing of another."""
    here.permit(may_write=False)
    here.send(here.form(asked="channel"))
    link = LINK.search(json.dumps(here.drawn(ANA).view))
    assert link
    here.office.consent(link.group(), organisation="empty")
    here.office.consent(here.office.link_offered(), organisation="nz")
    found = {one.id: one.scopes for one in here.office.organisations()}
    assert "accounting.invoices" in found[here.target.id]
    assert "accounting.invoices" not in found[here.foreign.id]


def test_permission_when_the_button_is_years_old_then_is_answered(here: House) -> None:
    told = here.office.forge(PRIYA, FINANCE, ids.GIVE_PERMISSION, "v0:old")
    assert "another version" in told
    assert "I know no restore of that id." in here.office.forge(
        PRIYA, FINANCE, ids.GIVE_PERMISSION, "v1:forged"
    )
