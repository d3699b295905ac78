"""What the clock tidies away at night, through the whole bot."""

from __future__ import annotations

from bot.services.asking.talks import KEPT, Talk, Talks
from jobs.housekeeping import PARTITION
from tests.scenario.office import ANA, FINANCE, Office


def test_tidy_when_a_talk_is_long_over_then_it_is_forgotten_and_newer_ones_stay(desk: Office) -> None:
    assert desk.bot is not None
    desk.only_by_hand()
    talks, actor = Talks(desk.bot.parts.db, now=desk.now), desk.actor(ANA, FINANCE)
    talks.note(actor, "1.1", Talk(("quotes",)))
    desk.pass_time(hours=1)
    talks.note(actor, "2.2", Talk(("budgets",)))
    desk.pass_time(seconds=KEPT.total_seconds() - 1800)
    queue = desk.bot.worker.reach.queue
    queue.enqueue("tidy", organisation=PARTITION, key="tidy-by-hand", args={})
    assert desk.slack.wait_until(lambda: queue.status("tidy-by-hand") == "SUCCESS", 20)
    assert talks.last(actor, "2.2") == Talk(("budgets",))
    assert talks.sweep() == 0, "the talk that was over lay about still"
