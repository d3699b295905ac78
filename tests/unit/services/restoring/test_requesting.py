"""Asking for a restore: rights, what is stored, permission to write, one request a target."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from bot.db.tables import OrganisationRow
from bot.domain.restore import RestoreState
from bot.domain.restore_plan import Choice, Conversion
from bot.errors import NotAllowed, NotHere, Refused, UnknownSnapshot
from bot.sandbox.slack.demo import ANA, BEN, FINANCE, GENERAL, GIL, MOLLY, MONTH_END
from bot.services.restoring.requesting import ACTION, EXPIRES, NO_REASON
from tests.unit.services.restoring.room import ELSEWHERE, FOREIGN, READ, WRITE, Room

CHOICE = Choice(types=("contacts",), conversion=Conversion.NONE, single_payments=True)


def test_request_when_all_is_well_then_is_stored_and_planned(room: Room) -> None:
    room.name_approvers(ANA, BEN, needed=2)
    restore = room.request(BEN, choice=CHOICE, reason="  A bulk\nimport   went wrong ")
    assert restore == room.restores.get(restore.id)
    assert restore.state is RestoreState.PLANNING
    assert (restore.source_name, restore.target_name) == (room.source.name, room.target.name)
    assert (restore.requested_by, restore.channel_id, restore.needed) == (BEN, FINANCE, 2)
    assert (restore.choice, restore.reason) == (CHOICE, "A bulk import went wrong")
    assert restore.snapshot_id == room.snapshot_id
    assert restore.snapshot_taken_at == room.choosing.snapshots(room.source)[0].taken_at
    assert restore.expires_at == room.clock() + EXPIRES
    assert room.asked.keys == [
        ("restore-plan", f"restore-plan:{room.target.id}", f"restore-plan:{restore.id}:1")
    ]
    assert room.audited(ACTION) == [(BEN, "done", "")]


def test_request_when_stored_then_the_reason_is_sealed(room: Room) -> None:
    room.request(reason="Payroll of Molly Hart")
    path = room.db.path
    assert path is not None
    files = [one for one in path.parent.iterdir() if one.name.startswith(path.name)]
    assert not any(b"Molly Hart" in one.read_bytes() for one in files)


@pytest.mark.parametrize("user", [GIL, MOLLY])
def test_request_when_a_guest_or_somebody_gone_asks_then_is_refused(room: Room, user: str) -> None:
    with pytest.raises(NotAllowed):
        room.request(user)
    assert [(who, how) for who, how, _ in room.audited(ACTION)] == [(user, "refused")]
    assert room.asked.keys == []


def test_request_when_slack_says_they_are_of_another_workspace_then_is_refused(room: Room) -> None:
    room.person(BEN, team_id="T0EASTERN")
    with pytest.raises(NotAllowed):
        room.request(BEN)


def test_request_when_asked_outside_the_home_then_is_refused(room: Room) -> None:
    with pytest.raises(NotHere):
        room.requesting.request(room.actor(BEN, GENERAL), room.wanted())
    assert room.restores.recent(room.workspace_id) == []


def test_request_when_the_two_are_at_home_elsewhere_then_only_keepers_may_ask(room: Room) -> None:
    other = room.link(ELSEWHERE, channel=MONTH_END, scopes=(*READ, *WRITE))
    room.grant("channels:read", "groups:read")
    in_person = replace(room.actor(BEN), channel_id="")
    with pytest.raises(NotHere):
        room.requesting.request(in_person, room.wanted(other))
    members = room.slack.workspace.channels
    before = members[MONTH_END]
    members[MONTH_END] = replace(before, members=before.members | {BEN})
    room.access.forget()
    try:
        with pytest.raises(NotAllowed):
            room.requesting.request(in_person, room.wanted(other))
    finally:
        members[MONTH_END] = before
    restore = room.requesting.request(replace(room.actor(ANA), channel_id=""), room.wanted(other))
    assert restore.channel_id == FINANCE


def test_request_when_the_region_differs_then_is_refused_and_written_down(room: Room) -> None:
    foreign = room.link(FOREIGN, region="NZ", country="NZ", base_currency="NZD", scopes=(*READ, *WRITE))
    with pytest.raises(Refused, match="currency"):
        room.request(target=foreign)
    assert [how for _, how, _ in room.audited(ACTION)] == ["refused"]


def test_request_when_the_target_is_the_source_then_is_refused(room: Room) -> None:
    with pytest.raises(Refused, match="never restored into itself"):
        room.request(target=room.source)


def test_request_when_the_snapshot_is_unknown_then_is_refused(room: Room) -> None:
    with pytest.raises(UnknownSnapshot):
        room.request(snapshot_id="forged")


def test_request_when_no_reason_is_given_then_is_refused(room: Room) -> None:
    with pytest.raises(Refused, match=NO_REASON):
        room.request(reason=" \n ")


def test_request_when_another_is_open_for_the_target_then_is_refused(room: Room) -> None:
    first = room.request()
    with pytest.raises(Refused, match=first.reference):
        room.request(BEN)
    assert len(room.restores.recent(room.workspace_id)) == 1


def test_request_when_two_ask_at_once_then_one_is_stored(any_room: Room) -> None:
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def ask(user: str) -> None:
        start.wait(5)
        try:
            any_room.request(user)
            outcomes.append("stored")
        except Refused:
            outcomes.append("refused")

    threads = [threading.Thread(target=ask, args=(user,)) for user in (ANA, BEN)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    assert sorted(outcomes) == ["refused", "stored"]
    assert len(any_room.restores.open_of(any_room.workspace_id)) == 1


def test_request_when_nobody_let_us_write_then_waits_and_goes_on_with_the_permission(room: Room) -> None:
    room.change_target(scopes=list(READ))
    restore = room.request(target=room.organisations.get(room.target.id))
    assert room.choosing.lacks_permission(restore)
    assert room.asked.keys == []
    assert room.requesting.permitted(room.target.id) == []
    room.change_target(scopes=[*READ, *WRITE])
    assert [one.id for one in room.requesting.permitted(room.target.id)] == [restore.id]
    assert [key for _, _, key in room.asked.keys] == [f"restore-plan:{restore.id}:1"]


def test_permitted_when_it_is_about_another_organisation_then_nothing_goes_on(room: Room) -> None:
    room.change_target(scopes=list(READ))
    room.request(target=room.organisations.get(room.target.id))
    assert room.requesting.permitted(room.source.id) == []


def test_request_when_only_some_kinds_are_wanted_then_their_permission_is_enough(room: Room) -> None:
    room.change_target(scopes=[*READ, "accounting.settings"])
    target = room.organisations.get(room.target.id)
    assert not room.choosing.lacks_permission(room.request(target=target, choice=Choice(types=("items",))))


def test_expire_when_nobody_decided_in_time_then_it_is_closed_once(room: Room) -> None:
    restore = room.waiting()
    room.later(hours=71)
    assert room.expiring.expire() == []
    room.later(hours=2)
    (closed,) = room.expiring.expire()
    assert (closed.id, closed.state) == (restore.id, RestoreState.EXPIRED)
    assert room.expiring.expire() == []
    assert room.audited("restore.expired") == [("", "done", "")]
    assert room.restores.active_for(room.target.id) is None


def test_link_when_the_organisation_is_gone_then_no_request_is_left_behind(room: Room) -> None:
    with room.db.session() as session:
        session.get_one(OrganisationRow, room.target.id).state = "unlinked"
    with pytest.raises(Refused):
        room.request(target=room.organisations.get(room.target.id))
    assert room.restores.recent(room.workspace_id) == []
