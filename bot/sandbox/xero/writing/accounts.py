"""The chart of accounts: one account per request, numbers of bank accounts checked per country.

Facts (developer.xero.com/documentation/api/accounting/accounts; Xero-OpenAPI 535): credit card and PayPal
accounts cannot be created, an account is archived by an update of its status alone, system accounts and used
ones cannot be deleted.
"""

from __future__ import annotations

import re

from bot.sandbox.xero.books.lines import no_tax
from bot.sandbox.xero.demo.charts import CLASS_OF_TYPE, add_account
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields
from bot.sandbox.xero.writing import messages
from bot.sandbox.xero.writing.act import Act
from bot.sandbox.xero.writing.batch import show
from bot.sandbox.xero.writing.currencies import subscribed
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.refusals import Checks, Invalid
from bot.sandbox.xero.writing.sent import Sent
from bot.sandbox.xero.writing.usage import account_in_use

# What a bank account's number looks like, spaces and dashes taken out.
NUMBERS = {"AU": r"\d{7,15}", "NZ": r"\d{15,16}", "UK": r"\d{14}"}
_TEXTS = ("Description", "ReportingCode")
_FLAGS = ("EnablePaymentsToAccount", "ShowInExpenseClaims", "AddToWatchlist")
_PLAIN = frozenset({"AccountID", "Status"})


def write(act: Act, sent: Sent) -> Record:
    """Create an account (PUT), or change one (POST to it)."""
    if act.path_id:
        return _change(act, act.org.record("Accounts", act.path_id), sent)
    checks = Checks()
    kind, code, name = sent.text("Type"), sent.text("Code"), sent.text("Name")
    _check_names(act, checks, code, name, "")
    checks.require(kind in CLASS_OF_TYPE, unpublished(f"Type {kind} is not known"))
    checks.require(code or kind == "BANK", unpublished("Code must be specified"))
    checks.require(sent.text("Status", "ACTIVE") == "ACTIVE", unpublished("A new account must be ACTIVE"))
    tax = sent.text("TaxType") or _usual_tax(act, kind)
    _check_tax(act, checks, tax)
    extra: Fields = {name: sent.text(name) for name in _TEXTS if name in sent}
    extra |= {name: sent.flag(name) for name in _FLAGS if name in sent}
    if kind == "BANK":
        extra |= _bank_part(act, sent, checks)
    checks.settle()
    act.org.names_revision += 1
    return add_account(act.org, code, name, kind, tax=tax, at=act.org.stamp(), **extra)


def remove(org: PretendOrganisation, record: Record) -> Fields:
    """Delete an account nobody used; it vanishes."""
    if record.fields.get("SystemAccount"):
        raise Invalid(unpublished("System accounts cannot be deleted"))
    if account_in_use(org, record.record_id):
        raise Invalid(unpublished("An account that has been used cannot be deleted"))
    shown = show(org, "Accounts", record) | {"Status": "DELETED"}
    org.vanish("Accounts", record.record_id)
    return shown


def _check_names(act: Act, checks: Checks, code: str, name: str, besides: str) -> None:
    others = [one.fields for one in act.org.shelf("Accounts") if one.record_id != besides]
    checks.require(name, unpublished("Name must be specified"))
    checks.require(len(name) <= 150, unpublished("Name is longer than 150 characters"))
    checks.require(all(one["Name"].lower() != name.lower() for one in others), messages.ACCOUNT_NAME)
    checks.require(len(code) <= 10, unpublished("Code is longer than 10 characters"))
    taken = code and any(one.get("Code") == code for one in others)
    checks.require(not taken, unpublished("Another account has this Code"))


def _check_tax(act: Act, checks: Checks, tax: str) -> None:
    known = act.org.shelf("TaxRates").records.get(tax)
    if checks.require(known, messages.TAX_INVALID) and known is not None:
        checks.require(known.fields["Status"] == "ACTIVE", messages.TAX_INACTIVE)


def _usual_tax(act: Act, kind: str) -> str:
    wanted = {"REVENUE": "200", "EXPENSE": "429"}.get(CLASS_OF_TYPE.get(kind, ""), "610")
    accounts = (one.fields for one in act.org.shelf("Accounts"))
    return next((one["TaxType"] for one in accounts if one.get("Code") == wanted), no_tax(act.org))


def _bank_part(act: Act, sent: Sent, checks: Checks) -> Fields:
    number, kind = sent.text("BankAccountNumber"), sent.text("BankAccountType", "BANK")
    if _check_number(act, checks, number):
        checks.require(kind == "BANK", unpublished(f"Accounts of BankAccountType {kind} cannot be created"))
    currency = sent.text("CurrencyCode", act.org.base_currency)
    checks.require(subscribed(act.org, currency), messages.account_not_subscribed(currency))
    return {"BankAccountType": kind, "BankAccountNumber": number, "CurrencyCode": currency}


def _check_number(act: Act, checks: Checks, number: str) -> bool:
    bare = re.sub(r"[ -]", "", number)
    wording = messages.BSB if act.region == "AU" else unpublished("The Bank Account Number is not valid")
    return checks.require(re.fullmatch(NUMBERS.get(act.region, r".+"), bare), wording)


def _change(act: Act, record: Record, sent: Sent) -> Record:
    was = record.fields
    status = sent.text("Status", was["Status"])
    if status != was["Status"]:
        return _archive(act, record, sent, status)
    checks = Checks()
    code, name = sent.text("Code", was.get("Code", "")), sent.text("Name", was["Name"])
    _check_names(act, checks, code, name, record.record_id)
    kind = sent.text("Type", was["Type"])
    fixed = was.get("SystemAccount") or "BANK" in {was["Type"], kind}
    checks.require(kind in CLASS_OF_TYPE, unpublished(f"Type {kind} is not known"))
    checks.require(
        kind == was["Type"] or not fixed, unpublished("The Type of this account cannot be changed")
    )
    changed: Fields = {name: sent.text(name) for name in _TEXTS if name in sent}
    changed |= {name: sent.flag(name) for name in _FLAGS if name in sent}
    if "TaxType" in sent:
        _check_tax(act, checks, sent.text("TaxType"))
        changed["TaxType"] = sent.text("TaxType")
    changed |= _changed_bank(act, sent, was, checks)
    checks.settle()
    changed |= {"Name": name, "Type": kind, "Class": CLASS_OF_TYPE[kind]} | ({"Code": code} if code else {})
    act.org.change("Accounts", record.record_id, **changed)
    return record


def _changed_bank(act: Act, sent: Sent, was: Fields, checks: Checks) -> Fields:
    kind = sent.text("BankAccountType", was["BankAccountType"])
    checks.require(kind == was["BankAccountType"], unpublished("BankAccountType cannot be changed"))
    if was["Type"] != "BANK":
        return {}
    currency = sent.text("CurrencyCode", was["CurrencyCode"])
    checks.require(currency == was["CurrencyCode"], unpublished("CurrencyCode cannot be changed"))
    if "BankAccountNumber" not in sent:
        return {}
    _check_number(act, checks, sent.text("BankAccountNumber"))
    return {"BankAccountNumber": sent.text("BankAccountNumber")}


def _archive(act: Act, record: Record, sent: Sent, status: str) -> Record:
    checks = Checks()
    forth = (record.fields["Status"], status) == ("ACTIVE", "ARCHIVED")
    checks.require(forth, unpublished(f"An account cannot become {status} this way"))
    alone = set(sent.fields) <= _PLAIN
    checks.require(alone, unpublished("An account is archived by an update of its Status alone"))
    checks.require(not record.fields.get("SystemAccount"), unpublished("System accounts cannot be archived"))
    checks.settle()
    act.org.change("Accounts", record.record_id, Status=status)
    return record
