"""Payments and refunds; and a whole company's money, written into a new organisation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.restore_plan import Action, Choice
from bot.restore.kinds.payments import PAYMENTS, REFUNDS
from bot.restore.model import IdMap, NotMapped
from bot.restore.reasons import gathered
from bot.sandbox.xero import PretendOrganisation
from bot.sandbox.xero.reports import Reporter
from tests.unit.restore.kinds.money_bench import MONEY, NOON, build_bench, ground_of
from tests.unit.sandbox.writing.conftest import Pen, open_pen

__all__ = ["open_pen"]

BANK = {"AccountID": "bank", "Type": "BANK", "Code": "090", "CurrencyCode": "GBP"}
LOAN = {"AccountID": "loan", "Type": "TERMLIAB", "Code": "900", "EnablePaymentsToAccount": False}
INVOICE = {"InvoiceID": "inv", "Status": "PAID"}
PAYMENT: dict[str, Any] = {
    "PaymentID": "p1",
    "Date": "/Date(1772323200000+0000)/",
    "Amount": Decimal("12.00"),
    "BankAmount": Decimal("12.00"),
    "CurrencyRate": Decimal("1.0000000000"),
    "Status": "AUTHORISED",
    "IsReconciled": True,
    "Account": {"AccountID": "bank", "Code": "090"},
    "Invoice": {"InvoiceID": "inv", "InvoiceNumber": "INV-1", "Contact": {"Name": "Ægir"}},
}


def _month_ends() -> list[date]:
    found = [NOON.date()]
    while len(found) < 14:
        found.append(found[-1].replace(day=1) - timedelta(days=1))
    return found


def _balances(org: PretendOrganisation) -> dict[str, list[int]]:
    reporter = Reporter(org)
    return {
        account["AccountID"]: [reporter.standing(account, day) for day in _month_ends()]
        for account in reporter.accounts
    }


@pytest.mark.parametrize("single", [False, True])
def test_money_when_a_whole_company_is_written_then_every_balance_is_the_same_to_the_cent(
    open_pen: Callable[..., Pen],
    single: bool,
) -> None:
    bench = build_bench(open_pen, Choice(single_payments=single))
    bench.write(bench.steps())
    assert bench.unrecognised() == []
    before, after = _balances(bench.company), _balances(bench.pen.org)
    assert {
        row["Name"]: (before[key], after[bench.ids.need("accounts", key)])
        for key, row in bench.records["accounts"].items()
        if before[key] != after[bench.ids.need("accounts", key)]
    } == {}
    gains = bench.company.account("REALISEDCURRENCYGAIN").record_id
    assert len(set(before[gains])) > 5
    living = {key for key, row in bench.records["bank_transactions"].items() if row["Status"] == "AUTHORISED"}
    assert living == bench.ids.known("bank_transactions").keys()
    paid = {key for key, row in bench.records["payments"].items() if row["Status"] == "AUTHORISED"}
    assert paid == bench.ids.known("payments").keys()
    for resource, collection in (("invoices", "Invoices"), ("prepayments", "Prepayments")):
        for key, new in bench.ids.known(resource).items():
            status = bench.pen.org.record(collection, new).fields["Status"]
            assert status == bench.records[resource][key]["Status"]
    marks = [
        sum(one.fields["IsReconciled"] for one in org.shelf("Payments") if one.fields["Status"] != "DELETED")
        for org in (bench.company, bench.pen.org)
    ]
    assert (marks[0] == marks[1]) is single  # a batch cannot be marked


def test_reasons_when_gathered_then_each_key_means_one_thing_and_every_plan_knows_its_own() -> None:
    known = set(gathered(MONEY))
    assert {one.key for kind in MONEY for one in kind.reasons} <= known
    for kind in MONEY:
        assert kind.settle is not None, "sending money twice does harm"
        assert len({one.key for one in kind.reasons}) == len(kind.reasons)
        assert all(one.sentence.endswith(".") for one in kind.reasons)


def _plan(
    *payments: Mapping[str, Any], single: bool = False, batches: tuple[Mapping[str, Any], ...] = ()
) -> Any:
    records: dict[str, dict[str, Mapping[str, Any]]] = {
        "accounts": {"bank": BANK, "loan": LOAN},
        "invoices": {"inv": INVOICE},
        "payments": {one["PaymentID"]: one for one in payments},
        "batch_payments": {one["BatchPaymentID"]: one for one in batches},
    }
    return ground_of(records, Choice(single_payments=single))


def test_plan_when_payments_are_deleted_or_pay_nothing_known_then_they_are_left_out_with_reasons() -> None:
    bare = {key: value for key, value in PAYMENT.items() if key != "Invoice"}
    ground = _plan(
        PAYMENT,
        PAYMENT | {"PaymentID": "p2", "Status": "DELETED"},
        bare | {"PaymentID": "p3"},
        PAYMENT | {"PaymentID": "p4", "Invoice": {"InvoiceID": "gone"}},
        PAYMENT | {"PaymentID": "p5", "Amount": Decimal(0)},
    )
    steps = {step.record_id: (step.action, step.reasons) for step in PAYMENTS.plan(ground)}
    assert steps == {
        "p1": (Action.CREATE, ()),
        "p2": (Action.LEAVE_OUT, ("payments.deleted",)),
        "p3": (Action.LEAVE_OUT, ("payments.other",)),
        "p4": (Action.LEAVE_OUT, ("payments.document",)),
        "p5": (Action.LEAVE_OUT, ("payments.amount",)),
    }
    assert list(REFUNDS.plan(ground)) == []
    assert ground.will_exist("payments", "p1")
    assert not ground.will_exist("payments", "p4")


def test_plan_when_the_account_cannot_take_payments_then_it_is_blocked() -> None:
    ground = _plan(
        PAYMENT | {"Account": {"AccountID": "loan"}},
        PAYMENT | {"PaymentID": "p2", "Account": {"AccountID": "unheard of"}},
        PAYMENT | {"PaymentID": "p3", "Account": {"Code": "090"}},
    )
    steps = [(step.action, step.reasons) for step in PAYMENTS.plan(ground)]
    assert steps == [
        (Action.BLOCKED, ("payments.account_closed",)),
        (Action.BLOCKED, ("payments.account",)),
        (Action.CREATE, ()),
    ]


def test_plan_when_the_matched_account_is_enabled_by_hand_then_it_is_created() -> None:
    ground = _plan(PAYMENT | {"Account": {"AccountID": "loan"}})
    ground.target = type(ground.target)(
        organisation_id="o",
        tenant_id="t",
        facts=ground.facts,
        accounts=({"AccountID": "new loan", "Type": "TERMLIAB", "EnablePaymentsToAccount": True},),
    )
    ground.settle("accounts", "loan", Action.MATCH, "new loan")
    assert [step.action for step in PAYMENTS.plan(ground)] == [Action.CREATE]


def test_plan_when_the_document_is_blocked_then_so_is_its_payment() -> None:
    ground = _plan(PAYMENT)
    ground.settle("invoices", "inv", Action.BLOCKED)
    (step,) = PAYMENTS.plan(ground)
    assert (step.action, step.reasons) == (Action.BLOCKED, ("payments.document",))
    assert step.name == "2026-03-01 Ægir, INV-1"


def test_plan_when_the_batch_comes_back_then_its_payment_does_with_it() -> None:
    ground = _plan(PAYMENT | {"BatchPaymentID": "b1"}, PAYMENT | {"PaymentID": "p2", "BatchPaymentID": "b2"})
    ground.settle("batch_payments", "b1", Action.CHANGE)
    ground.settle("batch_payments", "b2", Action.LEAVE_OUT)
    steps = [(step.action, step.reasons) for step in PAYMENTS.plan(ground)]
    assert steps == [(Action.LEAVE_OUT, ("payments.batch",)), (Action.CHANGE, ("payments.single",))]
    assert ground.will_exist("payments", "p1")


def test_payload_when_foreign_then_rate_and_bank_amount_are_sent_exactly() -> None:
    ids = IdMap()
    ids.add("invoices", "inv", "new inv")
    ids.add("accounts", "bank", "new bank")
    rate = Decimal("1.1586134700")
    record = PAYMENT | {"CurrencyRate": rate, "BankAmount": Decimal("10.36"), "Reference": "Thanks"}
    ground = _plan(record)
    (step,) = PAYMENTS.plan(ground)
    assert PAYMENTS.payload(step, record, ids) == {
        "Invoice": {"InvoiceID": "new inv"},
        "Account": {"AccountID": "new bank"},
        "Date": "2026-03-01",
        "Amount": Decimal("12.00"),
        "IsReconciled": True,
        "Reference": "Thanks",
        "CurrencyRate": rate,
        "BankAmount": Decimal("10.36"),
    }
    with pytest.raises(NotMapped):
        PAYMENTS.payload(step, record, IdMap())


def test_refund_when_of_an_overpayment_then_it_names_that_and_goes_after_the_payments() -> None:
    record = {key: value for key, value in PAYMENT.items() if key != "Invoice"}
    record |= {"Overpayment": {"OverpaymentID": "over"}}
    ground = _plan(record)
    ground.settle("overpayments", "over", Action.CREATE)
    (step,) = REFUNDS.plan(ground)
    ids = IdMap()
    ids.add("overpayments", "over", "new over")
    ids.add("accounts", "bank", "new bank")
    assert REFUNDS.payload(step, record, ids)["Overpayment"] == {"OverpaymentID": "new over"}
    assert REFUNDS.stage > PAYMENTS.stage


def test_likeness_when_two_payments_differ_in_one_field_then_they_are_not_taken_for_each_other() -> None:
    assert PAYMENTS.settle is not None
    likeness = PAYMENTS.settle.likeness
    others: tuple[dict[str, Any], ...] = (
        {"Date": "2026-03-02"},
        {"Amount": Decimal("12.01")},
        {"Reference": "x"},
        {"Account": {"AccountID": "loan"}},
        {"Invoice": {"InvoiceID": "other"}},
    )
    seen = Counter(likeness(PAYMENT | one) for one in ({}, *others))
    assert set(seen.values()) == {1}
    same = {"Date": "2026-03-01", "Amount": Decimal(12), "Account": {"AccountID": "BANK"}}
    assert likeness(PAYMENT | same) == likeness(PAYMENT)
