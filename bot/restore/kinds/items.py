"""Items, with and without stock: matched by code or made.

Facts (Xero OpenAPI 16.1.0; developer.xero.com, tracked inventory): codes are unique and have at most 30
characters; an item is tracked when InventoryAssetAccountCode names an INVENTORY account, and needs a
COGSAccountCode then; QuantityOnHand and TotalCostPool follow from bills and sales and cannot be sent; prices
keep four decimals with `unitdp=4`; deleted items vanish.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.model import IdMap, Json, Kind, Pair, Phase, Reason, Settle, Step

Item = Mapping[str, Any]
_SIDES = ("PurchaseDetails", "SalesDetails")
_ACCOUNTS = ("AccountCode", "COGSAccountCode")
_TEXTS = ("Name", "Description", "PurchaseDescription", "IsSold", "IsPurchased")

KEPT = Reason(
    key="items.kept",
    sentence="The new organisation has an item of this code already; it is used and stays as it is.",
    instead="Compare its prices and accounts with the copy.",
    fields=(*_TEXTS, *_SIDES, "IsTrackedAsInventory", "InventoryAssetAccountCode", "TotalCostPool",
            "QuantityOnHand"),
    weight=60,
)  # fmt: skip
DEFAULTS = Reason(
    key="items.defaults",
    sentence="An account or tax rate that the item suggests will not be there; the item comes without it.",
    instead="Choose another one in Xero after the restore.",
    fields=(*_ACCOUNTS, "TaxType"),
    weight=55,
)
STOCK = Reason(
    key="items.stock",
    sentence="Quantity and value of a tracked item cannot be set; they follow from restored bills and sales.",
    instead="Compare quantities and the inventory account after the restore, and adjust them in Xero.",
    fields=("QuantityOnHand", "TotalCostPool"),
    moves_ledger=True,
    weight=26,
    todo="Compare the quantities of tracked items with the copy, and adjust them in Xero.",
)
NO_STOCK_ACCOUNT = Reason(
    key="items.stock_account",
    sentence="The inventory or cost of sales account of a tracked item will not be there.",
    instead="Documents come back without the item, with the same text, quantity and price.",
    moves_ledger=True,
    weight=12,
    todo="Add the missing inventory and cost of sales accounts, with the same codes, by hand.",
    todo_before=True,
)
NO_CODE = Reason(
    key="items.no_code",
    sentence="The item has no code, and Xero takes none without one.",
    weight=80,
)


def plan(ground: Ground) -> Iterator[Step]:
    """Match, make or block every item; settles "items" and "item_codes"."""
    if not ground.is_chosen("items"):
        return
    there = {_code(one).casefold(): one for one in ground.target.items}
    for record in ground.records("items"):
        found = there.get(_code(record).casefold())
        step = _matched(record, found) if found and _code(record) else _made(ground, record)
        ground.settle("items", step.record_id, step.action, step.target_key)
        if _code(record):
            target_code = _code(found) if found else ""
            ground.settle("item_codes", _code(record), step.action, target_code)
            if target_code:
                pairs: list[Pair] = ground.notes.setdefault("pairs", [])
                pairs.append(Pair("item_codes", _code(record), target_code))
        yield step


def payload(step: Step, record: Item, ids: IdMap) -> Json:
    """Send code, texts and both sides; a tracked item also its accounts. Raises NotMapped without them."""
    del step
    sent: Json = {"Code": record["Code"]}
    sent |= {field: record[field] for field in _TEXTS if record.get(field) not in (None, "")}
    for side in _SIDES:
        if details := _details(record.get(side) or {}, ids, tracked=is_tracked(record)):
            sent[side] = details
    if is_tracked(record):
        sent["InventoryAssetAccountCode"] = ids.need(
            "account_codes", str(record.get("InventoryAssetAccountCode") or "")
        )
    return sent


def learn(step: Step, record: Item, answer: Item) -> Iterable[Pair]:
    """Learn the id, and the code that documents name it by."""
    yield Pair("items", step.record_id, str(answer["ItemID"]))
    yield Pair("item_codes", _code(record), str(answer.get("Code") or _code(record)))


def is_tracked(record: Item) -> bool:
    """Say whether an item has stock."""
    return bool(record.get("IsTrackedAsInventory") or record.get("InventoryAssetAccountCode"))


def _matched(record: Item, found: Item) -> Step:
    differs = any(record.get(field) != found.get(field) for field in KEPT.fields)
    return _step(record, Action.MATCH, (KEPT.key,) if differs else (), str(found["ItemID"]))


def _made(ground: Ground, record: Item) -> Step:
    if not _code(record):
        return _step(record, Action.LEAVE_OUT, (NO_CODE.key,))
    reasons: list[str] = []
    if is_tracked(record):
        costs = (record.get("PurchaseDetails") or {}).get("COGSAccountCode")
        needed = (record.get("InventoryAssetAccountCode"), costs)
        if not all(ground.will_exist("account_codes", str(one or "")) for one in needed):
            return _step(record, Action.BLOCKED, (NO_STOCK_ACCOUNT.key,))
        reasons.append(STOCK.key)
    if not all(_has_defaults(ground, record.get(side) or {}) for side in _SIDES):
        reasons.append(DEFAULTS.key)
    return _step(record, Action.CHANGE if reasons else Action.CREATE, tuple(sorted(reasons)))


def _has_defaults(ground: Ground, details: Item) -> bool:
    wanted = [("account_codes", details.get(field)) for field in _ACCOUNTS]
    wanted.append(("tax_types", details.get("TaxType")))
    return all(ground.will_exist(resource, str(value)) for resource, value in wanted if value)


def _details(details: Item, ids: IdMap, *, tracked: bool) -> Json:
    sent: Json = {"UnitPrice": details["UnitPrice"]} if details.get("UnitPrice") is not None else {}
    for field in _ACCOUNTS:
        code = str(details.get(field) or "")
        if tracked and field == "COGSAccountCode" and code:
            sent[field] = ids.need("account_codes", code)
        elif found := ids.find("account_codes", code):
            sent[field] = found
    if tax := ids.find("tax_types", str(details.get("TaxType") or "")):
        sent["TaxType"] = tax
    return sent


def _step(record: Item, action: Action, reasons: tuple[str, ...], target_key: str = "") -> Step:
    return Step(
        kind="items",
        record_id=str(record["ItemID"]),
        action=action,
        name=" ".join(part for part in (_code(record), str(record.get("Name") or "")) if part),
        reasons=reasons,
        phase=Phase.FIRST,
        target_key=target_key,
    )


def _code(record: Item) -> str:
    return str(record.get("Code") or "")


ITEMS = Kind(
    key="items",
    resource="items",
    title="Items",
    stage=70,
    verb="PUT",
    path="Items",
    collection="Items",
    id_field="ItemID",
    plan=plan,
    payload=payload,
    write_scope="accounting.settings",
    params={"summarizeErrors": "false", "unitdp": "4"},
    learn=learn,
    settle=Settle(
        path="Items", collection="Items", likeness=lambda row: _code(row).casefold(), params={"unitdp": "4"},
        by_time=True,
    ),
    reasons=(KEPT, DEFAULTS, STOCK, NO_STOCK_ACCOUNT, NO_CODE),
)  # fmt: skip
