"""Slack's OAuth stores, held to what Bolt and slack_sdk expect of them, on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from slack_bolt import BoltContext
from slack_bolt.authorization.authorize import InstallationStoreAuthorize
from slack_bolt.listener.builtins import TokenRevocationListeners
from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_sdk.oauth.installation_store.models.installation import Installation
from sqlalchemy import select

from bot.crypto import KeyRing, new_key
from bot.db.engine import Database
from bot.db.secrets import rotate
from bot.db.tables import InstallationRow, Ticket
from bot.errors import WrongKey
from bot.slack.installations import SealedInstallations, TicketStates
from tests.conftest import Clock


@pytest.fixture
def store(database: Database, key_ring: KeyRing) -> SealedInstallations:
    return SealedInstallations(database, key_ring)


def _installation(user: str = "U1", at: float = 1000.0, **changes: object) -> Installation:
    values: dict[str, object] = {
        "app_id": "A1",
        "enterprise_id": "E1",
        "enterprise_name": "Enterprise",
        "team_id": "T1",
        "team_name": "Team",
        "bot_token": f"xoxb-{user}-{at}",
        "bot_id": "B1",
        "bot_user_id": "UB",
        "bot_scopes": ["chat:write", "commands"],
        "bot_refresh_token": "xoxe-1-bot",
        "bot_token_expires_at": 2000000000,
        "user_id": user,
        "user_token": f"xoxp-{user}",
        "user_scopes": ["search:read"],
        "installed_at": at,
        "custom_values": {"custom": "value"},
    }
    return Installation(**{**values, **changes})  # type: ignore[arg-type]


def test_installation_when_saved_comes_back_whole(store: SealedInstallations) -> None:
    saved = _installation()
    store.save(saved)
    found = store.find_installation(enterprise_id="E1", team_id="T1")
    assert found is not None
    assert vars(found) == vars(saved)


def test_bot_when_saved_with_an_installation_comes_back_whole(store: SealedInstallations) -> None:
    saved = _installation()
    store.save(saved)
    found = store.find_bot(enterprise_id="E1", team_id="T1")
    assert found is not None
    assert vars(found) == vars(saved.to_bot())


@pytest.mark.parametrize("place", [("E1", "T2"), ("E2", "T1"), (None, "T1"), ("E1", None)])
def test_installation_when_asked_for_elsewhere_is_not_found(
    store: SealedInstallations, place: tuple[str | None, str | None]
) -> None:
    store.save(_installation())
    assert store.find_installation(enterprise_id=place[0], team_id=place[1]) is None
    assert store.find_bot(enterprise_id=place[0], team_id=place[1]) is None


def test_installation_when_outside_an_enterprise_is_found_by_team(store: SealedInstallations) -> None:
    store.save(_installation(enterprise_id=None))
    assert store.find_installation(enterprise_id=None, team_id="T1") is not None


def test_installation_when_for_a_whole_enterprise_is_found_from_every_team(
    store: SealedInstallations,
) -> None:
    store.save(_installation(team_id=None, is_enterprise_install=True))
    for team in (None, "T1", "T2"):
        place = {"enterprise_id": "E1", "team_id": team, "is_enterprise_install": True}
        found = store.find_installation(**place)  # type: ignore[arg-type]
        bot = store.find_bot(**place)  # type: ignore[arg-type]
        assert found is not None
        assert bot is not None
        assert found.team_id is None


def test_installation_when_several_people_installed_is_the_newest_with_the_newest_bot(
    store: SealedInstallations,
) -> None:
    store.save(_installation("U1", 1000.0))
    store.save(_installation("U2", 2000.0))
    newest = store.find_installation(enterprise_id="E1", team_id="T1")
    mine = store.find_installation(enterprise_id="E1", team_id="T1", user_id="U1")
    assert newest is not None
    assert mine is not None
    assert (newest.user_id, newest.bot_token) == ("U2", "xoxb-U2-2000.0")
    assert (mine.user_id, mine.user_token, mine.bot_token) == ("U1", "xoxp-U1", "xoxb-U2-2000.0")
    assert store.find_installation(enterprise_id="E1", team_id="T1", user_id="U3") is None


def test_installation_when_repeated_leaves_no_old_token_behind(
    store: SealedInstallations, database: Database
) -> None:
    for at in (1000.0, 2000.0, 3000.0):
        store.save(_installation(at=at))
    with database.reading() as session:
        assert len(session.scalars(select(InstallationRow)).all()) == 2
    found = store.find_bot(enterprise_id="E1", team_id="T1")
    assert found is not None
    assert found.bot_token == "xoxb-U1-3000.0"


def test_bot_token_when_rotated_is_the_one_found(store: SealedInstallations) -> None:
    store.save(_installation())
    store.save_bot(
        Bot(
            enterprise_id="E1",
            team_id="T1",
            bot_token="xoxe.xoxb-fresh",
            bot_id="B1",
            bot_user_id="UB",
            bot_scopes="chat:write,commands",
            bot_refresh_token="xoxe-2-bot",
            installed_at=1001.0,  # slack_sdk refuses whole numbers
        )
    )
    for found in (
        store.find_bot(enterprise_id="E1", team_id="T1"),
        store.find_installation(enterprise_id="E1", team_id="T1"),
    ):
        assert found is not None
        assert (found.bot_token, found.bot_refresh_token) == ("xoxe.xoxb-fresh", "xoxe-2-bot")


def test_bot_when_deleted_leaves_the_people(store: SealedInstallations) -> None:
    store.save(_installation())
    store.delete_bot(enterprise_id="E1", team_id="T1")
    assert store.find_bot(enterprise_id="E1", team_id="T1") is None
    found = store.find_installation(enterprise_id="E1", team_id="T1")
    assert found is not None
    assert (found.bot_token, found.user_token) == (None, "xoxp-U1")


def test_person_when_deleted_leaves_the_bot_and_the_others(store: SealedInstallations) -> None:
    store.save(_installation("U1", 1000.0))
    store.save(_installation("U2", 2000.0))
    store.delete_installation(enterprise_id="E1", team_id="T1", user_id="U2")
    assert store.find_bot(enterprise_id="E1", team_id="T1") is not None
    found = store.find_installation(enterprise_id="E1", team_id="T1")
    assert found is not None
    assert found.user_id == "U1"


def test_workspace_when_everything_is_deleted_is_gone_and_others_stay(store: SealedInstallations) -> None:
    store.save(_installation("U1"))
    store.save(_installation("U2"))
    store.save(_installation("U1", team_id="T2"))
    store.delete_all(enterprise_id="E1", team_id="T1")
    assert store.find_bot(enterprise_id="E1", team_id="T1") is None
    assert store.find_installation(enterprise_id="E1", team_id="T1") is None
    assert store.find_bot(enterprise_id="E1", team_id="T2") is not None


def test_tokens_when_stored_are_nowhere_in_clear(store: SealedInstallations, database: Database) -> None:
    store.save(_installation())
    with database.reading() as session:
        for row in session.scalars(select(InstallationRow)):
            stored = b"|".join(str(value).encode() for value in vars(row).values()) + bytes(row.sealed)
            assert [part for part in (b"xoxb", b"xoxp", b"xoxe", b"chat:write") if part in stored] == []


def test_installation_when_the_key_is_rotated_is_still_found(database: Database) -> None:
    old, new = new_key("old"), new_key("new")
    SealedInstallations(database, KeyRing.parse(old)).save(_installation())
    rotate(database, KeyRing.parse(f"{new},{old}"))
    found = SealedInstallations(database, KeyRing.parse(new)).find_bot(enterprise_id="E1", team_id="T1")
    assert found is not None
    with pytest.raises(WrongKey):
        SealedInstallations(database, KeyRing.parse(old)).find_bot(enterprise_id="E1", team_id="T1")


def test_bolt_when_tokens_are_revoked_keeps_apart_bot_and_people(store: SealedInstallations) -> None:
    listeners = TokenRevocationListeners(store)
    context = BoltContext({"enterprise_id": "E1", "team_id": "T1"})
    store.save(_installation())
    listeners.handle_tokens_revoked_events({"tokens": {"oauth": ["U1"]}}, context)
    assert store.find_installation(enterprise_id="E1", team_id="T1") is None
    assert store.find_bot(enterprise_id="E1", team_id="T1") is not None
    listeners.handle_tokens_revoked_events({"tokens": {"bot": ["UB"]}}, context)
    assert store.find_bot(enterprise_id="E1", team_id="T1") is None
    store.save(_installation())
    listeners.handle_app_uninstalled_events(context)
    assert store.find_bot(enterprise_id="E1", team_id="T1") is None


def test_bolt_when_it_looks_for_methods_finds_the_new_way(store: SealedInstallations) -> None:
    authorize = InstallationStoreAuthorize(logger=store.logger, installation_store=store)
    assert authorize.find_installation_available
    assert authorize.find_bot_available


def test_state_when_consumed_is_good_once(database: Database, clock: Clock) -> None:
    states = TicketStates(database, now=clock)
    state = states.issue()
    assert len(state) >= 32
    assert [states.consume(state) for _ in range(2)] == [True, False]


def test_state_when_never_issued_is_no_good(database: Database, clock: Clock) -> None:
    assert TicketStates(database, now=clock).consume("made up") is False


def test_state_when_ten_minutes_old_is_no_good(database: Database, clock: Clock) -> None:
    states = TicketStates(database, now=clock)
    old, older = states.issue(), states.issue()
    clock.advance(minutes=9, seconds=59)
    assert states.consume(old)
    clock.advance(1)
    assert not states.consume(older)


def test_state_when_it_is_a_ticket_of_another_purpose_is_no_good(database: Database, clock: Clock) -> None:
    states = TicketStates(database, now=clock)
    state = states.issue()
    with database.session() as session:
        session.scalars(select(Ticket)).one().purpose = "xero"
    assert not states.consume(state)


def test_states_when_expired_are_swept_and_only_those(database: Database, clock: Clock) -> None:
    states = TicketStates(database, now=clock)
    with database.session() as session:
        old = clock() - timedelta(days=1)
        session.add(Ticket(id="x", purpose="xero", created_at=old, expires_at=old))
    states.issue()
    clock.advance(hours=1)
    fresh = states.issue()
    with database.reading() as session:
        assert len(session.scalars(select(Ticket.id)).all()) == 2
    assert states.consume(fresh)


def test_state_when_stored_cannot_be_used_by_who_reads_the_database(database: Database, clock: Clock) -> None:
    states = TicketStates(database, now=clock)
    states.issue()
    with database.reading() as session:
        stored = session.scalars(select(Ticket.id)).one()
    assert not states.consume(stored)


def test_state_when_consumed_by_eight_at_once_is_good_for_one(database: Database, clock: Clock) -> None:
    states = TicketStates(database, now=clock)
    state, good = states.issue(), []
    threads = [threading.Thread(target=lambda: good.append(states.consume(state))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(good) == [False] * 7 + [True]
