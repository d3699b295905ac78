"""Which fields of what is beside the books must come back: fixed assets and projects. Data.

Source: Xero OpenAPI 16.1.0, Assets and Projects. Sums of projects follow from tasks and time, which are
compared.
"""

from __future__ import annotations

from bot.restore.proof.columns import Shape, numbers, ref, texts

_SETTING = "bookDepreciationSetting"
_DETAIL = "bookDepreciationDetail"
_DEPRECIATION = (
    *texts(f"{_SETTING}.depreciationMethod", f"{_SETTING}.averagingMethod"),
    *numbers(f"{_SETTING}.depreciationRate", f"{_SETTING}.effectiveLifeYears"),
)

BESIDE = (
    Shape(
        resource="asset_types",
        columns=(
            *texts("assetTypeName"),
            ref("fixedAssetAccountId", "accounts"),
            ref("depreciationExpenseAccountId", "accounts"),
            ref("accumulatedDepreciationAccountId", "accounts"),
            *_DEPRECIATION,
        ),
        is_listed_by_others=True,
    ),
    Shape(
        resource="assets",
        columns=(
            *texts("assetName", "assetNumber", "serialNumber", "purchaseDate", "assetStatus"),
            *texts("warrantyExpiryDate", f"{_DETAIL}.depreciationStartDate", given=True),
            *numbers("purchasePrice"),
            ref("assetTypeId", "asset_types"),
            *_DEPRECIATION,
            *numbers(f"{_DETAIL}.costLimit", f"{_DETAIL}.residualValue"),
            *numbers(f"{_DETAIL}.priorAccumDepreciationAmount", f"{_DETAIL}.currentAccumDepreciationAmount"),
        ),
        is_listed_by_others=True,
    ),
    Shape(
        resource="projects",
        columns=(
            *texts("name", "status", "deadlineUtc", "currencyCode"),
            *numbers("estimate.value"),
            ref("contactId", "contacts"),
        ),
        is_listed_by_others=True,
    ),
    Shape(
        resource="project_tasks",
        columns=(*texts("name", "chargeType", "status"), *numbers("rate.value", "estimateMinutes")),
        is_listed_by_others=True,
    ),
    Shape(
        resource="project_time",
        columns=(
            *texts("dateUtc", "description", "status"),
            *numbers("duration"),
            ref("taskId", "project_tasks"),
            ref("userId", "project_users"),
        ),
        is_listed_by_others=True,
    ),
)
