"""Decide which tracking category lives when: archived ones first, so that all their documents keep them.

Facts (developer.xero.com/documentation/api/accounting/trackingcategories): two categories may be active, four
may exist. With more than two, some are made first, used and archived, only then others made; one that lives
all the time stands beside both. Of all such orders the one is taken in which the fewest documents lose
tracking. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import product
from typing import Any

from bot.restore.ground import Ground
from bot.restore.kinds.usage import usage
from bot.restore.model import Phase

Category = Mapping[str, Any]
MOST_ACTIVE = 2
MOST = 4
_NOTE = "tracking_plan"


class Turn(Enum):
    """When a category is active in the target: for documents written first, for the others, or for all."""

    FIRST = "first"
    SECOND = "second"
    BOTH = "both"

    @property
    def begins(self) -> Phase:
        """Say in which phase it is made."""
        return Phase.SECOND if self is Turn.SECOND else Phase.FIRST

    @property
    def ends(self) -> Phase:
        """Say in which phase it is archived, if it is to be."""
        return Phase.FIRST if self is Turn.FIRST else Phase.CLOSING


_TURNS = (Turn.BOTH, Turn.SECOND, Turn.FIRST, None)


@dataclass(frozen=True, slots=True)
class TrackingPlan:
    """By id of the source: when each category lives (missing: never), and what it is matched with."""

    turns: Mapping[str, Turn]
    matched: Mapping[str, Category]
    asleep: frozenset[str]  # matched, needed, but archived in the target
    used: frozenset[str]  # options that documents of the copy have


def tracking_plan(ground: Ground) -> TrackingPlan:
    """Decide once a plan.

    Leaves behind in `ground.notes`: "tracking_first", the options that are active for the documents written
    first only, and "tracking_both", those that are active for all documents.
    """
    found = ground.notes.get(_NOTE)
    if not isinstance(found, TrackingPlan):
        found = ground.notes[_NOTE] = _decided(ground)
        for note, turn in (("tracking_first", Turn.FIRST), ("tracking_both", Turn.BOTH)):
            ground.notes[note] = frozenset(
                option
                for category in ground.records("tracking_categories")
                if found.turns.get(category_id(category)) is turn
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
) -> Iterator[dict[str, Turn]]:
    alive = {category_id(one) for one in ground.target.tracking_categories if not is_archived(one)}
    for turns in product(_TURNS, repeat=len(source)):
        chosen = {category_id(one): turn for one, turn in zip(source, turns, strict=True) if turn is not None}
        if _is_possible(chosen, source, matched, alive, len(ground.target.tracking_categories)):
            yield chosen


def _is_possible(
    chosen: Mapping[str, Turn],
    source: list[Category],
    matched: Mapping[str, Category],
    alive: set[str],
    there: int,
) -> bool:
    for one in source:
        turn = chosen.get(category_id(one))
        # A live one must not be archived on the way; one that is there cannot be wished away.
        if (turn is Turn.FIRST and not is_archived(one)) or (turn is None and category_id(one) in matched):
            return False
    if there + len(chosen.keys() - matched.keys()) > MOST:
        return False
    first_only = {key for key, turn in chosen.items() if turn is Turn.FIRST}
    in_first = first_only | {key for key, turn in chosen.items() if turn is Turn.BOTH}
    closed = {category_id(matched[key]) for key in first_only if key in matched}
    return (
        _active(in_first, matched, alive) <= MOST_ACTIVE
        and _active(chosen.keys() - first_only, matched, alive - closed) <= MOST_ACTIVE
    )


def _active(chosen: Collection[str], matched: Mapping[str, Category], alive: set[str]) -> int:
    """Count what is active at once: what is there already, and what is made for these."""
    there = {category_id(matched[key]) for key in chosen if key in matched}
    return len(alive | there) + sum(1 for key in chosen if key not in matched)


def _cost(turns: Mapping[str, Turn], source: list[Category], ground: Ground) -> tuple[int, int, int, int]:
    """Count the documents that lose tracking, then the categories left out, then those not there for all."""
    turn_of = {option: turns.get(category_id(one)) for one in source for option in option_ids(one)}
    losing = 0
    for together, documents in usage(ground).tracking.items():
        met = {turn_of.get(option) for option in together}
        losing += documents if None in met or {Turn.FIRST, Turn.SECOND} <= met else 0
    made = list(turns.values())
    return losing, len(source) - len(turns), made.count(Turn.FIRST), made.count(Turn.SECOND)
