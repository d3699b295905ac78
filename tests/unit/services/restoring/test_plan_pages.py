"""The steps of a plan that waits for a decision: kept whole, sealed, and forgotten when it is over."""

from __future__ import annotations

from sqlalchemy import func, select

from bot.crypto import KeyRing, new_key
from bot.db import secrets
from bot.db.restore_tables import RestorePlanPageRow
from bot.domain.restore import RestoreState
from bot.domain.restore_plan import Action
from bot.restore.model import Phase, Step
from bot.services.restoring.plan_pages import PAGE, PlanPages
from tests.unit.services.restoring.room import Room

ODD = Step(
    "allocations", "a-1", Action.CHANGE, part="2", parent="p", name="Ægir \u202e <!channel>",
    reasons=("one.reason", "two.reasons"), phase=Phase.SETTLING, target_key="T",
)  # fmt: skip


def steps(count: int) -> list[Step]:
    return [Step("contacts", f"c-{one}", Action.CREATE, name=f"Customer {one}") for one in range(count)]


def pages_of(room: Room) -> int:
    with room.db.reading() as session:
        return session.scalar(select(func.count()).select_from(RestorePlanPageRow)) or 0


def test_keep_when_read_again_then_every_step_is_as_it_was(any_room: Room) -> None:
    room, many = any_room, [*steps(2 * PAGE), ODD]
    restore, pages = room.waiting(), PlanPages(room.db, room.ring)
    assert pages.keep(restore.id, many) == len(many)
    assert list(pages.steps(restore.id)) == many
    assert pages_of(room) == 3
    assert list(pages.steps("another")) == []


def test_keep_when_done_again_then_nothing_is_left_of_the_plan_before(room: Room) -> None:
    restore, pages = room.waiting(), PlanPages(room.db, room.ring)
    pages.keep(restore.id, steps(PAGE + 1))
    pages.keep(restore.id, [ODD])
    assert list(pages.steps(restore.id)) == [ODD]
    assert pages_of(room) == 1


def test_keep_when_looked_at_in_the_database_then_no_name_can_be_read(room: Room) -> None:
    restore, pages = room.waiting(), PlanPages(room.db, room.ring)
    pages.keep(restore.id, steps(3))
    with room.db.reading() as session:
        (row,) = session.scalars(select(RestorePlanPageRow)).all()
    assert b"Customer" not in (row.sealed or b"")


def test_keep_when_the_key_is_changed_then_the_steps_still_open(room: Room) -> None:
    newer, restore = new_key("newer"), room.waiting()
    PlanPages(room.db, room.ring).keep(restore.id, steps(PAGE + 1))
    assert secrets.rotate(room.db, KeyRing.parse(f"{newer},{room.key}")) >= 2
    assert len(list(PlanPages(room.db, KeyRing.parse(newer)).steps(restore.id))) == PAGE + 1


def test_drop_old_when_called_then_forgets_what_nobody_decides_on_any_more(any_room: Room) -> None:
    room = any_room
    restore, pages = room.waiting(), PlanPages(room.db, room.ring)
    pages.keep(restore.id, steps(3))
    for state in (RestoreState.APPROVED, RestoreState.WAITING):  # decided on, and to be decided on again
        assert pages.drop_old() == 0
        assert list(pages.steps(restore.id)) == steps(3)
        room.restores.transition(restore.id, set(RestoreState), state)
    room.restores.transition(restore.id, {RestoreState.WAITING}, RestoreState.DECLINED)
    assert pages.drop_old() == 1
    assert list(pages.steps(restore.id)) == []
