"""Why opening balances do not simply come back, and how the accounts they are on relate. Data and words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bot.restore.ground import Ground
from bot.restore.kinds.bank_reasons import CURRENCY
from bot.restore.model import Reason

CONTACT = "Opening balances restored by Ledgerkeep"
_LEFT, _TOLD = "conversion_left", "conversion_told"  # notes; the forecast reads the second
_STANDS = "Its opening balance, {:,.2f} {}, stands on Historical Adjustment: that differs by the opposite."
_HOLDS = "It holds the other side of the opening balances"
_AMONG = ", in place of those that are not on their own accounts ({})"
Row = Mapping[str, Any]

JOURNAL = Reason(
    key="conversion.journal",
    sentence="Opening balances that no record in the copy explains come back as one manual journal, "
    "dated the day before the first activity; it balances on Historical Adjustment.",
    instead="Compare it with the conversion balances page of the original organisation.",
    weight=35,
)
SETUP = Reason(
    key="conversion.setup",
    sentence="Xero does not let every app set conversion balances, and says so only when it is asked. If it "
    "refuses, none of these opening balances come back, and balances differ by them: nothing is sent in "
    "their place.",
    instead="A journal for the opening balances works everywhere; to have one, decline and ask again.",
    weight=8,
    todo="Enter the opening balances on Xero's conversion balances page, if the report says that Xero "
    "refused them.",
)
BANK = Reason(
    key="conversion.bank",
    sentence="Xero takes no journal on a bank account, so its opening balance comes back as money spent or "
    "received, marked as reconciled, against Historical Adjustment.",
    instead=f"Its contact is “{CONTACT}”; it has no tax.",
    weight=36,
)
RETAINED = Reason(
    key="conversion.retained",
    sentence="Xero takes nothing directly on Retained Earnings: its opening balance stays on Historical "
    "Adjustment. By what one of the two is short the other is over; equity as a whole is the same.",
    instead="On Xero's conversion balances page Historical Adjustment gives it back by itself.",
    moves_ledger=True,
    weight=7,
    todo="Enter the opening balance of Retained Earnings, nothing else, on Xero's conversion balances page.",
)
ACCOUNT = Reason(
    key="conversion.account",
    sentence="An opening balance is on an account that Xero refuses in journals: stock or currency gains.",
    instead="Historical Adjustment holds the other side until it is entered.",
    moves_ledger=True,
    weight=7,
    todo="Enter the opening balances of stock and currency gains on Xero's conversion balances page.",
)
RECEIVABLES = Reason(
    key="conversion.receivables",
    sentence="An opening balance of receivables or payables must be made of dated invoices in Xero.",
    instead="Enter the invoices and bills that were open then.",
    moves_ledger=True,
    weight=7,
)
FOREIGN = Reason(
    key="conversion.foreign",
    sentence="The opening balance of a foreign currency account needs its amount in that currency and a "
    "rate, which no report in the copy tells.",
    moves_ledger=True,
    weight=7,
    todo="Enter the opening balances of foreign currency accounts on Xero's conversion balances page.",
)
REVALUED = Reason(
    key="conversion.revalued",
    sentence="Xero revalues bank accounts in other currencies, so the copy does not tell whether they began "
    "with a balance; if one did, that balance does not come back.",
    instead="Compare these accounts in their own currencies after the restore.",
    weight=40,
)
NO_CODE = Reason(
    key="conversion.no_code",
    sentence="An opening balance is on an account without a code, and Xero takes such balances by code.",
    moves_ledger=True,
    weight=7,
    todo="Enter the opening balances of accounts without a code on Xero's conversion balances page.",
)
MISSING = Reason(
    key="conversion.missing_account",
    sentence="An opening balance is on an account that will not be there.",
    moves_ledger=True,
    weight=7,
)
NO_CONTRA = Reason(
    key="conversion.no_contra",
    sentence="The opening balances cannot be balanced: the target has no Historical Adjustment account.",
    moves_ledger=True,
    weight=7,
    todo="Enter the opening balances on Xero's conversion balances page.",
)
TOO_EARLY = Reason(
    key="conversion.too_early",
    sentence="The books begin before 2007, which Xero's conversion date does not allow.",
    instead="Choose a journal for the opening balances instead.",
    moves_ledger=True,
    weight=7,
)
NONE = Reason(
    key="conversion.none",
    sentence="Opening balances that no record in the copy explains are left out, as you chose.",
    instead="Choose a journal for them, or enter them on Xero's conversion balances page.",
    moves_ledger=True,
    weight=9,
)
UNKNOWN = Reason(
    key="conversion.unknown",
    sentence="The copy's trial balances do not tell what the books began with, so it is left out.",
    instead="Compare the balances after the restore and enter what is missing by hand.",
    moves_ledger=True,
    weight=9,
)
REASONS = (
    REVALUED, JOURNAL, SETUP,
    RETAINED, ACCOUNT, RECEIVABLES, FOREIGN, NO_CODE, MISSING, NO_CONTRA, TOO_EARLY, NONE, UNKNOWN,
)  # fmt: skip
MONEY_REASONS = (BANK, FOREIGN, CURRENCY, MISSING, NO_CONTRA)


def name_of_row(row: Row) -> str:
    """Name an opening balance by its account, as people know it."""
    return f"{row.get('AccountCode') or row.get('Code') or ''} {row.get('Name', '')}".strip()


def bring(ground: Ground, rows: list[Row], historical: Row | None) -> None:
    """Note for the forecast what comes back: these balances, and their other side."""
    restored: dict[str, Decimal] = ground.notes.setdefault("conversion_restored", {})
    for row in rows:
        _add(restored, row, row["Balance"])
        if historical is not None:
            _add(restored, historical, -row["Balance"])


def leave(ground: Ground, row: Row) -> None:
    """Note a balance that does not come back on its own account."""
    ground.notes.setdefault(_LEFT, []).append(row)


def relate(ground: Ground, historical: Row | None) -> None:
    """Say for the forecast how what was left out and Historical Adjustment hang together."""
    if historical is None or not ground.notes.get("conversion_restored"):
        return
    left: list[Row] = ground.notes.get(_LEFT, [])
    told = {_key(row): _stands(row["Balance"]) for row in left}
    names = ", ".join(name_of_row(row) for row in left)
    ground.notes[_TOLD] = told | {_key(historical): f"{_HOLDS}{_AMONG.format(names) if names else ''}."}


def _stands(balance: Decimal) -> str:
    return _STANDS.format(abs(balance), "debit" if balance > 0 else "credit")


def _add(restored: dict[str, Decimal], row: Row, amount: Decimal) -> None:
    restored[_key(row)] = restored.get(_key(row), Decimal("0.00")) + amount


def _key(row: Row) -> str:
    return str(row["AccountID"]).lower()
