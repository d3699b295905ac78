"""What orders, quotes and templates share: they move no money, and Xero takes two decimals of their prices.

Pure. Facts (Xero OpenAPI 16.1.0): PurchaseOrders, Quotes and RepeatingInvoices know no `unitdp`, neither when
read nor when written.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.kinds.lines import iso_date, line_payloads, money, number
from bot.restore.model import IdMap, Json, Phase, Reason, Step

Document = Mapping[str, Any]
_ONE = Decimal(1)
_PRICE = ("Quantity", "UnitAmount", "DiscountRate", "DiscountAmount")

NO_LINES = Reason(
    key="orders.no_lines",
    sentence="It has no lines in the copy, and Xero takes none without lines.",
    weight=82,
)


def lines_in_cents(record: Document, ids: IdMap, *, discounts: bool = True, live: bool) -> list[Json]:
    """Build the lines so that they add up although prices are cut to two decimals; raises NotMapped."""
    given = record.get("LineItems") or ()
    sent = line_payloads(given, ids, discounts=discounts, live=live)
    return [_in_cents(one, line) for one, line in zip(sent, given, strict=True)]


def _in_cents(sent: Json, line: Document) -> Json:
    unit, amount = number(sent.get("UnitAmount")), number(line.get("LineAmount"))
    if unit is None or unit == money(unit) or amount is None:
        return sent
    kept = {field: value for field, value in sent.items() if field not in _PRICE}
    return kept | {"Quantity": _ONE, "UnitAmount": money(amount)}


def texts(record: Document, fields: Collection[str], days: Collection[str] = ()) -> Json:
    """Give the fields that are filled, dates as Xero takes them."""
    found: Json = {field: record[field] for field in fields if record.get(field)}
    return found | {field: day for field in days if (day := iso_date(record, field))}


def label(record: Document, number_field: str) -> str:
    """Give what people know a document by."""
    contact = (record.get("Contact") or {}).get("Name")
    parts = (record.get(number_field), contact, iso_date(record, "Date"))
    return ", ".join(str(part) for part in parts if part)


def rung(kind: str, record_id: str, status: str, name: str) -> Step:
    """Make the step that takes a document one status further; it names the status in its part."""
    return Step(kind, record_id, Action.CHANGE, part=status, name=name, phase=Phase.SETTLING)
