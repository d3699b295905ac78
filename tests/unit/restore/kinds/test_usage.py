"""What documents use: read once, what is gone left aside."""

from __future__ import annotations

from typing import Any

import pytest

from bot.errors import VaultDamaged
from bot.restore.kinds.usage import usage
from bot.restore.target import TargetState
from bot.sandbox.xero.demo import build_organisation
from tests.unit.restore.kinds.bench_of_lists import NOON, facts_of, ground_of

UK = facts_of(build_organisation("fresh-uk", seed=7, now=lambda: NOON))
RECORDS: dict[str, Any] = {
    "invoices": {
        "i": {
            "Status": "PAID",
            "LineItems": [
                {"TaxType": "OUTPUT2", "AccountID": "acc-1", "AccountCode": "200", "Tracking": None},
                {"Tracking": [{"TrackingOptionID": "o1"}], "Unheard": {"Of": 1}},
            ],
        },
        "gone": {"Status": "DELETED", "LineItems": [{"TaxType": "TAX001"}]},
    },
    "manual_journals": {
        "j": {"Status": "POSTED", "JournalLines": [{"TaxType": "NONE", "AccountCode": "850"}]}
    },
    "items": {"p": {"Code": "A", "SalesDetails": {"TaxType": "TAX002", "AccountCode": "260"}}},
    "payments": {"m": {"Status": "AUTHORISED", "Account": {"AccountID": "bank-1", "Code": "090"}}},
    "bank_transfers": {"t": {"FromBankAccount": {"AccountID": "bank-2"}, "ToBankAccount": {"Code": "091"}}},
}  # fmt: skip


def ground(chosen: tuple[str, ...] = tuple(RECORDS), records: Any = RECORDS) -> Any:
    return ground_of(records, TargetState(organisation_id="o", tenant_id="t", facts=UK), chosen=chosen)


def test_usage_when_read_then_taxes_accounts_and_tracking_are_known() -> None:
    found = usage(ground())
    assert found.tax_types == {"OUTPUT2", "NONE", "TAX002"}
    assert found.accounts == {"acc-1", "200", "850", "260", "bank-1", "090", "bank-2", "091"}
    assert found.tracking == {frozenset({"o1"}): 1}


def test_usage_when_a_type_is_not_chosen_then_it_does_not_count() -> None:
    assert usage(ground(("manual_journals",))).tax_types == {"NONE"}


def test_usage_when_asked_again_then_nothing_is_read_again() -> None:
    once = ground()
    assert usage(once) is usage(once)


def test_usage_when_a_document_cannot_be_understood_then_it_is_damaged() -> None:
    broken = {"invoices": {"i": {"Status": "PAID", "LineItems": "none"}}}
    with pytest.raises(VaultDamaged):
        usage(ground(("invoices",), broken))
