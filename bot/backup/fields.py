"""Every field in which two versions of a record differ, and what was not counted as a difference. Pure.

`compare` says the same in a few words; here nothing is left out without being named: what Xero stamps on a
record whenever it is touched, and what is only written differently, are listed apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bot.backup.aligning import ABSENT, aligned, first_cell, in_another_order
from bot.backup.compare import STAMPS, is_secret, label_of, words_of

CONTENT = "Content"
ADDED, REMOVED, HIDDEN, MOVED = "added", "removed", "changed; not shown", "in another order"
_TWIN = re.compile(r"^(.*Date(?:UTC)?)String$")
_SINGULAR: Mapping[str, str] = {
    "LineItems": "Line",
    "JournalLines": "Line",
    "BudgetLines": "Account",
    "BudgetBalances": "Month",
    "Addresses": "Address",
    "TaxComponents": "Tax component",
    "SalesTrackingCategories": "Tracking category",
    "PurchasesTrackingCategories": "Tracking category",
}
_TITLES = ("Description", "Name", "InvoiceNumber", "CreditNoteNumber", "Option", "PhoneType", "AddressType")
_TITLES_ELSE = ("Period", "AccountCode", "Code", "EmailAddress", "Reference", "TrackingCategoryName")
_LONGEST_TITLE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One difference: where it is, in Xero's names and in words; ABSENT where there was or is nothing."""

    path: tuple[str, ...]
    label: str
    before: Any = ABSENT
    after: Any = ABSENT
    note: str = ""

    @property
    def words(self) -> tuple[str, str]:
        """Give both values as people read them."""
        return _words(self.before), _words(self.after)


@dataclass(slots=True)
class Fields:
    """What differs; `stamps` are paths Xero stamps, `alike` paths that are only written differently."""

    steps: list[Step] = field(default_factory=list)
    stamps: list[str] = field(default_factory=list)
    alike: list[str] = field(default_factory=list)


def every_field(before: bytes, after: bytes) -> Fields:
    """Compare two versions of a record field by field."""
    found = Fields()
    old, new = _read(before), _read(after)
    if isinstance(old, bytes) or isinstance(new, bytes):
        if before != after:
            found.steps.append(Step(path=(CONTENT,), label=CONTENT, note="differs"))
        return found
    found.steps += _values((), (), old, new, found)
    return found


def dotted(path: tuple[str, ...]) -> str:
    """Write a path as `LineItems[LineItemID=…].UnitAmount`."""
    text = ""
    for part in path:
        is_entry = part.isdigit() or "=" in part
        text += f"[{part}]" if is_entry else f"{'.' * bool(text)}{part}"
    return text


def _values(
    path: tuple[str, ...], labels: tuple[str, ...], old: Any, new: Any, into: Fields
) -> Iterator[Step]:
    old, new = _beside(old, new), _beside(new, old)
    if isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys([*old, *new]):
            yield from _named(path, labels, name, (old, new), into)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _entries(path, labels, old, new, into)
    elif old != new or type(old) is not type(new) or str(old) != str(new):
        yield from _single(path, labels, old, new, into)


def _beside(value: Any, other: Any) -> Any:
    """Take nothing for an empty list or object where the other version has a filled one."""
    return type(other)() if _is_empty(value) and other and isinstance(other, list | dict) else value


def _named(
    path: tuple[str, ...], labels: tuple[str, ...], name: str, both: tuple[Any, Any], into: Fields
) -> Iterator[Step]:
    """Compare one field of two objects."""
    old, new = (one.get(name, ABSENT) for one in both)
    here = (*path, name)
    twin = _TWIN.match(name)
    if name in STAMPS:
        into.stamps += [dotted(here)] * (old != new)
    elif twin and all(twin[1] in one for one in both):  # the same moment, written twice
        into.alike += [dotted(here)] * (old != new)
    elif is_secret(label_of(name)) and old != new:
        if _is_empty(old) and _is_empty(new):
            into.alike.append(dotted(here))
        else:
            yield Step(path=here, label=_joined((*labels, label_of(name))), note=HIDDEN)
    else:
        yield from _values(here, (*labels, label_of(name)), old, new, into)


def _entries(
    path: tuple[str, ...], labels: tuple[str, ...], old: list[Any], new: list[Any], into: Fields
) -> Iterator[Step]:
    name, known = path[-1] if path else "", len(into.alike) + len(into.stamps)
    steps = [Step(path=path, label=_joined(labels), note=MOVED)] * in_another_order(name, old, new)
    for key, (before, after) in aligned(name, old, new):
        entry = after if before is ABSENT else before
        called, here = (*labels[:-1], _called(name, labels, key, entry)), (*path, key)
        if before is ABSENT:
            steps.append(Step(path=here, label=_joined(called), after=_open(after), note=ADDED))
        elif after is ABSENT:
            steps.append(Step(path=here, label=_joined(called), before=_open(before), note=REMOVED))
        else:
            steps += _values(here, called, before, after, into)
    if old != new and not steps and len(into.alike) + len(into.stamps) == known:
        into.alike.append(dotted(path) or CONTENT)  # entries without names, in another order
    yield from steps


def _single(
    path: tuple[str, ...], labels: tuple[str, ...], old: Any, new: Any, into: Fields
) -> Iterator[Step]:
    if (_is_empty(old) and _is_empty(new)) or (_is_number(old) and _is_number(new) and old == new):
        into.alike.append(dotted(path))
        return
    yield Step(path=path, label=_joined(labels), before=_open(old), after=_open(new))


def _called(name: str, labels: tuple[str, ...], key: str, entry: Any) -> str:
    """Name an entry of a list: its kind, and what people know it by."""
    plural = labels[-1] if labels else "Entry"
    kind = _SINGULAR.get(name) or plural.removesuffix("s")
    title = ""
    if isinstance(entry, dict):
        titles = (*(entry.get(one) for one in (*_TITLES, *_TITLES_ELSE)), first_cell(entry))
        title = next((one for one in titles if isinstance(one, str) and one.strip()), "")
    if not title:
        return f"{kind} {key if key.isdigit() else key.partition('=')[2][:8]}"
    short = " ".join(title.split())
    return f"{kind} “{short if len(short) <= _LONGEST_TITLE else short[: _LONGEST_TITLE - 1] + '…'}”"


def _open(value: Any) -> Any:
    """Take what must not be shown out of a value."""
    if isinstance(value, dict):
        return {key: HIDDEN if is_secret(label_of(key)) and one else _open(one) for key, one in value.items()}
    return [_open(one) for one in value] if isinstance(value, list) else value


def _words(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str) if value else "empty"
    return "empty" if value is ABSENT else words_of(value)


def _joined(labels: tuple[str, ...]) -> str:
    return " · ".join(labels) or CONTENT


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _is_empty(value: Any) -> bool:
    return value is ABSENT or value is None or value in ("", [], {})


def _read(raw: bytes) -> Any:
    """Read JSON with numbers as they are written; bytes that are none stay bytes."""
    try:
        return json.loads(raw, parse_float=Decimal)
    except (ValueError, RecursionError):
        return raw
