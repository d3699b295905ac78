"""Which steps by hand the comparison shows to be needless: what they would mend came out equal. Pure.

A step by hand stays where anything speaks for it: what was not compared, or not in the field it is about,
never shows that it is needless.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from bot.domain.restore_plan import PlanSummary
from bot.restore.model import Reason
from bot.restore.proof.balances import Balanced
from bot.restore.proof.fields import SHAPES
from bot.restore.proof.records import Comparison
from bot.restore.proof.standing import Standing, Standings

# Opening balances: their steps name an account, and its balances say whether one is missing.
_OPENING = frozenset({"conversion", "conversion_balances", "opening_money"})


class _Step(NamedTuple):
    resource: str
    record_id: str
    end: Standing


def needless(whole: Comparison, balanced: Balanced, summary: PlanSummary) -> tuple[str, ...]:
    """Give the keys of the plan's steps by hand that nobody needs to take."""
    wanted = {one.key for one in summary.todos if not one.before}
    fine: defaultdict[str, list[bool]] = defaultdict(list)
    for step in _everything(whole.found):
        for key in wanted.intersection(step.end.reasons):
            is_opening = step.end.kind in _OPENING
            fine[key].append(
                _came_whole(balanced, step)
                if is_opening
                else _came_equal(whole, whole.reasons.get(key), step)
            )
    return tuple(sorted(key for key, each in fine.items() if all(each)))


def _everything(found: Standings) -> Iterator[_Step]:
    for resource, mains in found.mains.items():
        for record_id, main in mains.items():
            yield _Step(resource, record_id, main)
    for resource, parts in found.parts.items():
        for record_id, ends in parts.items():
            yield from (_Step(resource, record_id, one) for one in ends)


def _came_whole(balanced: Balanced, step: _Step) -> bool:
    """Say whether no opening balance is missing on the account, or on any where the step names none."""
    if step.end.is_written:
        return True
    return balanced.is_equal(step.end.part) if step.end.part else balanced.all_equal


def _came_equal(whole: Comparison, reason: Reason | None, step: _Step) -> bool:
    """Say whether a record was found and every field that the reason speaks of was compared and is equal."""
    shape = SHAPES.get(step.resource)
    if shape is None or reason is None or not reason.fields or step.resource in whole.unread:
        return False
    if not step.end.is_written or step.end.part or (step.resource, step.record_id) in whole.ends:
        return False
    return frozenset[str]().union(*(column.parts for column in shape.columns)).issuperset(reason.fields)
