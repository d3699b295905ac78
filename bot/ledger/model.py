"""What the ledger's parts share: postings, the accounts Xero names by role, how money is rounded.

Values only; knows neither records nor reports.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple, NewType

# An AccountID in lower case, or a role or place in brackets where the chart has no account for it.
AccountKey = NewType("AccountKey", str)
Side = tuple[AccountKey, Decimal]

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
ONE = Decimal(1)

# Names of Account.SystemAccount (Xero OpenAPI 16.1.0).
RECEIVABLE = "DEBTORS"
PAYABLE = "CREDITORS"
TAX = "GST"
ROUNDING = "ROUNDING"
REALISED = "REALISEDCURRENCYGAIN"
UNREALISED = "UNREALISEDCURRENCYGAIN"
REVALUED = "BANKCURRENCYGAIN"
RETAINED = "RETAINEDEARNINGS"
CLAIMS = "UNPAIDEXPCLM"
WAGES = "WAGEPAYABLES"

# Where money came from or went to that Xero does not tell.
UNTOLD = AccountKey("(untold)")


class Posting(NamedTuple):
    """What one event posts, in base currency, debits positive; its sides sum to zero.

    `currency` is that of the document, "" where it has none.
    """

    on: date
    currency: str
    sides: tuple[Side, ...]


def to_base(amount: Decimal, rate: Decimal = ONE) -> Decimal:
    """Turn an amount of a document into base currency, to the cent, half up.

    A rate is units of the document's currency for one unit of the base currency, as CurrencyRate is.
    """
    if rate is not ONE:
        amount = amount / rate
    return amount.quantize(CENT, ROUND_HALF_UP)
