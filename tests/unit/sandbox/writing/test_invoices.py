"""Invoices and bills: each rule refuses with Xero's sentence, and the books follow what is accepted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bot.sandbox.xero.writing import messages

NOBODY = "00000000-0000-0000-0000-000000000000"
LINE = {"Description": "Rope", "Quantity": 2, "UnitAmount": 50, "AccountCode": "200", "TaxType": "OUTPUT2"}


def invoice(pen: Any, **more: Any) -> dict[str, Any]:
    """Give a good sales invoice, changed as wished; None takes a field away."""
    wanted = {
        "Type": "ACCREC",
        "Contact": {"Name": "Ægir"},
        "Date": "2026-10-01",
        "DueDate": "2026-10-31",
        "LineItems": [LINE],
        "Status": "AUTHORISED",
    }
    return {name: value for name, value in (wanted | more).items() if value is not None}


def bill(pen: Any, **more: Any) -> dict[str, Any]:
    line = {"Description": "Fuel", "UnitAmount": 30, "AccountCode": "429", "TaxType": "INPUT2"}
    return invoice(pen, Type="ACCPAY", InvoiceNumber="B-1") | {"LineItems": [line]} | more


def test_invoice_when_approved_then_totals_and_ledger_are_right(pen: Any) -> None:
    row = pen.put("Invoices", {"Invoices": [invoice(pen)]}).one()
    assert (row["SubTotal"], row["TotalTax"], row["Total"], row["AmountDue"]) == (100, 20, 120, 120)
    assert (row["InvoiceNumber"], row["Status"], row["CurrencyCode"]) == ("INV-0001", "AUTHORISED", "GBP")
    assert (pen.standing("610"), pen.standing("200"), pen.standing("820")) == (120, -100, -20)
    assert row["Contact"]["Name"] == "Ægir"
    assert pen.rows("Contacts")[0]["IsCustomer"] is True


def test_draft_when_written_then_needs_no_account_and_stays_out_of_the_books(pen: Any) -> None:
    line = {"Description": "Later", "Quantity": 1, "UnitAmount": 10}
    row = pen.put("Invoices", invoice(pen, Status="DRAFT", LineItems=[line], DueDate=None)).one()
    assert (row["Status"], "DueDate" in row, "AccountCode" in row["LineItems"][0]) == ("DRAFT", False, False)
    assert pen.standing("610") == 0
    wanted = {"Status": "AUTHORISED", "DueDate": "2026-11-01"}
    assert pen.post(f"Invoices/{row['InvoiceID']}", wanted).errors == [messages.NO_ACCOUNT_CODE]
    lines = [LINE | {"LineItemID": row["LineItems"][0]["LineItemID"]}]
    after = pen.post(f"Invoices/{row['InvoiceID']}", wanted | {"LineItems": lines}).one()
    assert after["LineItems"][0]["LineItemID"] == row["LineItems"][0]["LineItemID"]
    assert pen.standing("610") == 120


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"Status": "PAID"}, "Invoice not of valid status for creation"),
    ({"Status": "VOIDED"}, "Invoice not of valid status for creation"),
    ({"LineItems": []}, "One or more line items must be specified"),
    ({"Contact": None}, "A Contact must be specified for this type of transaction"),
    ({"Contact": {}}, messages.EMPTY_CONTACT),
    ({"Contact": {"ContactID": NOBODY}}, messages.unpublished("There is no contact with this ContactID")),
    ({"DueDate": None}, "Due date cannot be empty."),
    ({"InvoiceNumber": "TAKEN"}, "Invoice # must be unique."),
    ({"InvoiceNumber": "x" * 256}, messages.unpublished("InvoiceNumber is longer than 255 characters")),
    ({"CurrencyCode": "EUR"}, "Organisation is not subscribed to currency EUR"),
    ({"LineAmountTypes": "EXCLUSIVE"}, messages.unpublished("LineAmountTypes EXCLUSIVE is not known here")),
    ({"BrandingThemeID": NOBODY}, messages.unpublished("There is no such BrandingThemeID")),
    ({"Type": "QUOTE"}, messages.unpublished("Type QUOTE is not known")),
]
BROKEN_LINES: list[tuple[dict[str, Any], str]] = [
    ({"AccountCode": None}, "Account code must be specified"),
    ({"AccountCode": "300"}, "Account code '300' is not a valid code for this document."),
    ({"AccountCode": "610"}, "Account code '610' is not a valid code for this document."),
    ({"AccountCode": "090"}, "Account code '090' is not a valid code for this document."),
    (
        {"AccountCode": "426", "TaxType": None},
        messages.code_archived("426"),
    ),
    ({"AccountCode": None, "AccountID": NOBODY}, "Account must be valid."),
    ({"TaxType": "NOPE"}, "Tax rate must be valid."),
    ({"TaxType": "TAX001"}, "Tax rate must be Active"),
    ({"TaxType": "INPUT2"}, "The TaxType code 'INPUT2' cannot be used with account code '200'."),
    ({"LineAmount": 666.88}, "The line total 666.88 does not match the expected line total 100.00"),
    ({"UnitAmount": -51}, "The Total for this document must be greater than or equal to zero."),
    ({"ItemCode": "gone"}, messages.unpublished("There is no item with Code 'gone'")),
    (
        {"Tracking": [{"Name": "Region", "Option": "x"}]},
        messages.unpublished("There is no such tracking category or option"),
    ),
    (
        {"Tracking": [{"Name": "Region", "Option": "Old"}]},
        messages.unpublished("The tracking category or option is archived"),
    ),
    (
        {"Tracking": [{"Name": "Region", "Option": "North"}] * 3},
        messages.unpublished("A line can have at most two tracking options"),
    ),
    ({"DiscountRate": 101}, messages.unpublished("DiscountRate must be 0 to 100")),
]


def _furnish(pen: Any) -> None:
    """Fill the organisation with what the broken documents run into."""
    pen.put("Invoices", invoice(pen, InvoiceNumber="TAKEN", Status="DRAFT"))
    pen.bank()
    old = pen.put("Accounts", {"Code": "426", "Name": "Fax", "Type": "OVERHEADS"}).one()["AccountID"]
    pen.post(f"Accounts/{old}", {"Status": "ARCHIVED"})
    rate = {"Name": "Old", "ReportTaxType": "OUTPUT", "TaxComponents": [{"Name": "VAT", "Rate": 1}]}
    pen.put("TaxRates", rate)
    pen.post("TaxRates", {"TaxType": "TAX001", "Status": "ARCHIVED"})
    region = pen.put("TrackingCategories", {"Name": "Region"}).one()["TrackingCategoryID"]
    path = f"TrackingCategories/{region}/Options"
    (_, gone) = pen.put(path, {"Options": [{"Name": "North"}, {"Name": "Old"}]}).body["Options"]
    pen.post(f"{path}/{gone['TrackingOptionID']}", {"Status": "ARCHIVED"})


@pytest.mark.parametrize(
    ("wrong", "message"),
    BROKEN
    + [({"LineItems": [{k: v for k, v in (LINE | w).items() if v is not None}]}, m) for w, m in BROKEN_LINES],
    ids=lambda value: str(value)[:60],
)
def test_invoice_when_a_rule_is_broken_then_the_sentence_and_nothing_written(
    pen: Any, wrong: dict[str, Any], message: str
) -> None:
    _furnish(pen)
    contacts = len(pen.rows("Contacts"))
    good = invoice(pen, InvoiceNumber="NEW", Contact={"Name": "Somebody new"}) | wrong
    answer = pen.put("Invoices", {name: value for name, value in good.items() if value is not None})
    assert answer.errors == [message]
    element = answer.body["Elements"][0]
    assert (element["InvoiceID"], element["HasErrors"]) == (NOBODY, True)
    assert len(pen.rows("Invoices")) == 1
    assert len(pen.rows("Contacts")) == contacts


def test_line_when_price_has_four_decimals_then_only_unitdp_keeps_them(pen: Any) -> None:
    line = LINE | {"Quantity": 100, "UnitAmount": 6.6693, "LineAmount": 666.93}
    assert pen.put("Invoices", invoice(pen, LineItems=[line])).errors == [
        "The line total 666.93 does not match the expected line total 667.00"
    ]
    row = pen.put("Invoices", invoice(pen, LineItems=[line]), unitdp=4).one()
    assert (row["SubTotal"], str(row["LineItems"][0]["UnitAmount"])) == (Decimal("666.93"), "6.6693")


def test_line_when_only_an_amount_is_sent_then_price_follows(pen: Any) -> None:
    line = {"Description": "x", "Quantity": 3, "LineAmount": 10, "AccountCode": "200"}
    row = pen.put("Invoices", invoice(pen, LineItems=[line], LineAmountTypes="NoTax"), unitdp=4).one()
    assert (row["Total"], str(row["LineItems"][0]["UnitAmount"])) == (10, "3.3333")


def test_line_when_it_is_only_text_then_costs_nothing(pen: Any) -> None:
    row = pen.put("Invoices", invoice(pen, LineItems=[LINE, {"Description": "Thank you"}])).one()
    assert (row["Total"], row["LineItems"][1]["LineAmount"]) == (120, 0)
    assert pen.standing("610") == 120


def test_line_when_tax_is_overridden_then_kept(pen: Any) -> None:
    row = pen.put("Invoices", invoice(pen, LineItems=[LINE | {"TaxAmount": 19.99}])).one()
    assert row["Total"] == Decimal("119.99")
    assert pen.standing("820") == Decimal("-19.99")


@pytest.mark.parametrize(("amounts", "total"), [("Exclusive", 120), ("Inclusive", 100), ("NoTax", 100)])
def test_invoice_when_amounts_are_read_differently_then_so_the_books(
    pen: Any, amounts: str, total: int
) -> None:
    assert pen.put("Invoices", invoice(pen, LineAmountTypes=amounts)).one()["Total"] == total
    assert pen.standing("610") == total


def test_discount_when_on_a_sale_then_taken_off_and_on_a_bill_refused(pen: Any) -> None:
    row = pen.put("Invoices", invoice(pen, LineItems=[LINE | {"DiscountRate": 10}])).one()
    assert (row["SubTotal"], row["IsDiscounted"], row["TotalDiscount"]) == (90, True, 10)
    line = {"Description": "x", "UnitAmount": 1, "AccountCode": "429", "DiscountRate": 10}
    assert pen.put("Invoices", bill(pen, LineItems=[line])).errors == [
        "Discounts may not be applied to ACCPAY invoices."
    ]


def test_bill_when_numbered_twice_then_both_stand_and_reference_is_ignored(pen: Any) -> None:
    for _ in range(2):
        assert pen.put("Invoices", bill(pen, Reference="x")).one()["Reference"] == ""
    assert [row["InvoiceNumber"] for row in pen.rows("Invoices")] == ["B-1", "B-1"]
    assert pen.standing("800") == -72


def test_invoice_when_in_euro_then_posted_at_the_rate_it_was_given(pen: Any) -> None:
    pen.put("Currencies", {"Code": "EUR"})
    row = pen.put("Invoices", invoice(pen, CurrencyCode="EUR", CurrencyRate=1.25)).one()
    assert (row["CurrencyCode"], str(row["CurrencyRate"])) == ("EUR", "1.2500000000")
    pen.org.revalues = False
    assert pen.standing("610") == 96
    assert pen.put("Invoices", invoice(pen, CurrencyCode="EUR")).one()["CurrencyRate"] > 1


@pytest.mark.parametrize("field", ["PeriodLockDate", "EndOfYearLockDate"])
def test_invoice_when_dated_in_a_locked_time_then_refused_with_the_lock(pen: Any, field: str) -> None:
    pen.org.change("Organisations", pen.org.tenant_id, **{field: date(2018, 11, 30)})
    kind = "period" if field == "PeriodLockDate" else "end of year"
    assert pen.put("Invoices", invoice(pen, Date="2018-11-30")).errors == [
        f"The document date cannot be before the {kind} lock date, currently set at 30-Nov-2018"
    ]
    assert pen.put("Invoices", invoice(pen, Date="2018-12-01")).status == 200
    assert pen.put("Invoices", invoice(pen, Date="2018-11-30", Status="DRAFT")).status == 200


def test_invoice_when_the_plan_is_spent_then_refused(pen: Any) -> None:
    pen.org.forbidden_actions = frozenset({"CreateApprovedInvoice"})
    assert pen.put("Invoices", invoice(pen)).errors == [
        "You have reached the limit of invoices you can approve"
    ]
    assert pen.put("Invoices", invoice(pen, Status="DRAFT")).status == 200


@pytest.mark.parametrize("text", ["2017-12-14 00:00:00", "14/12/2017", "2017-02-30", "tomorrow"])
def test_invoice_when_a_date_cannot_be_read_then_error_fourteen(pen: Any, text: str) -> None:
    answer = pen.put("Invoices", invoice(pen, Date=text), summarizeErrors="false")
    assert answer.status == 400
    assert answer.body == {
        "ErrorNumber": 14,
        "Type": "PostDataInvalidException",
        "Message": f"The string '{text}' is not a valid AllXsd value.",
    }


@pytest.mark.parametrize("text", ["2026-10-01", "2026-10-01T00:00:00", "/Date(1790812800000+0000)/"])
def test_invoice_when_a_date_is_of_a_known_form_then_understood(pen: Any, text: str) -> None:
    row = pen.put("Invoices", invoice(pen, Date=text)).one()
    assert row["DateString"] == "2026-10-01T00:00:00"


def test_invoice_when_posted_by_number_then_changed(pen: Any) -> None:
    first = pen.put("Invoices", invoice(pen, InvoiceNumber="S-1")).one()
    second = pen.post("Invoices", invoice(pen, InvoiceNumber="S-1", Reference="again")).one()
    assert (second["InvoiceID"], second["Reference"]) == (first["InvoiceID"], "again")
    assert second["LineItems"][0]["LineItemID"] != first["LineItems"][0]["LineItemID"]
    assert pen.standing("610") == 120


def test_invoice_when_a_detail_is_patched_then_the_rest_stays(pen: Any) -> None:
    row = pen.put("Invoices", invoice(pen)).one()
    after = pen.post(f"Invoices/{row['InvoiceID']}", {"Reference": "R", "DueDate": "2026-12-24"}).one()
    assert (after["Reference"], after["DueDateString"]) == ("R", "2026-12-24T00:00:00")
    moved = {"Reference", "DueDate", "DueDateString", "UpdatedDateUTC"}
    seen = {name for name in after if after[name] != row.get(name)}
    assert seen - {"Contact", "UpdatedDateUTCString"} == moved


@pytest.mark.parametrize(
    ("first", "then", "good"),
    [
        ("DRAFT", "SUBMITTED", True),
        ("SUBMITTED", "AUTHORISED", True),
        ("DRAFT", "DELETED", True),
        ("AUTHORISED", "VOIDED", True),
        ("DRAFT", "VOIDED", False),
        ("AUTHORISED", "DELETED", False),
        ("AUTHORISED", "DRAFT", False),
        ("AUTHORISED", "PAID", False),
    ],
)
def test_invoice_when_its_status_is_changed_then_only_up_the_ladder(
    pen: Any, first: str, then: str, good: bool
) -> None:
    row = pen.put("Invoices", invoice(pen, Status=first)).one()
    answer = pen.post(f"Invoices/{row['InvoiceID']}", {"Status": then})
    if good:
        assert answer.one()["Status"] == then
    else:
        assert answer.errors == ["Invoice not of valid status for modification"]
    if then in {"VOIDED", "DELETED"} and good:
        assert (answer.one()["AmountDue"], pen.standing("610")) == (0, 0)
        assert pen.post(f"Invoices/{row['InvoiceID']}", {"Reference": "x"}).errors == [
            "Invoice not of valid status for modification"
        ]


def test_contact_when_nested_with_more_than_its_id_then_changed_and_loses_its_persons(pen: Any) -> None:
    contact = pen.put("Contacts", {"Name": "Woody", "ContactPersons": [{"FirstName": "Bo"}]}).one()[
        "ContactID"
    ]
    pen.put("Invoices", invoice(pen, Contact={"ContactID": contact})).one()
    assert len(pen.read("Contacts", contact)["ContactPersons"]) == 1
    pen.put("Invoices", invoice(pen, Contact={"ContactID": contact, "FirstName": "W"})).one()
    row = pen.read("Contacts", contact)
    assert (row["ContactPersons"], row["FirstName"]) == ([], "W")
    pen.post(f"Contacts/{contact}", {"ContactStatus": "ARCHIVED"})
    assert "archived" in pen.put("Invoices", invoice(pen, Contact={"ContactID": contact})).unpublished


def test_item_when_named_on_a_line_then_fills_what_is_missing(pen: Any) -> None:
    details = {"UnitPrice": 7.5, "AccountCode": "200", "TaxType": "OUTPUT2"}
    pen.put("Items", {"Code": "r", "Name": "Rope", "Description": "A rope", "SalesDetails": details})
    row = pen.put("Invoices", invoice(pen, LineItems=[{"ItemCode": "r", "Quantity": 4}])).one()
    line = row["LineItems"][0]
    assert (row["Total"], line["Description"], line["Item"]["Name"]) == (36, "A rope", "Rope")


def test_line_when_tracked_then_shown_with_both_ids(pen: Any) -> None:
    _furnish(pen)
    tracked = LINE | {"Tracking": [{"Name": "Region", "Option": "North"}]}
    (shown,) = pen.put("Invoices", invoice(pen, LineItems=[tracked])).one()["LineItems"][0]["Tracking"]
    ids = {name: shown[name] for name in ("TrackingCategoryID", "TrackingOptionID")}
    again = pen.put("Invoices", invoice(pen, LineItems=[LINE | {"Tracking": [ids]}])).one()
    assert again["LineItems"][0]["Tracking"] == [shown]
    category = shown["TrackingCategoryID"]
    assert "used" in pen.call("DELETE", f"TrackingCategories/{category}").unpublished


@pytest.mark.parametrize("key", ["fresh-uk", "fresh-au", "fresh-nz", "fresh-us", "fresh-global"])
@pytest.mark.parametrize("amounts", ["Exclusive", "NoTax"])
def test_invoice_when_written_in_any_country_then_its_usual_taxes_serve(
    open_pen: Any, key: str, amounts: str
) -> None:
    pen = open_pen(key)
    line = {"Description": "x", "Quantity": 1, "UnitAmount": 100}
    for kind, codes in (("ACCREC", ("200", "270")), ("ACCPAY", ("429", "477", "710"))):
        lines = [line | {"AccountCode": code} for code in codes]
        row = pen.put("Invoices", invoice(pen, Type=kind, LineItems=lines, LineAmountTypes=amounts)).one()
        rate = {"fresh-uk": 20, "fresh-au": 10, "fresh-nz": 15}.get(key, 0) if amounts == "Exclusive" else 0
        assert row["TotalTax"] == rate * (1 if kind == "ACCREC" else 2)
    assert pen.standing("610") == 200 + rate


def test_tracking_when_archived_after_use_then_documents_keep_it_and_two_new_ones_may_come(pen: Any) -> None:
    made = []
    for name in ("Old A", "Old B"):
        category = pen.put("TrackingCategories", {"Name": name}).one()["TrackingCategoryID"]
        pen.put(f"TrackingCategories/{category}/Options", {"Name": "x"}).one()
        made.append(category)
    tracked = LINE | {"Tracking": [{"Name": "Old A", "Option": "x"}, {"Name": "Old B", "Option": "x"}]}
    row = pen.put("Invoices", invoice(pen, LineItems=[tracked], Status="DRAFT")).one()
    for category in made:
        pen.post(f"TrackingCategories/{category}", {"Status": "ARCHIVED"}).one()
    for name in ("New A", "New B"):
        pen.put("TrackingCategories", {"Name": name}).one()
    after = pen.post(f"Invoices/{row['InvoiceID']}", {"Status": "AUTHORISED"}).one()
    assert [one["Name"] for one in after["LineItems"][0]["Tracking"]] == ["Old A", "Old B"]
    assert "archived" in pen.put("Invoices", invoice(pen, LineItems=[tracked])).unpublished


def test_organisation_when_added_while_running_then_can_be_chosen_and_written_to(open_pen: Any) -> None:
    pen = open_pen("fresh-nz")
    assert pen.xero.organisation("fresh-nz") is pen.org
    assert pen.put("Invoices", invoice(pen)).one()["CurrencyCode"] == "NZD"
