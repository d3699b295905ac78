"""The levers tests pull on an organisation, and what is the same every time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.sandbox.xero import PretendXero
from bot.sandbox.xero.collections import COLLECTIONS
from bot.sandbox.xero.demo import build_organisation
from bot.sandbox.xero.demo.volume import volume
from bot.sandbox.xero.projection import project, whole_list_view
from bot.sandbox.xero.reports import Reporter
from bot.sandbox.xero.wire import encode

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_touch_when_called_then_only_the_date_of_change_moves(desk: Any) -> None:
    caller = desk.link()
    invoice = next(iter(caller.org.shelf("Invoices").records))
    before = caller.get(f"Invoices/{invoice}").json()["Invoices"][0]
    caller.org.touch("Invoices", invoice)
    after = caller.get(f"Invoices/{invoice}").json()["Invoices"][0]
    assert {key for key in after if after[key] != before[key]} == {"UpdatedDateUTC", "UpdatedDateUTCString"}


def test_change_when_fields_are_given_then_served_and_found_by_modified_since(desk: Any) -> None:
    caller = desk.link()
    since = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    contact = next(iter(caller.org.shelf("Contacts").records))
    caller.org.change("Contacts", contact, Name="Renamed & Sons")
    rows = caller.get("Contacts", headers={"If-Modified-Since": since}).json()["Contacts"]
    assert [row["Name"] for row in rows] == ["Renamed & Sons"]


def test_contact_when_renamed_then_invoices_show_it_without_having_changed(desk: Any) -> None:
    caller = desk.link()
    row = caller.rows("Invoices", page=1)[0]
    caller.org.change("Contacts", row["Contact"]["ContactID"], Name="Another name")
    again = next(one for one in caller.rows("Invoices", page=1) if one["InvoiceID"] == row["InvoiceID"])
    assert again["Contact"]["Name"] == "Another name"
    assert again["UpdatedDateUTC"] == row["UpdatedDateUTC"]


def test_vanish_when_called_then_the_record_is_gone_without_a_trace(desk: Any) -> None:
    caller = desk.link()
    invoice = next(iter(caller.org.shelf("Invoices").records))
    caller.org.vanish("Invoices", invoice)
    assert caller.get(f"Invoices/{invoice}").status_code == 404
    assert len(caller.rows("Invoices")) == 35
    with pytest.raises(KeyError):
        caller.org.touch("Invoices", invoice)


def test_change_share_when_one_percent_then_that_many_and_no_money_moved() -> None:
    org = build_organisation("lively", seed=7, now=lambda: NOON)
    before = Reporter(org).trial_balance({})["Rows"]
    changed = org.change_share(0.01)
    assert len(changed["Invoices"]) == 11
    assert len(changed["BankTransactions"]) == -(-len(org.shelf("BankTransactions")) // 100)
    assert Reporter(org).trial_balance({})["Rows"] == before
    assert all(org.record(name, one).updated_at >= NOON for name, ids in changed.items() for one in ids)


def test_demo_data_when_built_twice_from_one_seed_then_the_same_bytes() -> None:
    def texts(seed: int) -> dict[str, bytes]:
        xero = PretendXero(now=lambda: NOON, seed=seed, organisations=("lively",))
        tenant = xero.organisation("lively").tenant_id
        return {name: b"".join(xero.served(tenant, name).values()) for name in COLLECTIONS}

    assert texts(7) == texts(7)
    assert texts(7)["Invoices"] != texts(8)["Invoices"]


def test_demo_data_when_counted_then_about_three_thousand_records_of_every_kind() -> None:
    org = build_organisation("lively", seed=7, now=lambda: NOON)
    assert sum(len(shelf) for shelf in org.shelves.values()) > 3000
    assert [name for name, shelf in org.shelves.items() if not len(shelf)] == []
    moments = [
        record.updated_at
        for shelf in org.shelves.values()
        for record in shelf
        if shelf.collection.modified_since
    ]
    assert max(moments) < NOON


@pytest.mark.parametrize("today", ["2024-02-29T00:03", "2026-12-31T12:00", "2027-04-01T02:00"])
@pytest.mark.parametrize("key", ["lively", "nz"])
def test_demo_data_when_built_on_an_awkward_day_then_nothing_lies_in_the_future(key: str, today: str) -> None:
    now = datetime.fromisoformat(today).replace(tzinfo=UTC)
    org = build_organisation(key, seed=7, now=lambda: now)
    records = [record for shelf in org.shelves.values() for record in shelf]
    assert max(record.updated_at for record in records) <= now
    assert max(record.fields["Date"] for record in records if "Date" in record.fields) <= now.date()


@pytest.mark.parametrize("key", ["empty", "odd"])
def test_empty_organisation_when_built_then_holds_only_what_xero_gives(key: str) -> None:
    org = build_organisation(key, seed=7, now=lambda: NOON)
    filled = {name for name, shelf in org.shelves.items() if len(shelf)}
    assert filled == {"Organisations", "Accounts", "TaxRates", "Currencies", "BrandingThemes", "Users"}
    assert (org.name == '<!channel> & "Söhne" 🧾') == (key == "odd")


@pytest.mark.parametrize("collection", ["Invoices", "BankTransactions", "Contacts"])
def test_volume_when_served_then_fast_texts_equal_ordinary_ones_before_and_after_changes(
    collection: str,
) -> None:
    org = volume("big", invoices=300, bank_transactions=300, contacts=50, now=lambda: NOON)
    xero = PretendXero(now=lambda: NOON, organisations=())
    xero.add_organisation(org)
    org.change("Contacts", next(iter(org.shelf("Contacts").records)), Name="Changed % name")
    org.change_share(0.02)
    described = COLLECTIONS[collection]
    for record_id, text in xero.served(org.tenant_id, collection).items():
        record = org.record(collection, record_id)
        assert text == encode(project(org, described, record, whole_list_view(described)))


def test_volume_when_reported_then_balanced() -> None:
    org = volume("big", invoices=300, bank_transactions=300, now=lambda: NOON)
    total = Reporter(org).trial_balance({})["Rows"][-1]["Rows"][0]["Cells"]
    assert total[3]["Value"] == total[4]["Value"] != "0.00"
    assert list(org.shelf("Invoices").records) == sorted(org.shelf("Invoices").records)
