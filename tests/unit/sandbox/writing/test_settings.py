"""Currencies, tax rates, accounts, tracking and conversion balances: what is taken and what is not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bot.sandbox.xero.writing import messages

VAT = {"Name": "Flood 10%", "ReportTaxType": "OUTPUT", "TaxComponents": [{"Name": "VAT", "Rate": 10}]}
REGIONS = ["fresh-uk", "fresh-au", "fresh-nz", "fresh-us", "fresh-global"]


@pytest.mark.parametrize("key", REGIONS)
def test_fresh_organisation_when_made_then_system_accounts_taxes_and_no_locks(
    open_pen: Any, key: str
) -> None:
    pen = open_pen(key)
    (about,) = pen.get("Organisation")["Organisations"]
    assert "PeriodLockDate" not in about
    assert "EndOfYearLockDate" not in about
    system = {row["SystemAccount"] for row in pen.rows("Accounts") if row.get("SystemAccount")}
    assert system >= {"DEBTORS", "CREDITORS", "GST", "RETAINEDEARNINGS", "ROUNDING", "HISTORICAL"}
    taxes = {row["TaxType"] for row in pen.rows("TaxRates")}
    assert {row["TaxType"] for row in pen.rows("Accounts")} <= taxes
    assert [row["Code"] for row in pen.rows("Currencies")] == [about["BaseCurrency"]]
    assert pen.rows("Invoices") == pen.rows("Contacts") == []


def test_currency_when_added_then_listed_and_twice_is_once(pen: Any) -> None:
    for _ in range(2):
        assert pen.put("Currencies", {"Code": "EUR"}).one() == {"Code": "EUR", "Description": "Euro"}
    assert [row["Code"] for row in pen.rows("Currencies")] == ["GBP", "EUR"]


@pytest.mark.parametrize("code", ["", "EURO", "eur"])
def test_currency_when_not_a_currency_code_then_refused(pen: Any, code: str) -> None:
    assert "ISO" in pen.put("Currencies", {"Code": code}).unpublished


def test_currency_when_the_plan_has_none_then_refused(pen: Any) -> None:
    pen.org.forbidden_actions = frozenset({"UseMulticurrency"})
    assert "plan" in pen.put("Currencies", {"Code": "EUR"}).unpublished


def test_tax_rate_when_created_then_gets_a_code_and_its_effective_rate(pen: Any) -> None:
    components = [{"Name": "a", "Rate": 5}, {"Name": "b", "Rate": 10, "IsCompound": True}]
    row = pen.put("TaxRates", {"TaxRates": [VAT | {"TaxComponents": components}]}).one()
    assert (row["TaxType"], row["DisplayTaxRate"], row["EffectiveRate"]) == ("TAX001", 15, Decimal("15.5"))
    assert row["CanApplyToRevenue"]
    assert not row["CanApplyToExpenses"]
    assert pen.put("TaxRates", VAT | {"Name": "second"}).one()["TaxType"] == "TAX002"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"ReportTaxType": "REVERSECHARGES"}, "REVERSECHARGES"),
        ({"ReportTaxType": None}, "this country"),
        ({"TaxComponents": []}, "component"),
        ({"Name": "No VAT"}, "Name"),
        ({"TaxType": "TAX009"}, "given by Xero"),
        ({"TaxComponents": [{"Name": "VAT"}]}, "Rate"),
    ],
)
def test_tax_rate_when_a_rule_is_broken_then_refused(pen: Any, wrong: dict[str, Any], why: str) -> None:
    assert why in pen.put("TaxRates", VAT | wrong).unpublished
    assert len(pen.rows("TaxRates")) == 20


def test_tax_rate_when_global_then_needs_no_report_type(open_pen: Any) -> None:
    rate = {key: value for key, value in VAT.items() if key != "ReportTaxType"}
    assert open_pen("fresh-global").put("TaxRates", rate).one()["TaxType"] == "TAX001"


def test_tax_rate_when_archived_then_so_and_built_in_ones_cannot_be(pen: Any) -> None:
    pen.put("TaxRates", VAT)
    assert pen.post("TaxRates", {"TaxType": "TAX001", "Status": "ARCHIVED"}).one()["Status"] == "ARCHIVED"
    assert "Built-in" in pen.post("TaxRates", {"TaxType": "OUTPUT2", "Status": "ARCHIVED"}).unpublished
    renamed = {"TaxType": "TAX001", "TaxComponents": [{"Name": "x", "Rate": 1}]}
    assert "renamed" in pen.post("TaxRates", renamed).unpublished


def test_tax_rates_when_two_come_at_once_then_refused_whole(pen: Any) -> None:
    assert pen.put("TaxRates", {"TaxRates": [VAT, VAT | {"Name": "other"}]}).status == 400
    assert len(pen.rows("TaxRates")) == 20


ACCOUNT = {"Code": "2011", "Name": "Moorings", "Type": "REVENUE"}


def test_account_when_created_then_class_and_usual_tax_follow(pen: Any) -> None:
    row = pen.put("Accounts", ACCOUNT).one()
    assert (row["Class"], row["TaxType"], row["Status"]) == ("REVENUE", "OUTPUT2", "ACTIVE")
    assert pen.read("Accounts", row["AccountID"])["Name"] == "Moorings"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"Name": "sales"}, messages.ACCOUNT_NAME),
        ({"TaxType": "NOPE"}, messages.TAX_INVALID),
        ({"Code": "200"}, messages.unpublished("Another account has this Code")),
        ({"Code": "12345678901"}, messages.unpublished("Code is longer than 10 characters")),
        ({"Name": "x" * 151}, messages.unpublished("Name is longer than 150 characters")),
        ({"Type": "CREDITCARD"}, messages.unpublished("Type CREDITCARD is not known")),
        ({"Code": None}, messages.unpublished("Code must be specified")),
        ({"Status": "ARCHIVED"}, messages.unpublished("A new account must be ACTIVE")),
    ],
)
def test_account_when_a_rule_is_broken_then_echoed_with_the_message(
    pen: Any, wrong: dict[str, Any], message: str
) -> None:
    answer = pen.put("Accounts", ACCOUNT | wrong)
    assert answer.errors == [message]
    body = answer.body
    assert (body["ErrorNumber"], body["Type"]) == (10, "ValidationException")
    assert body["Message"] == "A validation exception occurred"
    assert body["Elements"][0]["AccountID"] == "00000000-0000-0000-0000-000000000000"
    assert body["Elements"][0]["Type"] == (ACCOUNT | wrong)["Type"]


def test_account_when_its_tax_rate_is_archived_then_refused(pen: Any) -> None:
    pen.put("TaxRates", VAT)
    pen.post("TaxRates", {"TaxType": "TAX001", "Status": "ARCHIVED"})
    assert pen.put("Accounts", ACCOUNT | {"TaxType": "TAX001"}).errors == [messages.TAX_INACTIVE]


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("fresh-au", "012-345 678901", "1234"),
        ("fresh-nz", "02-0908-7654321-050", "1234"),
        ("fresh-uk", "20-00-00 12345678", "1234"),
        ("fresh-us", "1234", ""),
    ],
)
def test_bank_account_when_numbered_then_checked_as_in_its_country(
    open_pen: Any, key: str, good: str, bad: str
) -> None:
    pen = open_pen(key)
    bank = {"Code": "090", "Name": "Till", "Type": "BANK"}
    refusal = pen.put("Accounts", bank | {"BankAccountNumber": bad}).errors
    assert refusal == [
        messages.BSB if key == "fresh-au" else messages.unpublished("The Bank Account Number is not valid")
    ]
    assert pen.put("Accounts", bank | {"BankAccountNumber": good}).one()["BankAccountType"] == "BANK"


def test_bank_account_when_in_another_currency_then_only_after_subscribing(pen: Any) -> None:
    bank = {"Name": "Euro", "Type": "BANK", "BankAccountNumber": "20000012345678", "CurrencyCode": "EUR"}
    assert pen.put("Accounts", bank).errors == [
        "The current organisation is not subscribed to currency 'EUR'."
    ]
    pen.put("Currencies", {"Code": "EUR"})
    assert pen.put("Accounts", bank).one()["CurrencyCode"] == "EUR"


@pytest.mark.parametrize("kind", ["CREDITCARD", "PAYPAL"])
def test_card_account_when_created_then_refused(open_pen: Any, kind: str) -> None:
    card = {"Name": "Card", "Type": "BANK", "BankAccountType": kind}
    uk = open_pen().put("Accounts", card | {"BankAccountNumber": "20000012345678"})
    assert kind in uk.unpublished
    australian = open_pen("fresh-au").put("Accounts", card | {"BankAccountNumber": "1234"})
    assert australian.errors == [messages.BSB]


def test_account_when_changed_then_recoded_and_payments_enabled(pen: Any) -> None:
    debtors = pen.org.account("DEBTORS").record_id
    assert pen.post(f"Accounts/{debtors}", {"Code": "1100"}).one()["Code"] == "1100"
    owner = pen.org.account("835").record_id
    row = pen.post(f"Accounts/{owner}", {"EnablePaymentsToAccount": True}).one()
    assert row["EnablePaymentsToAccount"] is True
    assert "Type" in pen.post(f"Accounts/{debtors}", {"Type": "EQUITY"}).unpublished


def test_account_when_archived_then_alone_and_never_a_system_account(pen: Any) -> None:
    account = pen.put("Accounts", ACCOUNT).one()["AccountID"]
    assert "alone" in pen.post(f"Accounts/{account}", {"Status": "ARCHIVED", "Name": "x"}).unpublished
    assert pen.post(f"Accounts/{account}", {"Status": "ARCHIVED"}).one()["Status"] == "ARCHIVED"
    assert "this way" in pen.post(f"Accounts/{account}", {"Status": "ACTIVE"}).unpublished
    debtors = pen.org.account("DEBTORS").record_id
    assert "System" in pen.post(f"Accounts/{debtors}", {"Status": "ARCHIVED"}).unpublished


def test_account_when_deleted_then_vanishes_unless_system_or_used(pen: Any) -> None:
    account = pen.put("Accounts", ACCOUNT).one()["AccountID"]
    assert pen.call("DELETE", f"Accounts/{account}").one()["Status"] == "DELETED"
    assert pen.call("GET", f"Accounts/{account}").status == 404
    assert "System" in pen.call("DELETE", f"Accounts/{pen.org.account('GST').record_id}").unpublished
    pen.post(
        "Setup",
        {
            "ConversionDate": {"Month": 4, "Year": 2026},
            "ConversionBalances": [{"AccountCode": "850", "Balance": 5}],
        },
    )
    assert "used" in pen.call("DELETE", f"Accounts/{pen.org.account('850').record_id}").unpublished


def test_tracking_when_created_then_two_active_and_four_in_all(pen: Any) -> None:
    made = [pen.put("TrackingCategories", {"Name": f"T{number}"}).one() for number in (1, 2)]
    assert "active" in pen.put("TrackingCategories", {"Name": "T3"}).unpublished
    for one in made:
        pen.post(f"TrackingCategories/{one['TrackingCategoryID']}", {"Status": "ARCHIVED"})
    for number in (3, 4):
        pen.put("TrackingCategories", {"Name": f"T{number}"}).one()
    full = pen.put("TrackingCategories", {"Name": "T5"})
    assert any("at most 4" in message for message in full.errors)
    assert len(pen.rows("TrackingCategories")) == 2
    assert len(pen.rows("TrackingCategories", includeArchived="true")) == 4


def test_tracking_option_when_added_renamed_archived_deleted_then_shown_so(pen: Any) -> None:
    category = pen.put("TrackingCategories", {"Name": "Region"}).one()["TrackingCategoryID"]
    path = f"TrackingCategories/{category}/Options"
    options = pen.put(path, {"Options": [{"Name": "North"}, {"Name": "South"}]}).body["Options"]
    assert "taken" in pen.put(path, {"Name": "north"}).unpublished
    north, south = (f"{path}/{one['TrackingOptionID']}" for one in options)
    assert pen.post(north, {"Name": "Far north"}).one()["Name"] == "Far north"
    assert pen.post(north, {"Status": "ARCHIVED"}).one()["IsArchived"] is True
    assert pen.call("DELETE", south).one()["IsDeleted"] is True
    assert pen.rows("TrackingCategories")[0]["Options"] == []
    assert pen.call("DELETE", f"TrackingCategories/{category}").one()["Status"] == "DELETED"
    assert pen.rows("TrackingCategories", includeArchived="true") == []


def test_tracking_options_when_one_of_two_is_refused_then_none_is_added(pen: Any) -> None:
    category = pen.put("TrackingCategories", {"Name": "Region"}).one()["TrackingCategoryID"]
    path = f"TrackingCategories/{category}/Options"
    assert pen.put(path, {"Options": [{"Name": "A"}, {"Name": "x" * 101}]}).status == 400
    assert pen.read("TrackingCategories", category)["Options"] == []


def test_setup_when_balances_are_given_then_in_the_trial_balance_the_day_before(pen: Any) -> None:
    wanted = {
        "ConversionDate": {"Month": 4, "Year": 2026},
        "ConversionBalances": [
            {"AccountCode": "710", "Balance": 1000.5},
            {"AccountCode": "950", "Balance": -900},
        ],
    }
    body = pen.post("Setup", wanted).body
    assert body["ImportSummary"]["Accounts"]["Total"] == len(pen.rows("Accounts"))
    assert (pen.standing("710"), pen.standing("950")) == (Decimal("1000.5"), -900)
    assert pen.standing("HISTORICAL") == Decimal("-100.5")
    assert pen.org.conversion_date.isoformat() == "2026-03-31"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"ConversionDate": {"Month": 13, "Year": 2026}}, "Year after 2006"),
        ({"ConversionDate": {"Month": 1, "Year": 2006}}, "Year after 2006"),
        ({"ConversionBalances": [{"AccountCode": "nope", "Balance": 1}]}, "'nope' is not a valid code"),
        ({"ConversionDate": None}, "must be specified"),
    ],
)
def test_setup_when_it_cannot_be_then_refused(pen: Any, wrong: dict[str, Any], message: str) -> None:
    good = {
        "ConversionDate": {"Month": 4, "Year": 2026},
        "ConversionBalances": [{"AccountCode": "710", "Balance": 1}],
    }
    assert any(message in error for error in pen.post("Setup", good | wrong).errors)
    assert pen.org.conversion_balances == {}


def test_setup_when_a_chart_is_sent_then_plain_text_because_nobody_knows(pen: Any) -> None:
    answer = pen.post("Setup", {"Accounts": [{"Code": "200", "Name": "Sales", "Type": "SALES"}]})
    assert (answer.status, answer.headers["Content-Type"]) == (400, "text/plain; charset=utf-8")
