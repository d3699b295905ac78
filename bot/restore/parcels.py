"""Turn steps into what is sent: payloads, paths, bodies below Xero's limit of size. Sends nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from bot.catalogue import RESOURCES
from bot.restore.model import MAX_BODY_BYTES, IdMap, Json, Kind, NotMapped, Step
from bot.restore.outcomes import Result, StepState
from bot.restore.source import Source
from bot.xero.writing import encode

_ENVELOPE = 100  # bytes around the elements of a body
_TITLES = {
    "account_codes": "Accounts",
    "tax_types": "Tax rates",
    "tracking_options": "Tracking options",
    "line_items": "Lines of documents",
    "item_codes": "Items",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One step with its record in the copy and what is sent for it."""

    number: int
    step: Step
    record: Mapping[str, Any]
    payload: Json
    path: str
    size: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes out in one call."""

    path: str
    items: tuple[Item, ...]
    body: bytes | None

    @classmethod
    def of(cls, kind: Kind, items: Sequence[Item]) -> Parcel:
        """Pack items of one path."""
        if kind.verb == "DELETE":
            body = None
        elif kind.collection:
            body = encode({kind.collection: [item.payload for item in items]})
        else:
            body = encode(items[0].payload)
        return cls(items[0].path, tuple(items), body)


def prepare(
    kind: Kind, steps: Sequence[tuple[int, Step]], source: Source, ids: IdMap
) -> tuple[list[Item], list[Result]]:
    """Build payloads; give also the steps that need a record which the target does not have."""
    items, skipped = [], []
    for number, step in steps:
        try:
            items.append(_item(kind, number, step, source, ids))
        except NotMapped as missing:
            words = (_needs(missing),)
            skipped.append(Result(number=number, state=StepState.SKIPPED, words=words))
    return items, skipped


def parcels(kind: Kind, items: Sequence[Item], *, batch: int | None = None) -> list[Parcel]:
    """Pack items in their order: one path, no more than a batch, no more than Xero takes in one body."""
    most = (kind.batch if batch is None else batch) if kind.collection and kind.verb != "DELETE" else 1
    packed: list[list[Item]] = []
    room = 0
    for item in items:
        fits = packed and packed[-1][0].path == item.path and len(packed[-1]) < most and item.size <= room
        if not fits:
            packed.append([])
            room = MAX_BODY_BYTES - _ENVELOPE
        packed[-1].append(item)
        room -= item.size + 1
    return [Parcel.of(kind, one) for one in packed]


def path_of(kind: Kind, path: str, step: Step, ids: IdMap) -> str:
    """Fill in the ids a path names; raises NotMapped."""
    if "{parent}" in path:
        path = path.replace("{parent}", quote(ids.need(kind.parent_resource, step.parent), safe=""))
    if "{id}" in path:
        path = path.replace("{id}", quote(ids.need(kind.resource, step.record_id), safe=""))
    return path


def _item(kind: Kind, number: int, step: Step, source: Source, ids: IdMap) -> Item:
    try:
        record = source.record(kind.resource, step.record_id)
    except KeyError:
        record = {}  # what is made for the target alone (a conversion journal) has none
    payload = kind.payload(step, record, ids)
    return Item(
        number=number,
        step=step,
        record=record,
        payload=payload,
        path=path_of(kind, kind.path, step, ids),
        size=len(encode(payload)),
    )


def _needs(missing: NotMapped) -> str:
    known = RESOURCES.get(missing.resource)
    title = _TITLES.get(missing.resource) or (known.title if known else missing.resource)
    return f"Not sent: it needs a record of “{title}” that Xero refused or that was left out."
