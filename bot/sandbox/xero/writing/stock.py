"""How many of a tracked item are on hand: counted from documents, never sent.

Facts (developer.xero.com, tracked inventory): a sale without stock is refused unless `allowBackorders` is
asked for; purchases count when their line is on the item's inventory account. What stock is worth is not
kept; the pretend ledger does not post cost of goods sold.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.papers import Page

_SIGNS = {
    "ACCPAY": 1, "SPEND": 1, "ACCRECCREDIT": 1, "ACCREC": -1, "RECEIVE": -1, "ACCPAYCREDIT": -1,
}  # fmt: skip
_LIVE = frozenset({"AUTHORISED", "PAID"})
_BUYING = frozenset({"ACCPAY", "SPEND", "ACCPAYCREDIT"})


def check(page: Page) -> None:
    """Refuse an approved sale of more than there is."""
    approved_before = page.known is not None and page.known.fields["Status"] in _LIVE
    if page.act.backorders or page.kind != "ACCREC" or approved_before:
        return
    tracked = _tracked(page.act.org)
    wanted: dict[str, Decimal] = defaultdict(Decimal)
    for line in page.sent.parts("LineItems"):
        if line.text("ItemCode") in tracked:
            quantity = line.amount("Quantity")
            wanted[line.text("ItemCode")] += Decimal(1) if quantity is None else quantity
    if not wanted:
        return
    there = count(page.act.org, besides=page.known)
    for code, quantity in wanted.items():
        enough = quantity <= there[code]
        page.checks.require(enough, unpublished(f"There is not enough stock of item '{code}'"))


def recount(org: PretendOrganisation, record: Record) -> None:
    """Bring the quantities of a document's items up to date."""
    tracked = _tracked(org)
    touched = {line.get("ItemCode") for line in record.fields["LineItems"]} & set(tracked)
    if not touched:
        return
    there = count(org)
    for code in touched:
        item = tracked[str(code)]
        if item.fields["QuantityOnHand"] != there[str(code)]:
            org.change("Items", item.record_id, QuantityOnHand=there[str(code)])


def count(org: PretendOrganisation, besides: Record | None = None) -> dict[str, Decimal]:
    """Count every tracked item over all live documents, one of them left out if wished."""
    tracked = _tracked(org)
    found: dict[str, Decimal] = defaultdict(lambda: Decimal("0.0000"))
    for collection in ("Invoices", "CreditNotes", "BankTransactions"):
        for record in org.shelf(collection):
            if record.is_lazy or record is besides or record.fields["Status"] not in _LIVE:
                continue
            kind = record.fields["Type"]
            for line in record.fields["LineItems"]:
                code = line.get("ItemCode", "")
                if code in tracked and kind in _SIGNS and _counts(tracked[code].fields, line, kind):
                    found[code] += _SIGNS[kind] * line.get("Quantity", Decimal(0))
    return found


def _tracked(org: PretendOrganisation) -> dict[str, Record]:
    return {one.fields["Code"]: one for one in org.shelf("Items") if one.fields["IsTrackedAsInventory"]}


def _counts(item: Fields, line: Fields, kind: str) -> bool:
    return kind not in _BUYING or line.get("AccountCode") == item["InventoryAssetAccountCode"]
