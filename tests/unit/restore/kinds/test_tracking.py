"""Tracking: which category lives when, and what is archived again when its documents are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.kinds.tracking import TRACKING_CATEGORIES, TRACKING_OPTIONS
from bot.restore.kinds.tracking_plan import tracking_plan
from bot.restore.model import Phase
from bot.restore.target import TargetState
from bot.sandbox.xero.demo import build_organisation
from tests.unit.restore.kinds.bench_of_lists import NOON, Bench, facts_of, ground_of, rows, target_of
from tests.unit.sandbox.writing.conftest import Pen, open_pen

__all__ = ["open_pen"]  # a fixture
UK = facts_of(build_organisation("fresh-uk", seed=7, now=lambda: NOON))


def category(key: str, status: str = "ACTIVE", *options: str) -> dict[str, Any]:
    """Make a category; an option that is archived ends with a star."""
    made = [
        {"TrackingOptionID": f"{key}.{one.rstrip('*')}", "Name": one.rstrip("*"),
         "Status": "ARCHIVED" if one.endswith("*") else "ACTIVE"}
        for one in options or ("x",)
    ]  # fmt: skip
    return {"TrackingCategoryID": key, "Name": f"Category {key}", "Status": status, "Options": made}


def there(*categories: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """Give the same categories as the target has them: same names, other ids."""
    return tuple(
        {
            **one,
            "TrackingCategoryID": f"t-{one['TrackingCategoryID']}",
            "Options": [
                {**option, "TrackingOptionID": f"t-{option['TrackingOptionID']}"} for option in one["Options"]
            ],
        }
        for one in categories
    )


def lay(
    *categories: dict[str, Any],
    documents: tuple[tuple[str, ...], ...] = (),
    target: tuple[dict[str, Any], ...] = (),
) -> Ground:
    invoices = {
        f"i{number}": {
            "Status": "PAID",
            "LineItems": [{"Tracking": [{"TrackingOptionID": one}]} for one in together],
        }
        for number, together in enumerate(documents)
    }
    records: Any = {
        "tracking_categories": {one["TrackingCategoryID"]: one for one in categories},
        "invoices": invoices,
    }
    state = TargetState(organisation_id="o", tenant_id="t", facts=UK, tracking_categories=target)
    return ground_of(records, state, chosen=("tracking_categories", "invoices"))


def begins(ground: Ground) -> dict[str, Phase]:
    return {step.record_id: step.phase for step in TRACKING_CATEGORIES.plan(ground) if step.writes}


def test_plan_when_two_are_enough_then_all_is_there_from_the_start() -> None:
    ground = lay(category("a"), category("b", "ARCHIVED"), documents=(("a.x", "b.x"),))
    assert begins(ground) == {"a": Phase.FIRST, "b": Phase.FIRST}
    assert ground.notes["tracking_first"] == frozenset()
    assert ground.notes["tracking_both"] == {"a.x", "b.x"}
    closing = Bench(ground)
    closing.plan()
    assert closing.of("archived_categories")["Category b"].phase is Phase.CLOSING


def test_plan_when_one_is_archived_then_it_stands_beside_the_one_it_is_used_with() -> None:
    ground = lay(
        category("a"), category("b"), category("c", "ARCHIVED"), documents=(("b.x", "c.x"), ("a.x", "b.x"))
    )
    assert begins(ground) == {"a": Phase.SECOND, "b": Phase.FIRST, "c": Phase.FIRST}
    assert ground.notes["tracking_first"] == {"c.x"}
    assert ground.notes["tracking_both"] == {"b.x"}
    assert ground.phase_of_tracking(frozenset({"b.x", "c.x"})) is Phase.FIRST
    assert ground.phase_of_tracking(frozenset({"a.x", "b.x"})) is Phase.SECOND


def test_plan_when_two_are_archived_then_they_come_and_go_before_the_others() -> None:
    ground = lay(
        category("a"),
        category("b"),
        category("c", "ARCHIVED", "x*"),
        category("d", "ARCHIVED"),
        documents=(("c.x", "d.x"), ("a.x", "b.x")),
    )
    assert begins(ground) == {"a": Phase.SECOND, "b": Phase.SECOND, "c": Phase.FIRST, "d": Phase.FIRST}
    closing = Bench(ground)
    closing.plan()
    assert {step.phase for step in closing.of("archived_categories").values()} == {Phase.FIRST}
    assert closing.of("archived_options")["Category c: x"].phase is Phase.FIRST


def test_plan_when_four_are_archived_then_two_come_first_and_two_stay_till_the_end() -> None:
    names = ("a", "b", "c", "d")
    ground = lay(*(category(one, "ARCHIVED") for one in names), documents=(("a.x", "d.x"), ("b.x", "c.x")))
    assert sorted(begins(ground).values()) == [Phase.FIRST, Phase.FIRST, Phase.SECOND, Phase.SECOND]
    first = ground.notes["tracking_first"]
    assert first in ({"a.x", "d.x"}, {"b.x", "c.x"})
    closing = Bench(ground)
    closing.plan()
    ends = [step.phase for step in closing.of("archived_categories").values()]
    assert sorted(ends) == [Phase.FIRST, Phase.FIRST, Phase.CLOSING, Phase.CLOSING]


def test_plan_when_the_target_has_others_then_the_least_used_is_left_out() -> None:
    ground = lay(
        category("a"),
        category("b"),
        documents=(("a.x",), ("b.x",), ("b.x",)),
        target=there(category("other")),
    )
    steps = {step.record_id: step for step in TRACKING_CATEGORIES.plan(ground)}
    assert (steps["a"].action, steps["a"].reasons) == (Action.LEAVE_OUT, ("tracking.no_room",))
    assert steps["b"].action is Action.CREATE
    options = {step.part: step.action for step in TRACKING_OPTIONS.plan(ground)}
    assert options == {"a.x": Action.LEAVE_OUT, "b.x": Action.CREATE}
    assert not ground.will_exist("tracking_options", "a.x")


def test_plan_when_the_target_has_them_already_then_they_are_matched_and_new_options_added() -> None:
    ground = lay(category("a", "ACTIVE", "x", "y"), target=there(category("a", "ACTIVE", "x")))
    (step,) = TRACKING_CATEGORIES.plan(ground)
    assert (step.action, step.target_key) == (Action.MATCH, "t-a")
    options = {one.part: one for one in TRACKING_OPTIONS.plan(ground)}
    assert (options["a.x"].action, options["a.x"].target_key) == (Action.MATCH, "")
    assert options["a.y"].action is Action.CREATE
    assert [(one.source, one.target) for one in ground.notes["pairs"]] == [("a.x", "t-a.x")]


def test_plan_when_the_target_archived_it_then_it_is_blocked_if_anything_needs_it() -> None:
    old = category("a", "ARCHIVED")
    unused = lay(old, target=there(old))
    assert [step.action for step in TRACKING_CATEGORIES.plan(unused)] == [Action.MATCH]
    used = lay(old, documents=(("a.x",),), target=there(old))
    (step,) = TRACKING_CATEGORIES.plan(used)
    assert (step.action, step.reasons) == (Action.BLOCKED, ("tracking.archived_there",))
    option = lay(
        category("a", "ACTIVE", "x*"), documents=(("a.x",),), target=there(category("a", "ACTIVE", "x*"))
    )
    list(TRACKING_CATEGORIES.plan(option))
    assert [step.action for step in TRACKING_OPTIONS.plan(option)] == [Action.BLOCKED]


def test_plan_when_lines_name_tracking_by_words_then_it_counts_as_used() -> None:
    ground = lay(category("a", "ARCHIVED"), target=there(category("a", "ARCHIVED")))
    words = {"Name": "Category a", "Option": "x"}
    invoice = {"Status": "PAID", "LineItems": [{"Tracking": [words]}]}
    ground = ground_of(
        {"tracking_categories": {"a": category("a", "ARCHIVED")}, "invoices": {"i": invoice}},
        ground.target,
        chosen=("tracking_categories", "invoices"),
    )
    assert tracking_plan(ground).asleep == {"a"}


def test_tracking_when_four_come_and_go_then_the_counter_takes_every_step(
    open_pen: Callable[..., Pen],
) -> None:
    pen = open_pen("fresh-uk", now=lambda: NOON)
    wanted = [
        category("a"), category("b", "ACTIVE", "x", "y*"),
        category("c", "ARCHIVED", "x", "y*"), category("d", "ARCHIVED"),
    ]  # fmt: skip
    made = lay(*wanted, documents=(("c.x", "d.x"),))
    bench = Bench(
        ground_of(
            {key: dict(made.source._records[key]) for key in ("tracking_categories", "invoices")},  # type: ignore[attr-defined]
            target_of(pen.org),
            chosen=made.chosen,
        ),
        pen,
    )
    bench.plan()
    bench.write()
    assert bench.refused == []
    found = {row["Name"]: row for row in rows(pen.org, "TrackingCategories")}
    for one in wanted:
        row = found[one["Name"]]
        assert row["Status"] == one["Status"]
        assert {(o["Name"], o["Status"]) for o in row["Options"]} == {
            (o["Name"], o["Status"]) for o in one["Options"]
        }
        assert bench.ids.need("tracking_categories", one["TrackingCategoryID"]) == row["TrackingCategoryID"]
