"""Fixed assets: their types, and each asset that is still held, as a draft.

Facts (Xero OpenAPI 16.1.0, Assets; developer.xero.com/documentation/api/assets): one element a call; a draft
posts nothing; apps cannot register, depreciate, change or delete an asset; numbers are unique; a depreciation
has a rate or a life, never both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.catalogue.model import Area
from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.model import IdMap, Json, Kind, Phase, Reason, Settle, Step
from bot.restore.target_reading import ASSETS as SCOPE

_ACCOUNTS = ("fixedAssetAccountId", "depreciationExpenseAccountId", "accumulatedDepreciationAccountId")
_SETTING = (
    "depreciationMethod", "averagingMethod", "depreciationRate", "effectiveLifeYears",
    "depreciationCalculationMethod",
)  # fmt: skip
_DETAIL = ("costLimit", "residualValue", "priorAccumDepreciationAmount", "currentAccumDepreciationAmount")

NOT_PERMITTED = Reason(
    key="assets.not_permitted",
    sentence="Ledgerkeep may not write fixed assets in the target organisation, so they stay in the copy.",
    instead="Give the permission with the link of the restore before its plan, or enter them by hand.",
    weight=17,
    todo="Enter the fixed assets from the copy.",
)
DRAFT = Reason(
    key="assets.draft",
    sentence="The asset comes back as a draft, which posts nothing; Xero lets no app register it.",
    instead="Compare what it has lost in value so far, then register the drafts in Xero.",
    fields=("assetStatus", *(f"bookDepreciationDetail.{one}" for one in _DETAIL)),
    weight=19,
    todo="Look through the fixed assets that came back as drafts and register them.",
)
DISPOSED = Reason(
    key="assets.disposed",
    sentence="The asset was sold or scrapped; it stays in the copy only.",
    instead="Look it up in the copy.",
    weight=75,
)
ACCOUNT = Reason(
    key="assets.account",
    sentence="An account of this asset type will not exist in the target organisation.",
    instead="See why the account does not come back.",
    weight=18,
)
NO_TYPE = Reason(
    key="assets.no_type",
    sentence="The asset comes back as a draft without its asset type, which does not come back.",
    instead="Choose an asset type for it before you register it.",
    fields=("assetTypeId", *DRAFT.fields),
    weight=18,
    todo="Choose asset types for the drafts that came back without one.",
)


def plan_types(ground: Ground) -> Iterator[Step]:
    """Pair types of the same name, create the others."""
    if not ground.is_chosen("asset_types"):
        return
    there = {_plain(one): str(one.get("assetTypeId", "")) for one in ground.target.asset_types}
    for record in ground.records("asset_types"):
        key, found = str(record["assetTypeId"]), there.get(_plain(record), "")
        action, reason = (Action.MATCH, "") if found else _end_of_type(ground, record)
        ground.settle("asset_types", key, action, found)
        yield Step(
            kind="asset_types",
            record_id=key,
            action=action,
            name=str(record.get("assetTypeName", "")),
            reasons=(reason,) if reason else (),
            phase=Phase.SETTLING,
            target_key=found,
        )


def _end_of_type(ground: Ground, record: Mapping[str, Any]) -> tuple[Action, str]:
    if not _is_permitted(ground):
        return Action.LEAVE_OUT, NOT_PERMITTED.key
    named = (str(record[field]) for field in _ACCOUNTS if record.get(field))
    if all(ground.will_exist("accounts", one) for one in named):
        return Action.CREATE, ""
    return Action.BLOCKED, ACCOUNT.key


def plan(ground: Ground) -> Iterator[Step]:
    """Bring every asset that is still held back as a draft."""
    if not ground.is_chosen("assets"):
        return
    for record in ground.records("assets"):
        action, reason = _end(ground, record)
        yield Step(
            kind="assets",
            record_id=str(record["assetId"]),
            action=action,
            name=" ".join(str(record[one]) for one in ("assetNumber", "assetName") if record.get(one)),
            reasons=(reason,) if reason else (),
            phase=Phase.SETTLING,
        )


def _is_permitted(ground: Ground) -> bool:
    return SCOPE in ground.target.scopes and "asset_types" not in ground.target.unread


def _end(ground: Ground, record: Mapping[str, Any]) -> tuple[Action, str]:
    if str(record.get("assetStatus")).upper() == "DISPOSED":
        return Action.LEAVE_OUT, DISPOSED.key
    if not _is_permitted(ground):
        return Action.LEAVE_OUT, NOT_PERMITTED.key
    if record.get("assetTypeId") and not ground.will_exist("asset_types", str(record["assetTypeId"])):
        return Action.CHANGE, NO_TYPE.key
    is_draft = str(record.get("assetStatus")).upper() == "DRAFT"
    return (Action.CREATE, "") if is_draft else (Action.CHANGE, DRAFT.key)


def type_payload(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    """Send a type with its accounts."""
    del step
    accounts = {one: ids.need("accounts", str(record[one])) for one in _ACCOUNTS if record.get(one)}
    return {"assetTypeName": record.get("assetTypeName", "")} | accounts | _setting(record)


def payload(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    """Send a draft."""
    del step
    named = ("assetName", "assetNumber", "purchasePrice", "serialNumber")
    found: Json = {name: record[name] for name in named if record.get(name)} | {"assetStatus": "Draft"}
    found |= {
        name: str(record[name])[:10] for name in ("purchaseDate", "warrantyExpiryDate") if record.get(name)
    }
    if kind := ids.find("asset_types", str(record.get("assetTypeId") or "")):
        found["assetTypeId"] = kind
    detail = record.get("bookDepreciationDetail") or {}
    told = {name: detail[name] for name in _DETAIL if detail.get(name)}
    if detail.get("depreciationStartDate"):
        told["depreciationStartDate"] = str(detail["depreciationStartDate"])[:10]
    return found | _setting(record) | ({"bookDepreciationDetail": told} if told else {})


def _setting(record: Mapping[str, Any]) -> Json:
    told = record.get("bookDepreciationSetting") or {}
    found = {name: told[name] for name in _SETTING if told.get(name) is not None}
    if found.get("depreciationRate") is not None:
        found.pop("effectiveLifeYears", None)  # Xero takes one of the two
    return {"bookDepreciationSetting": found} if found else {}


def _plain(record: Mapping[str, Any]) -> str:
    return " ".join(str(record.get("assetTypeName", "")).casefold().split())


def _likeness(record: Mapping[str, Any]) -> tuple[str, str]:
    return str(record.get("assetNumber") or ""), str(record.get("assetName") or "")


ASSET_TYPES = Kind(
    key="asset_types",
    resource="asset_types",
    title="Asset types",
    stage=186,
    verb="POST",
    path="AssetTypes",
    collection="",
    id_field="assetTypeId",
    plan=plan_types,
    payload=type_payload,
    write_scope=SCOPE,
    batch=1,
    params={},
    settle=Settle(path="AssetTypes", collection="", likeness=_plain),
    reasons=(NOT_PERMITTED, ACCOUNT),
    may_be_refused=True,
    area=Area.ASSETS,
)
ASSETS = Kind(
    key="assets",
    resource="assets",
    title="Fixed assets",
    stage=187,
    verb="POST",
    path="Assets",
    collection="",
    id_field="assetId",
    plan=plan,
    payload=payload,
    write_scope=SCOPE,
    batch=1,
    params={},
    settle=Settle(
        path="Assets",
        collection="items",
        likeness=_likeness,
        params={"status": "DRAFT", "pageSize": "100"},
        paged=True,
    ),
    reasons=(NOT_PERMITTED, DRAFT, DISPOSED, NO_TYPE),
    may_be_refused=True,
    area=Area.ASSETS,
)
