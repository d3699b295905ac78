"""Retention by the clock: the slot asks, the work waits its turn, and history says which copies are gone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import stamina
from sqlalchemy import select

from bot.db.tables import AuditRow, ScheduleRow
from bot.domain.organisation import Organisation
from bot.domain.schedule import ScheduleKind
from bot.domain.settings import OrganisationSettings, Retention
from bot.services.looking.pruning import ACTION
from bot.views import ids
from bot.views.plain import as_text
from jobs import engine
from tests.scenario.office import ANA, FINANCE, Office, office


@pytest.fixture
def bot() -> Iterator[Office]:
    with pytest.MonkeyPatch.context() as patch, stamina.set_testing(True, attempts=2, cap=True):
        patch.setattr(engine, "PAUSES", (0.05,))
        with office(organisations=("nz",), minute_seconds=0.5) as one:
            one.slack.rate_limits = False
            yield one


def until(found: Callable[[], bool]) -> None:
    ends = time.monotonic() + 30
    while not found():
        assert time.monotonic() < ends
        time.sleep(0.05)


def numbers(bot: Office, one: Organisation) -> list[int]:
    assert bot.bot is not None
    return [info.number for info in bot.bot.parts.books.of(one).snapshots()]


def test_slot_of_retention_when_due_then_copies_are_dropped_and_history_says_so(bot: Office) -> None:
    bot.link("nz")
    assert bot.bot is not None
    worker, parts = bot.bot.worker, bot.bot.parts
    (one,) = bot.organisations()
    for _ in range(3):
        bot.back_up(one.name)
    worker.services.settings.change_organisation(
        bot.actor(ANA, FINANCE),
        one,
        OrganisationSettings(retention=Retention(all_days=0, daily=1, monthly=0, yearly=0)),
    )
    assert numbers(bot, one) == [1, 2, 3]
    with parts.db.session() as session:
        row = session.scalars(
            select(ScheduleRow).where(
                ScheduleRow.kind == ScheduleKind.RETENTION, ScheduleRow.subject == one.id
            )
        ).one()
        row.next_at = bot.now()
    worker.clock.tick()
    until(lambda: numbers(bot, one) == [3])

    def noted() -> bool:
        with parts.db.reading() as session:
            return session.scalar(select(AuditRow.outcome).where(AuditRow.action == ACTION)) == "done"

    until(noted)
    answer = bot.slack.command(ANA, FINANCE, "history")
    assert answer.message is not None
    told = bot.text(answer.message)
    assert told.count("copy dropped by retention on") == 2
    assert parts.books.of(one).verify(full=True).problems == ()
    bot.back_up(one.name)
    assert numbers(bot, one)[0] == 3


def test_modal_when_snapshots_would_be_deleted_then_it_and_its_tick_say_how_many(bot: Office) -> None:
    one = bot.link("nz")
    assert bot.bot is not None
    bot.only_by_hand()
    store, workspace = bot.bot.worker.services.settings, bot.slack.workspace
    few = Retention(all_days=2, daily=1, monthly=0, yearly=0)
    store.change_organisation(bot.actor(ANA, FINANCE), one, OrganisationSettings(retention=few))
    for _ in range(3):
        bot.back_up(one.name)
    bot.pass_time(days=5)
    bot.back_up(one.name)

    def shown() -> str:
        return as_text(workspace.modals(ANA)[0].view)

    def opened(words: str) -> None:
        settings = bot.slack.command(ANA, FINANCE, "settings").message
        assert settings is not None
        assert bot.slack.click(ANA, FINANCE, settings, ids.CHANGE_RETENTION).ok
        assert bot.slack.wait_until(lambda: bool(workspace.modals(ANA)) and words in shown()), shown()

    def sent(days: int, daily: int, *ticked: str) -> None:
        typed = {"all_days": days, "daily": daily, "monthly": 0, "yearly": 0}
        values: dict[str, Any] = {key: {f"{key}_input": str(value)} for key, value in typed.items()}
        if ticked:
            values["fewer"] = {"fewer_input": list(ticked)}
        assert bot.slack.submit(ANA, workspace.modals(ANA)[0].id, values).ok

    opened("keeps 1 of 4 snapshots; 3 would be deleted")
    sent(30, 1)
    assert workspace.modals(ANA) == []
    opened("keeps all 4 snapshots")
    sent(2, 2)
    assert "keeps 2 of 4 snapshots; 2 would be deleted" in shown()
    assert "I know that 2 snapshots will be deleted for good" in shown()
    sent(2, 1, "known:2")  # fewer still than the tick says
    assert "I know that 3 snapshots will be deleted for good" in shown()
    assert store.organisation(one.id).retention.all_days == 30
    sent(2, 1, "known:3")
    assert workspace.modals(ANA) == []
    assert store.organisation(one.id).retention == few
