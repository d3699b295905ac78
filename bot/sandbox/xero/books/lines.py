"""Line items and the totals that follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.wire import Fields, money

ONE = Decimal(1)
FOUR_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a person types into one line; `account` is a code or id, `tracking` holds option ids."""

    description: str
    unit: Decimal
    account: str
    tax: str
    quantity: Decimal = ONE
    item: str = ""
    tracking: tuple[str, ...] = ()
    discount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Laid:
    """Lines as stored, with the document's totals."""

    items: list[Fields]
    sub_total: Decimal
    total_tax: Decimal
    total: Decimal
    discount: Decimal

    def totals(self) -> Fields:
        """Give the three totals as fields."""
        return {"SubTotal": self.sub_total, "TotalTax": self.total_tax, "Total": self.total}


def lay_out(org: PretendOrganisation, lines: list[Line], amounts: str) -> Laid:
    """Work out line amounts and taxes; `amounts` is Exclusive, Inclusive or NoTax."""
    items = [_line_item(org, line, amounts) for line in lines]
    tax = sum((item["TaxAmount"] for item in items), Decimal("0.00"))
    amount = sum((item["LineAmount"] for item in items), Decimal("0.00"))
    discount = sum((_discount(line) for line in lines), Decimal("0.00"))
    net = amount - tax if amounts == "Inclusive" else amount
    return Laid(items, net, tax, net + tax, discount)


def _discount(line: Line) -> Decimal:
    if line.discount is None:
        return Decimal("0.00")
    return money(line.quantity * line.unit * line.discount / 100)


def _tax(org: PretendOrganisation, tax_type: str, amount: Decimal, amounts: str) -> Decimal:
    if amounts == "NoTax":
        return Decimal("0.00")
    rate = org.shelf("TaxRates").records[tax_type].fields["EffectiveRate"]
    if amounts == "Inclusive":
        return money(amount * rate / (100 + rate))
    return money(amount * rate / 100)


def _line_item(org: PretendOrganisation, line: Line, amounts: str) -> Fields:
    amount = money(line.quantity * line.unit) - _discount(line)
    account = org.account(line.account)
    fields: Fields = {}
    if line.item:
        item = org.record("Items", line.item)
        fields["ItemCode"] = line.item
        fields["Item"] = {"ItemID": item.record_id, "Name": item.fields["Name"], "Code": line.item}
    fields |= {
        "Description": line.description,
        "UnitAmount": line.unit.quantize(FOUR_PLACES),
        "TaxType": "NONE" if amounts == "NoTax" else line.tax,
        "TaxAmount": _tax(org, line.tax, amount, amounts),
        "LineAmount": amount,
        "AccountCode": account.fields.get("Code", ""),
        "AccountID": account.record_id,
        "Tracking": [tracking_of(org, option) for option in line.tracking],
        "Quantity": line.quantity.quantize(FOUR_PLACES),
        "LineItemID": org.new_id(),
    }
    if line.discount is not None:
        fields["DiscountRate"] = line.discount.quantize(FOUR_PLACES)
    return fields


def tracking_of(org: PretendOrganisation, option_id: str) -> Fields:
    """Name the category and option of one tracking option id, as a line shows them."""
    for record in org.shelf("TrackingCategories"):
        for option in record.fields["Options"]:
            if option["TrackingOptionID"] == option_id:
                return {
                    "Name": record.fields["Name"],
                    "Option": option["Name"],
                    "TrackingCategoryID": record.record_id,
                    "TrackingOptionID": option_id,
                }
    raise KeyError(f"tracking option {option_id}")
