"""The `where` and `order` of a list, as far as the pretend Xero understands them.

The rest is refused with 400. Values are read, text is never evaluated.

Syntax per developer.xero.com (requests and responses): `Type=="ACCREC" AND Date>=DateTime(2020,01,01)`,
`Contact.ContactID==guid("…")`, booleans bare.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from bot.sandbox.xero.collections import Collection
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields


class QueryRefused(Exception):
    """The query cannot be read; carries Xero's kind of sentence."""


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "=": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_CLAUSE = re.compile(r"^\s*([A-Za-z]+(?:\.[A-Za-z]+)?)\s*(==|!=|>=|<=|=|>|<)\s*(.+?)\s*$")
_AND = re.compile(r"\s+(?:AND|and|&&)\s+|&&")
_MOMENT = re.compile(r"^DateTime\((\d{4}),\s*(\d{1,2}),\s*(\d{1,2})(?:,\s*\d{1,2})*\)$")
_GUID = re.compile(r'^(?:guid|Guid)\("([0-9A-Fa-f-]{36})"\)$')


def value_at(fields: Fields, path: str) -> Any:
    """Read a field, or one below it (`Contact.ContactID`)."""
    first, _, second = path.partition(".")
    value = fields.get(first)
    return value.get(second) if second and isinstance(value, dict) else value


def _literal(text: str) -> Any:
    if text in {"true", "false"}:
        return text == "true"
    if moment := _MOMENT.match(text):
        return date(*(int(part) for part in moment.groups()))
    if guid := _GUID.match(text):
        return guid.group(1).lower()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return text[1:-1]
    raise QueryRefused(f"Expression of type '{text}' cannot be read")


def _comparable(value: Any, wanted: Any) -> Any:
    if isinstance(value, datetime) and isinstance(wanted, date):
        return value.date()
    return value


def compile_where(where: str) -> tuple[Callable[[Record], bool], frozenset[str]]:
    """Turn a `where` into a test of a record, and name the fields it looks at; raises QueryRefused."""
    tests: list[tuple[str, Callable[[Any, Any], Any], Any]] = []
    for clause in _AND.split(where):
        parts = _CLAUSE.match(clause)
        if parts is None:
            raise QueryRefused(f"Syntax error in '{clause}'")
        path, sign, literal = parts.groups()
        tests.append((path, _OPERATORS[sign], _literal(literal)))

    def holds(record: Record) -> bool:
        fields = record.fields
        for path, compare, wanted in tests:
            value = _comparable(value_at(fields, path), wanted)
            if value is None or not isinstance(value, type(wanted)) or not compare(value, wanted):
                return False
        return True

    return holds, frozenset(path for path, _, _ in tests)


def sort_key(collection: Collection, order: str) -> tuple[Callable[[Record], Any], bool, frozenset[str]]:
    """Turn an `order` into a sort key, whether it runs downwards, and the fields used."""
    terms = [term.split() for term in order.split(",") if term.strip()]
    for term in terms:
        if term[0] not in collection.orders or len(term) > 2:
            raise QueryRefused(f"No property or field '{term[0]}' exists in type '{collection.name}'")
    directions = {(term[1] if len(term) == 2 else "ASC").upper() for term in terms}
    if len(directions) != 1 or not directions <= {"ASC", "DESC"}:
        raise QueryRefused("Order must run in one direction, ASC or DESC")
    names = [term[0] for term in terms]

    def key(record: Record) -> Any:
        if names == [collection.id_field]:
            return record.record_id
        fields = record.fields
        return [*(_sortable(fields.get(name)) for name in names), record.record_id]

    return key, directions == {"DESC"}, frozenset(names)


def _sortable(value: Any) -> tuple[bool, Any]:
    return (value is not None, value if value is not None else "")
