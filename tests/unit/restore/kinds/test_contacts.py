"""Contacts planned and written: names, merges, erased ones, defaults, archiving."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.restore_plan import Action
from bot.restore.kinds import contacts
from bot.restore.model import IdMap, Phase, Step
from bot.restore.source import MemorySource
from tests.unit.restore.kinds.company_bench import (
    FACTS,
    Company,
    Records,
    copied,
    ground_of,
    read,
    will_exist,
)
from tests.unit.sandbox.writing.conftest import Pen, open_pen

__all__ = ["open_pen"]  # a fixture
SAME = (
    "Name", "FirstName", "LastName", "EmailAddress", "AccountNumber", "ContactNumber", "BankAccountDetails",
    "DefaultCurrency", "PaymentTerms", "Addresses", "Phones", "ContactPersons", "ContactStatus",
)  # fmt: skip
ERASED = "GDPRREQUEST"


@pytest.fixture
def company(open_pen: Callable[..., Pen]) -> Company:
    return copied(open_pen)


def contact(key: str, name: str, **more: Any) -> dict[str, Any]:
    return {"ContactID": key, "Name": name, "ContactStatus": "ACTIVE"} | more


def planned(*rows: dict[str, Any], documents: Records | None = None, **there: Any) -> dict[str, Step]:
    records: Records = {"contacts": {row["ContactID"]: row for row in rows}} | (documents or {})
    ground = ground_of(records, **there)
    return {step.record_id: step for step in contacts.plan(ground)}


def test_contacts_when_a_company_is_copied_then_all_are_taken_and_only_told_fields_differ(
    company: Company,
) -> None:
    assert [one for one in company.refused if one[0] in {"contacts", "archived_contacts"}] == []
    assert len(company.of("contacts")) == 180
    assert company.undeclared("contacts", SAME) == []


def test_contacts_when_a_name_cannot_stay_then_it_is_tidied_and_said(company: Company) -> None:
    names = {record["Name"]: now["Name"] for step, record, now in company.pairs("contacts") if step.reasons}
    assert names['<!channel> & "Söhne" 🧾'] == '(!channel) & "Söhne" 🧾'
    (step,) = (one for one in company.of("contacts") if one.name.startswith("<!channel>"))
    assert (step.action, step.reasons) == (Action.CHANGE, ("contacts.name",))


def test_contacts_when_archived_then_alive_for_documents_and_archived_in_the_end(company: Company) -> None:
    archived = {step.record_id for step in company.of("archived_contacts")}
    rows = [row for row in company.source.records("contacts") if row["ContactStatus"] == "ARCHIVED"]
    assert len(rows) == 13
    assert {row["ContactID"] for row in rows} <= archived
    assert {step.phase for step in company.of("archived_contacts")} == {Phase.CLOSING}
    assert {step.phase for step in company.of("contacts")} == {Phase.FIRST}


def test_contacts_when_one_was_erased_then_documents_keep_a_nameless_one(company: Company) -> None:
    ((step, record, now),) = (one for one in company.pairs("contacts") if one[1]["ContactStatus"] == ERASED)
    assert step.reasons == ("contacts.erased",)
    assert step.name == ""
    assert now["Name"] == "Erased contact"
    assert now["ContactStatus"] == "ARCHIVED"
    words = str(now)
    assert all(record[field] not in words for field in ("Name", "EmailAddress", "AccountNumber", "LastName"))


def test_plan_when_an_erased_one_is_named_by_nothing_living_then_it_is_left_out() -> None:
    void = {"InvoiceID": "i", "Status": "VOIDED", "Contact": {"ContactID": "1"}}
    found = planned(contact("1", "Someone", ContactStatus=ERASED), documents={"invoices": {"i": void}})
    assert (found["1"].action, found["1"].reasons) == (Action.LEAVE_OUT, ("contacts.erased_unused",))


def test_plan_when_contacts_were_merged_then_documents_follow_the_last_one() -> None:
    rows = [
        contact("1", "Old", ContactStatus="ARCHIVED", MergedToContactID="2"),
        contact("2", "Newer", ContactStatus="ARCHIVED", MergedToContactID="3"),
        contact("3", "Survivor"),
    ]
    ground = ground_of({"contacts": {row["ContactID"]: row for row in rows}})
    steps = {step.record_id: step for step in contacts.plan(ground)}
    assert [steps[key].action for key in "123"] == [Action.LEAVE_OUT, Action.LEAVE_OUT, Action.CREATE]
    assert all(ground.will_exist("contacts", key) for key in "123")
    ids = IdMap()
    for pair in ground.notes["pairs"]:
        ids.add(pair.resource, pair.source, pair.target)
    assert ids.find("contacts", "1") is None  # not before the survivor is there
    ids.add("contacts", "3", "new")
    assert [ids.need("contacts", key) for key in "123"] == ["new", "new", "new"]
    assert list(contacts.plan_archived(ground)) == []


def test_plan_when_merges_run_in_a_ring_or_nowhere_then_they_count_as_contacts() -> None:
    found = planned(
        contact("1", "A", MergedToContactID="2"),
        contact("2", "B", MergedToContactID="1"),
        contact("3", "C", MergedToContactID="gone"),
    )
    assert {step.action for step in found.values()} == {Action.CREATE}


def test_plan_when_the_target_has_the_name_then_it_is_matched_once_and_differences_are_told() -> None:
    there = ({"ContactID": "t", "Name": "ACME", "ContactStatus": "ACTIVE", "FirstName": "Zoë"},)
    found = planned(contact("1", "Acme", ContactStatus="ARCHIVED"), contact("2", "Acme"), contacts=there)
    assert (found["2"].action, found["2"].target_key) == (Action.MATCH, "t")
    assert found["2"].reasons == ("contacts.kept",)
    assert (found["1"].action, found["1"].reasons) == (Action.CHANGE, ("contacts.name_archived",))


def test_plan_when_a_match_is_archived_in_the_copy_then_it_stays_active_and_that_is_said() -> None:
    there = ({"ContactID": "t", "Name": "Acme", "ContactStatus": "ACTIVE"},)
    ground = ground_of({"contacts": {"1": contact("1", "Acme", ContactStatus="ARCHIVED")}}, contacts=there)
    (step,) = contacts.plan(ground)
    assert (step.action, step.reasons) == (Action.MATCH, ("contacts.stays_active",))
    assert list(contacts.plan_archived(ground)) == []


def test_plan_when_the_target_has_it_archived_then_it_is_made_anew() -> None:
    there = ({"ContactID": "t", "Name": "Acme", "ContactStatus": "ARCHIVED"},)
    assert planned(contact("1", "Acme"), contacts=there)["1"].action is Action.CREATE


def test_plan_when_things_cannot_come_back_then_each_has_its_reason() -> None:
    rich = contact(
        "1", "Rich", Website="https://example.com", DefaultCurrency="SEK", SalesDefaultAccountCode="200",
        AccountsReceivableTaxType="OUTPUT2", ContactNumber="7",
        ContactPersons=[{"FirstName": str(number)} for number in range(6)],
        SalesTrackingCategories=[{"TrackingCategoryName": "Region", "TrackingOptionName": "North"}],
    )  # fmt: skip
    steps = planned(rich, contact("2", "Poor", ContactNumber="7", DefaultCurrency="GBP"))
    assert steps["1"].reasons == (
        "contacts.defaults",
        "contacts.persons",
        "contacts.read_only",
        "contacts.tracking",
    )
    assert steps["2"].reasons == ("contacts.number",)
    sent = contacts.payload(steps["1"], rich, IdMap())
    assert len(sent["ContactPersons"]) == 5
    assert not {"Website", "DefaultCurrency", "SalesDefaultAccountCode", "SalesTrackingCategories"} & set(
        sent
    )
    assert "ContactNumber" not in contacts.payload(
        steps["2"], contact("2", "Poor", ContactNumber="7"), IdMap()
    )


def test_contacts_when_they_have_defaults_then_these_come_back(open_pen: Callable[..., Pen]) -> None:
    pen = open_pen("fresh-uk")
    tracked = [{"TrackingCategoryName": "Region", "TrackingOptionName": "North"}]
    full = contact(
        "1", "Full", DefaultCurrency="GBP", SalesDefaultAccountCode="200", PurchasesDefaultAccountCode="310",
        AccountsReceivableTaxType="OUTPUT2", AccountsPayableTaxType="INPUT2", TaxNumber="GB123",
        SalesDefaultLineAmountType="INCLUSIVE", PurchasesDefaultLineAmountType="NONE", CompanyNumber="0042",
        PaymentTerms={
            "Bills": {"Day": 0, "Type": "OFCURRENTMONTH"}, "Sales": {"Day": 7, "Type": "DAYSAFTERBILLDATE"},
        },
        Addresses=[{"AddressType": "STREET", "AddressLine1": "1 Quay", "City": "Whitby"}],
        Phones=[{"PhoneType": "MOBILE", "PhoneNumber": "555"}],
        ContactPersons=[{"FirstName": "Ann", "EmailAddress": "ann@example.com", "IncludeInEmails": False}],
        SalesTrackingCategories=tracked, PurchasesTrackingCategories=tracked,
    )  # fmt: skip
    category = {"TrackingCategoryID": "c", "Name": "Region", "Status": "ACTIVE",
                "Options": [{"TrackingOptionID": "o", "Name": "North", "Status": "ACTIVE"}]}  # fmt: skip
    records: Records = {"contacts": {"1": full}, "tracking_categories": {"c": category}}
    records |= {key: rows for key, rows in read(pen.org).items() if key in {"accounts", "tax_rates"}}
    company = Company(MemorySource(FACTS, records), pen)
    company.plan()
    company.write()
    assert company.refused == []
    assert [step.reasons for step in company.of("contacts")] == [()]
    assert [step.phase for step in company.of("contact_tracking")] == [Phase.SECOND]
    found = pen.read("Contacts", company.ids.need("contacts", "1"))
    fields = set(full) - {"ContactID", "Addresses", "Phones", "ContactPersons"}
    assert {field: found[field] for field in fields} == {field: full[field] for field in fields}
    assert found["ContactPersons"][0]["FirstName"] == "Ann"
    assert found["Addresses"][0]["AddressLine1"] == "1 Quay"


def test_plan_tracking_when_the_target_writes_the_name_otherwise_then_it_is_given_up() -> None:
    option = {"TrackingOptionID": "o", "Name": "North", "Status": "ACTIVE"}
    category = {"TrackingCategoryID": "c", "Name": "Region", "Status": "ACTIVE", "Options": [option]}
    row = contact("1", "A", SalesTrackingCategories=[
        {"TrackingCategoryName": "Region", "TrackingOptionName": "North"}])  # fmt: skip
    theirs = category | {"TrackingCategoryID": "t", "Name": "REGION"}
    ground = ground_of(
        {"contacts": {"1": row}, "tracking_categories": {"c": category}}, tracking_categories=(theirs,)
    )
    ground.settle("tracking_categories", "c", Action.MATCH, "t")
    will_exist(ground, "tracking_options", "o")
    (step,) = contacts.plan(ground)
    assert step.reasons == ("contacts.tracking",)
    assert list(contacts.plan_tracking(ground)) == []


def test_plan_when_contacts_are_not_chosen_then_nothing_is_planned() -> None:
    ground = ground_of({"contacts": {"1": contact("1", "A")}}, chosen=())
    planners = (contacts.plan, contacts.plan_tracking, contacts.plan_archived)
    assert [step for plan in planners for step in plan(ground)] == []


@pytest.mark.parametrize("key", ["fresh-uk", "fresh-au", "fresh-nz", "fresh-us"])
def test_contacts_when_names_are_odd_then_each_country_takes_what_was_planned(
    open_pen: Callable[..., Pen], key: str
) -> None:
    pen = open_pen(key)
    odd = [
        "<!channel> & Söhne 🧾",
        " edge ",
        "two  spaces",
        "ACME",
        "acme",
        "",
        "x" * 400,
        "Tab\there",
        "ß",
        "SS",
    ]
    rows = [
        contact(f"{number:08x}-1", name, ContactStatus=status)
        for number, (name, status) in enumerate(
            (name, status) for name in odd for status in ("ACTIVE", "ARCHIVED")
        )
    ]
    company = Company(MemorySource(FACTS, {"contacts": {row["ContactID"]: row for row in rows}}), pen)
    company.plan()
    company.write()
    assert company.refused == []
    found = [now["Name"] for _, _, now in company.pairs("contacts")]
    assert len({name.lower() for name in found}) == len(found) == 20
    assert company.undeclared("contacts", ("Name", "ContactStatus")) == []
