"""The least number of calls, and counting documents in five."""

from __future__ import annotations

from typing import Any

import pytest

from bot.catalogue import RESOURCES
from bot.errors import XeroUnavailable
from bot.xero.client import XeroClient
from bot.xero.facts import organisation_facts
from bot.xero.sizing import count_documents, least_calls


@pytest.mark.parametrize(
    ("key", "count", "calls"),
    [
        ("invoices", 0, 1),
        ("invoices", 1000, 1),
        ("invoices", 1001, 2),
        ("invoices", 40_000, 40),
        ("quotes", 0, 1),
        ("quotes", 99, 1),
        ("quotes", 100, 2),
        ("quotes", 250, 3),
        ("items", 5000, 1),
        ("journals", 0, 1),
        ("journals", 201, 4),
        ("contact_group_members", 0, 7),
        ("trial_balance", 0, 14),
        ("balance_sheet", 0, 1),
        ("organisation", 1, 1),
    ],
)
def test_least_calls_when_one_resource_then_it_is_what_paging_allows(
    key: str, count: int, calls: int
) -> None:
    assert least_calls([RESOURCES[key]], {key: count}, {"contact_groups": 7}) == calls


def test_count_documents_when_asked_then_five_small_calls_tell(server: Any, client: XeroClient) -> None:
    def answer(asked: Any) -> Any:
        name = asked.path.rsplit("/", 1)[1]
        if name == "Accounts":
            return server.json({"Accounts": [{}, {}, {}]})
        if name == "CreditNotes":
            return server.json({"Detail": "AuthorizationUnsuccessful"}, status=401)
        return server.json({"pagination": {"pageCount": 9, "itemCount": 9_000}, name: [{}]})

    server.answer = answer
    assert count_documents(client) == {
        "invoices": 9_000,
        "credit_notes": None,
        "bank_transactions": 9_000,
        "contacts": 9_000,
        "accounts": 3,
    }
    assert len(server.calls) == 5
    assert all(asked.query["pageSize"] == "1" for asked in server.calls if "Accounts" not in asked.path)


def test_organisation_facts_when_read_then_the_region_is_without_onramp() -> None:
    raw = (
        b'{"Name":"Maple & Co","LegalName":"Maple Ltd","Version":"UKONRAMP","CountryCode":"GB",'
        b'"BaseCurrency":"GBP",'
        b'"FinancialYearEndDay":31,"FinancialYearEndMonth":3,"IsDemoCompany":true,"Timezone":"GMTSTANDARDTIME",'
        b'"ShortCode":"!ab","Class":"SOMETHINGNEW","Edition":"BUSINESS"}'
    )
    facts = organisation_facts(raw, [b'{"Code":"GBP"}', b'{"Code":"EUR","Description":"Euro"}'])
    assert (facts.name, facts.region, facts.country, facts.base_currency) == ("Maple & Co", "UK", "GB", "GBP")
    assert facts.currencies == ("GBP", "EUR")
    assert (facts.year_end_day, facts.year_end_month, facts.is_demo) == (31, 3, True)
    assert facts.edition == "SOMETHINGNEW"


def test_organisation_facts_when_it_is_no_organisation_then_it_is_unavailable() -> None:
    with pytest.raises(XeroUnavailable):
        organisation_facts(b"[]")
    assert organisation_facts(b"{}").name == ""
