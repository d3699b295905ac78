"""Lists: pages, filters, order, and everything they leave out."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from bot.sandbox.xero.collections import COLLECTIONS, Paging

SIZED = sorted(name for name, one in COLLECTIONS.items() if one.paging is Paging.SIZED)
SINCE = sorted(name for name, one in COLLECTIONS.items() if one.modified_since)


def test_paging_when_listed_then_nine_collections_have_sizes_and_eighteen_know_modified_since() -> None:
    assert len(SIZED) == 9
    assert len(SINCE) == 17  # and Journals, which is not a collection of records here
    assert [name for name, one in COLLECTIONS.items() if one.paging is Paging.HUNDRED] == [
        "LinkedTransactions",
        "Quotes",
    ]


@pytest.mark.parametrize("collection", SIZED)
def test_page_when_asked_for_then_pagination_is_true_and_pages_cover_everything_once(
    lively: Any, collection: str
) -> None:
    id_field = COLLECTIONS[collection].id_field
    seen: list[str] = []
    page = 1
    while True:
        query = {"page": page, "pageSize": 250, "order": f"{id_field} ASC", "includeArchived": "true"}
        body = lively.get(collection, **query).json()
        rows = [row[id_field] for row in body[collection]]
        total = body["pagination"]["itemCount"]
        expected = {"page": page, "pageSize": 250, "pageCount": -(-total // 250), "itemCount": total}
        assert body["pagination"] == expected
        if not rows:
            break
        seen += rows
        page += 1
    assert seen == sorted(seen)
    assert set(seen) == set(lively.org.shelf(collection).records)
    assert len(seen) == len(set(seen)) == total


@pytest.mark.parametrize(("asked", "given"), [("0", 1), ("5000", 1000), ("x", 100), (None, 100), ("-3", 1)])
def test_page_size_when_out_of_range_then_clamped(lively: Any, asked: str | None, given: int) -> None:
    query = {"page": 1} if asked is None else {"page": 1, "pageSize": asked}
    body = lively.get("Invoices", **query).json()
    assert body["pagination"]["pageSize"] == given
    assert len(body["Invoices"]) == given


@pytest.mark.parametrize("collection", SIZED)
def test_list_when_no_page_is_asked_for_then_everything_comes_without_lines_or_pagination(
    lively: Any, collection: str
) -> None:
    body = lively.get(collection, includeArchived="true").json()
    assert "pagination" not in body
    assert len(body[collection]) == len(lively.org.shelf(collection))
    lines = COLLECTIONS[collection].lines
    if lines:
        assert not any(row[lines] for row in body[collection])
        assert any(row[lines] for row in lively.rows(collection, page=1))


def test_quotes_when_paged_then_always_a_hundred_without_pagination(lively: Any) -> None:
    body = lively.get("Quotes", page=1, pageSize=1000).json()
    assert "pagination" not in body
    assert [len(lively.rows("Quotes", page=page)) for page in (1, 2, 3)] == [100, 25, 0]
    assert len(lively.rows("Quotes")) == 100


def test_unpaged_collection_when_a_page_is_asked_for_then_it_is_ignored(lively: Any) -> None:
    assert len(lively.rows("Items", page=5)) == len(lively.org.shelf("Items"))


@pytest.mark.parametrize(
    ("collection", "flag", "status", "field"),
    [
        ("Contacts", "includeArchived", "ARCHIVED", "ContactStatus"),
        ("Invoices", "includeArchived", "ARCHIVED", "Status"),
        ("TrackingCategories", "includeArchived", "ARCHIVED", "Status"),
        ("BankTransfers", "includeDeleted", "DELETED", "Status"),
    ],
)
def test_hidden_records_when_not_asked_for_then_missing(
    lively: Any, collection: str, flag: str, status: str, field: str
) -> None:
    plain, full = lively.rows(collection), lively.rows(collection, **{flag: "true"})
    assert status not in {row[field] for row in plain}
    assert status in {row[field] for row in full}


def test_archived_tracking_options_when_not_asked_for_then_missing(lively: Any) -> None:
    def options(**query: str) -> set[str]:
        return {
            option["Name"] for row in lively.rows("TrackingCategories", **query) for option in row["Options"]
        }

    assert options(includeArchived="true") - options() == {
        "Old East",
        "Sail loft (closed)",
        "Slipway",
        "Crane",
    }


def test_deleted_groups_when_listed_then_never_shown_and_members_only_by_id(lively: Any) -> None:
    groups = lively.rows("ContactGroups")
    assert "Closed group" not in {one["Name"] for one in groups}
    assert not any(one["Contacts"] for one in groups)
    body = lively.get(f"ContactGroups/{groups[0]['ContactGroupID']}").json()
    assert len(body["ContactGroups"][0]["Contacts"]) == 18


def test_budget_lines_when_asked_by_id_with_dates_then_only_those_months(lively: Any) -> None:
    headers = lively.rows("Budgets")
    assert [one["BudgetLines"] for one in headers] == [[], [], []]
    path = f"Budgets/{headers[0]['BudgetID']}"
    assert lively.get(path).json()["Budgets"][0]["BudgetLines"] == []
    budget = lively.get(path, DateFrom="2026-10-01", DateTo="2026-12-31").json()["Budgets"][0]
    months = {one["Period"] for line in budget["BudgetLines"] for one in line["BudgetBalances"]}
    assert months == {"2026-10", "2026-11", "2026-12"}


def test_prices_when_four_decimals_are_not_asked_for_then_rounded(lively: Any) -> None:
    two, four = (lively.get("Items/BUOY-S", **query).text for query in ({}, {"unitdp": 4}))
    assert '"UnitPrice":12.33,' in two
    assert '"UnitPrice":12.3333,' in four


def test_rounding_fields_when_listed_then_missing_and_by_id_there(lively: Any) -> None:
    row = next(
        one for one in lively.rows("Invoices", page=1, pageSize=1000) if one["InvoiceNumber"] == "INV-0005"
    )
    assert "RoundingAmount" not in row
    single = lively.get("Invoices/INV-0005").json()["Invoices"][0]
    assert (single["RoundingAmount"], single["EnteredTotal"]) == (0.02, 100.0)


def test_contact_details_when_not_paged_or_summed_up_then_missing(lively: Any) -> None:
    def keys(**query: Any) -> set[str]:
        return set(lively.rows("Contacts", **query)[0])

    assert keys(page=1) - keys() >= {"ContactPersons", "PaymentTerms", "Balances"}
    assert keys(page=1) - keys(page=1, summaryOnly="true") >= {"Addresses", "Phones", "ContactPersons"}


def test_invoices_when_summary_only_then_no_lines_even_when_paged(lively: Any) -> None:
    assert not any("LineItems" in row for row in lively.rows("Invoices", page=1, summaryOnly="true"))


@pytest.mark.parametrize("collection", SINCE)
def test_modified_since_when_given_then_only_later_records(lively: Any, collection: str) -> None:
    records = sorted(lively.org.shelf(collection), key=lambda record: record.updated_at)
    middle = records[len(records) // 2].updated_at
    expected = {record.record_id for record in records if record.updated_at > middle}
    query = {"page": 1, "pageSize": 1000} | {"includeArchived": "true", "includeDeleted": "true"}
    for text in (middle.strftime("%Y-%m-%dT%H:%M:%S"), middle.strftime("%a, %d %b %Y %H:%M:%S GMT")):
        rows = lively.get(collection, headers={"If-Modified-Since": text}, **query).json()[collection]
        assert {row[COLLECTIONS[collection].id_field] for row in rows} == expected


def test_modified_since_when_the_collection_does_not_know_it_then_ignored(lively: Any) -> None:
    rows = lively.get("TaxRates", headers={"If-Modified-Since": "2099-01-01T00:00:00"}).json()["TaxRates"]
    assert len(rows) == len(lively.org.shelf("TaxRates"))


def test_where_when_understood_then_filters(lively: Any) -> None:
    rows = lively.rows("Invoices", where='Type=="ACCPAY" AND Status=="AUTHORISED"')
    assert rows
    assert {(row["Type"], row["Status"]) for row in rows} == {("ACCPAY", "AUTHORISED")}
    contact = rows[0]["Contact"]["ContactID"]
    mine = lively.rows("Invoices", where=f'Contact.ContactID==guid("{contact}")')
    assert {row["Contact"]["ContactID"] for row in mine} == {contact}
    late = lively.rows("BankTransactions", where="Date>=DateTime(2026,10,01)", page=1)
    assert late
    assert min(row["DateString"] for row in late) >= "2026-10-01"


@pytest.mark.parametrize(
    "query",
    [
        {"where": "nonsense"},
        {"where": 'Name.Contains("a")'},
        {"order": "Nonsense ASC"},
        {"order": "Total DESC"},
    ],
)
def test_query_when_not_understood_then_400(lively: Any, query: dict[str, str]) -> None:
    answer = lively.get("Invoices", **query)
    assert answer.status_code == 400
    assert answer.json()["Type"] == "QueryParseException"


def test_order_when_not_asked_for_then_by_time_of_change(lively: Any) -> None:
    rows = lively.rows("BankTransactions", page=1, pageSize=1000)
    moments = [(int(re.findall(r"\d+", row["UpdatedDateUTC"])[0]), row["BankTransactionID"]) for row in rows]
    assert moments == sorted(moments)


def test_filters_when_ids_or_statuses_are_given_then_only_those(lively: Any) -> None:
    ids = list(lively.org.shelf("Invoices").records)[:3]
    assert {row["InvoiceID"] for row in lively.rows("Invoices", IDs=",".join(ids))} <= set(ids)
    assert {row["Status"] for row in lively.rows("Invoices", Statuses="VOIDED,DELETED")} == {
        "VOIDED",
        "DELETED",
    }
    assert lively.rows("Invoices", createdByMyApp="true") == []


def test_single_record_when_asked_by_number_or_any_letter_case_then_found_in_the_plural_array(
    lively: Any,
) -> None:
    by_number = lively.get("Invoices/INV-0007").json()["Invoices"]
    assert len(by_number) == 1
    by_id = lively.get(f"Invoices/{by_number[0]['InvoiceID'].upper()}").json()["Invoices"]
    assert by_id == by_number
    assert by_id[0]["Contact"]["EmailAddress"]


def test_json_when_read_raw_then_dates_are_escaped_and_numbers_keep_their_zeros(lively: Any) -> None:
    text = lively.get("Invoices", page=1, pageSize=50, unitdp=4).text
    assert re.search(r'"DateTimeUTC":"\\/Date\(\d+\)\\/"', text)
    assert re.search(r'"DateString":"\d{4}-\d\d-\d\dT00:00:00","Date":"\\/Date\(\d+\+0000\)\\/"', text)
    assert re.search(r'"UpdatedDateUTCString":"[^"]+","UpdatedDateUTC"', text)
    assert re.search(r'"Quantity":\d+\.\d{4},', text)
    assert re.search(r'"CurrencyRate":\d\.\d{10}', text)
    assert list(json.loads(text))[:4] == ["Id", "Status", "ProviderName", "DateTimeUTC"]


def test_lively_records_when_read_then_hold_what_real_life_holds(lively: Any) -> None:
    invoices = lively.get("Invoices", page=1, pageSize=1000, includeArchived="true").text
    contacts = lively.get("Contacts", page=1, pageSize=1000, includeArchived="true").text
    assert r"\/Date(-" in invoices
    assert '"TideTable":{"High":"04:12","Level":5.2000' in invoices
    assert '<!channel> & \\"Söhne\\" 🧾' in contacts
    assert max(len(row["Name"]) for row in json.loads(contacts)["Contacts"]) == 255
    assert "HARBOURLEVY" in lively.get("TaxRates").text
    assert "RECEIPT" in lively.get("LinkedTransactions").text


def test_gzip_when_accepted_then_used_and_otherwise_not(lively: Any) -> None:
    packed = lively.get("Accounts", headers={"Accept-Encoding": "gzip"})
    plain = lively.get("Accounts", headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.json()["Accounts"] == plain.json()["Accounts"]


def test_high_volume_when_over_the_threshold_then_400_unless_paged_and_optimised(desk: Any) -> None:
    caller = desk.link()
    caller.org.high_volume_threshold = 20
    assert caller.get("Invoices").status_code == 400
    assert caller.get("Invoices", page=1).status_code == 200
    assert caller.get("Invoices", page=1, order="DueDate ASC").status_code == 400
    assert caller.get("Invoices", page=1, order="InvoiceID ASC").status_code == 200
    assert caller.get("Invoices", page=1, where='Reference=="x"').status_code == 400


@pytest.mark.parametrize("organisation", ["nz", "lively"])
def test_served_when_compared_with_the_wire_then_every_record_is_there_byte_for_byte(
    desk: Any, lively: Any, organisation: str
) -> None:
    caller = lively if organisation == "lively" else desk.link()
    for name, collection in COLLECTIONS.items():
        path = "Organisation" if name == "Organisations" else name
        query = {"unitdp": 4, "includeArchived": "true", "includeDeleted": "true"}
        pages = [caller.get(path, page=page, pageSize=1000, **query).content for page in (1, 2)]
        wire = b"".join(pages)
        served = caller.desk.xero.served(caller.org.tenant_id, name)
        hidden = {key for key, text in served.items() if name == "ContactGroups" and b'"DELETED"' in text}
        assert len(served) == len(caller.org.shelf(name))
        assert not [key for key, text in served.items() if key not in hidden and text not in wire]
        assert all(json.loads(text)[collection.id_field] == key for key, text in served.items())


def test_pretty_organisation_when_read_then_lines_end_with_crlf(desk: Any) -> None:
    text = desk.link().get("Invoices", page=1).text
    assert text.startswith('{\r\n  "Id"')
    assert '\r\n    {\r\n      "Type": "ACCREC"' in text
    assert json.loads(text)["pagination"]["itemCount"] == 36
