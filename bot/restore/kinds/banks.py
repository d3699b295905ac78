"""The accounts money moves through: which of them a restore can use, and in which currency they are held.

Facts (developer.xero.com/documentation/api/accounting/payments): a payment needs a bank account, or one that
payments were enabled for. It decides nothing about documents and reads the copy's accounts once a plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.model import IdMap, Json

_NOTE = "money_accounts"
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class MoneyAccount:
    """What matters of an account of the copy."""

    account_id: str
    currency: str
    is_bank: bool
    takes_payments: bool


def money_account(ground: Ground, named: Mapping[str, Any] | None) -> MoneyAccount | None:
    """Find the account a record names by id, else by code; None when the copy does not have it."""
    found: dict[str, MoneyAccount] | None = ground.notes.get(_NOTE)
    if found is None:
        found = ground.notes[_NOTE] = _read(ground)
    named = named or {}
    return found.get(str(named.get("AccountID") or "").lower()) or found.get(f"code:{named.get('Code')}")


def _read(ground: Ground) -> dict[str, MoneyAccount]:
    found = {}
    for record in ground.records("accounts"):
        one = _money(record, ground.facts.base_currency)
        found[one.account_id.lower()] = one
        if record.get("Code"):
            found[f"code:{record['Code']}"] = one
    return found


def _money(record: Mapping[str, Any], base: str) -> MoneyAccount:
    return MoneyAccount(
        account_id=str(record.get("AccountID", "")),
        currency=str(record.get("CurrencyCode") or base),
        is_bank=record.get("Type") == "BANK",
        takes_payments=record.get("Type") == "BANK" or bool(record.get("EnablePaymentsToAccount")),
    )


def will_exist(ground: Ground, account: MoneyAccount | None) -> bool:
    """Say whether the target will have the account."""
    return account is not None and ground.will_exist("accounts", account.account_id)


def same_currency(ground: Ground, account: MoneyAccount) -> bool:
    """Say whether the account's counterpart is held in the same currency; one to be created is."""
    there = _matched(ground, account)
    return there is None or there.currency == account.currency


def can_be_paid_from(ground: Ground, account: MoneyAccount) -> bool:
    """Say whether payments will be possible to and from the account's counterpart."""
    there = _matched(ground, account)
    return account.takes_payments or (there is not None and there.takes_payments)


def _matched(ground: Ground, account: MoneyAccount) -> MoneyAccount | None:
    fate = ground.fate("accounts", account.account_id)
    if fate is None or fate.action is not Action.MATCH:
        return None
    key = fate.target_key.lower()
    there = (one for one in ground.target.accounts if str(one.get("AccountID", "")).lower() == key)
    return next((_money(one, ground.target.facts.base_currency) for one in there), None)


def account_payload(named: Mapping[str, Any], ids: IdMap) -> Json:
    """Name the account in the target; raises NotMapped."""
    if named.get("AccountID"):
        return {"AccountID": ids.need("accounts", str(named["AccountID"]))}
    return {"Code": ids.need("account_codes", str(named.get("Code") or ""))}


def amount_of(record: Mapping[str, Any], field: str) -> Decimal:
    """Read an amount; nothing where it is absent."""
    value = record.get(field)
    return NOTHING if value is None or value == "" else Decimal(str(value))


def label(on: str, *texts: str) -> str:
    """Name a movement of money for people, who know it by its day and whom or what it was for."""
    told = ", ".join(text for text in texts if text)
    return f"{on} {told}".strip()


def contact_name(record: Mapping[str, Any]) -> str:
    """Give the name of a record's contact."""
    return str((record.get("Contact") or {}).get("Name") or "")
