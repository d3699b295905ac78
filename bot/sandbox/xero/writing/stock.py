"""Tracked items at the counter: no sale without stock, and quantities that follow from documents.

Facts (developer.xero.com, tracked inventory): a sale without stock is refused unless `allowBackorders` is
asked for; QuantityOnHand and TotalCostPool are worked out, never sent. How is in `books/stock.py`.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.wire import CENT
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.papers import Page

_LIVE = frozenset({"AUTHORISED", "PAID"})


def check(page: Page) -> None:
    """Refuse an approved sale of more than there is."""
    approved_before = page.known is not None and page.known.fields["Status"] in _LIVE
    if page.act.backorders or page.kind != "ACCREC" or approved_before:
        return
    book = page.act.org.stock
    ids = {item.fields["Code"]: item_id for item_id, item in book.tracked().items()}
    wanted: dict[str, Decimal] = defaultdict(Decimal)
    for line in page.sent.parts("LineItems"):
        if line.text("ItemCode") in ids:
            quantity = line.amount("Quantity")
            wanted[line.text("ItemCode")] += Decimal(1) if quantity is None else quantity
    besides = "" if page.known is None else page.known.record_id
    for code, quantity in wanted.items():
        enough = quantity <= book.on_hand(ids[code], besides)
        page.checks.require(enough, unpublished(f"There is not enough stock of item '{code}'"))


def recount(org: PretendOrganisation) -> None:
    """Bring the quantities and the worth of items up to date after any write."""
    for item in org.stock.touched():
        standing = org.stock.standing(item.record_id)
        counted = {
            "QuantityOnHand": standing.on_hand,
            "TotalCostPool": (Decimal(standing.pool) / 100).quantize(CENT),
        }
        if any(item.fields.get(name) != value for name, value in counted.items()):
            org.change("Items", item.record_id, **counted)
