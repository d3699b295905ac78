"""Contacts, their groups, and items: what is taken and what is not."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.xero.writing import messages

NOBODY = "00000000-0000-0000-0000-000000000000"


def test_contact_when_created_then_shown_with_all_it_was_given(pen: Any) -> None:
    wanted = {
        "Name": "Ægir & Rán ⚓",
        "ContactNumber": "C-1",
        "EmailAddress": "a@example.com",
        "Addresses": [{"AddressType": "POBOX", "City": "Whitby"}],
        "ContactPersons": [{"FirstName": "Ida", "EmailAddress": "i@example.com", "IncludeInEmails": True}],
        "PaymentTerms": {"Sales": {"Day": 14, "Type": "DAYSAFTERBILLDATE"}},
    }
    row = pen.put("Contacts", {"Contacts": [wanted]}).one()
    again = pen.read("Contacts", row["ContactID"])
    assert (again["Name"], again["ContactStatus"], again["ContactNumber"]) == (
        "Ægir & Rán ⚓",
        "ACTIVE",
        "C-1",
    )
    assert {one["AddressType"]: one["City"] for one in again["Addresses"]} == {
        "STREET": "",
        "POBOX": "Whitby",
    }
    assert again["ContactPersons"][0]["FirstName"] == "Ida"
    assert again["PaymentTerms"]["Sales"]["Day"] == 14


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"Name": None}, messages.EMPTY_CONTACT),
        ({"Name": "buzz lightyear"}, messages.name_taken("buzz lightyear")),
        ({"Name": "a  b"}, messages.unpublished("Name may hold no <, >, edge or double spaces")),
        ({"Name": " a"}, messages.unpublished("Name may hold no <, >, edge or double spaces")),
        ({"Name": "<!channel>"}, messages.unpublished("Name may hold no <, >, edge or double spaces")),
        ({"ContactStatus": "ARCHIVED"}, messages.unpublished("A new contact must be ACTIVE")),
        ({"ContactPersons": [{}] * 6}, messages.unpublished("There may be at most 5 ContactPersons")),
        ({"DefaultCurrency": "EUR"}, "Organisation is not subscribed to currency EUR"),
        ({"AccountsPayableTaxType": "X"}, messages.TAX_INVALID),
        ({"SalesDefaultAccountCode": "X"}, messages.unpublished("SalesDefaultAccountCode is not an account")),
        ({"ContactID": NOBODY}, messages.unpublished("ContactID is given by Xero")),
    ],
)
def test_contact_when_a_rule_is_broken_then_refused(pen: Any, wrong: dict[str, Any], message: str) -> None:
    pen.contact("Buzz Lightyear")
    assert pen.put("Contacts", {"Name": "Woody"} | wrong).errors == [message]
    assert len(pen.rows("Contacts")) == 1


def test_contact_when_put_twice_then_the_published_sentence(pen: Any) -> None:
    pen.contact("Buzz Lightyear")
    answer = pen.put("Contacts", {"Name": "Buzz Lightyear"})
    sentence = (
        "The contact name Buzz Lightyear is already assigned to another contact. "
        "The contact name must be unique across all active contacts."
    )
    assert answer.errors == [sentence]
    assert answer.body["Elements"][0]["HasValidationErrors"] is True


def test_contact_when_posted_by_id_number_or_name_then_changed_not_made(pen: Any) -> None:
    row = pen.put("Contacts", {"Name": "Woody", "ContactNumber": "W"}).one()
    for named in ({"ContactID": row["ContactID"]}, {"ContactNumber": "W"}, {"Name": "WOODY"}):
        assert pen.post("Contacts", named | {"FirstName": "W."}).one()["ContactID"] == row["ContactID"]
    assert len(pen.rows("Contacts")) == 1


def test_contact_when_persons_are_sent_then_replace_those_before(pen: Any) -> None:
    persons = [{"FirstName": "Ida"}, {"FirstName": "Bo"}]
    contact = pen.put("Contacts", {"Name": "Woody", "ContactPersons": persons}).one()["ContactID"]
    row = pen.post(f"Contacts/{contact}", {"ContactPersons": [{"FirstName": "Cy"}]}).one()
    assert [one["FirstName"] for one in row["ContactPersons"]] == ["Cy"]
    assert len(pen.post(f"Contacts/{contact}", {"FirstName": "x"}).one()["ContactPersons"]) == 1


def test_contact_when_archived_then_its_name_is_free_and_coming_back_is_not(pen: Any) -> None:
    first = pen.contact("Woody")["ContactID"]
    assert pen.post(f"Contacts/{first}", {"ContactStatus": "ARCHIVED"}).one()["ContactStatus"] == "ARCHIVED"
    pen.contact("Woody")
    assert pen.post(f"Contacts/{first}", {"ContactStatus": "ACTIVE"}).errors == [messages.name_taken("Woody")]
    assert len(pen.rows("Contacts")) == 1


def test_contact_when_the_id_in_the_path_is_unknown_then_404(pen: Any) -> None:
    assert pen.post(f"Contacts/{NOBODY}", {"FirstName": "x"}).status == 404


def test_group_when_members_come_and_go_then_both_sides_show_it(pen: Any) -> None:
    group = pen.put("ContactGroups", {"Name": "Trade"}).one()["ContactGroupID"]
    first, second = pen.contact("A"), pen.contact("B")
    added = pen.put(f"ContactGroups/{group}/Contacts", {"Contacts": [first, second]})
    assert [one["ContactID"] for one in added.body["Contacts"]] == [first["ContactID"], second["ContactID"]]
    assert len(pen.read("ContactGroups", group)["Contacts"]) == 2
    assert pen.read("Contacts", first["ContactID"])["ContactGroups"][0]["Name"] == "Trade"
    assert pen.call("DELETE", f"ContactGroups/{group}/Contacts/{first['ContactID']}").status == 204
    assert pen.read("Contacts", first["ContactID"])["ContactGroups"] == []
    assert pen.call("DELETE", f"ContactGroups/{group}/Contacts").status == 204
    assert pen.read("ContactGroups", group)["Contacts"] == []
    assert pen.put(f"ContactGroups/{group}/Contacts", {"Contacts": [{"ContactID": NOBODY}]}).status == 400


def test_groups_when_a_hundred_exist_then_no_more(pen: Any) -> None:
    for number in range(100):
        pen.put("ContactGroups", {"Name": f"G{number}"})
    assert pen.put("ContactGroups", {"Name": "G100"}).errors == [
        "You’ve reached the limit of 100 contact groups."
    ]
    first = pen.rows("ContactGroups")[0]["ContactGroupID"]
    assert pen.post(f"ContactGroups/{first}", {"Status": "DELETED"}).one()["Status"] == "DELETED"
    assert pen.put("ContactGroups", {"Name": "G100"}).status == 200
    assert "taken" in pen.put("ContactGroups", {"Name": "g100"}).errors[0]


ITEM = {"Code": "abc", "Name": "Rope", "SalesDetails": {"UnitPrice": 1.23456, "AccountCode": "200"}}


def test_item_when_created_then_prices_keep_four_decimals_only_when_asked(pen: Any) -> None:
    two = pen.put("Items", ITEM).one()
    four = pen.put("Items", ITEM | {"Code": "abd"}, unitdp=4).one()
    assert str(two["SalesDetails"]["UnitPrice"]) == "1.23"
    assert str(four["SalesDetails"]["UnitPrice"]) == "1.2346"
    assert str(pen.read("Items", two["ItemID"])["SalesDetails"]["UnitPrice"]) == "1.2300"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"Code": "taken"}, "Price List Item with Code 'taken' already exists"),
        ({"Code": None}, messages.unpublished("Code must be specified")),
        ({"Code": "x" * 31}, messages.unpublished("Code is longer than 30 characters")),
        ({"Name": "x" * 51}, messages.unpublished("Name is longer than 50 characters")),
        ({"SalesDetails": {"TaxType": "X"}}, messages.TAX_INVALID),
        ({"SalesDetails": {"AccountCode": "X"}}, messages.unpublished("AccountCode X is not an account")),
        (
            {"InventoryAssetAccountCode": "200", "PurchaseDetails": {"COGSAccountCode": "310"}},
            messages.unpublished("InventoryAssetAccountCode must be an INVENTORY account"),
        ),
        (
            {"InventoryAssetAccountCode": "630"},
            messages.unpublished("A tracked item needs a COGSAccountCode"),
        ),
    ],
)
def test_item_when_a_rule_is_broken_then_refused(pen: Any, wrong: dict[str, Any], message: str) -> None:
    pen.put("Items", ITEM | {"Code": "taken"})
    assert pen.put("Items", ITEM | wrong).errors == [message]


def test_item_when_tracked_then_starts_with_nothing_on_hand(pen: Any) -> None:
    tracked = {"InventoryAssetAccountCode": "630", "PurchaseDetails": {"COGSAccountCode": "310"}}
    row = pen.put("Items", ITEM | tracked).one()
    assert (row["IsTrackedAsInventory"], row["QuantityOnHand"], row["TotalCostPool"]) == (True, 0, 0)


def test_item_when_posted_by_code_then_changed_and_when_deleted_then_gone(pen: Any) -> None:
    item = pen.put("Items", ITEM).one()["ItemID"]
    assert pen.post("Items", {"Code": "abc", "Name": "Chain"}).one()["ItemID"] == item
    assert pen.call("DELETE", f"Items/{item}").status == 204
    assert pen.rows("Items") == []
    assert pen.put("Items", {"Items": [ITEM] * 501}).status == 400
