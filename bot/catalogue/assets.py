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
_BY_HAND = Caveat(
    sentence="The fixed asset register is kept, but a restore does not write it back.",
    reason=ReasonClass.NOT_RESTORABLE,
    instead="Enter the assets again from the copy, register them, and run depreciation up to the restore.",
    source=_SPEC,
    weight=17,
    ledger=LedgerEffect.OUTSIDE,
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
        rule=RestoreRule.EVIDENCE,
        comes_back="As a list to enter again, with accounts and depreciation settings.",
    ),
    needs=("accounts",),
    quirks=(Quirk(fact="The answer is a bare list.", source=_SPEC),),
    caveats=(_BY_HAND,),
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
        rule=RestoreRule.EVIDENCE,
        comes_back="As a list to enter again; a person registers them and runs the depreciation.",
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
    caveats=(_BY_HAND,),
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
