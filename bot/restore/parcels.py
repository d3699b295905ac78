"""Turn steps into what is sent: payloads, paths, bodies below Xero's limit of size. Sends nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from bot.catalogue import RESOURCES
from bot.errors import VaultDamaged
from bot.restore import uploads
from bot.restore.model import MAX_BODY_BYTES, IdMap, Json, Kind, NotMapped, Step
from bot.restore.outcomes import Result, StepState
from bot.restore.source import Source
from bot.xero.writing import JSON, encode

_ENVELOPE = 100  # bytes around the elements of a body
_TITLES = {
    "account_codes": "Accounts",
    "tax_types": "Tax rates",
    "tracking_options": "Tracking options",
    "line_items": "Lines of documents",
    "item_codes": "Items",
}


class NoFile(LookupError):
    """The file that a step uploads is not in the copy, or not as it was; the words say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One step with its record in the copy and what is sent for it."""

    number: int
    step: Step
    record: Mapping[str, Any]
    payload: Json
    path: str
    size: int = field(compare=False)
    content: bytes | None = field(default=None, repr=False)  # the file that is sent instead of the payload


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes out in one call."""

    path: str
    items: tuple[Item, ...]
    body: bytes | None
    params: Mapping[str, str]
    content_type: str = JSON

    @property
    def is_file(self) -> bool:
        """Say whether the body is a file, whatever stands in it."""
        return self.items[0].content is not None

    @classmethod
    def of(cls, kind: Kind, items: Sequence[Item]) -> Parcel:
        """Pack items of one path."""
        first = items[0]
        if first.content is not None:
            told = uploads.params(first.payload)
            return cls(
                first.path, tuple(items), first.content, {**kind.params, **told}, first.payload["MimeType"]
            )
        if kind.verb == "DELETE":
            body = None
        elif kind.collection:
            body = encode({kind.collection: [item.payload for item in items]})
        else:
            body = encode(first.payload)
        return cls(first.path, tuple(items), body, kind.params)


def prepare(
    kind: Kind, steps: Sequence[tuple[int, Step]], source: Source, ids: IdMap
) -> tuple[list[Item], list[Result]]:
    """Build payloads; give also the steps that need a record which the target does not have."""
    items, skipped = [], []
    for number, step in steps:
        try:
            items.append(_item(kind, number, step, source, ids))
        except NotMapped as missing:
            skipped.append(Result(number=number, state=StepState.SKIPPED, words=(_needs(missing),)))
        except NoFile as missing:
            skipped.append(Result(number=number, state=StepState.SKIPPED, words=(str(missing),)))
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
        path=uploads.address(path_of(kind, kind.path, step, ids), payload),
        size=len(encode(payload)),
        content=_content(kind, step, source),
    )


def _content(kind: Kind, step: Step, source: Source) -> bytes | None:
    if kind.upload is None:
        return None
    try:
        return uploads.content(kind.upload, source, step.record_id)
    except KeyError:
        raise NoFile("Not sent: the copy does not hold this file.") from None
    except VaultDamaged:  # one file that is rotten does not keep the others from coming back
        raise NoFile("Not sent: the copy's bytes of this file are damaged.") from None


def _needs(missing: NotMapped) -> str:
    known = RESOURCES.get(missing.resource)
    title = _TITLES.get(missing.resource) or (known.title if known else missing.resource)
    return f"Not sent: it needs a record of “{title}” that Xero refused or that was left out."
