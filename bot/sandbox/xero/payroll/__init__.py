"""The pretend Xero's payroll: Australia's 1.0, the UK's and New Zealand's 2.0; reading only.

Few organisations have one: `payroll_of` tells which, `open_payroll` sets one up in another.
"""

from __future__ import annotations

from bot.sandbox.xero.payroll.book import PayrollBook, Table
from bot.sandbox.xero.payroll.opened import open_payroll, payroll_of

__all__ = ["PayrollBook", "Table", "open_payroll", "payroll_of"]
