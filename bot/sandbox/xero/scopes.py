"""Which scope opens which collection, and which scopes exist.

Granular scopes only, as for apps made since March 2026.

Source: developer.xero.com/faq/granular-scopes and the published scope table; the OpenAPI files still list
the broad scopes, which new apps may no longer ask for.
"""

from __future__ import annotations

WITH_READ_TWIN = (
    "accounting.invoices",
    "accounting.payments",
    "accounting.banktransactions",
    "accounting.manualjournals",
    "accounting.classicexpenses",
    "accounting.settings",
    "accounting.contacts",
    "accounting.attachments",
    "files",
    "assets",
    "projects",
    "payroll.employees",
    "payroll.payruns",
    "payroll.payslip",
    "payroll.settings",
    "payroll.timesheets",
)
READ_ONLY = (
    "accounting.budgets.read",
    "accounting.reports.aged.read",
    "accounting.reports.balancesheet.read",
    "accounting.reports.banksummary.read",
    "accounting.reports.budgetsummary.read",
    "accounting.reports.executivesummary.read",
    "accounting.reports.profitandloss.read",
    "accounting.reports.trialbalance.read",
    "accounting.reports.taxreports.read",
    "accounting.reports.tenninetynine.read",
)
# Xero gives this one only to apps of the Advanced tier, after approval.
ADVANCED_ONLY = ("accounting.journals.read",)
IDENTITY = ("offline_access", "openid", "profile", "email")
BROAD = (
    "accounting.transactions",
    "accounting.transactions.read",
    "accounting.reports.read",
)

GRANULAR: frozenset[str] = frozenset(
    [*WITH_READ_TWIN, *(f"{scope}.read" for scope in WITH_READ_TWIN), *READ_ONLY, *ADVANCED_ONLY, *IDENTITY]
)

REPORT_SCOPES = {
    "TrialBalance": "accounting.reports.trialbalance",
    "BalanceSheet": "accounting.reports.balancesheet",
    "ProfitAndLoss": "accounting.reports.profitandloss",
    "BankSummary": "accounting.reports.banksummary",
    "BudgetSummary": "accounting.reports.budgetsummary",
    "ExecutiveSummary": "accounting.reports.executivesummary",
    "AgedReceivablesByContact": "accounting.reports.aged",
    "AgedPayablesByContact": "accounting.reports.aged",
    "TenNinetyNine": "accounting.reports.tenninetynine",
}
# Those published inside Xero: the list of them, and each by its id.
PUBLISHED_SCOPE = "accounting.reports.taxreports"
OTHER_APIS = {"files.xro": "files", "assets.xro": "assets", "projects.xro": "projects"}


def opens_reading(granted: frozenset[str], *wanted: str) -> bool:
    """Tell whether any wanted scope, or its `.read` twin, was granted."""
    return any(scope in granted or f"{scope}.read" in granted for scope in wanted)
