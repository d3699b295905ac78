"""The kinds of columns that a comparison knows: how each reads its value from a record, in one way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from bot.restore.proof import values
from bot.restore.proof.values import Refs

Json = Mapping[str, Any]
Read = Callable[[Json, Refs], str]
BETWEEN = "\x1f"  # between what a list holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One field that must come back; `given`: only where the source has it, for Xero may add its own."""

    name: str  # as Xero spells it, inner fields after a point
    read: Read = field(repr=False)
    given: bool = False

    @property
    def parts(self) -> frozenset[str]:
        """Give every name by which a reason may speak of it."""
        return frozenset({self.name, *self.name.split(".")})


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What of one resource is compared; `ids` is where the id map keeps who became whom, if elsewhere."""

    resource: str
    columns: tuple[Column, ...]
    ids: str = ""
    is_listed_by_others: bool = False  # the target has some of its own: not every unknown one is news

    @property
    def names(self) -> str:
        """Name the part of the id map."""
        return self.ids or self.resource

    @cached_property
    def given(self) -> tuple[bool, ...]:
        """Say for each column whether it is only compared where the source has it."""
        return tuple(column.given for column in self.columns)

    def row(self, record: Json, refs: Refs) -> tuple[str, ...]:
        """Read all columns of a record."""
        return tuple([column.read(record, refs) for column in self.columns])


def _find(record: Json, path: tuple[str, ...]) -> Any:
    found: Any = record
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _plain(name: str, spell: Callable[[Any], str], *, given: bool = False) -> Column:
    path = tuple(name.split("."))

    def flat(record: Json, refs: Refs) -> str:
        del refs
        return spell(record.get(name))

    def deep(record: Json, refs: Refs) -> str:
        del refs
        return spell(_find(record, path))

    return Column(name=name, read=flat if len(path) == 1 else deep, given=given)


def texts(*names: str, given: bool = False) -> tuple[Column, ...]:
    """Make columns of texts."""
    return tuple(_plain(name, values.text, given=given) for name in names)


def numbers(*names: str, given: bool = False) -> tuple[Column, ...]:
    """Make columns of numbers."""
    return tuple(_plain(name, values.number, given=given) for name in names)


def flags(*names: str, given: bool = False) -> tuple[Column, ...]:
    """Make columns of marks."""
    return tuple(_plain(name, values.flag, given=given) for name in names)


def rates(*names: str, given: bool = False) -> tuple[Column, ...]:
    """Make columns of rates of exchange."""
    return tuple(_plain(name, values.rate, given=given) for name in names)


def days(*names: str, given: bool = False) -> tuple[Column, ...]:
    """Make columns of business dates."""

    def one(name: str) -> Column:
        *outer, last = name.split(".")
        path = tuple(outer)

        def read(record: Json, refs: Refs) -> str:
            del refs
            return values.day(_find(record, path) or {}, last)

        return Column(name=name, read=read, given=given)

    return tuple(one(name) for name in names)


def ref(name: str, *resources: str, given: bool = False) -> Column:
    """Make a column that names another record, which may be of several resources."""
    path = tuple(name.split("."))

    def read(record: Json, refs: Refs) -> str:
        return _first(refs, resources, _find(record, path))

    return Column(name=name, read=read, given=given)


def _first(refs: Refs, resources: tuple[str, ...], key: Any) -> str:
    found = [refs.of(resource, key) for resource in resources]
    return next((one for one in found if one != values.NOT_THERE), found[0])


Cell = Callable[[Json, Refs], str]


def each(name: str, cells: Mapping[str, Cell], *, given: frozenset[str] = frozenset()) -> tuple[Column, ...]:
    """Make a column for how many elements a list has, and one per inner field, in the list's order."""

    def inner(field_name: str, cell: Cell) -> Column:
        def read(record: Json, refs: Refs) -> str:
            found = [cell(one, refs) for one in record.get(name) or ()]
            return BETWEEN.join(found) if any(found) else ""

        return Column(name=f"{name}.{field_name}", read=read, given=field_name in given)

    def count(record: Json, refs: Refs) -> str:
        del refs
        return str(len(record.get(name) or ()) or "")

    return (Column(name=name, read=count), *(inner(field_name, cell) for field_name, cell in cells.items()))


def together(name: str, cell: Cell, *, given: bool = False) -> Column:
    """Make one column of a list whose order means nothing; elements that say nothing do not count."""

    def read(record: Json, refs: Refs) -> str:
        return BETWEEN.join(sorted({one for one in (cell(x, refs) for x in record.get(name) or ()) if one}))

    return Column(name=name, read=read, given=given)


def cell(spell: Callable[[Any], str], field_name: str) -> Cell:
    """Read one inner field."""

    def read(one: Json, refs: Refs) -> str:
        del refs
        return spell(one.get(field_name))

    return read


def ref_cell(resource: str, *path: str) -> Cell:
    """Read one inner field that names another record."""
    return lambda one, refs: refs.of(resource, _find(one, path))


def filled(*names: str, key: str) -> Cell:
    """Read several inner fields at once; an element where all of them are empty says nothing."""

    def read(one: Json, refs: Refs) -> str:
        del refs
        found = [values.text(one.get(name)) for name in names]
        return " | ".join([values.text(one.get(key)), *found]) if any(found) else ""

    return read


def tracking(one: Json, refs: Refs) -> str:
    """Read the tracking of a line: options by id, or by name where there is no id."""
    found = sorted(_option(each_one, refs) for each_one in one.get("Tracking") or ())
    return ", ".join(found)


def _option(one: Json, refs: Refs) -> str:
    if one.get("TrackingOptionID"):
        return refs.of("tracking_options", one["TrackingOptionID"])
    return f"{one.get('Name', '')}: {one.get('Option', '')}"
