"""Opening balances of bank accounts, which no journal can hold: one transaction each. Pure.

Facts (developer.xero.com/documentation/api/accounting/banktransactions, .../manualjournals): journals refuse
bank accounts; a transaction needs a contact, which Xero finds or makes by its name, and is in the currency of
its account, so that a foreign account would need an amount that no trial balance tells. Receipts are debits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from bot.domain.restore_plan import Action, Conversion
from bot.restore.ground import Ground
from bot.restore.kinds.bank_reasons import CURRENCY
from bot.restore.kinds.banks import amount_of, money_account, same_currency
from bot.restore.kinds.conversion import is_money, is_there, left_out, opening_of
from bot.restore.kinds.conversion_reasons import (
    BANK,
    CONTACT,
    FOREIGN,
    MISSING,
    MONEY_REASONS,
    NO_CONTRA,
    Row,
    bring,
    name_of_row,
    relate,
)
from bot.restore.kinds.lines import account_payload, iso_date
from bot.restore.model import IdMap, Json, Kind, NotMapped, Pair, Reason, Settle, Step
from bot.restore.opening import RECORD

KEY = "opening_money"
REFERENCE = "Opening balance"
_NO_TAX = ("BASEXCLUDED", "NONE")  # as Australia calls it, and as the others do


def _plan(ground: Ground) -> Iterator[Step]:
    record = opening_of(ground) if ground.choice.conversion is Conversion.JOURNAL else None
    if record is None:
        return
    for row in record["Balances"]:
        if is_money(row):
            yield _step(ground, record, row)
    relate(ground, record["Historical"])


def _step(ground: Ground, record: Row, row: Row) -> Step:
    if obstacle := _obstacle(ground, record, row):
        return left_out(ground, KEY, row, obstacle)
    bring(ground, [row], record["Historical"])
    part, name = str(row["AccountID"]), name_of_row(row)
    return Step(KEY, RECORD, Action.CHANGE, part=part, name=name, reasons=(BANK.key,))


def _obstacle(ground: Ground, record: Row, row: Row) -> Reason | None:
    """Say why a balance cannot come back, None when it can."""
    if row.get("CurrencyCode", record["BaseCurrency"]) != record["BaseCurrency"]:
        return FOREIGN
    # By id alone: another account of the same code is not the one with the money.
    if not ground.will_exist("accounts", str(row["AccountID"])):
        return MISSING
    account, contra = money_account(ground, row), record["Historical"]
    if account is not None and not same_currency(ground, account):
        return CURRENCY
    return NO_CONTRA if contra is None or not is_there(ground, contra) else None


def _payload(step: Step, record: Row, ids: IdMap) -> Json:
    row = next((one for one in record["Balances"] if str(one["AccountID"]) == step.part), None)
    if row is None or record["Historical"] is None:
        raise NotMapped("accounts", step.part)
    line: Json = {"Description": REFERENCE, "Quantity": Decimal(1), "UnitAmount": abs(row["Balance"])}
    taxes = (ids.find("tax_types", one) for one in _NO_TAX)
    return {
        "Type": "RECEIVE" if row["Balance"] > 0 else "SPEND",
        "Status": "AUTHORISED",
        "Date": record["Date"],
        "Contact": {"Name": CONTACT},
        "BankAccount": {"AccountID": ids.need("accounts", step.part)},
        "Reference": REFERENCE,
        "IsReconciled": True,
        "LineAmountTypes": "NoTax",
        "LineItems": [
            line
            | account_payload(record["Historical"], ids)
            | next(({"TaxType": tax} for tax in taxes if tax), {})
        ],
    }


def _learn(step: Step, record: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterable[Pair]:
    """Nothing of the copy became it."""
    del step, record, answer
    return ()


def _likeness(row: Mapping[str, Any]) -> tuple[object, ...]:
    account = str((row.get("BankAccount") or {}).get("AccountID", "")).lower()
    amounts = sorted(amount_of(one, "UnitAmount") for one in row.get("LineItems") or ())
    return (row.get("Type"), iso_date(row, "Date"), account, str(row.get("Reference") or ""), *amounts)


OPENING_MONEY = Kind(
    key=KEY,
    resource="",
    title="Opening balances of bank accounts",
    stage=82,
    verb="PUT",
    path="BankTransactions",
    collection="BankTransactions",
    id_field="BankTransactionID",
    plan=_plan,
    payload=_payload,
    write_scope="accounting.banktransactions",
    batch=1,  # the first makes the contact that the others find
    learn=_learn,
    settle=Settle(
        path="BankTransactions",
        collection="BankTransactions",
        likeness=_likeness,
        params={"unitdp": "4"},
        by_time=True,
        paged=True,
    ),
    reasons=MONEY_REASONS,
)
