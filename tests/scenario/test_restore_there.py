"""A restore into an organisation that is at home in another channel: what is heard there, and what is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.db.tables import OrganisationRow
from bot.domain.restore import RestoreState
from tests.scenario.office import ANA, FINANCE, MONTH_END, PRIYA
from tests.scenario.restore_house import EMPTY, ODD, WHY, House, house


@pytest.fixture(scope="module")
def built() -> Iterator[House]:
    with house() as one:
        yield one


@pytest.fixture
def here(built: House) -> Iterator[House]:
    """The house, as it is at the beginning of each test; its target is at home elsewhere from `moved` on."""
    built.clear()
    yield built
    move(built, FINANCE)
    built.clear()


def move(here: House, channel: str) -> None:
    """Make a channel the target's home."""
    assert here.office.bot is not None
    with here.office.bot.parts.db.session() as session:
        session.get_one(OrganisationRow, here.target.id).home_channel = channel


def approved(here: House) -> str:
    """Ask while both are at home together, let the target's home move, approve; wait until it was told there.

    Gives the restore's id.
    """
    restore, message = here.waiting()
    move(here, MONTH_END)
    here.approve(here.review(message))
    assert here.office.slack.wait_until(lambda: bool(heard(here, restore.id)), 10)
    return restore.id


def heard(here: House, restore_id: str) -> list[str]:
    reference = here.restores.get(restore_id).reference
    shown = [here.office.text(one) for one in here.office.slack.messages(MONTH_END, ANA)]
    return [one for one in shown if reference in one]


def to(here: House, restore_id: str, state: RestoreState) -> None:
    """Move a restore on as its job does, and tell."""
    here.restores.transition(restore_id, set(RestoreState), state, started_at=here.office.now())
    here.desk.restoring.telling.tell(restore_id)


def test_target_home_when_approved_then_hears_once_and_learns_nothing_of_the_source(here: House) -> None:
    restore_id = approved(here)
    (told,) = heard(here, restore_id)
    assert f"A restore into {EMPTY} is approved." in told
    assert "Please enter nothing there" in told
    assert not any(word in told for word in (ODD, WHY, PRIYA, ANA, "Priya", "Ana Silva"))
    here.desk.restoring.telling.tell(restore_id)
    assert len(heard(here, restore_id)) == 1


def test_target_home_when_it_ends_then_hears_how_and_when_it_goes_on_no_second_approval(here: House) -> None:
    restore_id = approved(here)
    for state in (RestoreState.RUNNING, RestoreState.STOPPED, RestoreState.APPROVED, RestoreState.RUNNING):
        to(here, restore_id, state)
    to(here, restore_id, RestoreState.DONE)
    first, stopped, done = heard(here, restore_id)
    assert "is approved" in first
    assert "was stopped by a person. What was written stays in it." in stopped
    assert "nothing differs that its plan had not named" in done


@pytest.mark.parametrize("state", [RestoreState.DECLINED, RestoreState.EXPIRED, RestoreState.VOIDED])
def test_target_home_when_nobody_approved_then_hears_nothing(here: House, state: RestoreState) -> None:
    restore, _ = here.waiting()
    move(here, MONTH_END)
    here.restores.transition(restore.id, {RestoreState.WAITING}, state)
    here.desk.restoring.telling.tell(restore.id)
    assert heard(here, restore.id) == []


def test_target_home_when_it_is_the_same_channel_then_nothing_is_said_twice(here: House) -> None:
    restore, message = here.waiting()
    here.approve(here.review(message))
    assert here.office.slack.wait_until(lambda: "Approved by" in here.shown(restore.id), 5)
    assert not [one for one in here.office.slack.messages(FINANCE) if "Please enter nothing" in one.text]
