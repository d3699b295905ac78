"""What is archived at the very end, when nothing is booked to it any more: accounts and tax rates.

Facts (developer.xero.com/documentation/api/accounting/accounts, .../taxrates): an account is archived by an
update that holds nothing else; a tax rate by its Status; built-in rates and system accounts cannot be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.kinds.account_matching import account_id, role
from bot.restore.kinds.tax_rates import is_custom
from bot.restore.model import IdMap, Json, Kind, Phase, Reason, Step

_PART = "archive"
SYSTEM_STAYS = Reason(
    key="accounts.stays_active",
    sentence="One of Xero's own accounts cannot be archived; it stays in use.",
    fields=("Status",),
    weight=90,
)


def plan_accounts(ground: Ground) -> Iterator[Step]:
    """Archive what is archived in the source and alive in the target by then."""
    if not ground.is_chosen("accounts"):
        return
    there = {account_id(one): one for one in ground.target.accounts}
    for record in ground.records("accounts"):
        fate = ground.fate("accounts", account_id(record))
        if record.get("Status") != "ARCHIVED" or fate is None or not fate.will_exist:
            continue
        target = there.get(fate.target_key, {})
        if target.get("Status") == "ARCHIVED":
            continue
        name = f"{record.get('Code') or ''} {record.get('Name', '')}".strip()
        yield Step(
            kind="archived_accounts",
            record_id=account_id(record),
            action=Action.LEAVE_OUT if role(target) else Action.CHANGE,
            part=_PART,
            name=name,
            reasons=(SYSTEM_STAYS.key,) if role(target) else (),
            phase=Phase.CLOSING,
        )


def plan_tax_rates(ground: Ground) -> Iterator[Step]:
    """Archive or delete rates that are not in use in the source, as far as they are ours to change."""
    if not ground.is_chosen("tax_rates"):
        return
    there = {str(one["TaxType"]): one for one in ground.target.tax_rates}
    for record in ground.records("tax_rates"):
        tax_type = str(record["TaxType"])
        fate = ground.fate("tax_rates", tax_type)
        if record.get("Status", "ACTIVE") == "ACTIVE" or fate is None or not fate.will_exist:
            continue
        matched = there.get(fate.target_key)
        if matched and not (is_custom(fate.target_key) and matched.get("Status") == "ACTIVE"):
            continue
        yield Step(
            kind="archived_tax_rates",
            record_id=tax_type,
            action=Action.CHANGE,
            part=_PART,
            name=str(record.get("Name", "")),
            reasons=(),
            phase=Phase.CLOSING,
        )


def archive_account(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    """Send the status and nothing else."""
    del step, record, ids
    return {"Status": "ARCHIVED"}


def archive_tax_rate(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    """Send the rate by its new code, with the status it has in the source."""
    del step
    return {"TaxType": ids.need("tax_types", str(record["TaxType"])), "Status": record["Status"]}


ARCHIVED_ACCOUNTS = Kind(
    key="archived_accounts",
    resource="accounts",
    title="Accounts to archive",
    stage=205,
    verb="POST",
    path="Accounts/{id}",
    collection="Accounts",
    id_field="AccountID",
    plan=plan_accounts,
    payload=archive_account,
    write_scope="accounting.settings",
    batch=1,
    params={},
    reasons=(SYSTEM_STAYS,),
)
ARCHIVED_TAX_RATES = Kind(
    key="archived_tax_rates",
    resource="tax_rates",
    title="Tax rates to archive",
    stage=205,
    verb="POST",
    path="TaxRates",
    collection="TaxRates",
    id_field="TaxType",
    plan=plan_tax_rates,
    payload=archive_tax_rate,
    write_scope="accounting.settings",
    batch=1,
    params={},
)
