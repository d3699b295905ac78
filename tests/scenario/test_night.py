"""A night of the demo: one moment after the other, none begun before all work of the one before has ended."""

from __future__ import annotations

from sqlalchemy import select

from bot.db.tables import RunRow
from tests.scenario.office import FINANCE, Office


def test_night_when_it_passes_then_backup_and_digest_have_come_without_waiting_for_the_clock(
    desk: Office,
) -> None:
    desk.slack.rate_limits = False
    one = desk.link("nz")
    desk.back_up()
    assert desk.bot is not None
    desk.bot.worker.clock.stop()  # whatever happens from here on, the night itself made happen
    desk.let_a_night_pass()
    wanted = select(RunRow.slot, RunRow.state).where(RunRow.organisation_id == one.id)
    with desk.bot.parts.db.reading() as session:
        runs = session.execute(wanted.order_by(RunRow.requested_at)).all()
    assert len(runs) == 2, runs
    assert runs[1].slot
    assert runs[1].state == "complete"
    texts = [message.text for message in desk.slack.messages(FINANCE)]
    digest = max(place for place, text in enumerate(texts) if text.startswith("Backups, "))
    backup = max(place for place, text in enumerate(texts) if text.startswith("Backup of "))
    assert backup < digest
