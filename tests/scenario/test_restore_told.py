"""Where else a restore is told: Home, `/backup status`, the digest; the plan opens from there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.domain.restore import Restore
from bot.sandbox.slack.people import Message
from bot.views import ids
from bot.views.plain import as_text
from tests.scenario.office import ANA, FINANCE, PRIYA
from tests.scenario.restore_house import EMPTY, House, house
from tests.scenario.test_home import opened

WAITS = f"into {EMPTY}: its plan waits for approval"


@pytest.fixture(scope="module")
def built() -> Iterator[House]:
    with house() as one:
        yield one


@pytest.fixture
def here(built: House) -> Iterator[House]:
    built.clear()
    built.name_approvers(PRIYA)
    yield built
    built.clear()


@pytest.fixture
def asked(here: House) -> Restore:
    restore, _ = here.waiting()
    return restore


def digest_of(here: House) -> Message:
    """Have the digest of this moment posted, and give it."""
    bot = here.office.bot
    assert bot is not None
    before = {one.ts for one in here.office.slack.messages(FINANCE)}
    bot.worker.services.digests.post_now(here.source.workspace_id)

    def found() -> list[Message]:
        return [
            one
            for one in here.office.slack.messages(FINANCE)
            if one.ts not in before and one.text.startswith("Backups, ")
        ]

    assert here.office.slack.wait_until(lambda: bool(found()), 30)
    return found()[0]


def test_home_when_a_restore_waits_then_says_so_and_opens_its_plan(here: House, asked: Restore) -> None:
    shown = opened(here.office, ANA)
    assert WAITS in shown
    assert "[Review plan]" in shown
    here.office.slack.workspace.set_modals(ANA, [])
    assert here.office.slack.click_home(ANA, ids.REVIEW_PLAN, ids.reference(asked.id)).ok
    assert "You are not among the people who may approve a restore." in as_text(here.drawn(ANA).view)


def test_status_when_a_restore_waits_then_says_where_its_plan_is(here: House, asked: Restore) -> None:
    assert asked
    told = here.office.say("status", user=PRIYA)
    assert WAITS in told
    assert "Press Review plan below its message in" in told


def test_digest_when_a_restore_waits_then_says_who_asked_and_opens_its_plan(
    here: House, asked: Restore
) -> None:
    digest = digest_of(here)
    told = here.office.text(digest)
    assert "1 restore waits for somebody" in told
    assert WAITS in told
    here.office.slack.workspace.set_modals(PRIYA, [])
    assert here.office.slack.click(PRIYA, FINANCE, digest, ids.REVIEW_PLAN).ok
    assert "To approve, type the name" in as_text(here.drawn(PRIYA).view)
    assert asked.target_name == EMPTY
