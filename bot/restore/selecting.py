"""What a choice of types comes to: the chosen ones and all that they need. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from bot.catalogue import RESOURCES
from bot.catalogue.model import RestoreRule
from bot.domain.restore_plan import Choice

_COMES_BACK = frozenset(
    {RestoreRule.CREATE, RestoreRule.MATCH, RestoreRule.ALLOCATE, RestoreRule.DRAFT, RestoreRule.DERIVED}
)


def restorable() -> tuple[str, ...]:
    """Name every resource that a restore brings back in some way, in the catalogue's order."""
    return tuple(key for key, one in RESOURCES.items() if one.restore.rule in _COMES_BACK)


def chosen(choice: Choice) -> frozenset[str]:
    """Name the resources to restore: all of the catalogue, or the chosen types with all that they need."""
    return needed(choice.types) if choice.types else frozenset(RESOURCES)


def added(choice: Choice) -> tuple[str, ...]:
    """Name what the chosen types need beyond themselves, in the catalogue's order."""
    more = chosen(choice) - set(choice.types) if choice.types else frozenset[str]()
    return tuple(key for key in RESOURCES if key in more)


def needed(types: Iterable[str]) -> frozenset[str]:
    """Name these resources and, again and again, what they need; raises KeyError for one nobody knows."""
    found: set[str] = set()
    waiting = list(types)
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting.extend(RESOURCES[key].needs)
    return frozenset(found)
