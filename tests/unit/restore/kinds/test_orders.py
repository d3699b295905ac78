"""Lines where Xero takes two decimals of a price."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.restore.kinds.orders import label, lines_in_cents, texts
from bot.restore.model import IdMap

CENT = Decimal("0.01")


@given(
    st.decimals(min_value="0.0001", max_value=9999, places=4),
    st.decimals(min_value=0, max_value=9999, places=4),
)
def test_lines_in_cents_when_the_copy_cut_the_price_then_the_amount_stays(
    quantity: Decimal, unit: Decimal
) -> None:
    amount = (quantity * unit).quantize(CENT)
    line = {"Description": "x", "Quantity": quantity, "UnitAmount": unit.quantize(CENT), "LineAmount": amount}
    (sent,) = lines_in_cents({"LineItems": [line]}, IdMap(), live=False)
    assert sent["UnitAmount"] == sent["UnitAmount"].quantize(CENT)
    assert (sent["Quantity"] * sent["UnitAmount"]).quantize(CENT, "ROUND_HALF_UP") == amount


def test_lines_in_cents_when_a_line_is_text_then_it_stays_text() -> None:
    record = {"LineItems": [{"Description": "only words"}]}
    assert lines_in_cents(record, IdMap(), live=True) == [{"Description": "only words"}]


def test_texts_when_fields_are_empty_then_they_are_not_sent() -> None:
    record = {"A": "a", "B": "", "Day": "/Date(1539993600000+0000)/"}
    assert texts(record, ("A", "B", "C"), ("Day", "Other")) == {"A": "a", "Day": "2018-10-20"}


def test_label_when_parts_are_missing_then_it_names_the_others() -> None:
    assert (
        label({"Contact": {"Name": "Acme"}, "DateString": "2026-03-01T00:00:00"}, "N") == "Acme, 2026-03-01"
    )
