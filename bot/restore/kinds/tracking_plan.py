"""Decide which tracking category lives when: archived ones first, so that all their documents keep them.

Facts (developer.xero.com/documentation/api/accounting/trackingcategories): two categories may be active, four
may exist. With more than two, some are made first, used, archived, and only then the others made. Of all such
orders the one is taken in which the fewest documents lose tracking. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from bot.restore.ground import Ground
from bot.restore.kinds.usage import usage
from bot.restore.model import Phase

Category = Mapping[str, Any]
MOST_ACTIVE = 2
MOST = 4
_NOTE = "tracking_plan"
_TURNS = (Phase.SECOND, Phase.FIRST, None)


@dataclass(frozen=True, slots=True)
class TrackingPlan:
    """By id of the source: when each category lives (missing: never), and what it is matched with."""

    turns: Mapping[str, Phase]
    matched: Mapping[str, Category]
    asleep: frozenset[str]  # matched, needed, but archived in the target
    used: frozenset[str]  # options that documents of the copy have


def tracking_plan(ground: Ground) -> TrackingPlan:
    """Decide once a plan; leaves `ground.notes["tracking_first"]` behind."""
    found = ground.notes.get(_NOTE)
    if not isinstance(found, TrackingPlan):
        found = ground.notes[_NOTE] = _decided(ground)
        first = {key for key, turn in found.turns.items() if turn is Phase.FIRST}
        ground.notes["tracking_first"] = frozenset(
            option
            for category in ground.records("tracking_categories")
            if category_id(category) in first
            for option in option_ids(category)
        )
    return found


def category_id(category: Category) -> str:
    """Give Xero's id."""
    return str(category["TrackingCategoryID"])


def options(category: Category) -> list[Category]:
    """List the options of a category."""
    return list(category.get("Options") or ())


def option_ids(category: Category) -> frozenset[str]:
    """Name the options of a category."""
    return frozenset(str(one["TrackingOptionID"]) for one in options(category))


def is_archived(one: Category) -> bool:
    """Say whether a category or option is archived."""
    return one.get("Status") == "ARCHIVED"


def plain(one: Category) -> str:
    """Give a name as Xero compares it."""
    return " ".join(str(one.get("Name") or "").casefold().split())


def _decided(ground: Ground) -> TrackingPlan:
    there = {plain(one): one for one in ground.target.tracking_categories}
    source = sorted(ground.records("tracking_categories"), key=category_id)
    matched = {category_id(one): there[plain(one)] for one in source if plain(one) in there}
    used = frozenset[str]().union(*usage(ground).tracking)
    needed = {category_id(one) for one in source if not is_archived(one) or option_ids(one) & used}
    asleep = frozenset(key for key, one in matched.items() if is_archived(one) and key in needed)
    awake = [one for one in source if category_id(one) not in asleep]
    best = min(_orders(awake, matched, ground), key=lambda one: _cost(one, source, ground), default={})
    return TrackingPlan(turns=best, matched=matched, asleep=asleep, used=used)


def _orders(
    source: list[Category], matched: Mapping[str, Category], ground: Ground
) -> Iterator[dict[str, Phase]]:
    alive = {category_id(one) for one in ground.target.tracking_categories if not is_archived(one)}
    for turns in product(_TURNS, repeat=len(source)):
        chosen = {category_id(one): turn for one, turn in zip(source, turns, strict=True) if turn is not None}
        if _is_possible(chosen, source, matched, alive, len(ground.target.tracking_categories)):
            yield chosen


def _is_possible(
    chosen: Mapping[str, Phase],
    source: list[Category],
    matched: Mapping[str, Category],
    alive: set[str],
    there: int,
) -> bool:
    for one in source:
        turn = chosen.get(category_id(one))
        # A live one must not be archived on the way; one that is there cannot be wished away.
        if (turn is Phase.FIRST and not is_archived(one)) or (turn is None and category_id(one) in matched):
            return False
    first = {key for key, turn in chosen.items() if turn is Phase.FIRST}
    second = chosen.keys() - first
    first_there = {category_id(matched[key]) for key in first if key in matched}
    second_there = {category_id(matched[key]) for key in second if key in matched}
    in_first = len(alive | first_there) + len(first - matched.keys())
    in_second = len((alive - first_there) | second_there) + len(second - matched.keys())
    whole = there + len(chosen.keys() - matched.keys())
    return max(in_first, in_second) <= MOST_ACTIVE and whole <= MOST


def _cost(turns: Mapping[str, Phase], source: list[Category], ground: Ground) -> tuple[int, int, int]:
    """Count the documents that lose tracking, then the categories left out, then those made first."""
    turn_of = {option: turns.get(category_id(one)) for one in source for option in option_ids(one)}
    losing = 0
    for together, documents in usage(ground).tracking.items():
        met = {turn_of.get(option) for option in together}
        losing += documents if None in met or len(met) > 1 else 0
    return losing, len(source) - len(turns), sum(1 for turn in turns.values() if turn is Phase.FIRST)
