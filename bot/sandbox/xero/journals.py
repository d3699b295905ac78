"""The Journals endpoint: the ledger as Xero numbers it. Only apps of the Advanced tier get this far."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time

from bot.sandbox.xero.ledger import Bookkeeper, Entry
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.wire import Fields, money

PER_CALL = 100


def journals(org: PretendOrganisation, query: Mapping[str, str]) -> list[Fields]:
    """Give up to a hundred journals whose number is above `offset`, oldest first."""
    text = query.get("offset", "0")
    offset = int(text) if text.isdigit() else 0
    entries = sorted(Bookkeeper(org).entries(), key=lambda entry: (entry.on, entry.source_id))
    return [
        _journal(org, offset + at + 1, entry) for at, entry in enumerate(entries[offset : offset + PER_CALL])
    ]


def _journal(org: PretendOrganisation, number: int, entry: Entry) -> Fields:
    # Conversion balances carry no source, as in Xero.
    source: Fields = {"SourceID": entry.source_id, "SourceType": entry.source_type} if entry.source_id else {}
    return {
        "JournalID": _derived_id(org, number, 0),
        "JournalDate": entry.on,
        "JournalNumber": number,
        "CreatedDateUTC": datetime.combine(entry.on, time(12), UTC),
        "Reference": entry.reference,
        **source,
        "JournalLines": [_line(org, number, position, *line) for position, line in enumerate(entry.lines, 1)],
    }


def _line(org: PretendOrganisation, number: int, position: int, account_id: str, amount: int) -> Fields:
    account = org.record("Accounts", account_id).fields
    value = money(amount) / 100
    return {
        "JournalLineID": _derived_id(org, number, position),
        "AccountID": account_id,
        "AccountCode": account.get("Code", ""),
        "AccountType": account["Type"],
        "AccountName": account["Name"],
        "Description": "",
        "NetAmount": value,
        "GrossAmount": value,
        "TaxAmount": money(0),
        "TrackingCategories": [],
    }


def _derived_id(org: PretendOrganisation, number: int, position: int) -> str:
    return f"{org.tenant_id[:8]}-{position:04x}-4000-a000-{number:012x}"
