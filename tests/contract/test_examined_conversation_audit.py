"""Who looked at names and amounts, and who was refused what, stands in the audit log under its own name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from bot.db.tables import AuditRow
from bot.views import ids
from tests.scenario.office import ANA, BEN, FINANCE, Office, office


@pytest.fixture
def bot() -> Iterator[Office]:
    with office(organisations=("nz",)) as one:
        yield one


def audited(bot: Office) -> list[tuple[str, str, str]]:
    assert bot.bot is not None
    with bot.bot.parts.db.reading() as session:
        rows = session.execute(select(AuditRow.action, AuditRow.outcome, AuditRow.actor))
        return [(one.action, one.outcome, str(one.actor)) for one in rows]


def test_audit_when_changes_are_looked_at_or_a_disconnect_is_refused_then_it_is_told(bot: Office) -> None:
    one = bot.link("nz")
    bot.back_up()
    bot.back_up()
    bot.say("diff", user=BEN)
    bot.forge(BEN, FINANCE, ids.DISCONNECT, ids.reference(one.id))
    found = [(action, outcome) for action, outcome, who in audited(bot) if BEN in who]
    assert ("diff", "done") in found
    assert ("disconnect", "refused") in found
    assert not [row for row in audited(bot) if row[0] == "diff" and ANA in row[2]]
