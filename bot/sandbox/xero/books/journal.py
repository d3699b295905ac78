"""Manual journals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bot.sandbox.xero.books.lines import Line, lay_out
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLine:
    """One side of a manual journal; debits are positive."""

    account: str
    amount: Decimal
    description: str = ""
    tax: str = "NONE"
    tracking: tuple[str, ...] = ()
    tax_amount: Decimal | None = None


def add_manual_journal(
    org: PretendOrganisation,
    narration: str,
    on: date,
    lines: list[JournalLine],
    *,
    status: str = "POSTED",
    at: datetime | None = None,
) -> Record:
    """Enter a journal without tax; its lines must sum to zero."""
    if sum(line.amount for line in lines) != 0:
        raise ValueError("The journal does not balance.")
    return org.put("ManualJournals", journal_fields(org, narration, on, lines, status=status), at)


def journal_fields(
    org: PretendOrganisation,
    narration: str,
    on: date,
    lines: list[JournalLine],
    *,
    status: str,
    amounts: str = "NoTax",
) -> Fields:
    """Work out the fields of a journal."""
    drafts = [
        Line(
            description=line.description,
            unit=line.amount,
            account=line.account,
            tax=line.tax,
            tracking=line.tracking,
            tax_amount=line.tax_amount,
        )
        for line in lines
    ]
    kept = ("Description", "TaxType", "TaxAmount", "LineAmount", "AccountCode", "AccountID", "Tracking")
    items = [
        {key: item[key] for key in kept if key in item} | {"IsBlank": False}
        for item in lay_out(org, drafts, amounts).items
    ]
    fields: Fields = {
        "Date": on,
        "Status": status,
        "LineAmountTypes": amounts,
        "UpdatedDateUTC": None,
        "ManualJournalID": org.new_id(),
        "Narration": narration,
        "JournalLines": items,
        "ShowOnCashBasisReports": True,
        "HasAttachments": False,
    }
    return fields
