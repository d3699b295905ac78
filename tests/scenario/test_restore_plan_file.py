"""The plan as a file, for somebody who looks at it: who gets it, what is in it, what is said without one."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from bot.domain.restore import RestoreState
from bot.domain.restore_plan import Action
from bot.restore.model import Step
from bot.sandbox.slack import Message
from bot.sandbox.slack.installed import Grant
from bot.sandbox.slack.people import OpenView, SharedFile
from bot.services.restoring.plan_pages import PlanPages
from bot.views import ids
from bot.views.plain import as_text
from tests.scenario.office import ANA, BEN, FINANCE, PRIYA
from tests.scenario.restore_house import EMPTY, House, house

STEPS = tuple(
    Step("contacts", f"c-{number}", Action.CREATE, name=f"Customer {number}") for number in range(2_500)
)
COMES = "It comes in a moment, as a direct message to you alone."


@pytest.fixture(scope="module")
def built() -> Iterator[House]:
    with house() as one:
        _let_files_pass(one)
        yield one


@pytest.fixture
def here(built: House) -> Iterator[House]:
    """The house, as it is at the beginning of each test."""
    built.clear()
    yield built
    built.clear()


@pytest.fixture
def files_allowed(here: House) -> Iterator[None]:
    """Let the app send files, as a workspace does that granted it."""
    grants = here.office.slack.app.grants
    (token,) = grants
    kept = grants[token]
    grants[token] = Grant(token, kept.scopes | {"files:write"})
    yield
    grants[token] = kept


def _let_files_pass(here: House) -> None:
    """Let the work on files of plans really be done; the house only notes what is asked."""
    assert here.office.bot is not None
    queue = here.office.bot.worker.reach.queue
    noting, really = queue.enqueue, type(queue).enqueue

    def enqueue(kind: str, *, organisation: str, key: str, args: Mapping[str, Any], **more: Any) -> None:
        noting(kind, organisation=organisation, key=key, args=args, **more)
        if kind == "restore-plan-file":
            really(queue, kind, organisation=organisation, key=key, args=args)

    queue.enqueue = enqueue  # type: ignore[method-assign]


def pages(here: House) -> PlanPages:
    assert here.office.bot is not None
    return PlanPages(here.office.bot.parts.db, here.office.bot.parts.ring)


def looked_at(here: House, user: str = PRIYA) -> tuple[str, OpenView]:
    """Make a plan and let a person look at it; gives the restore's id and the modal."""
    restore, message = here.waiting()
    pages(here).keep(restore.id, STEPS)
    return restore.id, here.review(message, user=user)


def press(here: House, user: str) -> str:
    """Press the button in the modal, and give what stands there then."""
    before = here.drawn(user).hash
    assert here.office.slack.click_in_modal(user, ids.PLAN_FILE).ok
    assert here.office.slack.wait_until(lambda: here.drawn(user).hash != before, 10)
    return here.seen_by(user)


def direct(here: House, user: str) -> list[Message]:
    im = here.office.slack.workspace.direct(user, here.office.slack.app.user_id).id
    return here.office.slack.messages(im, user)


def given(here: House, user: str, restore_id: str) -> list[SharedFile]:
    name = f"plan-{here.restores.get(restore_id).reference}.xlsx"
    return [file for one in direct(here, user) for file in one.files if file.name == name]


def said(here: House, user: str) -> str:
    return "\n---\n".join(here.office.text(one) for one in direct(here, user))


@pytest.mark.usefixtures("files_allowed")
def test_plan_file_when_asked_for_then_that_person_alone_gets_every_step(here: House) -> None:
    restore_id, modal = looked_at(here)
    assert "[Send me the plan as a file]" in as_text(modal.view)
    assert "in the report" not in as_text(modal.view)
    shown = press(here, PRIYA)
    assert COMES in shown
    assert "[Send me the plan as a file]" not in shown
    assert here.office.slack.wait_until(lambda: bool(given(here, PRIYA, restore_id)), 30), said(here, PRIYA)
    (file,) = given(here, PRIYA, restore_id)
    book = zipfile.ZipFile(io.BytesIO(file.content or b""))
    steps = book.read("xl/worksheets/sheet8.xml").decode()
    assert steps.count("<row ") == len(STEPS) + 2
    assert "Customer 2499" in steps
    assert "only you got it" in said(here, PRIYA)
    assert given(here, ANA, restore_id) == []
    assert "Customer 1" not in here.office.seen(FINANCE, BEN)
    assert here.audited("restore.plan_file")[-1] == (PRIYA, "done")


@pytest.mark.usefixtures("files_allowed")
def test_plan_file_when_asked_for_then_what_was_typed_stays_and_the_plan_can_be_approved(here: House) -> None:
    restore_id, _ = looked_at(here)
    press(here, PRIYA)
    assert here.approve(here.drawn(PRIYA), typed=EMPTY).ok
    assert here.restores.get(restore_id).state is RestoreState.APPROVED


def test_plan_file_when_the_app_may_send_no_files_then_says_so_and_what_to_do(here: House) -> None:
    restore_id, _ = looked_at(here)
    assert COMES in press(here, PRIYA)
    assert here.office.slack.wait_until(lambda: "files:write" in said(here, PRIYA), 30), said(here, PRIYA)
    told = said(here, PRIYA)
    assert "could not be given to you as a file" in told
    assert "A workspace admin can install Ledgerkeep again" in told
    assert given(here, PRIYA, restore_id) == []


@pytest.mark.usefixtures("files_allowed")
def test_plan_file_when_somebody_who_cannot_approve_looks_then_gets_it_as_well(here: House) -> None:
    restore_id, modal = looked_at(here, BEN)
    assert "submit" not in modal.view
    assert COMES in press(here, BEN)
    assert here.office.slack.wait_until(lambda: bool(given(here, BEN, restore_id)), 30), said(here, BEN)


def test_plan_file_when_decided_meanwhile_then_says_who_decided(here: House) -> None:
    restore_id, _ = looked_at(here)
    here.restores.transition(restore_id, {RestoreState.WAITING}, RestoreState.EXPIRED)
    assert "This request expired on" in press(here, PRIYA)
    assert not [one for one in here.asked if one[0] == "restore-plan-file"]
    assert here.audited("restore.plan_file")[-1] == (PRIYA, "refused")


@pytest.mark.usefixtures("files_allowed")
def test_plan_file_when_its_steps_are_gone_then_the_person_hears_why(here: House) -> None:
    restore_id, _ = looked_at(here)
    pages(here).keep(restore_id, ())
    press(here, PRIYA)
    assert here.office.slack.wait_until(lambda: "decided on meanwhile" in said(here, PRIYA), 30)
    assert given(here, PRIYA, restore_id) == []


@pytest.mark.parametrize(("value", "told"), [("v1:forged", "I know no restore"), ("v9:x", "another version")])
def test_plan_file_when_forged_then_is_answered(here: House, value: str, told: str) -> None:
    looked_at(here)
    modal = here.drawn(PRIYA)
    (button,) = [
        one for block in modal.view["blocks"] for one in block.get("elements", ())
        if one.get("action_id") == ids.PLAN_FILE
    ]  # fmt: skip
    button["value"] = value
    assert told in press(here, PRIYA)
    assert not [one for one in here.asked if one[0] == "restore-plan-file"]
