"""What must be known of all contacts before the first is decided: merges, matches, names, numbers. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from bot.errors import VaultDamaged
from bot.restore.ground import Ground
from bot.restore.kinds.contact_names import ERASED_NAME, Wish, choose, tidy

Contact = Mapping[str, Any]
ERASED_STATUS = "GDPRREQUEST"
_NOTE = "contacts.census"
_ENDED = frozenset({"VOIDED", "DELETED"})
_NAMING_CONTACTS = (
    "invoices", "credit_notes", "bank_transactions", "prepayments", "overpayments", "purchase_orders",
    "quotes", "repeating_invoices",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """What is known of all contacts before the first is decided."""

    survivors: Mapping[str, str]  # merged contact -> the contact that is left in the end
    matched: Mapping[str, Contact]  # source's id -> the target's contact
    names: Mapping[str, tuple[str, ...]]  # why a new contact's name changes, by id
    numbers_lost: frozenset[str]
    needed: frozenset[str]  # erased contacts that documents name


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    name: str
    merged_to: str
    last: bool  # others choose their names first
    erased: bool


class _Named(msgspec.Struct):
    ContactID: Any = None


class _Document(msgspec.Struct):
    Status: Any = None
    Contact: _Named | None = None


def census(ground: Ground) -> Census:
    """Read all contacts, the first time only. Raises VaultDamaged."""
    found = ground.notes.get(_NOTE)
    if not isinstance(found, Census):
        found = ground.notes[_NOTE] = _taken(ground)
    return found


def _taken(ground: Ground) -> Census:
    heads = {str(one["ContactID"]): _head(one) for one in ground.records("contacts")}
    survivors = _survivors({key: head.merged_to for key, head in heads.items()})
    left = {key: head for key, head in heads.items() if key not in survivors}
    matched = _matched(ground, left)
    wishes = [
        Wish(key, ERASED_NAME if head.erased else head.name, last=head.last)
        for key, head in left.items()
        if key not in matched
    ]
    erased = frozenset(key for key, head in left.items() if head.erased)
    named = _named_by_documents(ground) if erased else ()
    return Census(
        survivors=survivors,
        matched=matched,
        names=choose(wishes, (str(one.get("Name") or "") for one in _active(ground))),
        numbers_lost=_numbers_lost(ground, {key for key in left if key not in matched and key not in erased}),
        needed=erased & {survivors.get(key, key) for key in named},
    )


def _head(record: Contact) -> _Head:
    status = str(record.get("ContactStatus") or "ACTIVE")
    return _Head(
        name=str(record.get("Name") or ""),
        merged_to=str(record.get("MergedToContactID") or ""),
        last=status != "ACTIVE",
        erased=status == ERASED_STATUS,
    )


def _matched(ground: Ground, left: Mapping[str, _Head]) -> dict[str, Contact]:
    """Pair contacts with active ones of the target by name, each once, active ones of the copy first."""
    there = {str(one.get("Name") or "").lower(): one for one in _active(ground)}
    found: dict[str, Contact] = {}
    for key in sorted(left, key=lambda one: (left[one].last, one)):
        match = there.get(tidy(left[key].name).lower())
        if match is not None and not left[key].erased:
            found[key] = there.pop(tidy(left[key].name).lower())
    return found


def _active(ground: Ground) -> Iterator[Contact]:
    return (one for one in ground.target.contacts if one.get("ContactStatus", "ACTIVE") == "ACTIVE")


def _survivors(merged: Mapping[str, str]) -> dict[str, str]:
    """Follow every merge to its end; one that ends nowhere, or in a ring, counts as not merged."""
    found: dict[str, str] = {}
    for start in merged:
        seen, at = {start}, start
        while (onward := merged[at]) in merged and onward not in seen:
            seen.add(onward)
            at = onward
        if at != start and not merged[at]:
            found[start] = at
    return found


def _numbers_lost(ground: Ground, made: Collection[str]) -> frozenset[str]:
    used = {str(one["ContactNumber"]) for one in ground.target.contacts if one.get("ContactNumber")}
    lost: set[str] = set()
    for record in ground.records("contacts"):
        record_id, number = str(record["ContactID"]), str(record.get("ContactNumber") or "")
        if number and record_id in made:
            lost.update({record_id} if number in used else ())
            used.add(number)
    return frozenset(lost)


def _named_by_documents(ground: Ground) -> frozenset[str]:
    decoder, found = msgspec.json.Decoder(_Document), set()
    for resource in filter(ground.is_chosen, _NAMING_CONTACTS):
        for _, raw in ground.source.raw_records(resource):
            try:
                one = decoder.decode(raw)
            except (msgspec.DecodeError, UnicodeDecodeError):
                raise VaultDamaged("A document of this copy cannot be understood.") from None
            if one.Contact is not None and one.Status not in _ENDED:
                found.add(str(one.Contact.ContactID))
    return frozenset(found)
