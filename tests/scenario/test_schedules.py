"""Backups by themselves, through the whole bot: at the slot, once; over-run, failure, lost links, damage."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina
from sqlalchemy import select

from bot.db.tables import RunRow
from bot.domain.names import Actor
from bot.domain.organisation import LinkState, Organisation
from bot.domain.schedule import Planned, SlotOutcome
from bot.domain.settings import OrganisationSettings
from bot.domain.standing import Standing
from bot.domain.timetable import Timetable
from bot.sandbox.slack import Message
from bot.sandbox.xero import Kind
from bot.views import ids
from bot.views.words import when_plain
from jobs import engine
from tests.scenario.office import ANA, FINANCE, Office, office

XERO = "/api.xro/2.0/*"
RUN = re.compile(r"Backing up |ackup of ")  # what every message about a single backup says


@pytest.fixture
def bot() -> Iterator[Office]:
    with pytest.MonkeyPatch.context() as patch, stamina.set_testing(True, attempts=2, cap=True):
        patch.setattr(engine, "PAUSES", (0.05,))
        with office(organisations=("nz",), minute_seconds=0.5) as one:
            one.slack.rate_limits = False
            yield one


def planned(bot: Office, one: Organisation) -> Planned:
    assert bot.bot is not None
    one = bot.bot.parts.organisations.get(one.id)
    return bot.bot.worker.services.schedules.planned([one])[one.id]


def standing(bot: Office, one: Organisation) -> Standing:
    assert bot.bot is not None
    (found,) = bot.bot.worker.services.standings.of([bot.bot.parts.organisations.get(one.id)])
    return found


def tick(bot: Office) -> None:
    """Let the clock look, as it does every five seconds."""
    assert bot.bot is not None
    bot.bot.worker.clock.tick()


def to_the_slot(bot: Office, one: Organisation) -> str:
    """Let time pass to just after the next slot; gives the slot as runs name it."""
    at = planned(bot, one).next_at
    assert at is not None
    bot.pass_time(seconds=(at - bot.now()).total_seconds() + 1)
    tick(bot)
    assert bot.bot is not None
    wanted = select(RunRow.slot).where(RunRow.organisation_id == one.id).order_by(RunRow.requested_at.desc())
    with bot.bot.parts.db.reading() as session:
        return str(session.scalar(wanted))


def runs(bot: Office, one: Organisation) -> list[tuple[str, str]]:
    """List the runs of an organisation, oldest first: the end of its slot ("" by hand) and its state."""
    assert bot.bot is not None
    wanted = select(RunRow.slot, RunRow.state).where(RunRow.organisation_id == one.id)
    with bot.bot.parts.db.reading() as session:
        found = session.execute(wanted.order_by(RunRow.requested_at)).all()
    return [
        ((slot or "by hand").rpartition(f"{one.id}:")[2][11:] or "by hand", state) for slot, state in found
    ]


def until(bot: Office, holds: object) -> None:
    assert bot.slack.wait_until(holds, 30)  # type: ignore[arg-type]


def ended(bot: Office, one: Organisation, count: int) -> list[str]:
    """Wait until so many runs have ended; gives their states."""
    finals = {"complete", "gaps", "failed", "stopped"}
    until(bot, lambda: len(runs(bot, one)) == count and {state for _, state in runs(bot, one)} <= finals)
    return [state for _, state in runs(bot, one)]


def quiet(bot: Office) -> None:
    """Wait until all that passed days brought has ended, also what is not a backup."""
    assert bot.bot is not None
    queue = bot.bot.worker.reach.queue
    until(bot, lambda: not queue.has_work(""))


def told(bot: Office) -> list[Message]:
    return [one for one in bot.slack.messages(FINANCE) if one.only_for is None and "ackup of" in one.text]


def test_backup_when_its_slot_comes_then_it_runs_by_itself_once(bot: Office) -> None:
    one = bot.link("nz")
    first = planned(bot, one)
    said = bot.text(bot.wait_for(FINANCE, "Connected: "))
    assert first.next_at is not None
    assert "the first backup runs by itself " in said
    assert f"{first.timetable.times[0]:%H:%M} Auckland time; `/backup now` does it at once." in said

    to_the_slot(bot, one)
    message = bot.wait_for(FINANCE, "backup of", also=("Complete",))
    assert "asked for by" not in bot.text(message)
    bot.stop_bot()
    bot.start_bot()
    tick(bot)
    tick(bot)
    assert ended(bot, one, 1) == ["complete"]
    assert planned(bot, one).outcome is SlotOutcome.ASKED
    assert standing(bot, one).overdue_since is None

    to_the_slot(bot, one)
    assert ended(bot, one, 2) == ["complete", "complete"]
    until(bot, lambda: len(told(bot)) == 2)


def test_slot_when_the_backup_before_still_runs_then_that_one_runs_on_alone(bot: Office) -> None:
    one = bot.link("nz")
    with bot.held():
        bot.slack.command(ANA, FINANCE, "now")
        until(bot, lambda: [state for _, state in runs(bot, one)] == ["running"])
        to_the_slot(bot, one)
        until(bot, lambda: planned(bot, one).outcome is SlotOutcome.KEPT)
        assert standing(bot, one).left_out_at == planned(bot, one).due_at
    assert ended(bot, one, 1) == ["complete"]
    assert standing(bot, one).overdue_since is None
    to_the_slot(bot, one)
    assert ended(bot, one, 2) == ["complete", "complete"]
    assert planned(bot, one).outcome is SlotOutcome.ASKED


def test_slot_when_the_backup_before_waits_for_tomorrows_calls_then_that_one_goes_on_in_its_place(
    bot: Office,
) -> None:
    one = bot.link("nz")
    assert bot.bot is not None
    at = planned(bot, one).next_at
    assert at is not None
    until_slot = (at - bot.now()).total_seconds()
    spent = bot.xero.faults.add("429_day", path="/api.xro/2.0/Payments", retry_after=int(until_slot) + 7200)
    bot.slack.command(ANA, FINANCE, "now")
    until(bot, lambda: [state for _, state in runs(bot, one)] == ["parked"])
    assert spent
    paused, resume_at = bot.wait_for(FINANCE, "Paused: backup of"), standing(bot, one).resume_at
    assert resume_at is not None
    assert resume_at > at

    to_the_slot(bot, one)
    until(bot, lambda: planned(bot, one).outcome is SlotOutcome.KEPT)
    bot.bot.worker.services.backups.recover()
    tick(bot)
    assert runs(bot, one) == [("by hand", "parked")]
    assert standing(bot, one).resume_at == resume_at
    status = bot.say("status")
    assert "A backup is paused: it waits for tomorrow's calls to Xero and goes on" in status
    assert "was left out, because the one before it is still under way" in status
    bot.bot.worker.services.digests.post_now(one.workspace_id)
    digest = bot.text(bot.wait_for(FINANCE, "Backups, "))
    assert f"it goes on by itself {when_plain(resume_at)}" in digest

    bot.pass_time(seconds=(resume_at - bot.now()).total_seconds() + 60)
    # The job that goes on is put off by the machine's clock, which stays where it is: another one stands in.
    (run,) = bot.bot.parts.runs.unfinished()
    bot.bot.worker.reach.queue.enqueue(
        "backup", organisation=one.id, key=f"backup:{run.id}:now", args={"run": run.id}
    )
    assert ended(bot, one, 1) == ["complete"]
    assert "Complete:" in bot.text(bot.wait_for(FINANCE, "backup of", also=("Complete",)))
    assert [message.ts for message in told(bot)] == [paused.ts]
    assert [info.number for info in bot.bot.parts.books.of(one).snapshots()] == [1]
    assert standing(bot, one).overdue_since is None
    assert standing(bot, one).late_since is None


def test_backup_when_xero_is_down_then_it_is_tried_again_and_says_when(bot: Office) -> None:
    one = bot.link("nz")
    fault = bot.xero.faults.add(Kind.OFFLINE, path=XERO, times=0)
    to_the_slot(bot, one)
    assert ended(bot, one, 1) == ["failed"]
    message = bot.text(bot.wait_for(FINANCE, "Failed: backup of"))
    again = planned(bot, one).retry_at
    assert again is not None
    assert f"I try again by myself, {when_plain(again)}" in message
    assert 14 <= (again - bot.now()).total_seconds() / 60 <= 15
    assert standing(bot, one).retry_at == again

    bot.pass_time(minutes=15)
    tick(bot)
    assert ended(bot, one, 2) == ["failed", "failed"]
    with bot.xero.faults.lock:
        bot.xero.faults.script.remove(fault)
    bot.pass_time(minutes=61)
    tick(bot)
    tick(bot)
    assert ended(bot, one, 3) == ["failed", "failed", "complete"]
    assert [slot[5:] for slot, _ in runs(bot, one)] == ["", ":again1", ":again2"]
    assert planned(bot, one).retry_at is None
    bot.pass_time(hours=4)
    tick(bot)
    assert len(runs(bot, one)) == 3


def test_backup_when_its_home_is_archived_then_one_person_hears_of_a_bad_end_alone(bot: Office) -> None:
    one = bot.link("nz")
    direct = bot.slack.workspace.direct(ANA, bot.slack.app.user_id).id

    def heard() -> list[str]:
        return [bot.text(each) for each in bot.slack.messages(direct) if RUN.search(each.text)]

    bot.slack.workspace.archive(FINANCE)
    to_the_slot(bot, one)
    assert ended(bot, one, 1) == ["complete"]
    bot.xero.faults.add(Kind.OFFLINE, path=XERO, times=0)
    to_the_slot(bot, one)
    assert ended(bot, one, 2) == ["complete", "failed"]
    until(bot, heard)
    (message,) = heard()
    assert "is archived, so I tell you here instead" in message
    assert "Failed: backup of" in message
    digest = bot.text(bot.wait_for(direct, "Backups, "))
    assert "is archived, so I tell you here instead" in digest


def test_backup_when_a_person_asked_and_it_fails_then_it_is_not_tried_again(bot: Office) -> None:
    one = bot.link("nz")
    bot.xero.faults.add(Kind.OFFLINE, path=XERO, times=0)
    message = bot.text(bot.back_up())
    assert "I try again by myself" not in message
    assert planned(bot, one).retry_at is None


def test_backup_when_a_person_stops_it_then_it_is_not_tried_again(bot: Office) -> None:
    one = bot.link("nz")
    with bot.held():
        to_the_slot(bot, one)
        until(bot, lambda: [state for _, state in runs(bot, one)] == ["running"])
        message = bot.wait_for(FINANCE, "Backing up")
        (run_id,) = [run.id for run in bot.bot.parts.runs.unfinished()]  # type: ignore[union-attr]
        bot.slack.click(ANA, FINANCE, message, ids.STOP_BACKUP, ids.reference(run_id))
    assert ended(bot, one, 1) == ["stopped"]
    assert planned(bot, one).retry_at is None


def test_slot_when_xero_took_the_permission_back_then_asked_once_and_it_sleeps_until_reconnected(
    bot: Office,
) -> None:
    one = bot.link("nz")
    bot.xero.revoke_consent("ana")
    to_the_slot(bot, one)
    ended(bot, one, 1)
    bot.wait_for(FINANCE, "Needs you: ")
    assert planned(bot, one).next_at is None
    assert planned(bot, one).retry_at is None
    for _ in range(2):
        bot.pass_time(days=1)
        tick(bot)
    assert len(runs(bot, one)) == 1
    assert standing(bot, one).overdue_since is None
    quiet(bot)

    status, _, page = bot.consent(bot.link_offered(), organisation="nz")
    assert status == 200, page
    said = bot.text(bot.wait_for(FINANCE, "Reconnected: "))
    assert "the first backup runs by itself" in said, said
    to_the_slot(bot, one)
    ended(bot, one, 2)
    assert runs(bot, one)[-1][1] == "complete"


def test_copies_when_kept_and_linked_again_then_the_next_backup_builds_on_them(bot: Office) -> None:
    one = bot.link("nz")
    bot.back_up()
    worker = bot.bot.worker  # type: ignore[union-attr]
    bot.bot.desk.unlinking.unlink(bot.actor(ANA, FINANCE), one, delete_copies=False)  # type: ignore[union-attr]
    assert planned(bot, one).next_at is None
    assert worker.services.schedules.next_digest(one.workspace_id) is None
    status, _, page = bot.consent(bot.link_offered(), organisation="nz")
    assert status == 200, page
    said = bot.text(bot.wait_for(FINANCE, "Reconnected: "))
    assert "the next backup runs by itself" in said
    assert "builds on the copies kept" in said
    assert "first" not in said
    assert planned(bot, one).next_at is not None


def test_backup_when_the_clock_had_been_off_then_overdue_until_it_caught_up(bot: Office) -> None:
    one = bot.link("nz")
    bot.back_up()
    assert bot.bot is not None
    bot.bot.worker.clock.stop()
    bot.pass_time(days=3, hours=3)
    due = planned(bot, one).due_at
    assert due is not None
    late = standing(bot, one).overdue_since
    assert late in {None, due}
    bot.pass_time(hours=12)
    assert standing(bot, one).overdue_since == planned(bot, one).due_at
    tick(bot)
    assert ended(bot, one, 2) == ["complete", "complete"]
    assert standing(bot, one).overdue_since is None


def test_slots_when_nothing_runs_by_itself_then_only_people_start_backups(bot: Office) -> None:
    one = bot.link("nz")
    assert bot.bot is not None
    actor = Actor(workspace_id=one.workspace_id, team_id="", user_id=ANA)
    never = OrganisationSettings(timetable=Timetable(times=()))
    bot.bot.worker.services.settings.change_organisation(actor, one, never)
    bot.bot.worker.services.schedules.settle_organisation(one.id)
    bot.pass_time(days=3)
    tick(bot)
    assert runs(bot, one) == []
    assert standing(bot, one).overdue_since is None
    assert standing(bot, one).next_run_at is None


def test_copies_when_damaged_then_the_home_hears_it_once(bot: Office) -> None:
    one = bot.link("nz")
    bot.back_up()
    assert bot.bot is not None
    vault = Path(bot.bot.parts.settings.data_dir) / "vault"
    pack = next(path for path in vault.rglob("packs/*") if path.is_file())
    pack.unlink()

    def heard() -> int:
        return sum("Copies damaged: " in bot.text(each) for each in bot.slack.messages(FINANCE))

    for night in range(3):
        bot.pass_time(days=1)
        tick(bot)
        until(bot, lambda: heard() == 1)
        assert ended(bot, one, night + 2)[-1] == "failed"
    message = bot.text(bot.wait_for(FINANCE, "Copies damaged: "))
    assert "ledgerkeep verify" in message
    assert heard() == 1
    assert planned(bot, one).retry_at is None
    assert bot.organisations()[0].state is LinkState.ACTIVE
