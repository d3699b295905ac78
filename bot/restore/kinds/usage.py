"""What the documents of a copy use: tax types, accounts, tracking. Read once a plan; decides nothing.

Only what a plan of the lists must know is looked at: which special tax rate is needed, which archived
account, which tracking options stand in one document together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from bot.errors import VaultDamaged
from bot.restore.ground import Ground

_NOTE = "usage"
# What is written with lines of its own, and the items whose prices bring a tax type along.
_WITH_LINES = (
    "invoices", "credit_notes", "bank_transactions", "manual_journals", "purchase_orders", "quotes",
    "repeating_invoices",
)  # fmt: skip
_GONE = frozenset({"DELETED", "VOIDED"})


@dataclass(frozen=True, slots=True)
class Usage:
    """`accounts` holds ids and codes as they occur; `tracking` counts documents by their options' ids."""

    tax_types: frozenset[str]
    accounts: frozenset[str]
    tracking: Mapping[frozenset[str], int]


class _Tracked(msgspec.Struct):
    TrackingOptionID: Any = None
    Name: Any = None
    Option: Any = None


class _Line(msgspec.Struct):
    TaxType: Any = None
    AccountID: Any = None
    AccountCode: Any = None
    Tracking: list[_Tracked] | None = None


class _Account(msgspec.Struct):
    AccountID: Any = None
    Code: Any = None


class _Document(msgspec.Struct):
    Status: Any = None
    LineItems: list[_Line] | None = None
    JournalLines: list[_Line] | None = None
    SalesDetails: _Line | None = None
    PurchaseDetails: _Line | None = None
    BankAccount: _Account | None = None
    Account: _Account | None = None
    FromBankAccount: _Account | None = None
    ToBankAccount: _Account | None = None


def usage(ground: Ground) -> Usage:
    """Say what the chosen documents use; the copy is read the first time only. Raises VaultDamaged."""
    found = ground.notes.get(_NOTE)
    if not isinstance(found, Usage):
        found = ground.notes[_NOTE] = _Reading(ground).whole()
    return found


class _Reading:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._decoder = msgspec.json.Decoder(_Document)
        self._gone = _GONE - {"VOIDED"} if ground.choice.keep_void_numbers else _GONE
        self._options = _options_by_name(ground)
        self._taxes: set[str] = set()
        self._accounts: set[str] = set()
        self._tracking: Counter[frozenset[str]] = Counter()

    def whole(self) -> Usage:
        """Read everything chosen."""
        for resource in (*_WITH_LINES, "items", "payments", "batch_payments", "bank_transfers"):
            if self._ground.is_chosen(resource):
                for _, raw in self._ground.source.raw_records(resource):
                    self._look(raw)
        self._tracking.pop(frozenset(), None)
        return Usage(frozenset(self._taxes), frozenset(self._accounts), dict(self._tracking))

    def _look(self, raw: bytes) -> None:
        try:
            document = self._decoder.decode(raw)
        except msgspec.DecodeError:
            raise VaultDamaged("A document of this copy cannot be understood.") from None
        if document.Status in self._gone:
            return
        for account in _accounts(document):
            self._accounts.update(str(one) for one in (account.AccountID, account.Code) if one)
        options: set[str] = set()
        for line in _lines(document):
            self._taxes.update({str(line.TaxType)} if line.TaxType else ())
            self._accounts.update(str(one) for one in (line.AccountID, line.AccountCode) if one)
            options.update(self._option(one) for one in line.Tracking or ())
        self._tracking[frozenset(options - {""})] += 1

    def _option(self, one: _Tracked) -> str:
        # Some answers name tracking by its words alone.
        return str(one.TrackingOptionID or self._options.get((str(one.Name), str(one.Option)), ""))


def _lines(document: _Document) -> Iterator[_Line]:
    yield from document.LineItems or ()
    yield from document.JournalLines or ()
    yield from (one for one in (document.SalesDetails, document.PurchaseDetails) if one)


def _accounts(document: _Document) -> Iterator[_Account]:
    ends = (document.BankAccount, document.Account, document.FromBankAccount, document.ToBankAccount)
    yield from (one for one in ends if one)


def _options_by_name(ground: Ground) -> dict[tuple[str, str], str]:
    return {
        (str(category.get("Name")), str(option.get("Name"))): str(option["TrackingOptionID"])
        for category in ground.records("tracking_categories")
        for option in category.get("Options") or ()
    }
