"""Decide about the whole chart at once: what is matched, adjusted, made, and under which name. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.kinds import account_reasons as why
from bot.restore.kinds.account_matching import (
    CARDS,
    Account,
    account_id,
    code_of,
    labels_of,
    other_code,
    other_name,
    pair,
    plain,
    renamings,
    role,
)
from bot.restore.kinds.usage import usage
from bot.restore.model import Pair, Phase, Step

_NOTE = "chart"
REMARKS = "remarks"  # notes: what is to be said once, as (resource, reason key, how many)
# Digits of a bank account's number, without spaces and dashes: a BSB or sort code is part of it.
NUMBERS: Mapping[str, str] = {"AU": r"\d{7,15}", "NZ": r"\d{15,16}", "UK": r"\d{14}"}
# Types that belong to Xero's payroll; an ordinary one of the same class stands in.
STAND_IN: Mapping[str, str] = {
    "PAYG": "CURRLIAB",
    "PAYGLIABILITY": "CURRLIAB",
    "SUPERANNUATIONLIABILITY": "CURRLIAB",
    "WAGESPAYABLELIABILITY": "CURRLIAB",
    "SUPERANNUATIONEXPENSE": "EXPENSE",
    "WAGESEXPENSE": "EXPENSE",
}
# Xero opens these when the first foreign currency needs them; nobody can book to them.
_BY_XERO = frozenset({"REALISEDCURRENCYGAIN", "UNREALISEDCURRENCYGAIN", "BANKCURRENCYGAIN"})
_ADJUSTED = (
    "Type", "Description", "EnablePaymentsToAccount", "ShowInExpenseClaims", "AddToWatchlist",
    "ReportingCode",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chart:
    """The steps for every account, and those that adjust matched ones, in order."""

    steps: tuple[Step, ...]
    changes: tuple[Step, ...]


def chart_of(ground: Ground) -> Chart:
    """Decide once a plan; settles "accounts" and "account_codes"."""
    found = ground.notes.get(_NOTE)
    if not isinstance(found, Chart):
        found = ground.notes[_NOTE] = _Charting(ground).whole()
    return found


def suits(number: str, region: str) -> bool:
    """Say whether Xero takes a bank account's number in this country."""
    return bool(re.fullmatch(NUMBERS.get(region, r".+"), re.sub(r"[ -]", "", number)))


class _Charting:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._source = {account_id(one): one for one in ground.records("accounts")}
        self._target = ground.target.accounts
        self._labels = labels_of(self._target)
        self._pairs = pair(self._source.values(), self._target, needs_life=self._needs_life)
        self._kept: dict[str, tuple[str, ...]] = {}  # why a matched one keeps a label

    def whole(self) -> Chart:
        """Adjust first, so that names and codes are free when new accounts want them."""
        changes = tuple(self._changes())
        made = [one for one in self._source.values() if account_id(one) not in self._pairs]
        matched = [self._matched(key) for key in self._source if key in self._pairs]
        steps = (*matched, *(self._made(one) for one in sorted(made, key=_banks_last)))
        staying = len(self._target) - len(self._pairs)
        if staying:
            self._ground.notes.setdefault(REMARKS, []).append(("accounts", why.STAYING.key, staying))
        return Chart(steps, changes)

    def _needs_life(self, account: Account) -> bool:
        used = usage(self._ground).accounts
        return account.get("Status") != "ARCHIVED" or bool({account_id(account), code_of(account)} & used)

    def _changes(self) -> Iterator[Step]:
        pairs = [(self._source[key], there) for key, there in self._pairs.items()]
        alive = [(mine, there) for mine, there in pairs if there.get("Status") != "ARCHIVED"]
        adjusted = [(mine, there) for mine, there in alive if self._differs(mine, there)]
        for mine, there in renamings(adjusted, self._labels):
            reasons = self._kept[account_id(mine)] = self._labels_kept(mine, there)
            labels_only = mine["Type"] == "BANK" or why.SYSTEM.key in reasons
            if labels_only and {why.NAME.key, why.CODE.key} <= set(reasons):
                continue
            yield Step(
                kind="account_changes",
                record_id=account_id(mine),
                action=Action.CHANGE,
                part="adjust",
                name=_title(mine),
                reasons=reasons,
                phase=Phase.FIRST,
            )

    def _labels_kept(self, mine: Account, there: Account) -> tuple[str, ...]:
        owner, reasons = account_id(there), []
        name, code = str(mine.get("Name", "")), code_of(mine) or code_of(there)
        if not self._labels.free_name(name, owner):
            reasons.append(why.NAME.key)
            name = str(there.get("Name", ""))
        if not self._labels.free_code(code, owner):
            reasons.append(why.CODE.key)
            code = code_of(there)
        self._labels.take(name, code, owner)
        return (*reasons, why.SYSTEM.key) if role(there) else tuple(reasons)

    def _differs(self, mine: Account, there: Account) -> bool:
        if mine.get("Name") != there.get("Name") or (code_of(mine) and code_of(mine) != code_of(there)):
            return True
        return not role(there) and mine["Type"] != "BANK" and bool(self._details_differ(mine, there))

    def _details_differ(self, mine: Account, there: Account) -> list[str]:
        wanted = {**mine, "Type": STAND_IN.get(str(mine["Type"]), mine["Type"])}
        found = [name for name in _ADJUSTED if (wanted.get(name) or "") != (there.get(name) or "")]
        tax = self._ground.fate("tax_types", str(mine.get("TaxType") or ""))
        if tax is not None and tax.will_exist and tax.target_key != there.get("TaxType"):
            found.append("TaxType")
        return found

    def _matched(self, key: str) -> Step:
        mine, there = self._source[key], self._pairs[key]
        self._settle(mine, Action.MATCH, there)
        reasons = [one for one in self._kept.get(key, ()) if one != why.SYSTEM.key]
        reasons += self._why_different(mine, there)
        return self._step(mine, Action.MATCH, tuple(dict.fromkeys(reasons)), account_id(there))

    def _why_different(self, mine: Account, there: Account) -> Iterator[str]:
        if role(mine) != role(there):
            yield why.ORDINARY.key
        details = self._details_differ(mine, there)
        if mine["Type"] == "BANK":
            if mine.get("BankAccountType") != there.get("BankAccountType"):
                yield why.CARD.key
            if details or mine.get("BankAccountNumber") != there.get("BankAccountNumber"):
                yield why.BANK_KEPT.key
        elif role(there) and details:
            yield why.SYSTEM.key
        elif not mine.get("ReportingCode") and there.get("ReportingCode"):
            yield why.REPORTING.key
        if mine["Type"] in STAND_IN:
            yield why.TYPE.key
        yield from self._without_tax(mine)

    def _without_tax(self, mine: Account) -> Iterator[str]:
        tax = str(mine.get("TaxType") or "")
        if tax and mine["Type"] != "BANK" and not self._ground.will_exist("tax_types", tax):
            yield why.TAX.key

    def _made(self, mine: Account) -> Step:
        if role(mine) in _BY_XERO:
            return self._not_made(mine, Action.LEAVE_OUT, why.BY_XERO.key)
        currency = str(mine.get("CurrencyCode") or "")
        if currency and not self._ground.will_exist("currencies", currency):
            return self._not_made(mine, Action.BLOCKED, why.CURRENCY.key)
        reasons = (*self._relabelled(mine), *self._why_changed(mine))
        action = Action.CHANGE if reasons else Action.CREATE
        self._settle(mine, action, None)
        return self._step(mine, action, reasons)

    def _not_made(self, mine: Account, action: Action, reason: str) -> Step:
        self._settle(mine, action, None)
        return self._step(mine, action, (reason,))

    def _relabelled(self, mine: Account) -> Iterator[str]:
        owner, name, code = account_id(mine), str(mine.get("Name", "")), code_of(mine)
        if not self._labels.free_name(name, owner):
            yield why.NAME.key
            name = other_name(mine)
        if not self._labels.free_code(code, owner) or (not code and mine["Type"] != "BANK"):
            yield why.CODE.key
            code = other_code(mine)
        self._labels.take(name, code, owner)

    def _why_changed(self, mine: Account) -> Iterator[str]:
        if mine["Type"] == "BANK":
            if mine.get("BankAccountType") in CARDS:
                yield why.CARD.key
            region = self._ground.target.facts.region
            if not suits(str(mine.get("BankAccountNumber") or ""), region):
                yield why.NUMBER_NZ.key if region == "NZ" else why.NUMBER.key
        if mine["Type"] in STAND_IN:
            yield why.TYPE.key
        if role(mine):
            yield why.ORDINARY.key
        yield from self._without_tax(mine)

    def _settle(self, mine: Account, action: Action, there: Account | None) -> None:
        key, code = account_id(mine), code_of(mine)
        self._ground.settle("accounts", key, action, account_id(there) if there else "")
        if not code:
            return
        self._ground.settle("account_codes", code, action, code_of(there) if there else "")
        if there and code_of(there):
            # As it is before the first write; an adjustment that Xero takes says the new code then.
            self._ground.notes.setdefault("pairs", []).append(Pair("account_codes", code, code_of(there)))

    def _step(self, mine: Account, action: Action, reasons: tuple[str, ...], target_key: str = "") -> Step:
        return Step(
            kind="accounts",
            record_id=account_id(mine),
            action=action,
            name=_title(mine),
            reasons=reasons,
            phase=Phase.FIRST,
            target_key=target_key,
        )


def _title(account: Account) -> str:
    return f"{code_of(account)} {account.get('Name', '')}".strip()


def _banks_last(account: Account) -> tuple[bool, str, str]:
    return account["Type"] == "BANK", plain(code_of(account)), account_id(account)
