"""Why an account is not simply created again. Data."""

from __future__ import annotations

from bot.restore.model import Reason

CARD = Reason(
    key="accounts.card",
    sentence="Xero lets no app create credit card or PayPal accounts; they come back as plain bank accounts.",
    instead="Create them by hand under the same names before the restore; they are then matched.",
    fields=("BankAccountType",),
    weight=15,
    todo="Create the credit card and PayPal accounts by hand, with the same names, to keep them as such.",
)
NUMBER = Reason(
    key="accounts.number",
    sentence="A bank account needs a number that Xero accepts here; this one gets a made-up one of zeros.",
    instead="Enter the real number in Xero afterwards.",
    fields=("BankAccountNumber",),
    weight=40,
    todo="Enter the real numbers of bank accounts that were given made-up ones.",
)
NUMBER_NZ = Reason(
    key="accounts.number_nz",
    sentence="A bank account needs a New Zealand account number; this one gets a made-up one of zeros.",
    instead="Enter the real number in Xero afterwards.",
    fields=("BankAccountNumber",),
    weight=40,
    todo="Enter the real numbers of bank accounts that were given made-up ones.",
)
BANK_KEPT = Reason(
    key="accounts.bank_kept",
    sentence="The bank account is there already and keeps its number and settings.",
    fields=(
        "BankAccountNumber", "TaxType", "Description", "EnablePaymentsToAccount", "ShowInExpenseClaims",
        "AddToWatchlist", "ReportingCode", "ReportingCodeName",
    ),
    weight=85,
)  # fmt: skip
CURRENCY = Reason(
    key="accounts.currency",
    sentence="The bank account is in a currency that the new organisation cannot have.",
    instead="Add the currency first.",
    moves_ledger=True,
    weight=4,
)
NAME = Reason(
    key="accounts.name",
    sentence="Another account has the name already; this one goes by another name.",
    instead="Rename it in Xero afterwards.",
    fields=("Name",),
    weight=60,
)
CODE = Reason(
    key="accounts.code",
    sentence="Another account has the code already; this one goes by another code.",
    instead="Change the code in Xero afterwards; the restored documents follow.",
    fields=("Code", "AccountCode"),
    weight=55,
)
TAX = Reason(
    key="accounts.tax",
    sentence="The account's usual tax rate will not exist; Xero gives it one of its own choice.",
    instead="Choose the tax rate in the account's settings.",
    fields=("TaxType",),
    weight=65,
)
TYPE = Reason(
    key="accounts.type",
    sentence="The account's type belongs to Xero's payroll; an ordinary account of the same class stands in.",
    fields=("Type", "SystemAccount"),
    weight=50,
)
SYSTEM = Reason(
    key="accounts.system",
    sentence="One of Xero's own accounts: only its name and code can be set from outside.",
    fields=(
        "Type", "Class", "TaxType", "Description", "EnablePaymentsToAccount", "ShowInExpenseClaims",
        "AddToWatchlist", "ReportingCode", "ReportingCodeName",
    ),
    weight=85,
)  # fmt: skip
ORDINARY = Reason(
    key="accounts.ordinary",
    sentence="Xero uses this account for a purpose of its own; there it will be an ordinary account.",
    fields=("SystemAccount", "Type", "Class"),
    weight=45,
)
BY_XERO = Reason(
    key="accounts.by_xero",
    sentence="Xero adds this account by itself as soon as it needs it.",
    weight=80,
)
REPORTING = Reason(
    key="accounts.reporting",
    sentence="The account's reporting code is Xero's own and stays as it is there.",
    fields=("ReportingCode", "ReportingCodeName"),
    weight=90,
)
STAYING = Reason(
    key="accounts.staying",
    sentence="Accounts of Xero's standard chart that your books do not have stay in the new organisation.",
    instead="They are empty; archive those that you do not want.",
    weight=90,
    todo="Archive the accounts of Xero's standard chart that you do not want.",
)
ALL = (
    CARD, NUMBER, NUMBER_NZ, BANK_KEPT, CURRENCY, NAME, CODE, TAX, TYPE, SYSTEM, ORDINARY, BY_XERO, REPORTING,
    STAYING,
)  # fmt: skip
