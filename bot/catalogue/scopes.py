"""The permissions Xero grants one by one ("granular scopes"), as pairs: the reading one first. Names only.

Source: developer.xero.com/faq/granular-scopes. The OpenAPI files still list the older broad ones.
"""

from __future__ import annotations

OFFLINE = "offline_access"

SETTINGS = ("accounting.settings.read", "accounting.settings")
CONTACTS = ("accounting.contacts.read", "accounting.contacts")
INVOICES = ("accounting.invoices.read", "accounting.invoices")
PAYMENTS = ("accounting.payments.read", "accounting.payments")
BANK_TRANSACTIONS = ("accounting.banktransactions.read", "accounting.banktransactions")
MANUAL_JOURNALS = ("accounting.manualjournals.read", "accounting.manualjournals")
CLASSIC_EXPENSES = ("accounting.classicexpenses.read", "accounting.classicexpenses")
ATTACHMENTS = ("accounting.attachments.read", "accounting.attachments")
BUDGETS = ("accounting.budgets.read",)
JOURNALS = ("accounting.journals.read",)
ITEMS = (*SETTINGS, *INVOICES)

TRIAL_BALANCE = ("accounting.reports.trialbalance.read",)
BALANCE_SHEET = ("accounting.reports.balancesheet.read",)
PROFIT_AND_LOSS = ("accounting.reports.profitandloss.read",)
AGED = ("accounting.reports.aged.read",)
BANK_SUMMARY = ("accounting.reports.banksummary.read",)
BUDGET_SUMMARY = ("accounting.reports.budgetsummary.read",)
EXECUTIVE_SUMMARY = ("accounting.reports.executivesummary.read",)
TAX_REPORTS = ("accounting.reports.taxreports.read",)
TEN_NINETY_NINE = ("accounting.reports.tenninetynine.read",)

FILES = ("files.read", "files")
ASSETS = ("assets.read", "assets")
PROJECTS = ("projects.read", "projects")
PAYMENT_SERVICES = ("paymentservices",)

PAYROLL_EMPLOYEES = ("payroll.employees.read", "payroll.employees")
PAYROLL_PAY_RUNS = ("payroll.payruns.read", "payroll.payruns")
PAYROLL_PAYSLIPS = ("payroll.payslip.read", "payroll.payslip")
PAYROLL_SETTINGS = ("payroll.settings.read", "payroll.settings")
PAYROLL_TIMESHEETS = ("payroll.timesheets.read", "payroll.timesheets")
