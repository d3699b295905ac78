"""Manual journals in a restore. Pure.

Facts (developer.xero.com/documentation/api/accounting/manualjournals): at least two lines, debits equal
credits, without tax by default; refused are receivables, payables, retained earnings and bank accounts, and,
as developers report, tracked inventory and Xero's own accounts for currency gains. Numbers are Xero's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.kinds.lines import (
    Judged,
    account_of,
    account_payload,
    is_ended,
    iso_date,
    judge,
    money,
    number,
    tracking_payload,
)
from bot.restore.model import IdMap, Json, Kind, Reason, Settle, Step

UNNAMED = "Manual journal"
_STARTS = frozenset({"DRAFT", "POSTED"})
_REFUSED_TYPES = frozenset({"BANK", "INVENTORY"})
_REFUSED_ROLES = frozenset(
    {
        "DEBTORS",
        "CREDITORS",
        "RETAINEDEARNINGS",
        "REALISEDCURRENCYGAIN",
        "UNREALISEDCURRENCYGAIN",
        "BANKCURRENCYGAIN",
    }
)
_NOTHING = Decimal("0.00")

REASONS = (
    Reason(
        key="manual_journals.account",
        sentence="A line is coded to an account that Xero refuses in journals: a bank account, receivables, "
        "payables, retained earnings, stock or currency gains.",
        instead="Enter it by hand after the restore, against a clearing account where Xero refuses it, too.",
        moves_ledger=True,
        weight=8,
    ),
    Reason(
        key="manual_journals.too_short",
        sentence="It has fewer than two lines, which Xero refuses.",
        instead="Look at it in the copy and enter it by hand if it counts.",
        weight=50,
    ),
    Reason(
        key="manual_journals.no_narration",
        sentence="It has no narration, which Xero asks for; it is called a manual journal.",
        fields=("Narration",),
        weight=80,
    ),
)


def journal_refuses(account: Mapping[str, Any]) -> bool:
    """Say whether Xero refuses manual journals on an account."""
    return account.get("Type") in _REFUSED_TYPES or account.get("SystemAccount") in _REFUSED_ROLES


def _plan(ground: Ground) -> Iterator[Step]:
    for record in ground.records("manual_journals"):
        step = _step(ground, record)
        ground.settle("manual_journals", step.record_id, step.action)
        yield step


def _step(ground: Ground, record: Mapping[str, Any]) -> Step:
    key, status = str(record["ManualJournalID"]), str(record.get("Status", ""))
    name = ", ".join(one for one in (str(record.get("Narration") or ""), iso_date(record, "Date")) if one)
    if is_ended(status) or status not in _STARTS:
        reason = "documents.voided" if is_ended(status) else "documents.unknown_status"
        return Step("manual_journals", key, Action.LEAVE_OUT, name=name, reasons=(reason,))
    judged = _judged(ground, record)
    if judged.blocked:
        return Step("manual_journals", key, Action.BLOCKED, name=name, reasons=judged.blocked)
    action = Action.CHANGE if judged.reasons else Action.CREATE
    return Step("manual_journals", key, action, name=name, reasons=judged.reasons, phase=judged.phase)


def _judged(ground: Ground, record: Mapping[str, Any]) -> Judged:
    lines = _lines(record)
    # Judged as lines of a document with quantity 1: journals have none.
    alike = [{**line, "Quantity": Decimal(1), "UnitAmount": line.get("LineAmount")} for line in lines]
    judged = judge(ground, record, lines=alike, live=record["Status"] == "POSTED")
    blocked, reasons = set(judged.blocked) - {"blocked.control_account"}, set(judged.reasons)
    accounts = (account_of(ground, line) for line in lines)
    if any(account is not None and journal_refuses(account) for account in accounts):
        blocked.add("manual_journals.account")
    if len(lines) < 2:
        blocked.add("manual_journals.too_short")
    if not record.get("Narration"):
        reasons.add("manual_journals.no_narration")
    return Judged(judged.phase, tuple(sorted(reasons)), tuple(sorted(blocked)))


def _lines(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give the lines without those that say nothing."""
    lines = record.get("JournalLines") or ()
    named = ("AccountID", "AccountCode", "Description", "LineAmount")
    return [line for line in lines if any(line.get(field) for field in named)]


def _payload(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    del step
    amounts, live = str(record.get("LineAmountTypes") or "NoTax"), record["Status"] == "POSTED"
    body: Json = {
        "Narration": record.get("Narration") or UNNAMED,
        "Date": iso_date(record, "Date"),
        "Status": record["Status"],
        "LineAmountTypes": amounts,
        "ShowOnCashBasisReports": bool(record.get("ShowOnCashBasisReports", True)),
        "JournalLines": [_line(line, ids, amounts, live=live) for line in _lines(record)],
    }
    return body | ({"Url": record["Url"]} if record.get("Url") else {})


def _line(line: Mapping[str, Any], ids: IdMap, amounts: str, *, live: bool) -> Json:
    sent: Json = {"LineAmount": number(line.get("LineAmount")) or _NOTHING}
    sent |= account_payload(line, ids, live=live)
    if description := line.get("Description"):
        sent["Description"] = description
    if tax := str(line.get("TaxType") or ""):
        found = ids.need("tax_types", tax) if live else ids.find("tax_types", tax)
        sent |= {"TaxType": found} if found else {}
    if amounts != "NoTax" and line.get("TaxAmount") is not None and "TaxType" in sent:
        sent["TaxAmount"] = line["TaxAmount"]
    if tracking := tracking_payload(line, ids):
        sent["Tracking"] = tracking
    return sent


def likeness(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Give what a journal is found again by: narration, date, and its amounts."""
    amounts = sorted(money(number(line.get("LineAmount")) or _NOTHING) for line in _lines(row))
    return (str(row.get("Narration") or ""), iso_date(row, "Date"), *(f"{one:f}" for one in amounts))


SETTLE = Settle(
    path="ManualJournals", collection="ManualJournals", likeness=likeness, by_time=True, paged=True
)

MANUAL_JOURNALS = Kind(
    key="manual_journals",
    resource="manual_journals",
    title="Manual journals",
    stage=90,
    verb="PUT",
    path="ManualJournals",
    collection="ManualJournals",
    id_field="ManualJournalID",
    plan=_plan,
    payload=_payload,
    write_scope="accounting.manualjournals",
    settle=SETTLE,
    reasons=REASONS,
)
