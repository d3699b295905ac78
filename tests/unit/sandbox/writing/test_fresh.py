"""New organisations: by key, several of one country, made to measure, locked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.sandbox.xero import PretendXero
from bot.sandbox.xero.demo import NAMED, build_organisation
from bot.sandbox.xero.demo.fresh import PROFILES
from bot.sandbox.xero.writing import messages

BACK = "http://localhost:3000/xero/callback"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LOCK = date(2026, 9, 30)
LINE = {"Description": "x", "UnitAmount": 5, "AccountCode": "200", "TaxType": "NONE"}


def test_catalogue_when_all_are_named_then_each_has_its_own_id_and_readable_name() -> None:
    keys = ("empty", "odd", "nz", *PROFILES, *(f"{key}-2" for key in PROFILES), "fresh-uk-17")
    xero = PretendXero(organisations=keys, now=lambda: NOON)
    assert [org.key for org in xero.organisations.values()] == list(keys)
    assert len({org.name for org in xero.organisations.values()}) == len(keys)
    assert xero.organisation("fresh-uk").name == "Harbour Books Ltd (new)"
    assert xero.organisation("fresh-uk-2").name == "Harbour Books Ltd (new 2)"
    assert set(PROFILES) < set(NAMED)
    again = PretendXero(organisations=("fresh-uk",), now=lambda: NOON)
    assert again.organisation("fresh-uk").tenant_id == xero.organisation("fresh-uk").tenant_id


@pytest.mark.parametrize("key", ["fresh", "fresh-mars", "fresh-uk-1", "fresh-uk-2-2", "lively-2"])
def test_organisation_when_there_is_none_of_that_key_then_key_error(key: str) -> None:
    with pytest.raises(KeyError):
        build_organisation(key, seed=7, now=lambda: NOON)


def test_wishes_when_for_a_made_up_company_or_unknown_then_type_error() -> None:
    for key, wishes in (("nz", {"name": "x"}), ("fresh-uk", {"colour": "blue"})):
        with pytest.raises(TypeError):
            build_organisation(key, seed=7, now=lambda: NOON, **wishes)


def test_organisation_when_opened_while_running_then_the_consent_page_offers_it() -> None:
    xero = PretendXero(organisations=("fresh-au",))
    made = xero.open_organisation("fresh-uk", key="target", name="Target & Sons")
    assert xero.organisation("target") is made
    asked = {"response_type": "code", "client_id": xero.client_id, "redirect_uri": BACK}
    asked["scope"] = "offline_access"
    page = (
        xero._app.test_client().get(f"/identity/connect/authorize?{urlencode(asked)}").get_data(as_text=True)
    )
    assert "Harbour Books Pty Ltd (new)" in page
    assert "Target &amp; Sons" in page


def test_settings_when_wished_for_then_in_the_organisation(open_pen: Callable[..., Any]) -> None:
    pen = open_pen(
        "fresh-global",
        made={
            "currency": "SGD", "country": "SG", "currencies": ("USD",), "edition_class": "GROW",
            "multicurrency": True, "period_lock": LOCK, "year_end_lock": date(2025, 12, 31),
        },
        now=lambda: NOON,
    )  # fmt: skip
    (about,) = pen.get("Organisation")["Organisations"]
    assert (about["BaseCurrency"], about["CountryCode"], about["Class"]) == ("SGD", "SG", "GROW")
    assert about["PeriodLockDate"] == "/Date(1790726400000+0000)/"
    assert about["EndOfYearLockDate"] == "/Date(1767139200000+0000)/"
    assert [row["Code"] for row in pen.rows("Currencies")] == ["SGD", "USD"]


def actions(pen: Any) -> dict[str, str]:
    return {one["Name"]: one["Status"] for one in pen.get("Organisation/Actions")["Actions"]}


def test_actions_when_the_organisation_is_new_then_everything_is_allowed(pen: Any) -> None:
    assert set(actions(pen).values()) == {"ALLOWED"}
    assert len(actions(pen)) == 14


@pytest.mark.parametrize(
    ("made", "allowed"),
    [
        ({"edition_class": "COMPREHENSIVE"}, True),
        ({"edition_class": "ULTRA"}, True),
        ({"edition_class": "PREMIUM_20"}, True),
        ({"edition_class": "STANDARD"}, False),
        ({"edition_class": "IGNITE"}, False),
        ({"multicurrency": False}, False),
    ],
)
def test_currencies_when_the_plan_has_them_or_not_then_actions_and_writes_agree(
    open_pen: Callable[..., Any], made: dict[str, Any], allowed: bool
) -> None:
    pen = open_pen(made=made)
    assert actions(pen)["UseMulticurrency"] == ("ALLOWED" if allowed else "NOT-ALLOWED")
    answer = pen.put("Currencies", {"Code": "EUR"})
    assert answer.status == (200 if allowed else 400)
    bank = {"Code": "092", "Name": "Euro", "Type": "BANK", "BankAccountNumber": "20000012345678"}
    assert pen.put("Accounts", bank | {"CurrencyCode": "EUR"}).status == (200 if allowed else 400)
    if not allowed:
        assert "plan" in answer.unpublished
        sale = {"Type": "ACCREC", "Contact": {"Name": "x"}, "CurrencyCode": "EUR", "LineItems": [LINE]}
        assert pen.put("Invoices", sale).errors == [messages.not_subscribed("EUR")]


def _dated(day: str) -> list[tuple[str, dict[str, Any]]]:
    """Give one approved write of every kind that moves the books, dated that day."""
    paper = {"Contact": {"Name": "One"}, "Date": day, "Status": "AUTHORISED", "LineItems": [LINE]}
    bank, other = {"Code": "090"}, {"Code": "091"}
    entry = [{"LineAmount": sign * 5, "AccountCode": code} for sign, code in ((1, "416"), (-1, "711"))]
    money = {"Contact": {"Name": "One"}, "BankAccount": bank, "Date": day, "LineItems": [LINE]}
    return [
        ("Invoices", paper | {"Type": "ACCREC", "DueDate": "2026-12-31"}),
        ("Invoices", paper | {"Type": "ACCPAY", "DueDate": "2026-12-31"}),
        ("CreditNotes", paper | {"Type": "ACCRECCREDIT"}),
        ("BankTransactions", money | {"Type": "RECEIVE"}),
        ("BankTransactions", money | {"Type": "RECEIVE-PREPAYMENT"}),
        ("BankTransfers", {"FromBankAccount": bank, "ToBankAccount": other, "Amount": 5, "Date": day}),
        ("ManualJournals", {"Narration": "x", "Status": "POSTED", "Date": day, "JournalLines": entry}),
    ]


@pytest.mark.parametrize("field", ["PeriodLockDate", "EndOfYearLockDate"])
def test_locks_when_set_then_nothing_that_moves_the_books_is_dated_in_them(
    open_pen: Callable[..., Any], field: str
) -> None:
    pen = open_pen(now=lambda: NOON)
    pen.bank()
    pen.bank("091")
    made = {
        number: pen.put(collection, wanted).one()
        for number, (collection, wanted) in enumerate(_dated("2026-09-30"))
    }
    sale, note, advance = made[0]["InvoiceID"], made[2]["CreditNoteID"], made[4]["PrepaymentID"]
    pay = {"Account": {"Code": "090"}, "Date": "2026-09-30", "Amount": 1}
    paid = pen.put("Payments", pay | {"Invoice": {"InvoiceID": sale}}).one()
    before = len(pen.rows("Invoices"))
    pen.org.change("Organisations", pen.org.tenant_id, **{field: LOCK})
    kind = "period" if field == "PeriodLockDate" else "end of year"
    for collection, wanted in _dated("2026-09-30"):
        assert pen.put(collection, wanted).errors == [messages.locked(kind, LOCK)], collection
        assert pen.put(collection, wanted | {"Date": "2026-10-01"}).status == 200, collection
    for target in ({"Invoice": {"InvoiceID": sale}}, {"CreditNote": {"CreditNoteID": note}}):
        assert pen.put("Payments", pay | target).errors == [messages.PAYMENT_LOCKED]
    batch = {"Payments": [{"Invoice": {"InvoiceID": sale}, "Amount": 1}], "Date": "2026-09-30"}
    assert pen.put("BatchPayments", batch | {"Account": {"Code": "090"}}).errors == [messages.PAYMENT_LOCKED]
    allocation = {"Invoice": {"InvoiceID": sale}, "Amount": 1, "Date": "2026-09-30"}
    for path in (f"CreditNotes/{note}", f"Prepayments/{advance}"):
        assert pen.put(f"{path}/Allocations", allocation).errors == [messages.PAYMENT_LOCKED]
    assert pen.post(f"Payments/{paid['PaymentID']}", {"Status": "DELETED"}).errors == [
        messages.PAYMENT_LOCKED
    ]
    for collection, key, status in (
        ("Invoices", made[1]["InvoiceID"], "VOIDED"),
        ("CreditNotes", note, "VOIDED"),
        ("BankTransactions", made[3]["BankTransactionID"], "DELETED"),
        ("BankTransfers", made[5]["BankTransferID"], "DELETED"),
        ("ManualJournals", made[6]["ManualJournalID"], "VOIDED"),
    ):
        ended = pen.post(f"{collection}/{key}", {"Status": status})
        assert ended.errors == [messages.locked(kind, LOCK)], collection
    assert len(pen.rows("Invoices")) == before + 2
