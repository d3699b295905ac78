"""Clicks: forged values, buttons of last year, people of other workspaces, the same thing twice."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from bot.domain.organisation import Organisation
from bot.sandbox.slack.demo import OTHER_TEAM
from bot.sandbox.slack.people import Message
from bot.views import ids
from tests.scenario.office import ANA, BEN, CLIENTS, EVE, FINANCE, GENERAL, MONTH_END, PRIYA, Office

KERERU, EMPTY = "Kererū Coffee Roasters", "Empty Shell Restore Ltd"
NOT_HERE = "I cannot show that here."


@pytest.fixture(scope="module")
def kereru(shared: Office) -> Organisation:
    """An organisation at home in #finance."""
    return shared.link("nz")


@pytest.fixture(scope="module")
def empty(shared: Office, kereru: Organisation) -> Organisation:
    """An organisation at home in the private #month-end."""
    assert kereru
    return shared.link("empty", channel=MONTH_END)


def runs_of(office: Office, organisation: Organisation) -> int:
    """Wait until nothing runs, and count what was ever started."""
    assert office.bot is not None
    backups = office.bot.worker.services.backups
    assert office.slack.wait_until(lambda: backups.running(organisation) is None, 30)
    return len(backups.history(organisation, limit=100))


@pytest.mark.parametrize("action", [ids.BACK_UP_NOW, ids.BACK_UP_AGAIN, ids.COVERAGE, ids.DISCONNECT])
def test_button_when_its_organisation_is_at_home_elsewhere_then_nothing_leaks(
    shared: Office, empty: Organisation, action: str
) -> None:
    told = shared.forge(BEN, FINANCE, action, ids.reference(empty.id))
    assert NOT_HERE in told
    assert "Empty" not in told
    assert runs_of(shared, empty) == 0


@pytest.mark.parametrize("word", ["now", "history", "coverage", "status", "connect", "nonsense"])
def test_choice_when_forged_then_nothing_leaks(shared: Office, empty: Organisation, word: str) -> None:
    for value in (ids.reference(empty.id), "v1:" + EMPTY, "v1:", "v1:\u0000", ""):
        told = shared.forge(BEN, FINANCE, f"choose:{word}:0", value)
        assert "Empty Shell" not in told
        assert "queued" not in told
    assert runs_of(shared, empty) == 0


@pytest.mark.parametrize("value", ["v0:abc", "", "abc", "v2:" + "f" * 32, "x" * 2000])
@pytest.mark.parametrize(
    "action", [ids.BACK_UP_NOW, ids.COVERAGE, ids.DISCONNECT, ids.STOP_BACKUP, "choose:now:0"]
)
def test_button_of_another_version_when_clicked_then_says_so_and_does_nothing(
    shared: Office, kereru: Organisation, action: str, value: str
) -> None:
    before = runs_of(shared, kereru)
    told = shared.forge(ANA, FINANCE, action, value)
    assert "another version of Ledgerkeep" in told
    assert runs_of(shared, kereru) == before


def test_stop_when_the_run_is_unknown_or_over_or_elsewhere_then_says_so(
    shared: Office, kereru: Organisation, empty: Organisation
) -> None:
    assert shared.bot is not None
    assert "no run of that id" in shared.forge(ANA, FINANCE, ids.STOP_BACKUP, "v1:" + "0" * 32)
    shared.back_up("kereru")
    (summary,) = shared.bot.worker.services.backups.history(kereru)
    assert "ended already" in shared.forge(BEN, FINANCE, ids.STOP_BACKUP, ids.reference(summary.run.id))
    with shared.held():
        shared.say("now", channel=MONTH_END)
        run = shared.bot.worker.services.backups.running(empty)
        assert run is not None
        told = shared.forge(BEN, FINANCE, ids.STOP_BACKUP, ids.reference(run.id))
        assert NOT_HERE in told
        assert "Empty" not in told
    shared.wait_for(MONTH_END, "backup of", also=("Complete",))


def test_backup_when_one_is_under_way_then_shows_that_one_and_starts_no_second(
    shared: Office, kereru: Organisation
) -> None:
    before = runs_of(shared, kereru)
    with shared.held():
        assert "queued" in shared.say("now kereru")
        shared.wait_for(FINANCE, f"Backing up: {KERERU}")
        told = shared.say("now kereru", user=BEN)
        assert f"A backup of {KERERU} is already running" in told
        assert "not started a second one" in told
        assert "already running" in shared.forge(PRIYA, FINANCE, ids.BACK_UP_NOW, ids.reference(kereru.id))
    assert runs_of(shared, kereru) == before + 1


def test_backup_when_two_people_ask_at_the_same_moment_then_one_runs(
    shared: Office, kereru: Organisation
) -> None:
    before = runs_of(shared, kereru)
    told: list[str] = []
    with shared.held():
        asking = [
            threading.Thread(target=lambda who=who: told.append(shared.say("now kereru", user=who)))
            for who in (ANA, BEN, PRIYA) * 2
        ]
        for one in asking:
            one.start()
        for one in asking:
            one.join(20)
        assert sum("is queued" in one for one in told) == 1, told
        assert sum("is already" in one for one in told) == 5, told
    assert runs_of(shared, kereru) == before + 1


def test_stop_when_pressed_then_nothing_is_published_and_the_last_copy_stands(
    shared: Office, kereru: Organisation
) -> None:
    runs_of(shared, kereru)
    # The message of the run before may not tell its end yet.
    before = {(one.ts, one.text) for one in shared.slack.messages(FINANCE)}
    with shared.held():
        shared.say("now kereru")
        message = shared.wait_for(FINANCE, f"Backing up: {KERERU}", not_in=before)
        assert "Stopping the backup" in shared.press(BEN, FINANCE, message, ids.STOP_BACKUP)
    runs_of(shared, kereru)
    told = shared.text(shared.wait_for(FINANCE, f"backup of {KERERU}", also=("Stopped",)))
    assert "stopped" in told
    assert "stands" in told


def test_command_when_delivered_twice_then_one_backup_runs(shared: Office, kereru: Organisation) -> None:
    before = runs_of(shared, kereru)
    with shared.held():
        assert "queued" in shared.say("now kereru")
        again = shared.slack.duplicate()
        assert again.ok
        assert again.status == 200
    assert runs_of(shared, kereru) == before + 1


def test_click_when_delivered_twice_then_does_its_work_once(shared: Office, kereru: Organisation) -> None:
    before = runs_of(shared, kereru)
    shared.forge(BEN, FINANCE, ids.BACK_UP_NOW, ids.reference(kereru.id))
    assert shared.slack.duplicate().ok
    assert runs_of(shared, kereru) == before + 1
    assert shared.slack.duplicate().ok
    assert runs_of(shared, kereru) == before + 1


def test_mention_when_delivered_twice_then_is_answered_once(shared: Office, kereru: Organisation) -> None:
    assert kereru
    asked = shared.slack.mention(BEN, FINANCE, "are quotes backed up?").message
    assert asked is not None

    def answers() -> list[Message]:
        return [one for one in shared.slack.messages(FINANCE) if one.thread_ts == asked.ts]

    shared.slack.wait_until(lambda: bool(answers()))
    assert shared.slack.duplicate().ok
    assert shared.slack.duplicate().ok
    shared.say("help")  # whatever the second delivery started has had its turn
    assert len(answers()) == 1


def test_stranger_when_they_click_in_a_shared_channel_then_see_and_start_nothing(
    shared: Office, kereru: Organisation
) -> None:
    before = runs_of(shared, kereru)
    shared.slack.workspace.join(FINANCE, EVE)
    for action in (ids.BACK_UP_NOW, ids.COVERAGE, ids.CONNECT, ids.DISCONNECT, "choose:now:0"):
        told = shared.forge(EVE, FINANCE, action, ids.reference(kereru.id))
        assert "not installed in your Slack workspace" in told
        assert "Kerer" not in told
    assert runs_of(shared, kereru) == before


def threaded(office: Office, channel: str, ts: str) -> list[str]:
    """Give what stands in a thread."""
    return [office.text(one) for one in office.slack.messages(channel) if one.thread_ts == ts]


def test_stranger_when_they_mention_the_bot_then_hear_why_there_is_no_answer(
    shared: Office, kereru: Organisation
) -> None:
    assert kereru
    shared.slack.workspace.join(FINANCE, EVE)
    for channel in (FINANCE, CLIENTS):
        asked = shared.slack.mention(EVE, channel, "status").message
        assert asked is not None
        assert shared.slack.wait_until(lambda: bool(threaded(shared, channel, asked.ts)))  # noqa: B023
        (told,) = threaded(shared, channel, asked.ts)
        assert "only people of the Slack workspace that uses me" in told
        assert "Kerer" not in told


def test_stranger_when_their_command_is_forged_with_our_team_then_rights_still_follow_slack(
    shared: Office, kereru: Organisation
) -> None:
    assert kereru
    eve = shared.slack.workspace.people[EVE]
    shared.slack.workspace.change_person(replace(eve, team_id=shared.slack.workspace.team_id))
    try:
        told = shared.say("connect", user=EVE)
    finally:
        shared.slack.workspace.change_person(replace(eve, team_id=OTHER_TEAM))
    assert "Only workspace admins may link a Xero organisation." in told


def test_click_when_the_organisation_was_disconnected_then_says_so_in_its_home(
    shared: Office, empty: Organisation
) -> None:
    assert shared.bot is not None
    actor = shared.actor(ANA, MONTH_END)
    shared.bot.desk.unlinking.unlink(actor, shared.bot.parts.organisations.get(empty.id), delete_copies=False)
    told = shared.forge(PRIYA, MONTH_END, ids.BACK_UP_NOW, ids.reference(empty.id))
    assert "This organisation is no longer linked" in told
    elsewhere = shared.forge(BEN, GENERAL, ids.BACK_UP_NOW, ids.reference(empty.id))
    assert NOT_HERE in elsewhere
