"""Conversion balances in a restore: what the books began with, as a journal or as Xero's own balances. Pure.

Facts (Xero OpenAPI 16.1.0): POST /Setup takes a conversion date (year after 2006) and balances by account
code, debits positive; what does not balance goes to Historical Adjustment. Nothing reads them back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bot.domain.restore import Action, Conversion
from bot.restore.ground import Ground
from bot.restore.kinds.lines import account_payload
from bot.restore.kinds.manual_journals import SETTLE, journal_refuses
from bot.restore.model import IdMap, Json, Kind, Reason, Step
from bot.restore.opening import RECORD

NARRATION = "Conversion balances restored by Ledgerkeep: opening balances that no record in the copy explains"
_CONTROL = frozenset({"DEBTORS", "CREDITORS"})
_LAST_YEAR_REFUSED = 2006
_NOTHING = Decimal("0.00")
Row = Mapping[str, Any]

REASONS = (
    Reason(
        key="conversion.journal",
        sentence="Opening balances that no record in the copy explains come back as one manual journal, "
        "dated the day before the first activity; it balances on Historical Adjustment.",
        instead="Compare it with the conversion balances page of the original organisation.",
        weight=35,
    ),
    Reason(
        key="conversion.account",
        sentence="An opening balance is on an account that Xero refuses in journals: a bank account, "
        "receivables, payables, retained earnings or stock.",
        instead="Historical Adjustment holds the other side until it is entered.",
        moves_ledger=True,
        weight=7,
        todo="Enter the opening balances of bank accounts on Xero's conversion balances page.",
    ),
    Reason(
        key="conversion.receivables",
        sentence="An opening balance of receivables or payables must be made of dated invoices in Xero.",
        instead="Enter the invoices and bills that were open then.",
        moves_ledger=True,
        weight=7,
    ),
    Reason(
        key="conversion.foreign",
        sentence="The opening balance of a foreign currency account needs a rate that no report tells.",
        moves_ledger=True,
        weight=7,
        todo="Enter the opening balances of foreign currency accounts on Xero's conversion balances page.",
    ),
    Reason(
        key="conversion.no_code",
        sentence="An opening balance is on an account without a code, and Xero takes such balances by code.",
        moves_ledger=True,
        weight=7,
        todo="Enter the opening balances of accounts without a code on Xero's conversion balances page.",
    ),
    Reason(
        key="conversion.missing_account",
        sentence="An opening balance is on an account that will not be there.",
        moves_ledger=True,
        weight=7,
    ),
    Reason(
        key="conversion.no_contra",
        sentence="The opening balances cannot be balanced: the target has no Historical Adjustment account.",
        moves_ledger=True,
        weight=7,
        todo="Enter the opening balances on Xero's conversion balances page.",
    ),
    Reason(
        key="conversion.too_early",
        sentence="The books begin before 2007, which Xero's conversion date does not allow.",
        instead="Choose a journal for the opening balances instead.",
        moves_ledger=True,
        weight=7,
    ),
    Reason(
        key="conversion.none",
        sentence="Opening balances that no record in the copy explains are left out, as you chose.",
        instead="Choose a journal for them, or enter them on Xero's conversion balances page.",
        moves_ledger=True,
        weight=9,
    ),
    Reason(
        key="conversion.unknown",
        sentence="The copy's trial balances do not tell what the books began with, so it is left out.",
        instead="Compare the balances after the restore and enter what is missing by hand.",
        moves_ledger=True,
        weight=9,
    ),
)


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Rows that come back, and those that do not with the key of their reason."""

    rows: tuple[Row, ...]
    refused: tuple[tuple[Row, str], ...]


def _plan_journal(ground: Ground) -> Iterator[Step]:
    if ground.choice.conversion is not Conversion.SETUP:
        yield from _steps(ground, ground.choice.conversion, "conversion")


def _plan_setup(ground: Ground) -> Iterator[Step]:
    if ground.choice.conversion is Conversion.SETUP:
        yield from _steps(ground, Conversion.SETUP, "conversion_balances")


def _steps(ground: Ground, way: Conversion, key: str) -> Iterator[Step]:
    if ground.choice.types:  # a restore of chosen types has no whole to begin with
        return
    record = _record(ground)
    if record is None:
        yield _left_out(key, "conversion.unknown")
        return
    found = _sort(ground, record, way)
    if found.rows:
        yield _main(ground, record, found.rows, way, key)
    for row, reason in found.refused:
        yield _left_out(key, reason, row)


def _main(ground: Ground, record: Row, rows: tuple[Row, ...], way: Conversion, key: str) -> Step:
    rest, contra = sum((row["Balance"] for row in rows), _NOTHING), record["Historical"]
    name = f"Opening balances of {record['Date']}"
    journal = way is Conversion.JOURNAL
    if rest and (contra is None or not _is_there(ground, contra)) and journal:
        return Step(key, RECORD, Action.BLOCKED, name=name, reasons=("conversion.no_contra",))
    if not journal and int(_month(record)["Year"]) <= _LAST_YEAR_REFUSED:
        return Step(key, RECORD, Action.BLOCKED, name=name, reasons=("conversion.too_early",))
    restored = {str(row["AccountID"]).lower(): row["Balance"] for row in rows}
    if rest and contra is not None:
        account = str(contra["AccountID"]).lower()
        restored[account] = restored.get(account, _NOTHING) - rest
    ground.notes["conversion_restored"] = restored
    if journal:
        return Step(key, RECORD, Action.CHANGE, name=name, reasons=("conversion.journal",))
    return Step(key, RECORD, Action.CREATE, name=name)


def _record(ground: Ground) -> Row | None:
    try:
        return ground.source.record("", RECORD)
    except KeyError:
        return None


def _left_out(key: str, reason: str, row: Row | None = None) -> Step:
    part = str(row["AccountID"]) if row else ""
    name = f"{row['AccountCode']} {row.get('Name', '')}".strip() if row else ""
    return Step(key, RECORD, Action.LEAVE_OUT, part=part, name=name, reasons=(reason,))


def _sort(ground: Ground, record: Row, way: Conversion) -> _Sorted:
    kept: list[Row] = []
    refused: list[tuple[Row, str]] = []
    for row in record["Balances"]:
        reason = _obstacle(row, way, record["BaseCurrency"])
        if not reason and not _is_there(ground, row):
            reason = "conversion.missing_account"
        if reason:
            refused.append((row, reason))
        else:
            kept.append(row)
    return _Sorted(tuple(kept), tuple(refused))


def _is_there(ground: Ground, row: Row) -> bool:
    by_code = ground.will_exist("account_codes", str(row["AccountCode"]))
    return by_code or ground.will_exist("accounts", str(row["AccountID"]))


def _obstacle(row: Row, way: Conversion, base: str) -> str:
    """Give the key of why a balance cannot come back this way, "" when it can."""
    if way is Conversion.NONE:
        return "conversion.none"
    if way is Conversion.JOURNAL:
        return "conversion.account" if journal_refuses(row) else ""
    if row.get("SystemAccount") in _CONTROL:
        return "conversion.receivables"
    if row.get("CurrencyCode", base) != base:
        return "conversion.foreign"
    return "" if row["AccountCode"] else "conversion.no_code"


def _journal(step: Step, record: Row, ids: IdMap) -> Json:
    del step
    lines: list[Json] = []
    for row in record["Balances"]:
        account = account_payload(row, ids, live=False)
        if account and not journal_refuses(row):
            lines.append(account | {"LineAmount": row["Balance"], "Description": "Opening balance"})
    rest = sum((line["LineAmount"] for line in lines), _NOTHING)
    if rest and record["Historical"] is not None:
        contra = account_payload(record["Historical"], ids)
        lines.append(contra | {"LineAmount": -rest, "Description": "Other side of opening balances"})
    return {
        "Narration": NARRATION,
        "Date": record["Date"],
        "Status": "POSTED",
        "LineAmountTypes": "NoTax",
        "ShowOnCashBasisReports": True,
        "JournalLines": lines,
    }


def _setup(step: Step, record: Row, ids: IdMap) -> Json:
    del step
    balances: list[Json] = []
    for row in record["Balances"]:
        code = ids.find("account_codes", str(row["AccountCode"]))
        if code and not _obstacle(row, Conversion.SETUP, record["BaseCurrency"]):
            balances.append({"AccountCode": code, "Balance": row["Balance"]})
    return {"ConversionDate": _month(record), "ConversionBalances": balances}


def _month(record: Row) -> Json:
    """Give the month whose first day follows or begins the balances' day; Xero counts by months."""
    first = date.fromisoformat(record["Date"]) + timedelta(days=1)
    return {"Month": first.month, "Year": first.year}


CONVERSION = Kind(
    key="conversion",
    resource="",
    title="Opening balances, as a journal",
    stage=80,
    verb="PUT",
    path="ManualJournals",
    collection="ManualJournals",
    id_field="ManualJournalID",
    plan=_plan_journal,
    payload=_journal,
    write_scope="accounting.manualjournals",
    batch=1,
    settle=SETTLE,
    reasons=REASONS,
)

CONVERSION_BALANCES = Kind(
    key="conversion_balances",
    resource="",
    title="Opening balances, as conversion balances",
    stage=81,
    verb="POST",
    path="Setup",
    collection="",
    id_field="",
    plan=_plan_setup,
    payload=_setup,
    write_scope="accounting.settings",
    batch=1,
    params={},
    reasons=REASONS,
)
