"""Which fields of lists must come back. Data.

Sources: Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.restore.proof import values
from bot.restore.proof.columns import Column, Shape, filled, flags, numbers, ref, ref_cell, texts, together


def _tax_component(one: Mapping[str, object], refs: values.Refs) -> str:
    del refs
    marks = (values.flag(one.get("IsCompound")), values.flag(one.get("IsNonRecoverable")))
    return f"{values.text(one.get('Name'))} {values.number(one.get('Rate'))} {' '.join(marks)}".strip()


def _option(one: Mapping[str, object], refs: values.Refs) -> str:
    key = refs.of("tracking_options", one.get("TrackingOptionID"))
    return f"{key} {values.text(one.get('Name'))} {values.text(one.get('Status'))}"


_ADDRESS = filled(
    "AddressLine1", "AddressLine2", "AddressLine3", "AddressLine4", "City", "Region", "PostalCode",
    "Country", "AttentionTo", key="AddressType",
)  # fmt: skip
_PHONE = filled("PhoneNumber", "PhoneAreaCode", "PhoneCountryCode", key="PhoneType")
_PERSON = filled("FirstName", "LastName", "EmailAddress", "IncludeInEmails", key="EmailAddress")
_DEFAULT = filled("TrackingCategoryName", "TrackingOptionName", key="TrackingCategoryName")


def _details(name: str, *codes: str) -> tuple[Column, ...]:
    return (
        *numbers(f"{name}.UnitPrice"),
        ref(f"{name}.TaxType", "tax_types"),
        *(ref(f"{name}.{code}", "account_codes") for code in codes),
    )


LISTS = (
    Shape(resource="currencies", columns=texts("Code"), is_listed_by_others=True),
    Shape(
        resource="tax_rates",
        ids="tax_types",
        columns=(
            *texts("Name", "Status", "ReportTaxType"),
            *numbers("DisplayTaxRate"),
            *flags(
                "CanApplyToAssets",
                "CanApplyToEquity",
                "CanApplyToExpenses",
                "CanApplyToLiabilities",
                "CanApplyToRevenue",
            ),
            together("TaxComponents", _tax_component),
        ),
        is_listed_by_others=True,
    ),
    Shape(
        resource="accounts",
        columns=(
            *texts(
                "Code",
                "Name",
                "Type",
                "Status",
                "Description",
                "BankAccountNumber",
                "BankAccountType",
                "CurrencyCode",
                "SystemAccount",
                "ReportingCode",
            ),
            ref("TaxType", "tax_types"),
            *flags("EnablePaymentsToAccount", "ShowInExpenseClaims", "AddToWatchlist"),
        ),
        is_listed_by_others=True,
    ),
    Shape(
        resource="tracking_categories",
        columns=(*texts("Name", "Status"), together("Options", _option)),
        is_listed_by_others=True,
    ),
    Shape(resource="branding_themes", columns=texts("Name"), is_listed_by_others=True),
    Shape(
        resource="contacts",
        columns=(
            *texts(
                "Name",
                "ContactStatus",
                "ContactNumber",
                "AccountNumber",
                "FirstName",
                "LastName",
                "CompanyNumber",
                "EmailAddress",
                "BankAccountDetails",
                "TaxNumber",
                "TaxNumberType",
                "DefaultCurrency",
                "SalesDefaultLineAmountType",
                "PurchasesDefaultLineAmountType",
                "Website",
                "XeroNetworkKey",
            ),
            *numbers("Discount"),
            ref("AccountsReceivableTaxType", "tax_types"),
            ref("AccountsPayableTaxType", "tax_types"),
            ref("SalesDefaultAccountCode", "account_codes"),
            ref("PurchasesDefaultAccountCode", "account_codes"),
            ref("BrandingTheme.BrandingThemeID", "branding_themes", given=True),
            *texts(
                "PaymentTerms.Bills.Day",
                "PaymentTerms.Bills.Type",
                "PaymentTerms.Sales.Day",
                "PaymentTerms.Sales.Type",
            ),
            *texts(
                "BatchPayments.BankAccountNumber", "BatchPayments.BankAccountName", "BatchPayments.Details"
            ),
            together("Addresses", _ADDRESS),
            together("Phones", _PHONE),
            together("ContactPersons", _PERSON),
            together("SalesTrackingCategories", _DEFAULT),
            together("PurchasesTrackingCategories", _DEFAULT),
        ),
        is_listed_by_others=True,
    ),
    Shape(resource="contact_groups", columns=texts("Name", "Status"), is_listed_by_others=True),
    Shape(
        resource="contact_group_members",
        ids="contact_groups",
        columns=(together("Contacts", ref_cell("contacts", "ContactID")),),
        is_listed_by_others=True,
    ),
    Shape(
        resource="items",
        columns=(
            *texts("Code", "Name", "Description", "PurchaseDescription"),
            *flags("IsSold", "IsPurchased", "IsTrackedAsInventory"),
            ref("InventoryAssetAccountCode", "account_codes"),
            *_details("SalesDetails", "AccountCode"),
            *_details("PurchaseDetails", "AccountCode", "COGSAccountCode"),
        ),
        is_listed_by_others=True,
    ),
)
