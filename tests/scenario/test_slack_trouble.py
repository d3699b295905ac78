"""Bad days of Slack while a backup runs: the snapshot stands, and its summary arrives once, if late."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from bot.db.tables import Delivery
from bot.domain.organisation import Organisation
from bot.sandbox.slack.faults import Faults
from tests.scenario.office import ANA, BEN, FINANCE, GENERAL, Office

KERERU = "Kererū Coffee Roasters"
FOR_EVER = 10_000
Trouble = Callable[[Faults], None]

TROUBLES: dict[str, Trouble] = {
    "down": lambda faults: faults.status("*", 500, times=FOR_EVER),
    "html": lambda faults: faults.html("*", times=FOR_EVER),
    "html with 200": lambda faults: faults.html("*", 200, times=FOR_EVER),
    "cut": lambda faults: faults.drop("*", times=FOR_EVER),
    "busy": lambda faults: faults.ratelimited("*", 30, times=FOR_EVER),
    "token revoked": lambda faults: faults.error("*", "token_revoked", times=FOR_EVER),
    "fatal": lambda faults: faults.error("*", "fatal_error", times=FOR_EVER),
}


@pytest.fixture(scope="module")
def kereru(shared: Office) -> Organisation:
    """An organisation at home in #finance."""
    shared.slack.rate_limits = False
    shared.only_by_hand()
    return shared.link("nz")


@pytest.fixture(autouse=True)
def good_days_after(shared: Office) -> Iterator[None]:
    """No fault of one test may reach the next."""
    yield
    shared.slack.faults.clear()


def snapshots(office: Office, organisation: Organisation) -> int:
    """Count the copies that stand."""
    assert office.bot is not None
    return office.bot.worker.services.backups.snapshot_count(organisation)


def is_idle(office: Office, organisation: Organisation) -> bool:
    """Say whether no backup is under way and its last step is done."""
    assert office.bot is not None
    return office.bot.worker.services.backups.running(organisation) is None


def summaries(office: Office, channel: str = FINANCE) -> list[str]:
    """Give every message that tells how a backup stands."""
    shown = [office.text(one) for one in office.slack.messages(channel) if one.only_for is None]
    return [text for text in shown if "backup of " in text or "Backing up" in text]


def backed_up(office: Office, organisation: Organisation) -> None:
    """Ask for a backup and wait for its snapshot, whatever Slack does."""
    before, told = snapshots(office, organisation), ends_written(office)
    assert "queued" in office.say("now kereru")
    assert office.slack.wait_until(lambda: snapshots(office, organisation) == before + 1, 30)
    assert office.slack.wait_until(lambda: is_idle(office, organisation), 10)
    assert office.slack.wait_until(lambda: ends_written(office) > told, 10)


def ends_written(office: Office) -> int:
    """Count the summaries that were written down to be sent."""
    assert office.bot is not None
    with office.bot.parts.db.reading() as session:
        keys = session.scalars(select(Delivery.key).where(Delivery.key.like("run:%:end")))
        return len(list(keys))


def begun(office: Office, *, user: str = ANA) -> None:
    """Ask for a backup and wait for the message that shows its progress."""
    before = len(summaries(office))
    assert "queued" in office.say("now kereru", user=user)
    assert office.slack.wait_until(lambda: len(summaries(office)) > before, 20)


@pytest.mark.parametrize("trouble", TROUBLES)
def test_slack_when_it_fails_all_the_while_then_the_summary_arrives_once_afterwards(
    shared: Office, kereru: Organisation, trouble: str
) -> None:
    before = len(summaries(shared))
    TROUBLES[trouble](shared.slack.faults)
    backed_up(shared, kereru)
    told = shared.bot and shared.bot.worker.services.backups.history(kereru, limit=1)[0]
    assert told
    shared.slack.wait_until(shared.waits, 10)
    assert len(summaries(shared)) == before
    shared.slack.faults.clear()
    shared.send_waiting()
    new = summaries(shared)[before:]
    assert len(new) == 1, new
    assert f"Snapshot #{told.snapshot_number}" in new[0]


def test_slack_when_only_the_first_message_fails_then_the_summary_stands_alone(
    shared: Office, kereru: Organisation
) -> None:
    before = len(summaries(shared))
    shared.slack.faults.status("chat.postMessage", 503, times=1)
    backed_up(shared, kereru)
    shared.slack.wait_until(lambda: len(summaries(shared)) > before, 10)
    shared.send_waiting()
    (told,) = summaries(shared)[before:]
    assert "Complete" in told


def test_slack_when_the_first_message_comes_late_then_the_summary_takes_its_place(
    shared: Office, kereru: Organisation
) -> None:
    before = len(summaries(shared))
    shared.slack.faults.status("chat.postMessage", 503, times=1)
    with shared.held():
        shared.say("now kereru")
        shared.slack.wait_until(shared.waits, 10)
        shared.send_waiting(seconds=30)
        assert "Backing up" in summaries(shared)[-1]
    assert shared.slack.wait_until(lambda: is_idle(shared, kereru), 20)
    shared.slack.wait_until(lambda: "Complete" in summaries(shared)[-1], 10)
    (told,) = summaries(shared)[before:]
    assert "Complete" in told


def test_slack_when_it_is_slow_then_nothing_is_said_twice(shared: Office, kereru: Organisation) -> None:
    before = len(summaries(shared))
    shared.slack.faults.slow("chat.update", 0.4, times=FOR_EVER)
    shared.slack.faults.slow("chat.postMessage", 0.4, times=FOR_EVER)
    backed_up(shared, kereru)
    shared.slack.wait_until(lambda: "Complete" in summaries(shared)[-1], 15)
    shared.slack.faults.clear()
    shared.send_waiting()
    assert len(summaries(shared)) == before + 1


@pytest.mark.parametrize("code", ["message_not_found", "cant_update_message", "edit_window_closed"])
def test_message_when_it_can_no_longer_be_updated_then_the_summary_is_posted_anew(
    shared: Office, kereru: Organisation, code: str
) -> None:
    before = len(summaries(shared))
    shared.slack.faults.error("chat.update", code, times=FOR_EVER)
    backed_up(shared, kereru)
    shared.slack.wait_until(lambda: "Complete" in summaries(shared)[-1], 10)
    shared.slack.faults.clear()
    shared.send_waiting()
    assert sum("Complete" in one for one in summaries(shared)[before:]) == 1


def test_blocks_when_refused_then_the_sentence_arrives_alone(shared: Office, kereru: Organisation) -> None:
    with shared.held():
        begun(shared)
        before = len(shared.slack.messages(FINANCE))
        shared.slack.faults.error("chat.update", "message_not_found", times=FOR_EVER)
        shared.slack.faults.error("chat.postMessage", "invalid_blocks")
    assert shared.slack.wait_until(lambda: len(shared.slack.messages(FINANCE)) > before, 20)
    last = shared.slack.messages(FINANCE)[-1]
    assert not last.blocks
    assert f"Backup of {KERERU}: Complete" in last.text


def test_channel_when_the_bot_is_thrown_out_meanwhile_then_the_asker_hears_directly(
    shared: Office, kereru: Organisation
) -> None:
    bot = shared.slack.app.user_id
    with shared.held():
        begun(shared, user=BEN)
        shared.slack.workspace.leave(FINANCE, bot)
    direct = shared.slack.workspace.direct(BEN, bot).id
    told = shared.text(shared.wait_for(direct, "Complete"))
    assert "I am not in" in told
    assert "/invite @Ledgerkeep" in told
    shared.slack.invite_app(FINANCE)
    assert shared.slack.wait_until(lambda: is_idle(shared, kereru), 10)


def test_channel_when_archived_meanwhile_then_the_asker_hears_directly(desk_of_general: Office) -> None:
    office = desk_of_general
    with office.held():
        office.say("now", channel=GENERAL)
        office.wait_for(GENERAL, "Backing up: Empty")
        office.slack.workspace.archive(GENERAL)
    direct = office.slack.workspace.direct(ANA, office.slack.app.user_id).id
    told = office.text(office.wait_for(direct, "Complete"))
    assert "is archived" in told
    assert "Snapshot #1" in told


@pytest.fixture(scope="module")
def desk_of_general(shared: Office) -> Office:
    """The same office with an organisation at home in #general."""
    shared.link("empty", channel=GENERAL)
    return shared


def test_answer_when_the_response_address_fails_then_comes_directly(
    shared: Office, kereru: Organisation
) -> None:
    direct = shared.slack.workspace.direct(BEN, shared.slack.app.user_id).id
    message = shared.wait_for(FINANCE, "Connected: Kerer")
    for trouble in (shared.slack.faults.status, shared.slack.faults.drop):
        trouble("response_url")
        newest = max((one.ts for one in shared.slack.messages(direct)), default="")
        assert shared.slack.click(BEN, FINANCE, message, "see_coverage").ok
        assert "backed up" in shared.last_private(BEN, direct, after=newest)
    assert kereru


def test_mention_when_slack_is_down_then_is_answered_once_later(shared: Office, kereru: Organisation) -> None:
    assert kereru
    shared.slack.faults.status("chat.postMessage", 500, times=FOR_EVER)
    asked = shared.slack.mention(BEN, FINANCE, "are quotes backed up?").message
    assert asked is not None
    assert shared.slack.wait_until(
        lambda: any(call.args.get("thread_ts") == asked.ts for call in shared.slack.calls), 10
    )
    shared.slack.wait_until(shared.waits, 10)
    shared.slack.faults.clear()
    shared.send_waiting()
    answers = [one for one in shared.slack.messages(FINANCE) if one.thread_ts == asked.ts]
    assert len(answers) == 1
