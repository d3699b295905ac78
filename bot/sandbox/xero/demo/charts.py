"""Charts of accounts, tax rates and the settings that come with a country, as data."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields

CLASS_OF_TYPE = {
    "BANK": "ASSET", "CURRENT": "ASSET", "FIXED": "ASSET", "INVENTORY": "ASSET", "NONCURRENT": "ASSET",
    "PREPAYMENT": "ASSET", "CURRLIAB": "LIABILITY", "LIABILITY": "LIABILITY", "TERMLIAB": "LIABILITY",
    "EQUITY": "EQUITY", "DEPRECIATN": "EXPENSE", "DIRECTCOSTS": "EXPENSE", "EXPENSE": "EXPENSE",
    "OVERHEADS": "EXPENSE", "REVENUE": "REVENUE", "SALES": "REVENUE", "OTHERINCOME": "REVENUE",
}  # fmt: skip

# code | name | type | tax (S sales, P purchases, N none) | system account
_CHART = """
200|Sales|REVENUE|S|
260|Other Revenue|REVENUE|S|
270|Interest Income|REVENUE|N|
310|Cost of Goods Sold|DIRECTCOSTS|P|
320|Direct Wages|DIRECTCOSTS|N|
325|Direct Expenses|DIRECTCOSTS|P|
400|Advertising & Marketing|OVERHEADS|P|
401|Audit & Accountancy fees|OVERHEADS|P|
404|Bank Fees|OVERHEADS|N|
408|Cleaning|OVERHEADS|P|
412|Consulting|OVERHEADS|P|
416|Depreciation Expense|OVERHEADS|N|
420|Entertainment - 0%|OVERHEADS|N|
425|Postage, Freight & Courier|OVERHEADS|P|
429|General Expenses|OVERHEADS|P|
433|Insurance|OVERHEADS|N|
437|Interest Paid|OVERHEADS|N|
441|Legal Expenses|OVERHEADS|P|
445|Light, Power, Heating|OVERHEADS|P|
449|Motor Vehicle Expenses|OVERHEADS|P|
461|Printing & Stationery|OVERHEADS|P|
463|IT Software and Consumables|OVERHEADS|P|
465|Rates|OVERHEADS|N|
469|Rent|OVERHEADS|P|
473|Repairs & Maintenance|OVERHEADS|P|
477|Salaries|OVERHEADS|N|
479|Employers National Insurance|OVERHEADS|N|
480|Staff Training|OVERHEADS|P|
485|Subscriptions|OVERHEADS|P|
489|Telephone & Internet|OVERHEADS|P|
493|Travel - National|OVERHEADS|P|
494|Travel - International|OVERHEADS|N|
497|Bank Revaluations|EXPENSE|N|BANKCURRENCYGAIN
498|Unrealised Currency Gains|EXPENSE|N|UNREALISEDCURRENCYGAIN
499|Realised Currency Gains|EXPENSE|N|REALISEDCURRENCYGAIN
500|Corporation Tax|OVERHEADS|N|
610|Accounts Receivable|CURRENT|N|DEBTORS
611|Less Provision for Doubtful Debts|CURRENT|N|
620|Prepayments|CURRENT|N|
630|Inventory|INVENTORY|N|
710|Office Equipment|FIXED|P|
711|Less Accumulated Depreciation on Office Equipment|FIXED|N|
720|Computer Equipment|FIXED|P|
721|Less Accumulated Depreciation on Computer Equipment|FIXED|N|
740|Buildings|FIXED|P|
764|Motor Vehicles|FIXED|P|
800|Accounts Payable|CURRLIAB|N|CREDITORS
801|Unpaid Expense Claims|CURRLIAB|N|UNPAIDEXPCLM
805|Accruals|CURRLIAB|N|
810|Income in Advance|CURRLIAB|N|
811|Credit Card Control Account|CURRLIAB|N|
814|Wages Payable - Payroll|CURRLIAB|N|WAGEPAYABLES
820|{tax}|CURRLIAB|N|GST
825|PAYE Payable|CURRLIAB|N|
830|Provision for Corporation Tax|CURRLIAB|N|
835|Directors' Loan Account|CURRLIAB|N|
840|Historical Adjustment|CURRLIAB|N|HISTORICAL
850|Suspense|CURRLIAB|N|
860|Rounding|CURRLIAB|N|ROUNDING
868|Earnings Orders Payable|CURRLIAB|N|
877|Tracking Transfers|CURRLIAB|N|TRACKINGTRANSFERS
900|Loan|TERMLIAB|N|
947|Student Loan Deductions Payable|CURRLIAB|N|
950|Capital - x,xxx Ordinary Shares|EQUITY|N|
960|Retained Earnings|EQUITY|N|RETAINEDEARNINGS
970|Owner A Funds Introduced|EQUITY|N|
980|Owner A Drawings|EQUITY|N|
"""

# tax type | name | report tax type | rate | applies to: assets equity expenses liabilities revenue
_UK_TAX = """
OUTPUT2|20% (VAT on Income)|OUTPUT|20|YYNYY
INPUT2|20% (VAT on Expenses)|INPUT|20|YYYYN
RROUTPUT|5% (VAT on Income)|OUTPUT|5|YYNYY
RRINPUT|5% (VAT on Expenses)|INPUT|5|YYYYN
ZERORATEDOUTPUT|Zero Rated Income|OUTPUT|0|YYNYY
ZERORATEDINPUT|Zero Rated Expenses|INPUT|0|YYYYN
EXEMPTOUTPUT|Exempt Income|EXEMPTOUTPUT|0|YYNYY
EXEMPTINPUT|Exempt Expenses|EXEMPTINPUT|0|YYYYN
NONE|No VAT|NONE|0|YYYYY
ECZROUTPUT|Zero Rated EC Goods Income|ECOUTPUT|0|YYNYY
ECZROUTPUTSERVICES|Zero Rated EC Services|ECOUTPUTSERVICES|0|YYNYY
ECZRINPUT|Zero Rated EC Expenses|ECINPUT|0|YYYYN
ECACQUISITIONS|EC Acquisitions (20%)|ECACQUISITIONS|0|YYYYN
REVERSECHARGES|Reverse Charge Expenses (20%)|REVERSECHARGES|0|YYYYN
DRCHARGE20|Domestic Reverse Charge @ 20% (VAT on Expenses)|DRCHARGE|0|YYYYN
DRCHARGESUPPLY20|Domestic Reverse Charge @ 20% (VAT on Income)|DRCHARGESUPPLY|0|YYNYY
CAPEXINPUT2|20% (VAT on Capital Purchases)|CAPITALEXPENSESINPUT|20|YNNNN
SROUTPUT|15% (VAT on Income)|OUTPUT|15|YYNYY
SRINPUT|15% (VAT on Expenses)|INPUT|15|YYYYN
GSTONIMPORTS|VAT on Imports|GSTONIMPORTS|0|NNNYN
"""
_NZ_TAX = """
OUTPUT2|15% GST on Income|OUTPUT|15|YYNYY
INPUT2|15% GST on Expenses|INPUT|15|YYYYN
ZERORATED|Zero Rated|OUTPUT|0|NNNNY
NONE|No GST|NONE|0|YYYYY
GSTONIMPORTS|GST on Imports|GSTONIMPORTS|0|NNNYN
INPUT|GST on Expenses (old)|INPUT|12.5|YYYYN
OUTPUT|GST on Income (old)|OUTPUT|12.5|YYNYY
"""
_AU_TAX = """
OUTPUT|GST on Income|OUTPUT|10|YYNYY
INPUT|GST on Expenses|INPUT|10|YYYYN
EXEMPTOUTPUT|GST Free Income|EXEMPTOUTPUT|0|YYNYY
EXEMPTEXPENSES|GST Free Expenses|EXEMPTEXPENSES|0|YYYYN
EXEMPTEXPORT|GST Free Exports|EXEMPTEXPORT|0|NNNNY
EXEMPTCAPITAL|GST Free Capital|EXEMPTCAPITAL|0|YNYNN
CAPEXINPUT|GST on Capital|CAPEXINPUT|10|YNYNN
INPUTTAXED|Input Taxed|INPUTTAXED|0|YYNYY
BASEXCLUDED|BAS Excluded|BASEXCLUDED|0|YYYYY
GSTONIMPORTS|GST on Imports|GSTONIMPORTS|0|NNNYN
GSTONCAPIMPORTS|GST on Capital Imports|GSTONCAPIMPORTS|0|YNNYN
"""
_PLAIN_TAX = """
OUTPUT|Tax on Sales|OUTPUT|0|YYNYY
INPUT|Tax on Purchases|INPUT|0|YYYYN
NONE|Tax Exempt|NONE|0|YYYYY
GSTONIMPORTS|Sales Tax on Imports|GSTONIMPORTS|0|NNNYN
"""
# Version: the tax's name on account 820, the name of its components, rates, and the codes for sales,
# purchases and neither.
_COUNTRIES = {
    "UK": ("VAT", "VAT", _UK_TAX, ("OUTPUT2", "INPUT2", "NONE")),
    "NZ": ("GST", "GST", _NZ_TAX, ("OUTPUT2", "INPUT2", "NONE")),
    "AU": ("GST", "GST", _AU_TAX, ("OUTPUT", "INPUT", "BASEXCLUDED")),
    "US": ("Sales Tax", "Tax", _PLAIN_TAX, ("OUTPUT", "INPUT", "NONE")),
    "GLOBAL": ("Sales Tax", "Tax", _PLAIN_TAX, ("OUTPUT", "INPUT", "NONE")),
}
APPLIES = ("Assets", "Equity", "Expenses", "Liabilities", "Revenue")


def add_tax_rate(
    org: PretendOrganisation,
    tax_type: str,
    name: str,
    report: str,
    *,
    at: datetime,
    rate: str,
    applies: str,
    status: str = "ACTIVE",
) -> Record:
    """Enter a tax rate of one component."""
    value = Decimal(rate).quantize(Decimal("1.0000"))
    component = {"Name": _COUNTRIES[org.about["Version"]][1], "Rate": value, "IsCompound": False}
    fields: Fields = {
        "Name": name,
        "TaxType": tax_type,
        "ReportTaxType": report,
        **{f"CanApplyTo{what}": flag == "Y" for what, flag in zip(APPLIES, applies, strict=True)},
        "DisplayTaxRate": value,
        "EffectiveRate": value,
        "Status": status,
        "TaxComponents": [component | {"IsNonRecoverable": False}],
    }
    return org.put("TaxRates", fields, at)


def add_account(
    org: PretendOrganisation,
    code: str,
    name: str,
    kind: str,
    *,
    tax: str = "NONE",
    at: datetime,
    **extra: object,
) -> Record:
    """Enter an account; its class follows from its type."""
    fields: Fields = {
        "AccountID": org.new_id(),
        **({"Code": code} if code else {}),
        "Name": name,
        "Status": "ACTIVE",
        "Type": kind,
        "TaxType": tax,
        "Class": CLASS_OF_TYPE[kind],
        "EnablePaymentsToAccount": False,
        "ShowInExpenseClaims": kind == "OVERHEADS" and code < "430",
        "BankAccountType": "",
        "ReportingCode": "",
        "HasAttachments": False,
        "UpdatedDateUTC": None,
        "AddToWatchlist": code in {"200", "610"},
    }
    if kind == "BANK":
        fields |= {"BankAccountType": "BANK", "BankAccountNumber": "", "CurrencyCode": org.base_currency}
    return org.put("Accounts", fields | extra, at)


def lay_chart(org: PretendOrganisation, country: str, at: datetime) -> None:
    """Enter the default chart and tax rates of a country, by Xero's name of its edition (UK, AU, …)."""
    tax_name, _, rates, codes = _COUNTRIES[country]
    for row in rates.strip().splitlines():
        tax_type, name, report, rate, applies = row.split("|")
        add_tax_rate(org, tax_type, name, report, at=at, rate=rate, applies=applies)
    taxes = dict(zip("SPN", codes, strict=True))
    for row in _CHART.format(tax=tax_name).strip().splitlines():
        code, name, kind, tax, system = row.split("|")
        extra = {"SystemAccount": system} if system else {}
        add_account(org, code, name, kind, tax=taxes[tax], at=at, **extra)
