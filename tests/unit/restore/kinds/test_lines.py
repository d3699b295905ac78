"""Lines of documents: sent so that they add up, judged by what will be there, learnt by their places."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.restore_plan import Action
from bot.restore.kinds import lines
from bot.restore.kinds.lines import (
    is_live,
    iso_date,
    judge,
    learn_lines,
    line_payloads,
)
from bot.restore.model import NotMapped, Pair, Phase, Step
from bot.sandbox.xero.books.lines import Line, amount_of
from tests.unit.restore.kinds.documents_ground import document, ground, ids, line

CENT = Decimal("0.01")
PRICES = st.decimals("-99999", "99999", places=4)
QUANTITIES = st.decimals("0", "9999", places=4)
RATES = st.decimals("0", "100", places=2)


def rounded(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def reckoned(sent: dict[str, Any]) -> Decimal:
    """Work out a sent line as the pretend Xero does."""
    rate, amount = sent.get("DiscountRate"), sent.get("DiscountAmount")
    shape = Line(
        description="", unit=sent["UnitAmount"], account="", tax="", quantity=sent["Quantity"],
        discount=rate, discount_amount=amount,
    )  # fmt: skip
    return amount_of(shape)


@given(quantity=QUANTITIES, unit=PRICES, rate=RATES)
def test_lines_when_the_amount_follows_from_quantity_and_price_then_they_are_sent_as_they_were(
    quantity: Decimal, unit: Decimal, rate: Decimal
) -> None:
    whole = Line(description="", unit=unit, account="", tax="", quantity=quantity, discount=rate or None)
    record = line(Quantity=quantity, UnitAmount=unit, DiscountRate=rate or None, LineAmount=amount_of(whole))
    (sent,) = line_payloads([record], ids())
    assert (sent["Quantity"], sent["UnitAmount"], sent.get("DiscountRate")) == (quantity, unit, rate or None)
    assert "LineAmount" not in sent


@given(st.lists(st.tuples(QUANTITIES, PRICES, st.decimals("-99999", "99999", places=2)), max_size=5))
def test_lines_when_amounts_are_any_then_what_is_sent_comes_to_their_sum(
    rows: list[tuple[Decimal, Decimal, Decimal]],
) -> None:
    records = [line(Quantity=one, UnitAmount=two, LineAmount=amount) for one, two, amount in rows]
    sent = line_payloads(records, ids())
    assert sum(map(reckoned, sent)) == sum(amount for _, _, amount in rows)
    assert all(one["UnitAmount"] == one["UnitAmount"].quantize(Decimal("0.0001")) for one in sent)


@given(quantity=QUANTITIES, unit=PRICES, rate=RATES)
def test_lines_when_discounts_are_refused_then_the_reduced_price_comes_to_the_same(
    quantity: Decimal, unit: Decimal, rate: Decimal
) -> None:
    amount = rounded(quantity * unit * (100 - rate) / 100)
    record = line(Quantity=quantity, UnitAmount=unit, DiscountRate=rate, LineAmount=amount)
    (sent,) = line_payloads([record], ids(), discounts=False)
    assert "DiscountRate" not in sent
    assert reckoned(sent) == amount


def test_lines_when_a_price_with_four_decimals_can_give_the_amount_then_the_quantity_stays() -> None:
    record = line(Quantity=Decimal(7), UnitAmount=Decimal("14.29"), LineAmount=Decimal("100.00"))
    (sent,) = line_payloads([record], ids())
    assert (sent["Quantity"], sent["UnitAmount"]) == (Decimal(7), Decimal("14.2857"))


def test_lines_when_no_price_can_give_the_amount_then_the_quantity_is_one() -> None:
    record = line(Quantity=Decimal(70000), UnitAmount=Decimal("0.0001"), LineAmount=Decimal("8.01"))
    (sent,) = line_payloads([record], ids())
    assert (sent["Quantity"], sent["UnitAmount"]) == (Decimal(1), Decimal("8.01"))


def test_lines_when_only_a_description_then_nothing_else_is_sent() -> None:
    record = {"Description": "Thank you", "LineAmount": Decimal("0.00"), "TaxAmount": Decimal("0.00")}
    assert line_payloads([record], ids()) == [{"Description": "Thank you"}]


def test_lines_when_sent_then_everything_is_named_as_the_target_does() -> None:
    tracked = [{"TrackingCategoryID": "region", "TrackingOptionID": "north", "Name": "R", "Option": "N"}]
    (sent,) = line_payloads([line(ItemCode="ROPE", Tracking=tracked)], ids())
    assert sent == {
        "Description": "Rope",
        "Quantity": Decimal(3),
        "UnitAmount": Decimal("12.5000"),
        "AccountCode": "200-",
        "ItemCode": "ROPE-",
        "TaxType": "OUTPUT2-",
        "TaxAmount": Decimal("7.50"),
        "Tracking": [{"TrackingCategoryID": "region-", "TrackingOptionID": "north-"}],
    }


def test_lines_when_an_account_has_no_code_then_it_is_named_by_its_id() -> None:
    (sent,) = line_payloads([line(AccountID="nameless", AccountCode=None)], ids())
    assert sent["AccountID"] == "nameless-"
    assert "AccountCode" not in sent


def test_lines_when_the_target_lacks_an_account_then_a_live_one_cannot_be_sent_and_a_draft_goes_without() -> (
    None
):
    known = ids(("account_codes", "200"), ("accounts", "sales"))
    with pytest.raises(NotMapped):
        line_payloads([line()], known)
    (sent,) = line_payloads([line()], known, live=False)
    assert "AccountCode" not in sent


def test_lines_when_the_target_lacks_a_tax_rate_then_a_live_one_cannot_be_sent() -> None:
    known = ids(("tax_types", "OUTPUT2"))
    with pytest.raises(NotMapped):
        line_payloads([line()], known)
    (sent,) = line_payloads([line()], known, live=False)
    assert "TaxType" not in sent
    assert sent["TaxAmount"] == Decimal("7.50")


def test_lines_when_tax_is_left_to_xero_then_no_amount_of_it_is_sent() -> None:
    (sent,) = line_payloads([line()], ids(), tax_amounts=False)
    assert "TaxAmount" not in sent


def test_lines_when_sent_as_a_change_then_the_target_knows_which_line_is_meant() -> None:
    known = ids()
    known.add("line_items", "line-1", "theirs")
    assert line_payloads([line()], known, line_ids=True)[0]["LineItemID"] == "theirs"


@pytest.mark.parametrize(
    ("missing", "fields", "reason"),
    [
        (("contacts", "ann"), {}, "blocked.contact"),
        (("currencies", "EUR"), {"CurrencyCode": "EUR"}, "blocked.currency"),
        (("tax_types", "OUTPUT2"), {}, "blocked.tax"),
        (("", ""), {"LineItems": [line(AccountID="bank", AccountCode="090")]}, "blocked.control_account"),
        (("", ""), {"LineItems": [line(AccountID="owed", AccountCode="610")]}, "blocked.control_account"),
        (("", ""), {"LineItems": [line(AccountID=None, AccountCode=None)]}, "blocked.no_account"),
        (
            ("accounts", "nameless"),
            {"LineItems": [line(AccountID="nameless", AccountCode=None)]},
            "blocked.account",
        ),
    ],
)
def test_judge_when_something_needed_will_not_be_there_then_it_is_blocked(
    missing: tuple[str, str], fields: dict[str, Any], reason: str
) -> None:
    record = document(**fields)
    judged = judge(ground(missing=[missing]), record, lines=record["LineItems"], live=True)
    assert judged.blocked == (reason,)


@pytest.mark.parametrize(
    ("missing", "fields", "reason"),
    [
        (("branding_themes", "theme"), {"BrandingThemeID": "theme"}, "changed.theme"),
        (("item_codes", "ROPE"), {"LineItems": [line(ItemCode="ROPE")]}, "changed.item"),
        (("", ""), {"LineItems": [line(LineAmount=Decimal("37.51"))]}, "changed.quantity"),
        (
            ("", ""),
            {"Type": "ACCPAY", "LineItems": [line(DiscountRate=Decimal(10), LineAmount=Decimal("33.75"))]},
            "changed.discount",
        ),
        (
            ("tracking_options", "north"),
            {"LineItems": [line(Tracking=[{"TrackingOptionID": "north"}])]},
            "changed.tracking",
        ),
    ],
)
def test_judge_when_something_is_lost_or_sent_otherwise_then_it_is_changed(
    missing: tuple[str, str], fields: dict[str, Any], reason: str
) -> None:
    record = document(**fields)
    judged = judge(ground(missing=[missing]), record, lines=record["LineItems"], live=True)
    assert (judged.reasons, judged.blocked) == ((reason,), ())


def test_judge_when_everything_will_be_there_then_nothing_is_said() -> None:
    record = document(BrandingThemeID="theme", LineItems=[line(ItemCode="ROPE"), {"Description": "Text"}])
    judged = judge(ground(), record, lines=record["LineItems"], live=True)
    assert judged == lines.Judged(Phase.SECOND, (), ())


def test_judge_when_a_draft_lacks_account_and_tax_then_it_comes_back_without_them() -> None:
    missing = [("accounts", "sales"), ("account_codes", "200"), ("tax_types", "OUTPUT2")]
    record = document(Status="DRAFT")
    judged = judge(ground(missing=missing), record, lines=record["LineItems"], live=False)
    assert (judged.reasons, judged.blocked) == (("changed.account", "changed.tax"), ())


def test_judge_when_tracking_is_archived_then_it_is_written_first_and_living_tracking_is_lost() -> None:
    old, north = {"TrackingOptionID": "old"}, {"TrackingOptionID": "north"}
    mixed = judge(ground(first=["old"]), document(), lines=[line(Tracking=[old, north])], live=True)
    assert (mixed.phase, mixed.reasons) == (Phase.FIRST, ("changed.tracking",))
    pure = judge(ground(first=["old"]), document(), lines=[line(Tracking=[old])], live=True)
    assert (pure.phase, pure.reasons) == (Phase.FIRST, ())


def test_judge_when_archived_tracking_meets_one_that_lives_all_the_time_then_both_are_kept() -> None:
    old, north = {"TrackingOptionID": "old"}, {"TrackingOptionID": "north"}
    made = ground(first=["old"])
    made.notes["tracking_both"] = frozenset({"north"})
    mixed = judge(made, document(), lines=[line(Tracking=[old]), line(Tracking=[north])], live=True)
    assert (mixed.phase, mixed.reasons) == (Phase.FIRST, ())
    living = judge(made, document(), lines=[line(Tracking=[north])], live=True)
    assert (living.phase, living.reasons) == (Phase.SECOND, ())


def test_judge_when_an_overpayment_then_its_control_account_is_no_obstacle() -> None:
    record = document(Type="RECEIVE-OVERPAYMENT")
    judged = judge(ground(), record, lines=[line(AccountID="owed", AccountCode="610")], live=True)
    assert judged.blocked == ()


def test_learn_when_answered_then_document_and_lines_are_known_by_place() -> None:
    record = document(RepeatingInvoiceID="template", LineItems=[line(), line(LineItemID="line-2")])
    answer = {"InvoiceID": "new", "LineItems": [{"LineItemID": "one"}, {"LineItemID": "two"}]}
    step = Step("invoices", "inv-1", Action.CREATE)
    assert list(learn_lines(step, record, answer)) == [
        Pair("invoices", "inv-1", "new"),
        Pair("line_items", "line-1", "one"),
        Pair("line_items", "line-2", "two"),
    ]


def test_learn_when_the_lines_are_not_as_many_then_none_is_guessed() -> None:
    step = Step("invoices", "inv-1", Action.CREATE)
    answer = {"InvoiceID": "new", "LineItems": []}
    assert list(learn_lines(step, document(), answer)) == [Pair("invoices", "inv-1", "new")]


@pytest.mark.parametrize(
    ("record", "day"),
    [
        ({"DateString": "2026-03-01T00:00:00", "Date": "/Date(0+0000)/"}, "2026-03-01"),
        ({"Date": "/Date(1772323200000+0000)/"}, "2026-03-01"),
        ({"Date": "/Date(1772323200000+1300)/"}, "2026-03-01"),
        ({"Date": "/Date(-80006400000+0000)/"}, "1967-06-20"),
        ({"Date": "2026-03-01"}, "2026-03-01"),
        ({}, ""),
    ],
)
def test_date_when_read_then_it_is_the_day_meant(record: dict[str, Any], day: str) -> None:
    assert iso_date(record, "Date") == day


def test_status_when_complete_then_it_is_live() -> None:
    live = {
        status
        for status in ("DRAFT", "SUBMITTED", "AUTHORISED", "PAID", "VOIDED", "DELETED")
        if is_live(status)
    }
    assert live == {"SUBMITTED", "AUTHORISED", "PAID"}


def test_reasons_when_shared_then_each_key_is_there_once() -> None:
    keys = [one.key for one in lines.REASONS]
    assert len(keys) == len(set(keys))
    assert all(
        one.sentence.endswith(".") and (not one.todo or one.todo.endswith(".")) for one in lines.REASONS
    )
