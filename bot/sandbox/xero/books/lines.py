"""Line items and the totals that follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.wire import Fields, money

ONE = Decimal(1)
FOUR_PLACES = Decimal("0.0001")
NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a person types into one line; `account` is a code or id, `tracking` holds option ids.

    A draft's line may lack account and tax; `tax_amount` overrides the calculation; `quantity` None makes a
    line of text only.
    """

    description: str
    unit: Decimal
    account: str
    tax: str
    quantity: Decimal | None = ONE
    item: str = ""
    tracking: tuple[str, ...] = ()
    discount: Decimal | None = None
    discount_amount: Decimal | None = None
    tax_amount: Decimal | None = None
    line_id: str = ""


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
    discount = sum((discount_of(line) for line in lines), Decimal("0.00"))
    net = amount - tax if amounts == "Inclusive" else amount
    return Laid(items, net, tax, net + tax, discount)


def discount_of(line: Line) -> Decimal:
    """Give what a line's discount takes off, in money."""
    if line.discount_amount is not None:
        return money(line.discount_amount)
    if line.discount is None or line.quantity is None:
        return NOTHING
    return money(line.quantity * line.unit * line.discount / 100)


def amount_of(line: Line) -> Decimal:
    """Give a line's amount: quantity times price, less the discount."""
    return NOTHING if line.quantity is None else money(line.quantity * line.unit) - discount_of(line)


def tax_of(org: PretendOrganisation, tax_type: str, amount: Decimal, amounts: str) -> Decimal:
    """Work out the tax in or on an amount."""
    if amounts == "NoTax" or not tax_type:
        return NOTHING
    rate = org.shelf("TaxRates").records[tax_type].fields["EffectiveRate"]
    if amounts == "Inclusive":
        return money(amount * rate / (100 + rate))
    return money(amount * rate / 100)


def no_tax(org: PretendOrganisation) -> str:
    """Give the tax type of lines without tax; Australia calls it otherwise."""
    return "NONE" if "NONE" in org.shelf("TaxRates").records else "BASEXCLUDED"


def _line_item(org: PretendOrganisation, line: Line, amounts: str) -> Fields:
    amount = amount_of(line)
    fields: Fields = {}
    if line.item:
        item = org.record("Items", line.item)
        fields["ItemCode"] = line.item
        fields["Item"] = {"ItemID": item.record_id, "Name": item.fields["Name"], "Code": line.item}
    fields |= {"Description": line.description}
    if line.quantity is not None:
        fields |= {"UnitAmount": line.unit.quantize(FOUR_PLACES)}
    tax_type = no_tax(org) if amounts == "NoTax" else line.tax
    if tax_type:
        fields["TaxType"] = tax_type
    given = line.tax_amount if amounts != "NoTax" else None
    fields |= {
        "TaxAmount": tax_of(org, line.tax, amount, amounts) if given is None else money(given),
        "LineAmount": amount,
    }
    if line.account:
        account = org.account(line.account)
        fields |= {"AccountCode": account.fields.get("Code", ""), "AccountID": account.record_id}
    fields["Tracking"] = [tracking_of(org, option) for option in line.tracking]
    if line.quantity is not None:
        fields["Quantity"] = line.quantity.quantize(FOUR_PLACES)
    fields["LineItemID"] = line.line_id or org.new_id()
    if line.discount is not None:
        fields["DiscountRate"] = line.discount.quantize(FOUR_PLACES)
    if line.discount_amount is not None:
        fields["DiscountAmount"] = money(line.discount_amount)
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
