"""What Xero keeps, what of it is read and restored, and what its API does not offer. Data; knows nobody."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from graphlib import TopologicalSorter
from itertools import chain
from types import MappingProxyType

from bot.catalogue import (
    assets,
    banking,
    chart,
    contacts,
    expenses,
    files,
    history,
    journals,
    missing,
    orders,
    payroll,
    projects,
    reports,
    sales,
    settings,
)
from bot.catalogue.limits import SIZE_LIMITS
from bot.catalogue.model import Area, Missing, Reading, Resource
from bot.catalogue.scopes import OFFLINE

__all__ = [
    "MISSING",
    "RESOURCES",
    "SIZE_LIMITS",
    "backup_scopes",
    "beside_scopes",
    "books_scopes",
    "in_dependency_order",
    "reading_now",
    "resource",
    "restore_scopes",
]

_IN_READING_ORDER: tuple[Resource, ...] = (
    *settings.FIRST,
    *chart.FIRST,
    *settings.AFTER_CHART,
    *contacts.FIRST,
    *sales.FIRST,
    *banking.FIRST,
    *journals.FIRST,
    *orders.FIRST,
    *settings.LATER,
    *expenses.LATER,
    *sales.LATER,
    *contacts.LATER,
    *journals.LATER,
    *history.LATER,
    *files.LATER,
    *assets.LATER,
    *projects.LATER,
    *payroll.LATER,
    # Reports come last: the trial balance is the check on everything read before it.
    *reports.LATER,
    *reports.FIRST,
)


def _checked(entries: tuple[Resource, ...]) -> Mapping[str, Resource]:
    """Index the entries by key; raise ValueError on a key given twice or one that nobody has."""
    by_key = {entry.key: entry for entry in entries}
    if len(by_key) != len(entries):
        raise ValueError("Two entries of the catalogue have the same key.")
    for entry in entries:
        parent = (entry.read.parent,) if entry.read and entry.read.parent else ()
        for other in chain(entry.needs, entry.children, parent):
            if other not in by_key:
                raise ValueError(f"The catalogue entry {entry.key} names {other}, which does not exist.")
    return MappingProxyType(by_key)


def _sorted(entries: Mapping[str, Resource]) -> tuple[Resource, ...]:
    """Order the entries so that each follows what it needs; raise CycleError when that is impossible."""
    order = TopologicalSorter({entry.key: entry.needs for entry in entries.values()})
    return tuple(entries[key] for key in order.static_order())


RESOURCES: Mapping[str, Resource] = _checked(_IN_READING_ORDER)
MISSING: Mapping[str, Missing] = MappingProxyType({gap.key: gap for gap in missing.ALL})
_IN_DEPENDENCY_ORDER = _sorted(RESOURCES)


def resource(key: str) -> Resource:
    """Give the entry of this key; raises KeyError when there is none."""
    return RESOURCES[key]


def reading_now(include: Collection[str] = ()) -> tuple[Resource, ...]:
    """List what a backup reads, in the order to read it; `include` names opt-in resources to add."""
    unknown = sorted(set(include) - RESOURCES.keys())
    if unknown:
        raise KeyError(unknown[0])
    return tuple(
        entry
        for entry in RESOURCES.values()
        if entry.reading is Reading.READ or (entry.key in include and entry.reading is Reading.OPT_IN)
    )


def in_dependency_order() -> tuple[Resource, ...]:
    """List every resource so that each one follows all that it needs."""
    return _IN_DEPENDENCY_ORDER


def backup_scopes(include: Collection[str] = ()) -> tuple[str, ...]:
    """List the permissions a backup asks for, offline access first; `include` names resources to add.

    Never a writing one: the first of `Read.scopes` allows reading only wherever Xero offers such a scope.
    """
    unknown = sorted(set(include) - RESOURCES.keys())
    if unknown:
        raise KeyError(unknown[0])
    wanted = (
        entry.read.scopes[0]
        for entry in RESOURCES.values()
        if entry.read and entry.read.scopes and (entry.reading is Reading.READ or entry.key in include)
    )
    return tuple(dict.fromkeys(chain((OFFLINE,), wanted)))


def books_scopes() -> tuple[str, ...]:
    """List those permissions a backup asks for without which the books of no country are whole."""
    books = (one.read for one in RESOURCES.values() if one.area is Area.ACCOUNTING and not one.countries)
    needed = {read.scopes[0] for read in books if read and read.scopes}
    return tuple(one for one in backup_scopes() if one in needed)


def restore_scopes(keys: Collection[str] | None = None) -> tuple[str, ...]:
    """List the permissions that a restore of these resources cannot do without; None: of all that is read."""
    return _write_scopes(keys, beside=False)


def beside_scopes(keys: Collection[str] | None = None) -> tuple[str, ...]:
    """List the permissions to write what is beside the books; without them that is left out."""
    return _write_scopes(keys, beside=True)


def _write_scopes(keys: Collection[str] | None, *, beside: bool) -> tuple[str, ...]:
    wanted = RESOURCES if keys is None else keys
    found = (
        entry.restore.write_scope
        for entry in RESOURCES.values()
        if entry.key in wanted and entry.reading is Reading.READ and entry.restore.write_scope
        if (entry.area is not Area.ACCOUNTING) is beside
    )
    return tuple(dict.fromkeys(found))
