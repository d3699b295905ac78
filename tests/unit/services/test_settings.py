from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from bot.db.engine import Database
from bot.db.tables import AuditRow, OrganisationRow, Workspace
from bot.domain.names import Actor, WorkspaceId
from bot.domain.organisation import Organisation
from bot.domain.settings import Extra, OrganisationSettings, Retention
from bot.services.audit import Audit
from bot.services.organisations import Organisations
from bot.services.settings import Amended, SettingsStore, mark
from tests.conftest import Clock

ANA = Actor(workspace_id=WorkspaceId("w"), team_id="T", user_id="UANA", channel_id="C")
AT_FIRST = frozenset({Extra.ATTACHMENTS, Extra.HISTORY})


@pytest.fixture
def store(database: Database, clock: Clock) -> SettingsStore:
    return SettingsStore(database, audit=Audit(database, now=clock), now=clock)


@pytest.fixture
def one(database: Database, clock: Clock) -> Organisation:
    with database.session() as session:
        session.add(Workspace(id="w", team_id="T", created_at=clock()))
        session.flush()
        session.add(
            OrganisationRow(
                id="o", workspace_id="w", tenant_id="t", state_since=clock(), name="O", linked_by="U",
                linked_at=clock(), facts={},
            )
        )  # fmt: skip
    return Organisations(database).get("o")


def stored(database: Database, value: dict[str, Any]) -> None:
    with database.session() as session:
        session.get_one(OrganisationRow, "o").settings = value


def notes(database: Database) -> list[Any]:
    with database.reading() as session:
        wanted = select(AuditRow.detail).where(AuditRow.action == "settings.organisation")
        return [row["changed"] for row in session.scalars(wanted.order_by(AuditRow.seq))]


def test_extras_when_a_row_was_stored_before_there_were_any_then_are_the_default(
    database: Database, store: SettingsStore, one: Organisation
) -> None:
    stored(database, {"retention": {"all_days": 3}})
    assert store.organisation(one.id) == OrganisationSettings(
        retention=Retention(all_days=3), extras=AT_FIRST
    )


def test_extras_when_all_are_switched_off_then_stay_off(store: SettingsStore, one: Organisation) -> None:
    became = store.amend_organisation(ANA, one, "extras", frozenset(), seen=mark(AT_FIRST))
    assert became is Amended.DONE
    assert store.organisation(one.id).extras == frozenset()
    assert store.organisations(ANA.workspace_id)[one.id].extras == frozenset()


def test_extras_when_changed_then_the_audit_names_them_in_order(
    database: Database, store: SettingsStore, one: Organisation
) -> None:
    every = frozenset(Extra)
    assert store.change_organisation(ANA, one, OrganisationSettings(extras=every)) == ("extras",)
    assert notes(database) == [{"extras": ["attachments", "history", "journals", "payroll", "pdfs"]}]
    assert (
        store.change_organisation(ANA, one, OrganisationSettings(extras=frozenset(reversed([*every])))) == ()
    )


def test_extras_when_one_is_stored_that_this_version_does_not_know_then_the_others_hold(
    database: Database, store: SettingsStore, one: Organisation
) -> None:
    stored(database, {"extras": ["payroll", "telepathy"]})
    assert store.organisation(one.id).extras == {Extra.PAYROLL}


def test_extras_when_somebody_changed_them_meanwhile_then_nothing_is_stored(
    store: SettingsStore, one: Organisation
) -> None:
    store.change_organisation(ANA, one, OrganisationSettings(extras=frozenset({Extra.PDFS})))
    became = store.amend_organisation(ANA, one, "extras", frozenset(), seen=mark(AT_FIRST))
    assert became is Amended.OVERTAKEN
    assert store.organisation(one.id).extras == {Extra.PDFS}
