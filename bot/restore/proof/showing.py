"""Read differences again that are listed, and put their values into words. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.proof import FieldDifference, Refusal
from bot.restore.model import Kind
from bot.restore.naming import name_of
from bot.restore.proof import values
from bot.restore.proof.columns import BETWEEN
from bot.restore.proof.fields import SHAPES
from bot.restore.proof.records import WHOLE, Place
from bot.restore.proof.standing import Unwritten
from bot.restore.source import Source

THERE = "there"
NOT_THERE = "not there"
_OWN = values.Refs()


def difference(place: Place, source: Source, target: Source) -> FieldDifference:
    """Put one difference into words."""
    here = _record(source, place.resource, place.source_id)
    there = _record(target, place.resource, place.target_id)
    field, was, now = WHOLE, THERE if here else NOT_THERE, THERE if there else NOT_THERE
    if place.column >= 0 and here and there:
        column = SHAPES[place.resource].columns[place.column]
        field = column.name
        was, now = _apart(column.read(here, _OWN), column.read(there, _OWN))
    return FieldDifference(
        title=place.title,
        name=name_of(place.resource, here or there),
        field=field,
        source_value=values.shown(was),
        target_value=values.shown(now),
        finding=place.finding,
        why=place.why,
    )


def refusals(found: Iterable[Unwritten], source: Source, kinds: Mapping[str, Kind]) -> tuple[Refusal, ...]:
    """Name what Xero refused, and what was not sent."""
    return tuple(
        Refusal(
            title=kinds[one.kind].title,
            name=name_of(one.resource, _record(source, one.resource, one.record_id)),
            words=one.words,
            is_sent=one.is_sent,
        )
        for one in found
    )


def _record(source: Source, resource: str, key: str) -> Mapping[str, Any]:
    if not key:
        return {}
    try:
        return source.record(resource, key)
    except KeyError:
        return {}


def _apart(was: str, now: str) -> tuple[str, str]:
    """Of two lists of lines show the first that differs."""
    if BETWEEN not in was and BETWEEN not in now:
        return was, now
    here, there = was.split(BETWEEN), now.split(BETWEEN)
    for at in range(max(len(here), len(there))):
        pair = tuple(side[at] if at < len(side) else "" for side in (here, there))
        if pair[0] != pair[1]:
            return f"line {at + 1}: {pair[0]}", f"line {at + 1}: {pair[1]}"
    return was, now
