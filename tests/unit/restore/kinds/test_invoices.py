"""Sales invoices and bills: which come back and how, what is sent, how one is found again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.kinds.invoices import BILLS, INVOICES
from bot.restore.model import NotMapped, Pair, Step
from bot.restore.source import MemorySource
from tests.unit.restore.kinds.documents_ground import EVERYTHING, FACTS, document, ground, ids, line

LONG = "N" * 300


def plan(*records: dict[str, Any], **wishes: Any) -> list[Step]:
    there = ground(*records, **wishes)
    return [*BILLS.plan(there), *INVOICES.plan(there)]


def payload(record: dict[str, Any], **wishes: Any) -> dict[str, Any]:
    (step,) = plan(record, **wishes)
    return (BILLS if step.kind == "bills" else INVOICES).payload(step, record, ids())


def test_invoice_when_authorised_then_it_is_created_as_it_was() -> None:
    record = document(
        Reference="PO 1", Url="https://example.com/1", SentToContact=True, BrandingThemeID="theme",
        ExpectedPaymentDate="/Date(1775001600000+0000)/", CurrencyCode="EUR", CurrencyRate=Decimal("1.17"),
    )  # fmt: skip
    (step,) = plan(record)
    assert (step.kind, step.action, step.reasons) == ("invoices", Action.CREATE, ())
    sent = INVOICES.payload(step, record, ids())
    assert sent | {"LineItems": []} == {
        "Type": "ACCREC",
        "InvoiceNumber": "INV-1",
        "Reference": "PO 1",
        "Contact": {"ContactID": "ann-"},
        "Date": "2026-03-01",
        "DueDate": "2026-03-31",
        "ExpectedPaymentDate": "2026-04-01",
        "Status": "AUTHORISED",
        "LineAmountTypes": "Exclusive",
        "CurrencyCode": "EUR",
        "CurrencyRate": Decimal("1.17"),
        "BrandingThemeID": "theme-",
        "Url": "https://example.com/1",
        "SentToContact": True,
        "LineItems": [],
    }


def test_bill_when_authorised_then_it_has_a_planned_date_and_neither_reference_nor_sent_mark() -> None:
    record = document(
        Type="ACCPAY", Reference="lost", PlannedPaymentDate="/Date(1775001600000+0000)/", SentToContact=False
    )
    (step,) = plan(record)
    assert (step.kind, step.reasons) == ("bills", ("invoices.bill_reference",))
    sent = BILLS.payload(step, record, ids())
    assert sent["PlannedPaymentDate"] == "2026-04-01"
    assert not {"Reference", "SentToContact", "ExpectedPaymentDate"} & sent.keys()


def test_invoice_when_paid_then_it_is_created_authorised_for_its_payments_make_it_paid() -> None:
    record = document(Status="PAID", AmountPaid=Decimal("45.00"))
    (step,) = plan(record)
    assert (step.action, step.reasons) == (Action.CREATE, ())
    assert payload(record)["Status"] == "AUTHORISED"


def test_invoice_when_paid_but_payments_are_not_restored_then_it_comes_back_unpaid() -> None:
    record = document(Status="PAID", AmountPaid=Decimal("45.00"))
    (step,) = plan(record, chosen=EVERYTHING - {"payments"})
    assert step.reasons == ("documents.unsettled",)
    nothing = document(Status="PAID", Total=Decimal("0.00"), LineItems=[
        line(UnitAmount=Decimal(0), LineAmount=Decimal("0.00"), TaxAmount=Decimal("0.00"))
    ])  # fmt: skip
    (step,) = plan(nothing, chosen=EVERYTHING - {"payments"})
    assert step.reasons == ()  # Xero marks it paid by itself


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED"])
def test_invoice_when_not_approved_then_it_keeps_its_status_and_no_sent_mark(status: str) -> None:
    record = document(Status=status, SentToContact=True)
    (step,) = plan(record)
    assert step.reasons == ("documents.sent_flag",)
    sent = payload(record)
    assert (sent["Status"], sent["SentToContact"]) == (status, False)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"Status": "VOIDED"}, "documents.voided"),
        ({"Status": "DELETED"}, "documents.voided"),
        ({"Status": "ARCHIVED"}, "documents.unknown_status"),
        ({"Type": "ACCODD"}, "documents.unknown_status"),
    ],
)
def test_invoice_when_it_cannot_be_created_then_it_is_left_out_and_will_not_exist(
    fields: dict[str, Any], reason: str
) -> None:
    record = document(**fields)
    there = ground(record)
    (step,) = [*BILLS.plan(there), *INVOICES.plan(there)]
    assert (step.action, step.reasons) == (Action.LEAVE_OUT, (reason,))
    assert not there.will_exist("invoices", "inv-1")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"LineItems": []}, "blocked.no_lines"),
        ({"Contact": None}, "blocked.contact"),
        ({"LineItems": [line(LineAmount=Decimal(-60), Quantity=Decimal(-1))]}, "documents.negative"),
        ({"Contact": {"ContactID": "nobody"}}, "blocked.contact"),
    ],
)
def test_invoice_when_something_stands_in_the_way_then_it_is_blocked(
    fields: dict[str, Any], reason: str
) -> None:
    (step,) = plan(document(**fields))
    assert (step.action, step.reasons) == (Action.BLOCKED, (reason,))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"CISDeduction": Decimal("9.00")}, "invoices.cis"),
        ({"RepeatingInvoiceID": "template"}, "invoices.repeating"),
        ({"DueDateString": None}, "invoices.no_due_date"),
        ({"Total": Decimal("45.02")}, "documents.total"),
        ({"InvoiceNumber": ""}, "documents.no_number"),
        ({"Date": None, "DateString": None}, "documents.no_date"),
        ({"InvoiceNumber": LONG}, "documents.long_number"),
        ({"PlannedPaymentDate": "/Date(1775001600000+0000)/"}, "invoices.payment_date"),
    ],
)
def test_invoice_when_something_is_lost_then_it_is_changed_and_says_why(
    fields: dict[str, Any], reason: str
) -> None:
    (step,) = plan(document(**fields))
    assert (step.action, step.reasons) == (Action.CHANGE, (reason,))


def test_invoice_when_it_has_no_due_date_then_its_own_date_is_sent_unless_it_is_a_draft() -> None:
    assert payload(document(DueDateString=None))["DueDate"] == "2026-03-01"
    assert "DueDate" not in payload(document(DueDateString=None, Status="DRAFT"))


def test_invoice_when_its_total_was_rounded_then_a_line_for_it_is_added() -> None:
    record = document(Total=Decimal("45.02"))
    there = rounding_ground(record)
    (step,) = INVOICES.plan(there)
    assert step.reasons == ("documents.rounding",)
    known = ids()
    known.add("account_codes", "860", "861")
    for pair in there.notes["pairs"]:
        known.add(pair.resource, pair.source, pair.target)
    first, last = INVOICES.payload(step, record, known)["LineItems"]
    assert first["UnitAmount"] == Decimal("12.5000")
    assert last == {
        "Description": "Rounding",
        "Quantity": Decimal(1),
        "UnitAmount": Decimal("0.02"),
        "AccountCode": "861",
        "TaxType": "NONE-",
        "TaxAmount": Decimal("0.00"),
    }
    assert INVOICES.learn is not None
    answer = {"InvoiceID": "new", "LineItems": [{"LineItemID": "one"}, {"LineItemID": "rounding"}]}
    learnt = list(INVOICES.learn(step, record, answer))
    assert learnt == [Pair("invoices", "inv-1", "new"), Pair("line_items", "line-1", "one")]


def test_invoice_when_its_total_is_off_by_more_than_rounding_then_its_lines_decide() -> None:
    (step,) = INVOICES.plan(rounding_ground(document(Total=Decimal("45.12"))))
    assert step.reasons == ("documents.total",)


def rounding_ground(record: dict[str, Any]) -> Ground:
    there = ground(record)
    account = {"AccountID": "860", "Code": "860", "Type": "CURRLIAB", "SystemAccount": "ROUNDING"}
    there.source = MemorySource(FACTS, {"invoices": {"inv-1": record}, "accounts": {"860": account}})
    there.settle("accounts", "860", Action.MATCH, "theirs")
    return there


def test_invoices_when_a_number_is_there_twice_then_the_second_gets_an_addition() -> None:
    first, second = document(), document(InvoiceID="inv-2-and-more")
    void = document(InvoiceID="inv-0", Status="VOIDED")
    steps = plan(void, first, second)
    assert [step.reasons for step in steps] == [("documents.voided",), (), ("documents.number_twice",)]
    assert INVOICES.payload(steps[2], second, ids())["InvoiceNumber"] == "INV-1 (inv-2-an)"


def test_invoice_when_voided_then_it_can_be_built_approved_to_be_voided_again() -> None:
    record = document(Status="VOIDED", DueDateString=None, SentToContact=True)
    sent = INVOICES.payload(Step("voided_numbers", "inv-1", Action.CREATE), record, ids())
    assert (sent["Status"], sent["DueDate"]) == ("AUTHORISED", "2026-03-01")
    assert sent["SentToContact"] is False


def test_bills_when_a_number_is_there_twice_then_both_keep_it() -> None:
    steps = plan(document(Type="ACCPAY"), document(Type="ACCPAY", InvoiceID="inv-2"))
    assert [step.reasons for step in steps] == [(), ()]


def test_invoice_when_its_number_is_missing_or_long_then_what_is_sent_is_one_xero_takes() -> None:
    assert payload(document(InvoiceNumber=""))["InvoiceNumber"] == "RESTORED-inv-1"
    assert payload(document(InvoiceNumber=LONG))["InvoiceNumber"] == LONG[:255]
    assert "InvoiceNumber" not in payload(document(Type="ACCPAY", InvoiceNumber=""))


def test_bill_when_it_has_a_discount_then_the_reduced_price_is_sent() -> None:
    discounted = line(DiscountRate=Decimal(10), LineAmount=Decimal("33.75"))
    (sent,) = payload(document(Type="ACCPAY", LineItems=[discounted], Total=Decimal("41.25")))["LineItems"]
    assert (sent["Quantity"], sent["UnitAmount"]) == (Decimal(3), Decimal("11.2500"))
    assert "DiscountRate" not in sent


def test_invoice_when_it_has_no_date_then_none_is_sent() -> None:
    assert "Date" not in payload(document(Date=None, DateString=None, Status="DRAFT"))


def test_invoices_when_stock_is_sold_before_it_is_bought_then_xero_is_told_that_this_may_be() -> None:
    assert INVOICES.params["allowBackorders"] == "true"


def test_invoice_when_its_contact_was_refused_then_it_cannot_be_built() -> None:
    record = document()
    (step,) = plan(record)
    with pytest.raises(NotMapped):
        INVOICES.payload(step, record, ids(("contacts", "ann")))


def test_likeness_when_numbers_are_unique_then_they_alone_decide() -> None:
    assert INVOICES.settle is not None
    likeness = INVOICES.settle.likeness
    assert likeness(document()) == likeness(payload(document(Total=Decimal("99.00"))))
    assert likeness(document()) != likeness(document(InvoiceNumber="INV-2"))


def test_likeness_when_bills_have_the_same_number_then_contact_date_and_amounts_decide() -> None:
    assert BILLS.settle is not None
    likeness = BILLS.settle.likeness
    bill = document(Type="ACCPAY")
    sent = payload(bill)
    returned = bill | {"Contact": {"ContactID": "ANN-", "Name": "Ann"}}
    assert likeness(sent) == likeness(returned)
    assert likeness(returned | {"DateString": "2026-03-02T00:00:00"}) != likeness(sent)
    assert likeness(returned | {"LineItems": [line(UnitAmount=Decimal(1))]}) != likeness(sent)
