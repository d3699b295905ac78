"""The chart of accounts: what a new organisation has is matched and adjusted, the rest is made one by one.

Facts (developer.xero.com/documentation/api/accounting/accounts; XeroAPI/Xero-OpenAPI issue 535): an account
is created alone, a bank account's number is checked per country, credit card and PayPal accounts cannot be
created, system accounts can only be renamed, and an account is archived by an update of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.restore.ground import Ground
from bot.restore.kinds import account_reasons as why
from bot.restore.kinds.account_matching import Account, account_id, code_of, other_code, other_name, plain
from bot.restore.kinds.account_plan import STAND_IN, chart_of
from bot.restore.model import IdMap, Json, Kind, Pair, Settle, Step

_FLAGS = ("EnablePaymentsToAccount", "ShowInExpenseClaims", "AddToWatchlist")


def plan(ground: Ground) -> Iterator[Step]:
    """Yield one step for each account of the copy: matched, made, or why not."""
    if ground.is_chosen("accounts"):
        yield from chart_of(ground).steps


def plan_changes(ground: Ground) -> Iterator[Step]:
    """Yield what is adjusted in accounts the target has, in an order in which names and codes are free."""
    if ground.is_chosen("accounts"):
        yield from chart_of(ground).changes


def payload(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    """Build a new account."""
    body: Json = {"Name": other_name(record) if why.NAME.key in step.reasons else record["Name"]}
    if code := other_code(record) if why.CODE.key in step.reasons else code_of(record):
        body["Code"] = code
    return body | (_bank(step, record) if record["Type"] == "BANK" else _details(record, ids))


def change_payload(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    """Build an update; of a system account and of a bank account only the labels."""
    body: Json = {}
    if why.NAME.key not in step.reasons:
        body["Name"] = record["Name"]
    if why.CODE.key not in step.reasons and code_of(record):
        body["Code"] = code_of(record)
    labels_only = why.SYSTEM.key in step.reasons or record["Type"] == "BANK"
    return body if labels_only else body | _details(record, ids)


def learn(step: Step, record: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterable[Pair]:
    """The new id, and the code it goes by."""
    yield Pair("accounts", step.record_id, str(answer["AccountID"]))
    if code_of(record) and answer.get("Code"):
        yield Pair("account_codes", code_of(record), str(answer["Code"]))


def made_up_number(account: Account, digits: int) -> str:
    """Give a number that no bank has: zeros, then digits that tell accounts apart."""
    return f"{int(account_id(account).replace('-', ''), 16) % 10**7:0{digits}d}"


def _details(record: Account, ids: IdMap) -> Json:
    body: Json = {"Type": STAND_IN.get(str(record["Type"]), str(record["Type"]))}
    body |= {flag: bool(record[flag]) for flag in _FLAGS if flag in record}
    body |= {name: record[name] for name in ("Description", "ReportingCode") if record.get(name)}
    if tax := ids.find("tax_types", str(record.get("TaxType") or "")):
        body["TaxType"] = tax
    return body


def _bank(step: Step, record: Account) -> Json:
    number = str(record.get("BankAccountNumber") or "")
    if why.NUMBER.key in step.reasons:
        number = made_up_number(record, 14)
    elif why.NUMBER_NZ.key in step.reasons:
        number = made_up_number(record, 16)
    body: Json = {"Type": "BANK", "BankAccountNumber": number}
    if record.get("CurrencyCode"):
        body["CurrencyCode"] = record["CurrencyCode"]
    return body


def _likeness(one: Mapping[str, Any]) -> str:
    return plain(one.get("Name"))


ACCOUNTS = Kind(
    key="accounts",
    resource="accounts",
    title="Chart of accounts",
    stage=30,
    verb="PUT",
    path="Accounts",
    collection="Accounts",
    id_field="AccountID",
    plan=plan,
    payload=payload,
    write_scope="accounting.settings",
    batch=1,
    params={},
    learn=learn,
    settle=Settle(path="Accounts", collection="Accounts", likeness=_likeness),
    reasons=why.ALL,
)
# Before new accounts are made, although they are planned together: a renamed one frees its name.
ACCOUNT_CHANGES = Kind(
    key="account_changes",
    resource="accounts",
    title="Changes to accounts that are there",
    stage=29,
    verb="POST",
    path="Accounts/{id}",
    collection="Accounts",
    id_field="AccountID",
    plan=plan_changes,
    payload=change_payload,
    write_scope="accounting.settings",
    batch=1,
    params={},
    learn=learn,
)
