"""What is reported to tax offices: tax reports published inside Xero, and 1099 forms in the United States.

Facts (Xero OpenAPI 16.1.0): `/Reports` lists what needs an id to be fetched; the shape of the 1099 forms.
Inferred: what the fields of a published report are called, that it stays as it was published, that without a
year the 1099 forms are of the present one, and that outside the United States there are none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from bot.sandbox.xero.filters import QueryRefused
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.reports import Reporter, header, long_date, pounds, report, row, section
from bot.sandbox.xero.wire import Fields, money

_INCOME, _COSTS = ("REVENUE",), ("EXPENSE",)
# Which boxes a form has (example of `/Reports/TenNinetyNine`).
_FORMS = {"NEC": (1, 2, 4), "MISC": (*range(1, 12), 14)}
_FEDERAL = (
    "FederalTaxIDType", "City", "Zip", "State", "Email", "StreetAddress", "TaxID", "LegalName",
    "BusinessName", "FederalTaxClassification",
)  # fmt: skip


def publish(org: PretendOrganisation, name: str, first: date, last: date) -> str:
    """Publish the tax report of a period; give its id. Its figures are the ledger's of this moment."""
    reporter = Reporter(org)
    sales = -_moved(reporter, first, last, of_class=_INCOME)
    bought = _moved(reporter, first, last, of_class=_COSTS)
    tax = -_moved(reporter, first, last, system="GST")
    fields = [("G1", "Total sales", sales), ("G11", "Total purchases", bought), ("9", "Tax payable", tax)]
    titles = [name, org.name, f"{long_date(first)} to {long_date(last)}"]
    rows = [header(["", "Amount"])]
    rows.append(section("", [row([text, pounds(value)]) for _, text, value in fields]))
    report_id = org.new_id()
    made = report(org, name, name.replace(" ", ""), titles, rows)
    told = [{"FieldID": key, "Description": text, "Value": pounds(value)} for key, text, value in fields]
    org.published[report_id] = made | {"ReportID": report_id, "Fields": told}
    return report_id


def published(org: PretendOrganisation) -> list[Fields]:
    """List the published reports, without their rows."""
    return [{key: one[key] for key in one if key not in {"Rows", "Fields"}} for one in org.published.values()]


def _moved(
    reporter: Reporter, first: date, last: date, *, of_class: tuple[str, ...] = (), system: str = ""
) -> int:
    return sum(
        reporter.moved(one["AccountID"], first, last)
        for one in reporter.accounts
        if one["Class"] in of_class or (system and one.get("SystemAccount") == system)
    )


def ten_ninety_nine(reporter: Reporter, query: Mapping[str, str]) -> list[Fields]:
    """Make the 1099 forms of a year: what was paid to the contacts of `organisation.federal`.

    That says per contact which form (NEC, MISC) and which box its payments go to, and what is told of it.
    """
    org = reporter.org
    text = next((value for key, value in query.items() if key.lower() == "reportyear"), "")
    if text and not (text.isdigit() and len(text) == 4):
        raise QueryRefused(f"The value '{text}' is not valid for reportYear")
    if org.about["Version"] != "US":
        return []
    year = int(text) if text else org.now().year
    return [_form(org, form, year) for form in _FORMS]


def _form(org: PretendOrganisation, form: str, year: int) -> Fields:
    chosen = {key: one for key, one in org.federal.items() if one.get("form", "NEC") == form}
    return {
        "ReportName": f"1099-{form} report",
        "ReportDate": f"1 Jan {year} to 31 Dec {year}",
        "Fields": [],
        "Contacts": [_contact(org, key, form, one, year) for key, one in chosen.items()],
    }


def _contact(org: PretendOrganisation, contact_id: str, form: str, told: Fields, year: int) -> Fields:
    boxes: dict[str, Any] = {f"Box{number}": money(0) for number in _FORMS[form]}
    boxes[f"Box{told.get('box', 1)}"] = _paid(org, contact_id, year)
    contact = org.record("Contacts", contact_id).fields
    more = {name: told[name] for name in _FEDERAL if name in told}
    return boxes | {"Name": contact["Name"], "Email": contact["EmailAddress"], "ContactId": contact_id} | more


def _paid(org: PretendOrganisation, contact_id: str, year: int) -> Decimal:
    total = Decimal("0.00")
    for record in org.shelf("Payments"):
        fields = record.fields
        to = fields.get("Invoice", {}).get("Contact", {}).get("ContactID")
        if (fields["PaymentType"], fields["Status"], to) == ("ACCPAYPAYMENT", "AUTHORISED", contact_id):
            total += fields["Amount"] if fields["Date"].year == year else 0
    for record in org.shelf("BankTransactions"):
        fields = record.fields
        to = fields.get("Contact", {}).get("ContactID")
        if (fields["Type"], fields["Status"], to) == ("SPEND", "AUTHORISED", contact_id):
            total += fields["Total"] if fields["Date"].year == year else 0
    return total
