"""The chart of accounts and the financial year, as the ledger sees them. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import msgspec

from bot.ledger.model import AccountKey
from bot.ledger.wire import AccountRef, Record, decoder

_PROFIT_CLASSES = frozenset({"REVENUE", "EXPENSE"})
# Where Class is missing; the types of Xero OpenAPI 16.1.0.
_PROFIT_TYPES = frozenset(
    {"REVENUE", "SALES", "OTHERINCOME", "EXPENSE", "OVERHEADS", "DIRECTCOSTS", "DEPRECIATN"}
)


class Account(Record, gc=False):
    """One account of the chart."""

    account_id: str = msgspec.field(name="AccountID")
    code: str | None = None
    type: str | None = None
    class_: str | None = msgspec.field(default=None, name="Class")
    system_account: str | None = None
    currency_code: str | None = None

    @property
    def is_profit(self) -> bool:
        """Say whether it starts at zero every financial year."""
        if self.class_:
            return self.class_ in _PROFIT_CLASSES
        return self.type in _PROFIT_TYPES


class Company(Record, gc=False):
    """What the ledger must know of an organisation; defaults are Xero's own for a missing year end."""

    base_currency: str = ""
    financial_year_end_day: int | None = None
    financial_year_end_month: int | None = None

    def year_start(self, on: date) -> date:
        """Give the first day of the financial year that a day lies in."""
        ends = [self._year_end(year) for year in (on.year, on.year - 1, on.year - 2)]
        return next(end for end in ends if end < on) + timedelta(days=1)

    def _year_end(self, year: int) -> date:
        month = self.financial_year_end_month or 12
        return date(year, month, min(self.financial_year_end_day or 31, monthrange(year, month)[1]))


_ACCOUNT = decoder(Account)
_COMPANY = decoder(Company)


def read_company(raw: bytes) -> Company:
    """Read an Organisation record. Raises ValueError where base currency or year end are unusable."""
    found: Company = _COMPANY.decode(raw)
    if not found.base_currency:
        raise ValueError("no base currency")
    found.year_start(date(2024, 2, 29))  # raises where the year end is no day of a calendar
    return found


@dataclass(slots=True)
class Chart:
    """All accounts, findable by id, code and role."""

    company: Company
    accounts: dict[AccountKey, Account] = field(default_factory=dict)
    not_understood: int = 0
    _codes: dict[str, AccountKey] = field(default_factory=dict)
    _roles: dict[str, AccountKey] = field(default_factory=dict)

    @classmethod
    def of(cls, company: Company, records: Iterable[bytes]) -> Chart:
        """Read Account records; one that cannot be read is counted and left out."""
        chart = cls(company)
        for raw in records:
            try:
                chart._add(_ACCOUNT.decode(raw))
            except ValueError:
                chart.not_understood += 1
        return chart

    def _add(self, account: Account) -> None:
        key = AccountKey(account.account_id.lower())
        self.accounts[key] = account
        if account.code:
            self._codes[account.code] = key
        if account.system_account:
            self._roles[account.system_account] = key

    def role(self, name: str) -> AccountKey:
        """Give the system account of that role, or the role in brackets where the chart has none."""
        return self._roles.get(name) or AccountKey(f"({name})")

    def find(self, account_id: AccountKey | None, code: str | None) -> AccountKey:
        """Find the account that a record names by id or, failing that, by code. Raises ValueError."""
        if account_id:
            # Ids compare case-insensitively; one the chart does not know is still what Xero said.
            return account_id if account_id in self.accounts else AccountKey(account_id.lower())
        if code and code in self._codes:
            return self._codes[code]
        raise ValueError("no account")

    def of_ref(self, ref: AccountRef | None) -> AccountKey:
        """Find the account a record refers to. Raises ValueError."""
        if ref is None:
            raise ValueError("no account")
        return self.find(ref.account_id, ref.code)

    def is_foreign(self, key: AccountKey) -> bool:
        """Say whether a bank account is kept in another currency than the books."""
        account = self.accounts.get(key)
        currency = account.currency_code if account else None
        return bool(currency) and currency != self.company.base_currency

    def is_profit(self, key: AccountKey) -> bool:
        """Say whether an account starts at zero every financial year; one not in the chart does not."""
        account = self.accounts.get(key)
        return account is not None and account.is_profit
