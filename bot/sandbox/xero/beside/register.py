"""The fixed asset register of one organisation: types, assets, settings. State, not HTTP.

Facts (Xero OpenAPI 16.1.0): an asset is Draft, Registered or Disposed; its number begins with the prefix of
the settings; a draft may do without a type. A sold asset's gain is the lower of what it fetched and what it
cost, less its book value; what it fetched above its cost is a capital gain.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bot.sandbox.xero.beside.asking import day_text
from bot.sandbox.xero.wire import Fields

FOUR, SIX = Decimal("0.0001"), Decimal("0.000001")
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Depreciation:
    """How something loses value: by a yearly rate in percent, or over a life in years; never both."""

    method: str = "StraightLine"
    averaging: str = "ActualDays"
    rate: Decimal | None = None
    life: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What an asset has lost so far, and what it fetched."""

    prior: Decimal = NOTHING
    current: Decimal = NOTHING
    residual: Decimal | None = None
    cost_limit: Decimal | None = None
    sold_on: date | None = None
    sold_for: Decimal = NOTHING


class AssetRegister:
    """All fixed assets of one organisation, in the order they came."""

    def __init__(self, new_id: Callable[[], str], lock: AbstractContextManager[object]) -> None:
        self.new_id, self.lock = new_id, lock
        self.types: dict[str, Fields] = {}
        self.assets: dict[str, Fields] = {}
        self.settings: Fields = {
            "assetNumberPrefix": "FA-",
            "assetNumberSequence": "0001",
            "optInForTax": False,
        }

    def add_type(self, name: str, accounts: tuple[str, str, str], depreciation: Depreciation) -> str:
        """Add an asset type; `accounts` are the ids of its asset, expense and accumulation accounts."""
        with self.lock:
            type_id = self.new_id()
            self.types[type_id] = {
                "assetTypeId": type_id,
                "assetTypeName": name,
                "fixedAssetAccountId": accounts[0],
                "depreciationExpenseAccountId": accounts[1],
                "accumulatedDepreciationAccountId": accounts[2],
                "bookDepreciationSetting": self._setting(type_id, "AssetType", depreciation),
                "taxDepreciationSettings": [],
                "locks": 0,
                "lockPrivateUseAccount": False,
            }
            return type_id

    def add_asset(
        self,
        name: str,
        *,
        bought_on: date,
        price: Decimal,
        status: str = "Draft",
        type_id: str = "",
        depreciation: Depreciation | None = None,
        worth: Worth | None = None,
        extra: Fields | None = None,
    ) -> str:
        """Add an asset under the next number; give its id. `extra` are further fields, as Xero names them."""
        if status not in {"Draft", "Registered", "Disposed"}:
            raise ValueError(f"No asset is {status}.")
        with self.lock:
            asset_id, worth = self.new_id(), worth or Worth()
            fields: Fields = {"assetId": asset_id, "assetName": name}
            if type_id:
                fields["assetTypeId"] = type_id
                self.types[type_id]["locks"] += 1 if worth.prior + worth.current else 0
            fields |= {
                "assetNumber": self._next_number(),
                "purchaseDate": day_text(bought_on),
                "purchasePrice": price.quantize(FOUR),
            }
            fields |= _sale(worth) | {"assetStatus": status} | (extra or {})
            setting = self._setting(asset_id, "Asset", depreciation or Depreciation(rate=Decimal("25.00")))
            self.assets[asset_id] = fields | {
                "trackingItems": [],
                "bookDepreciationSetting": setting,
                "bookDepreciationDetail": _detail(bought_on, price, worth),
                "taxDepreciationSettings": [],
                "taxDepreciationDetails": [],
                "canRollback": True,
                "accountingBookValue": _book_value(price, worth).quantize(SIX),
                "taxValues": [],
            }
            return asset_id

    def change(self, asset_id: str, **fields: Any) -> None:
        """Set fields of an asset, as Xero names them; raises KeyError for an unknown one."""
        with self.lock:
            self.assets[asset_id].update(fields)

    def vanish(self, wanted: str) -> None:
        """Take away an asset or a type without a trace; raises KeyError."""
        with self.lock:
            del (self.assets if wanted in self.assets else self.types)[wanted]

    def _next_number(self) -> str:
        number = self.settings["assetNumberSequence"]
        self.settings["assetNumberSequence"] = f"{int(number) + 1:04d}"
        return f"{self.settings['assetNumberPrefix']}{number}"

    def _setting(self, of: str, kind: str, depreciation: Depreciation) -> Fields:
        fields: Fields = {
            "depreciableObjectId": of,
            "depreciableObjectType": kind,
            "bookEffectiveDateOfChangeId": self.new_id(),
            "depreciationMethod": depreciation.method,
            "averagingMethod": depreciation.averaging,
        }
        if depreciation.rate is not None:
            fields["depreciationRate"] = depreciation.rate
        if depreciation.life is not None:
            fields["effectiveLifeYears"] = depreciation.life
        return fields | {"depreciationCalculationMethod": "Life" if depreciation.life else "None"}


def _book_value(price: Decimal, worth: Worth) -> Decimal:
    return NOTHING if worth.sold_on else price - worth.prior - worth.current


def _sale(worth: Worth) -> Fields:
    if worth.sold_on is None:
        return {"disposalPrice": Decimal("0.0")}
    return {"disposalDate": day_text(worth.sold_on), "disposalPrice": worth.sold_for.quantize(FOUR)}


def _detail(bought_on: date, price: Decimal, worth: Worth) -> Fields:
    gain = loss_or_gain = NOTHING
    if worth.sold_on is not None:
        gain = max(NOTHING, worth.sold_for - price)
        loss_or_gain = min(worth.sold_for, price) - (price - worth.prior - worth.current)
    fields: Fields = {"depreciationStartDate": day_text(bought_on)}
    if worth.cost_limit is not None:
        fields["costLimit"] = worth.cost_limit.quantize(FOUR)
    if worth.residual is not None:
        fields["residualValue"] = worth.residual.quantize(FOUR)
    return fields | {
        "priorAccumDepreciationAmount": worth.prior.quantize(SIX),
        "currentAccumDepreciationAmount": worth.current.quantize(SIX),
        "currentCapitalGain": gain.quantize(SIX),
        "currentGainLoss": loss_or_gain.quantize(SIX),
    }
