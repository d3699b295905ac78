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
)

_SPEC = "Xero OpenAPI 16.1.0"
_GROUP = "Fixed assets"
_NOT_YET = Caveat(
    sentence="The fixed asset register is not backed up yet.",
    reason=ReasonClass.NOT_YET_READ,
    instead=(
        "Export the Fixed Asset Reconciliation and Depreciation Schedule reports from Xero each year end."
    ),
    source=_SPEC,
    weight=11,
)

ASSET_TYPES = Resource(
    key="asset_types",
    title="Asset types",
    area=Area.ASSETS,
    reading=Reading.NOT_YET,
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
        comes_back="Created with their accounts and depreciation settings.",
        write_scope="assets",
    ),
    needs=("accounts",),
    quirks=(Quirk(fact="The answer is a bare list.", source=_SPEC),),
    caveats=(_NOT_YET,),
)

ASSETS = Resource(
    key="assets",
    title="Fixed assets",
    area=Area.ASSETS,
    reading=Reading.NOT_YET,
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
        comes_back="As drafts; a person registers them and runs the depreciation again.",
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
    caveats=(
        _NOT_YET,
        Caveat(
            sentence="Fixed assets come back as drafts, and their past depreciation is not posted again.",
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead="Register the drafts in Xero and run depreciation up to the date of the restore.",
            source=_SPEC,
            weight=17,
            ledger=LedgerEffect.OUTSIDE,
        ),
    ),
)

ASSET_SETTINGS = Resource(
    key="asset_settings",
    title="Fixed asset settings",
    area=Area.ASSETS,
    reading=Reading.NOT_YET,
    ledger=LedgerEffect.NONE,
    group=_GROUP,
    read=Read(path="Settings", collection="", id_field="", paging=Paging.ONE, scopes=scopes.ASSETS),
    restore=Restore(rule=RestoreRule.EVIDENCE, comes_back="As a list of settings to enter again."),
    caveats=(_NOT_YET,),
)

LATER = (ASSET_TYPES, ASSETS, ASSET_SETTINGS)
