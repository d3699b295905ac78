"""What is archived at the very end."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.restore_plan import Action
from bot.restore.kinds.closing import ARCHIVED_ACCOUNTS, ARCHIVED_TAX_RATES
from bot.restore.model import IdMap, NotMapped, Phase
from bot.sandbox.xero import PretendOrganisation
from bot.sandbox.xero.demo import build_organisation
from bot.sandbox.xero.demo.charts import add_account, add_tax_rate
from tests.unit.restore.kinds.bench_of_lists import NOON, Bench, ground_of, target_of


def company(seed: int) -> PretendOrganisation:
    return build_organisation("fresh-uk", seed=seed, now=lambda: NOON)


def rate(org: PretendOrganisation, code: str, name: str, status: str) -> None:
    add_tax_rate(org, code, name, "OUTPUT", at=NOON, rate="3", applies="YYNYY", status=status)


def plan(source: PretendOrganisation, target: PretendOrganisation) -> Bench:
    bench = Bench(ground_of(source, target_of(target)))
    bench.plan()
    return bench


def test_archived_accounts_when_made_or_matched_alive_then_archived_last() -> None:
    source, target = company(1), company(2)
    add_account(source, "299", "Old shop", "SALES", at=NOON, Status="ARCHIVED")
    for code in ("400", "401"):
        source.change("Accounts", source.account(code).record_id, Status="ARCHIVED")
    target.change("Accounts", target.account("401").record_id, Status="ARCHIVED")
    steps = plan(source, target).of("archived_accounts")
    assert set(steps) == {"299 Old shop", "400 Advertising & Marketing"}
    step = steps["299 Old shop"]
    assert (step.action, step.phase, step.part) == (Action.CHANGE, Phase.CLOSING, "archive")
    assert ARCHIVED_ACCOUNTS.payload(step, {}, IdMap()) == {"Status": "ARCHIVED"}


def test_archived_accounts_when_it_is_one_of_xeros_own_then_it_stays() -> None:
    source, target = company(1), company(2)
    source.change("Accounts", source.account("ROUNDING").record_id, Status="ARCHIVED")
    (step,) = plan(source, target).of("archived_accounts").values()
    assert (step.action, step.reasons) == (Action.LEAVE_OUT, ("accounts.stays_active",))


def test_archived_tax_rates_when_made_or_matched_alive_then_their_status_follows() -> None:
    source, target = company(1), company(2)
    rate(source, "TAX001", "Made", "ARCHIVED")
    rate(source, "TAX002", "Matched", "ARCHIVED")
    rate(source, "TAX003", "In use", "ACTIVE")
    rate(target, "TAX001", "Matched", "ACTIVE")
    source.change("TaxRates", "SROUTPUT", Status="ARCHIVED")
    bench = plan(source, target)
    assert set(bench.of("archived_tax_rates")) == {"Made", "Matched"}
    assert bench.of("tax_rates")["15% (VAT on Income)"].reasons == ("tax_rates.stays_active",)


def test_archive_tax_rate_when_sent_then_under_its_new_code() -> None:
    source, target = company(1), company(2)
    rate(source, "TAX001", "Made", "ARCHIVED")
    (step,) = plan(source, target).of("archived_tax_rates").values()
    record: dict[str, Any] = {"TaxType": "TAX001", "Status": "DELETED"}
    ids = IdMap()
    with pytest.raises(NotMapped):
        ARCHIVED_TAX_RATES.payload(step, record, ids)
    ids.add("tax_types", "TAX001", "TAX044")
    assert ARCHIVED_TAX_RATES.payload(step, record, ids) == {"TaxType": "TAX044", "Status": "DELETED"}
