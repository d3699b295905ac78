"""Items, with and without stock.

Facts (Xero OpenAPI 16.1.0; developer.xero.com, tracked inventory): codes are unique and have at most 30
characters, names 50; a tracked item needs an INVENTORY account and a COGSAccountCode; quantities are worked
out from documents and cannot be sent; deleted items vanish.
"""

from __future__ import annotations

from decimal import Decimal

from bot.sandbox.xero.books.lines import FOUR_PLACES
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields
from bot.sandbox.xero.writing import messages
from bot.sandbox.xero.writing.act import Act
from bot.sandbox.xero.writing.lines import price as rounded_price
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.refusals import Checks, Invalid
from bot.sandbox.xero.writing.sent import Sent

_CODES = ("AccountCode", "COGSAccountCode", "TaxType")


def write(act: Act, sent: Sent) -> Record:
    """Create an item, or change the one of this id or code."""
    checks, shelf = Checks(), act.org.shelf("Items")
    known = shelf.records.get(act.path_id) or shelf.records.get(sent.text("ItemID").lower())
    code = sent.text("Code", "" if known is None else known.fields["Code"])
    same = next((one for one in shelf if one.fields["Code"] == code), None)
    if known is None and not act.creating:
        known = same
    checks.require(same is None or same is known, messages.item_exists(code))
    checks.require(code, unpublished("Code must be specified"))
    checks.require(len(code) <= 30, unpublished("Code is longer than 30 characters"))
    fields = _fields(act, known, sent, checks) | {"Code": code}
    checks.settle()
    if known is not None:
        act.org.change("Items", known.record_id, **fields)
        return known
    return act.org.put("Items", {"ItemID": act.org.new_id(), **fields, "UpdatedDateUTC": None})


def remove(org: PretendOrganisation, record: Record) -> None:
    """Delete an item; it vanishes. One whose stock moved stays, or the books would change."""
    if org.stock.moves(record.record_id):
        raise Invalid(unpublished("A tracked item that has been used cannot be deleted"))
    org.vanish("Items", record.record_id)
    org.names_revision += 1


def _fields(act: Act, known: Record | None, sent: Sent, checks: Checks) -> Fields:
    was: Fields = {} if known is None else known.fields
    name = sent.text("Name", was.get("Name", ""))
    checks.require(len(name) <= 50, unpublished("Name is longer than 50 characters"))
    fields: Fields = {"Code": "", **({"Name": name} if name else {})}
    for field in ("Description", "PurchaseDescription"):
        text = sent.text(field, was.get(field, ""))
        checks.require(len(text) <= 4000, unpublished(f"{field} is longer than 4000 characters"))
        if text:
            fields[field] = text
    for field in ("PurchaseDetails", "SalesDetails"):
        fields[field] = _details(act, was.get(field, {}), sent.part(field), checks)
    asset = sent.text("InventoryAssetAccountCode", was.get("InventoryAssetAccountCode", ""))
    tracked = bool(asset)
    fields |= {"IsTrackedAsInventory": tracked}
    for field in ("IsSold", "IsPurchased"):
        given = sent.flag(field)
        fields[field] = was.get(field, True) if given is None else given
    if tracked:
        fields |= _stock(act, asset, fields, was, checks)
    else:
        expense = "COGSAccountCode" not in fields["PurchaseDetails"]
        checks.require(expense, unpublished("COGSAccountCode needs an InventoryAssetAccountCode"))
    return fields


def _stock(act: Act, asset: str, fields: Fields, was: Fields, checks: Checks) -> Fields:
    accounts = {one.fields.get("Code"): one.fields for one in act.org.shelf("Accounts")}
    kind = accounts.get(asset, {}).get("Type")
    checks.require(kind == "INVENTORY", unpublished("InventoryAssetAccountCode must be an INVENTORY account"))
    costs = fields["PurchaseDetails"].get("COGSAccountCode")
    checks.require(costs, unpublished("A tracked item needs a COGSAccountCode"))
    nothing = {"TotalCostPool": Decimal("0.00"), "QuantityOnHand": Decimal("0.0000")}
    counted = {name: was.get(name, value) for name, value in nothing.items()}
    return {"InventoryAssetAccountCode": asset, **counted}


def _details(act: Act, was: Fields, sent: Sent, checks: Checks) -> Fields:
    details = dict(was)
    price = sent.amount("UnitPrice")
    if price is not None:
        rounded = rounded_price(price, four_decimals=act.four_decimals)
        details["UnitPrice"] = rounded.quantize(FOUR_PLACES)
    details |= {name: sent.text(name) for name in _CODES if name in sent}
    codes = {one.fields.get("Code") for one in act.org.shelf("Accounts")}
    for name in ("AccountCode", "COGSAccountCode"):
        known = not details.get(name) or details[name] in codes
        checks.require(known, unpublished(f"{name} {details.get(name)} is not an account"))
    tax = details.get("TaxType")
    checks.require(not tax or tax in act.org.shelf("TaxRates").records, messages.TAX_INVALID)
    return details
