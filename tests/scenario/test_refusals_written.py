"""Every refusal stands in the audit log, once: who was refused what, and where."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.db.tables import AuditRow
from bot.domain.organisation import Organisation
from bot.sandbox.slack import payloads
from bot.sandbox.slack.demo import MOLLY
from bot.views import ids
from tests.scenario.office import ANA, BEN, CLIENTS, EVE, FINANCE, GENERAL, Office

Row = tuple[str, str]  # action, and for strangers what they did
SHOWN: Row = ("organisation.shown", "")


@pytest.fixture(scope="module")
def kereru(shared: Office) -> Organisation:
    """An organisation at home in #finance."""
    shared.slack.rate_limits = False
    return shared.link("nz")


@pytest.fixture
def eve(shared: Office, kereru: Organisation) -> Iterator[str]:
    """Eve, of another workspace, in the channel."""
    shared.slack.workspace.join(FINANCE, EVE)
    yield EVE
    shared.slack.workspace.leave(FINANCE, EVE)


def refused(office: Office, user: str) -> list[AuditRow]:
    """Give what this person was refused, in order."""
    assert office.bot is not None
    with office.bot.parts.db.reading() as session:
        asked = select(AuditRow).where(AuditRow.actor == user, AuditRow.outcome == "refused")
        return list(session.scalars(asked.order_by(AuditRow.seq)))


def written(office: Office, user: str, deed: Callable[[], object]) -> list[Row]:
    """Do it, and give what was written down by it, once nothing more comes."""
    before = len(refused(office, user))
    deed()
    assert office.slack.wait_until(lambda: len(refused(office, user)) > before, 5)
    office.say("help")  # whatever else the deed started has had its turn
    return [(row.action, str(row.detail.get("what", ""))) for row in refused(office, user)[before:]]


@pytest.mark.parametrize("word", ["status", "history", "coverage", "find inv-1", "diff", "now", "export"])
def test_command_when_typed_outside_the_home_then_is_written_down_once(
    shared: Office, kereru: Organisation, word: str
) -> None:
    assert written(shared, BEN, lambda: shared.say(word, user=BEN, channel=GENERAL)) == [SHOWN]


@pytest.mark.parametrize("action", [ids.BACK_UP_NOW, ids.COVERAGE, ids.EXPORT])
@pytest.mark.parametrize("value", ["v1:" + "0" * 32, "v1:no-such-organisation"])
def test_click_when_its_organisation_is_forged_then_is_written_down_once(
    shared: Office, kereru: Organisation, action: str, value: str
) -> None:
    assert written(shared, ANA, lambda: shared.forge(ANA, FINANCE, action, value)) == [SHOWN]


def _typed(office: Office, user: str) -> None:
    """Send a command as a person's own workspace would."""
    person, channel = office.slack.workspace.people[user], office.slack.workspace.channels[FINANCE]
    sent = payloads.command(office.slack.realm, person, channel, name="/backup", text="status")
    assert office.slack.realm.delivery.send("slash_commands", {**sent, "team_id": person.team_id}).is_fine


def test_stranger_when_they_click_type_or_mention_then_each_is_written_down_once(
    shared: Office, eve: str, kereru: Organisation
) -> None:
    deeds: dict[str, Callable[[], object]] = {
        "block_actions": lambda: shared.forge(eve, FINANCE, ids.BACK_UP_NOW, ids.reference(kereru.id)),
        "command": lambda: _typed(shared, eve),
        "app_mention": lambda: shared.slack.mention(eve, CLIENTS, "status"),
    }
    for what, deed in deeds.items():
        assert written(shared, eve, deed) == [("stranger", what)]
    last = refused(shared, eve)[-1]
    assert (last.detail["channel"], last.origin) == (CLIENTS, "slack")
    assert last.detail["team"] == shared.slack.workspace.people[eve].team_id
    before = len(refused(shared, eve))
    shared.slack.duplicate()
    assert len(refused(shared, eve)) == before


def test_direct_message_of_a_deactivated_person_then_is_written_down(
    shared: Office, kereru: Organisation
) -> None:
    channel = shared.slack.workspace.direct(MOLLY, shared.slack.app.user_id).id
    asked: dict[str, object] = {"type": "message", "channel_type": "im", "channel": channel, "ts": "1.1"}
    asked |= {"user": MOLLY, "text": "status"}
    assert written(shared, MOLLY, lambda: shared.event(asked)) == [SHOWN]
    assert "Kerer" not in shared.seen(channel, MOLLY)


def test_home_of_an_outsider_then_is_written_down_once_a_day(shared: Office, kereru: Organisation) -> None:
    molly = shared.slack.workspace.people[MOLLY]
    home: Row = ("home.opened", "")
    opens: dict[str, object] = {"type": "app_home_opened", "user": MOLLY, "tab": "home", "channel": "D0"}
    assert written(shared, MOLLY, lambda: shared.event(opens)) == [home]
    before = len(refused(shared, MOLLY))
    shared.event(opens)
    shared.say("help")
    assert len(refused(shared, MOLLY)) == before
    shared.pass_time(days=1)
    assert written(shared, MOLLY, lambda: shared.event(opens)) == [home]
    shared.slack.workspace.change_person(replace(molly, is_gone=False))
    shared.forget_people()
    shared.pass_time(days=1)
    before = len(refused(shared, MOLLY))
    shared.event(opens)
    shared.say("help")
    assert len(refused(shared, MOLLY)) == before  # Home that shows a member nothing refuses nothing
    shared.slack.workspace.change_person(molly)
    shared.forget_people()


def test_home_of_a_stranger_then_is_written_down_once_a_day(shared: Office, eve: str) -> None:
    assert len(written(shared, eve, lambda: shared.slack.open_home(eve))) == 1
    before = len(refused(shared, eve))
    shared.slack.open_home(eve)
    shared.say("help")
    assert len(refused(shared, eve)) == before
