"""Conversion balances in a restore: what the books began with, as a journal or as Xero's own balances. Pure.

Facts (Xero OpenAPI 16.1.0): POST /Setup takes a conversion date (year after 2006) and balances by account
code, debits positive; what does not balance goes to Historical Adjustment. Nothing reads them back. What is
on bank accounts, which Xero refuses in journals, is `opening_money.py`'s where a journal is chosen.

Retained earnings stay on Historical Adjustment. A journal on a profit and loss account in the year before
would become retained earnings by itself, but report a profit of a year in which the original reports none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bot.domain.restore_plan import Action, Conversion
from bot.restore.ground import Ground
from bot.restore.kinds.conversion_reasons import (
    ACCOUNT,
    FOREIGN,
    JOURNAL,
    MISSING,
    NO_CODE,
    NO_CONTRA,
    NONE,
    REASONS,
    RECEIVABLES,
    RETAINED,
    REVALUED,
    SETUP,
    TOO_EARLY,
    UNKNOWN,
    bring,
    leave,
    name_of_row,
    relate,
)
from bot.restore.kinds.lines import account_payload
from bot.restore.kinds.manual_journals import SETTLE, journal_refuses
from bot.restore.model import IdMap, Json, Kind, Phase, Reason, Step
from bot.restore.opening import RECORD

NARRATION = "Conversion balances restored by Ledgerkeep: opening balances that no record in the copy explains"
_CONTROL = frozenset({"DEBTORS", "CREDITORS"})
_LAST_YEAR_REFUSED = 2006
_NOTHING = Decimal("0.00")
_NOTE = "conversion_record"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Rows that come back, and those that do not with their reason."""

    rows: list[Row]
    refused: list[tuple[Row, Reason]]


def opening_of(ground: Ground) -> Row | None:
    """Give the opening balances of a plan as a record; None where there are none to restore, or unknown."""
    if ground.choice.types:  # a restore of chosen types has no whole to begin with
        return None
    if _NOTE not in ground.notes:
        try:
            ground.notes[_NOTE] = ground.source.record("", RECORD)
        except KeyError:
            ground.notes[_NOTE] = None
    found: Row | None = ground.notes[_NOTE]
    return found


def is_money(row: Row) -> bool:
    """Say whether a balance is on a bank account."""
    return row.get("Type") == "BANK"


def is_there(ground: Ground, row: Row) -> bool:
    """Say whether the target will have a balance's account."""
    by_code = ground.will_exist("account_codes", str(row["AccountCode"]))
    return by_code or ground.will_exist("accounts", str(row["AccountID"]))


def left_out(ground: Ground, key: str, row: Row, reason: Reason) -> Step:
    """Leave one balance out, and let the forecast know."""
    leave(ground, row)
    return _out(key, row, reason)


def _out(key: str, row: Row, reason: Reason) -> Step:
    part, name = str(row["AccountID"]), name_of_row(row)
    return Step(key, RECORD, Action.LEAVE_OUT, part=part, name=name, reasons=(reason.key,))


def _plan_journal(ground: Ground) -> Iterator[Step]:
    if ground.choice.conversion is not Conversion.SETUP:
        yield from _steps(ground, ground.choice.conversion, "conversion")


def _plan_setup(ground: Ground) -> Iterator[Step]:
    if ground.choice.conversion is Conversion.SETUP:
        yield from _steps(ground, Conversion.SETUP, "conversion_balances")


def _steps(ground: Ground, way: Conversion, key: str) -> Iterator[Step]:
    record = opening_of(ground)
    if record is None:
        if not ground.choice.types:
            yield Step(key, RECORD, Action.LEAVE_OUT, reasons=(UNKNOWN.key,))
        return
    found = _sort(ground, record, way)
    if found.rows:
        yield _main(ground, record, found.rows, way, key)
    for row, reason in found.refused:
        yield left_out(ground, key, row, reason)
    relate(ground, record["Historical"])
    for account in _untold(ground, record):
        yield _out(key, account, REVALUED)


def _untold(ground: Ground, record: Row) -> Iterator[Row]:
    """Yield the bank accounts in other currencies of which nobody knows what they began with."""
    base, told = record["BaseCurrency"], {str(row["AccountID"]) for row in record["Balances"]}
    for one in ground.records("accounts"):
        if is_money(one) and one.get("CurrencyCode", base) != base and str(one["AccountID"]) not in told:
            yield one


def _main(ground: Ground, record: Row, rows: list[Row], way: Conversion, key: str) -> Step:
    name, setup = f"Opening balances of {record['Date']}", way is Conversion.SETUP
    # Xero's own balances must be there before anything else is.
    phase = Phase.FIRST if setup else Phase.SECOND
    if obstacle := _no_way(ground, record, rows, setup=setup):
        return Step(key, RECORD, Action.BLOCKED, name=name, reasons=(obstacle.key,), phase=phase)
    bring(ground, rows, record["Historical"])
    if setup:
        return Step(key, RECORD, Action.CREATE, name=name, reasons=(SETUP.key,), phase=phase)
    return Step(key, RECORD, Action.CHANGE, name=name, reasons=(JOURNAL.key,), phase=phase)


def _no_way(ground: Ground, record: Row, rows: list[Row], *, setup: bool) -> Reason | None:
    """Say why none of the balances can come back, if so."""
    if setup:
        return TOO_EARLY if int(_month(record)["Year"]) <= _LAST_YEAR_REFUSED else None
    contra, rest = record["Historical"], sum((row["Balance"] for row in rows), _NOTHING)
    return NO_CONTRA if rest and (contra is None or not is_there(ground, contra)) else None


def _sort(ground: Ground, record: Row, way: Conversion) -> _Sorted:
    found = _Sorted([], [])
    for row in record["Balances"]:
        if way is Conversion.JOURNAL and is_money(row):
            continue
        reason = _obstacle(row, way, record["BaseCurrency"])
        if reason is None and not is_there(ground, row):
            reason = MISSING
        if reason is None:
            found.rows.append(row)
        else:
            found.refused.append((row, reason))
    return found


def _obstacle(row: Row, way: Conversion, base: str) -> Reason | None:
    """Say why a balance cannot come back this way, None when it can."""
    if way is Conversion.NONE:
        return NONE
    role = row.get("SystemAccount")
    if role in _CONTROL:
        return RECEIVABLES
    if way is Conversion.JOURNAL:
        refused = RETAINED if role == "RETAINEDEARNINGS" else ACCOUNT
        return refused if journal_refuses(row) else None
    if row.get("CurrencyCode", base) != base:
        return FOREIGN
    return None if row["AccountCode"] else NO_CODE


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
    may_be_refused=True,  # Xero publishes no list of who may, and aims it at its conversion partners
)
