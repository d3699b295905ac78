"""What there is to choose from: copies, snapshots, targets with reasons, kinds of data."""

from __future__ import annotations

import pytest

from bot.catalogue import restore_scopes
from bot.db.tables import OrganisationRow
from bot.domain.backup import Verdict
from bot.domain.organisation import LinkState
from bot.domain.restore import RestoreState
from bot.domain.restore_plan import Choice
from bot.errors import NotHere, UnknownSnapshot
from bot.restore import selecting
from bot.sandbox.slack.demo import ANA, BEN, GENERAL, MONTH_END
from bot.services.restoring.choosing import AT_WORK, NOT_LINKED
from bot.services.restoring.permission import lacking
from tests.unit.services.restoring.room import ELSEWHERE, FOREIGN, READ, SOURCE, TARGET, Room


def test_sources_when_in_a_channel_then_are_those_at_home_there(room: Room) -> None:
    room.link(ELSEWHERE, channel=MONTH_END)
    assert [one.name for one in room.choosing.sources(room.actor(BEN))] == [TARGET, SOURCE]
    assert [one.name for one in room.choosing.sources(room.actor(ANA, MONTH_END))] == [ELSEWHERE]
    with pytest.raises(NotHere):
        room.choosing.sources(room.actor(BEN, GENERAL))


def test_sources_when_one_is_no_longer_linked_then_it_is_listed_as_long_as_copies_stand(room: Room) -> None:
    for one in (room.source, room.link("Never Backed Up")):
        with room.db.session() as session:
            session.get_one(OrganisationRow, one.id).state = LinkState.UNLINKED
    assert [one.name for one in room.choosing.sources(room.actor())] == [TARGET, SOURCE]


def test_source_when_it_may_not_be_seen_then_is_refused(room: Room) -> None:
    other = room.link(ELSEWHERE, channel=MONTH_END)
    with pytest.raises(NotHere):
        room.choosing.source(room.actor(BEN), other.id)


def test_snapshots_when_listed_then_newest_first(room: Room) -> None:
    newer = room.back_up(room.source)
    found = room.choosing.snapshots(room.source)
    assert [(one.id, one.number, one.verdict) for one in found] == [
        (newer, 2, Verdict.COMPLETE),
        (room.snapshot_id, 1, Verdict.COMPLETE),
    ]


def test_snapshot_when_it_is_not_there_then_is_refused(room: Room) -> None:
    with pytest.raises(UnknownSnapshot):
        room.choosing.snapshot(room.source, "nothing")


def test_targets_when_listed_then_those_that_fail_say_why(room: Room) -> None:
    room.link(FOREIGN, region="NZ", country="NZ", base_currency="NZD")
    found = {one.organisation.name: one for one in room.choosing.targets(room.actor(), room.source)}
    assert set(found) == {TARGET, FOREIGN}
    assert found[TARGET].why == ""
    assert "currency" in found[FOREIGN].why
    failing = {one.key for one in found[FOREIGN].checks if one.verdict.value == "fails"}
    assert {"region", "country"} <= failing


def test_target_when_it_is_the_source_itself_then_never(room: Room) -> None:
    assert "never restored into itself" in room.choosing.target(room.source, room.source).why


def test_target_when_xero_lets_nobody_in_then_says_so(room: Room) -> None:
    room.change_target(state=LinkState.DISCONNECTED)
    assert room.choosing.targets(room.actor(), room.source)[0].why == NOT_LINKED


def test_target_when_another_restore_is_open_or_at_work_then_it_is_not_free(room: Room) -> None:
    restore = room.waiting()
    assert "waits for approval" in room.choosing.targets(room.actor(), room.source)[0].why
    assert room.choosing.target(room.source, room.target, but=restore.id).why == ""
    room.approve(restore, room_admin(room))
    assert AT_WORK in room.choosing.targets(room.actor(), room.source)[0].why
    room.restores.transition(restore.id, {RestoreState.APPROVED}, RestoreState.DONE)
    assert room.choosing.targets(room.actor(), room.source)[0].why == ""


def room_admin(room: Room) -> str:
    """Make Ben an admin, who may approve what Ana asked for."""
    room.person(BEN, is_admin=True)
    return BEN


def test_types_when_listed_then_all_can_be_read_and_written(room: Room) -> None:
    keys = {one.key for one in room.choosing.types()}
    assert {"contacts", "invoices", "accounts", "quotes", "attachments", "assets", "projects"} <= keys
    assert not {"budgets", "users", "payroll_uk_payslips", "attachment_contents"} & keys
    assert len(keys) <= 100


def test_added_when_a_type_is_chosen_then_names_what_it_needs(room: Room) -> None:
    added = room.choosing.added(("items", "no such kind"))
    assert "Tax rates" in added
    assert "Products and services (items)" not in added


def test_lacking_when_only_some_kinds_are_chosen_then_asks_for_no_more_than_they_need(room: Room) -> None:
    read_only = room.link("Read Only", scopes=READ)
    assert lacking(room.target, Choice()) == ()
    assert set(lacking(read_only, Choice())) == set(restore_scopes())
    assert lacking(read_only, Choice(types=("items",))) == ("accounting.settings",)
    assert "items" in selecting.restorable()
