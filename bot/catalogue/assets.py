"""The fixed asset register. Data."""

from __future__ import annotations

from bot.catalogue import scopes
from bot.catalogue.model import (
    Area,
    Caveat,
    LedgerEffect,
    Paging,
    Quirk,
    Read,
    Reading,
    ReasonClass,
    Resource,
    Restore,
    RestoreRule,
    Rhythm,
)

_SPEC = "Xero OpenAPI 16.1.0"
_GROUP = "Fixed assets"
_DRAFTS = Caveat(
    sentence="Fixed assets come back as drafts; those that were disposed of do not come back.",
    reason=ReasonClass.CHANGED_ON_RESTORE,
    instead="Look through the drafts, register them, and run depreciation up to the restore.",
    source=_SPEC,
    weight=19,
    ledger=LedgerEffect.OUTSIDE,
)
_BY_HAND = Caveat(
    sentence="The settings of fixed assets are kept, but Xero lets no app write them.",
    reason=ReasonClass.NOT_RESTORABLE,
    instead="Enter them again from the copy.",
    source=_SPEC,
    weight=66,
)

ASSET_TYPES = Resource(
    key="asset_types",
    title="Asset types",
    area=Area.ASSETS,
    reading=Reading.READ,
    ledger=LedgerEffect.NONE,
    group=_GROUP,
    read=Read(
        path="AssetTypes",
        collection="",
        id_field="assetTypeId",
        paging=Paging.WHOLE,
        scopes=scopes.ASSETS,
    ),
    restore=Restore(
        rule=RestoreRule.CREATE,
        comes_back="With its accounts and depreciation settings; one of the same name is matched.",
        write_scope="assets",
    ),
    needs=("accounts",),
    quirks=(Quirk(fact="The answer is a bare list.", source=_SPEC),),
    caveats=(_DRAFTS,),
)

ASSETS = Resource(
    key="assets",
    title="Fixed assets",
    area=Area.ASSETS,
    reading=Reading.READ,
    ledger=LedgerEffect.OUTSIDE,
    group=_GROUP,
    read=Read(
        path="Assets",
        collection="items",
        id_field="assetId",
        paging=Paging.SIZED,
        page_size=100,
        scopes=scopes.ASSETS,
        status_field="assetStatus",
        passes=(("status", "DRAFT"), ("status", "REGISTERED"), ("status", "DISPOSED")),
    ),
    restore=Restore(
        rule=RestoreRule.DRAFT,
        comes_back="As a draft that a person registers; what was disposed of stays in the copy.",
        write_scope="assets",
    ),
    needs=("asset_types", "accounts"),
    quirks=(
        Quirk(fact="A status must be given, so the list is read three times.", source=_SPEC),
        Quirk(
            fact="There is no order by id, no modified-since, and no way to change or delete one.",
            source=_SPEC,
        ),
        Quirk(fact="A deleted asset vanishes; only comparing whole lists shows it.", source=_SPEC),
    ),
    caveats=(_DRAFTS,),
)

ASSET_SETTINGS = Resource(
    key="asset_settings",
    title="Fixed asset settings",
    rhythm=Rhythm.WEEKLY,
    area=Area.ASSETS,
    reading=Reading.READ,
    ledger=LedgerEffect.NONE,
    group=_GROUP,
    read=Read(path="Settings", collection="", id_field="", paging=Paging.ONE, scopes=scopes.ASSETS),
    restore=Restore(rule=RestoreRule.EVIDENCE, comes_back="As a list of settings to enter again."),
    caveats=(_BY_HAND,),
)

LATER = (ASSET_TYPES, ASSETS, ASSET_SETTINGS)
