"""Line items as sent, turned into lines the books understand.

Facts (developer.xero.com, pages on invoices and rounding; public issues): without `unitdp=4` prices are
rounded to two decimals before anything is worked out; a line amount that is sent must equal quantity times
price; drafts may lack account and tax, approved documents may not; at most two tracking options per line.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from bot.sandbox.xero.books.lines import FOUR_PLACES, Line, amount_of, no_tax, tax_of
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import CENT, Fields, money
from bot.sandbox.xero.writing import messages
from bot.sandbox.xero.writing.act import Act
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.refusals import Checks
from bot.sandbox.xero.writing.sent import Sent

ONE = Decimal(1)
CONTROL = frozenset({"DEBTORS", "CREDITORS"})
_RECKONED = frozenset({"Quantity", "UnitAmount", "DiscountRate", "DiscountAmount", "LineAmount", "TaxType"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a document asks of its lines; `discount` is the sentence that refuses discounts, if any."""

    approved: bool
    amounts: str
    selling: bool
    discount: str = ""
    exact_tax: bool = False
    moves_money: bool = False
    forbidden: frozenset[str] = CONTROL


def price(value: Decimal, *, four_decimals: bool) -> Decimal:
    """Round a price as Xero does on its way in."""
    return value.quantize(FOUR_PLACES if four_decimals else CENT, ROUND_HALF_UP)


def read_lines(
    act: Act, parts: list[Sent], rules: Rules, checks: Checks, was: list[Fields] | None = None
) -> list[Line]:
    """Read every line; one that names a line that was there before changes that one."""
    before = {one["LineItemID"]: one for one in was or []}
    return [_Reader(act, rules, checks, before).read(part) for part in parts]


def read_tracking(act: Act, part: Sent, rules: Rules, checks: Checks) -> tuple[str, ...]:
    """Read the tracking options of one line that is no line item."""
    return _Reader(act, rules, checks, {})._tracking(part, {})  # noqa: SLF001 - the same module


def account_named(org: PretendOrganisation, sent: Sent) -> Record | None:
    """Find the account a line or payment names, by id or code and nothing else."""
    shelf = org.shelf("Accounts")
    if wanted := sent.text("AccountID"):
        return shelf.records.get(wanted.lower())
    code = sent.text("AccountCode") or sent.text("Code")
    return next((one for one in shelf.having("Code", code) if code and one.fields["Code"] == code), None)


@dataclass(frozen=True, slots=True)
class _Reader:
    act: Act
    rules: Rules
    checks: Checks
    before: dict[str, Fields]

    def read(self, sent: Sent) -> Line:
        """Read one line."""
        prior = self.before.get(sent.text("LineItemID").lower(), {})
        exact = self.act.four_decimals or (bool(prior) and "UnitAmount" not in sent)
        if prior:
            dropped = {"LineAmount", "TaxAmount"} if _RECKONED & set(sent.fields) else set()
            sent = sent.over({name: value for name, value in prior.items() if name not in dropped})
        sent = self._from_item(sent)
        quantity, unit = self._quantity(sent, exact=exact)
        text_only = quantity is None
        account = None if text_only and "AccountCode" not in sent else self._account(sent)
        tax = "" if text_only else self._tax(sent, account)
        line = Line(
            description=sent.text("Description"),
            unit=unit,
            account=account.record_id if account else "",
            tax=tax,
            quantity=quantity,
            item=sent.text("ItemCode"),
            tracking=self._tracking(sent, prior),
            discount=sent.amount("DiscountRate") or None,
            discount_amount=sent.amount("DiscountAmount") or None,
            tax_amount=sent.amount("TaxAmount"),
            line_id=prior.get("LineItemID", ""),
        )
        self._arithmetic(sent, line)
        return line

    def _from_item(self, sent: Sent) -> Sent:
        code = sent.text("ItemCode")
        if not code:
            return sent
        items = (one.fields for one in self.act.org.shelf("Items"))
        item = next((one for one in items if one["Code"] == code), None)
        if not self.checks.require(item, unpublished(f"There is no item with Code '{code}'")) or item is None:
            return Sent({name: value for name, value in sent.fields.items() if name != "ItemCode"})
        details = item["SalesDetails" if self.rules.selling else "PurchaseDetails"]
        texts = "Description" if self.rules.selling else "PurchaseDescription"
        wanted: Fields = {"Description": item.get(texts)}
        wanted |= {"UnitAmount": details.get("UnitPrice"), "TaxType": details.get("TaxType")}
        if "AccountID" not in sent:
            account = details.get("AccountCode") or item.get("InventoryAssetAccountCode")
            wanted["AccountCode"] = account
        return sent.over({name: value for name, value in wanted.items() if value is not None})

    def _quantity(self, sent: Sent, *, exact: bool) -> tuple[Decimal | None, Decimal]:
        quantity, unit, whole = (sent.amount(name) for name in ("Quantity", "UnitAmount", "LineAmount"))
        if quantity is None and unit is None and (whole is None or whole == 0):
            bare = not self.rules.moves_money and sent.text("Description")
            self.checks.require(bare, unpublished("A line needs a description, or a quantity and a price"))
            return None, Decimal(0)
        quantity = ONE if quantity is None else quantity.quantize(FOUR_PLACES, ROUND_HALF_UP)
        if unit is None and whole is not None and quantity:
            return quantity, price(whole / quantity, four_decimals=True)
        unit = price(unit or Decimal(0), four_decimals=exact)
        if self.rules.moves_money:
            self.checks.require(quantity > 0, unpublished("Quantity must be more than zero"))
            self.checks.require(unit != 0, unpublished("UnitAmount must not be zero"))
        return quantity, unit

    def _account(self, sent: Sent) -> Record | None:
        code = sent.text("AccountCode")
        if not code and "AccountID" not in sent:
            self.checks.require(not self.rules.approved, messages.NO_ACCOUNT_CODE)
            return None
        account = account_named(self.act.org, sent)
        if account is None:
            self.checks.require(account, messages.code_not_valid(code) if code else messages.ACCOUNT_INVALID)
            return None
        code = account.fields.get("Code", "")
        usable = account.fields["Type"] != "BANK"
        usable = usable and account.fields.get("SystemAccount") not in self.rules.forbidden
        self.checks.require(usable, messages.code_not_valid(code))
        self.checks.require(account.fields["Status"] == "ACTIVE", messages.code_archived(code))
        return account if usable else None

    def _tax(self, sent: Sent, account: Record | None) -> str:
        org = self.act.org
        if self.rules.amounts == "NoTax":
            return no_tax(org)
        tax = sent.text("TaxType") or (account.fields["TaxType"] if account else "")
        if not tax:
            self.checks.require(not self.rules.approved or account is None, messages.TAX_INVALID)
            return ""
        rate = org.shelf("TaxRates").records.get(tax)
        if not self.checks.require(rate, messages.TAX_INVALID) or rate is None:
            return ""
        self.checks.require(rate.fields["Status"] == "ACTIVE", messages.TAX_INACTIVE)
        if account is not None:
            fits = rate.fields[f"CanApplyTo{_PLURALS[account.fields['Class']]}"]
            self.checks.require(fits, messages.tax_not_for_account(tax, account.fields.get("Code", "")))
        return tax

    def _tracking(self, sent: Sent, prior: Fields) -> tuple[str, ...]:
        parts = sent.parts("Tracking")
        self.checks.require(len(parts) <= 2, unpublished("A line can have at most two tracking options"))
        kept = {one["TrackingOptionID"] for one in prior.get("Tracking", ())}
        found = [self._option(part, kept) for part in parts]
        return tuple(one for one in found if one)

    def _option(self, part: Sent, kept: set[str]) -> str:
        for record in self.act.org.shelf("TrackingCategories"):
            category = record.fields
            if part.text("TrackingCategoryID").lower() not in {"", record.record_id}:
                continue
            if "TrackingCategoryID" not in part and category["Name"] != part.text("Name"):
                continue
            for option in category["Options"]:
                option_id = option["TrackingOptionID"]
                wanted = part.text("TrackingOptionID").lower()
                if wanted == option_id or (not wanted and option["Name"] == part.text("Option")):
                    living = category["Status"] == option["Status"] == "ACTIVE" or option_id in kept
                    self.checks.require(living, unpublished("The tracking category or option is archived"))
                    return str(option_id)
        self.checks.require(None, unpublished("There is no such tracking category or option"))
        return ""

    def _arithmetic(self, sent: Sent, line: Line) -> None:
        if line.discount is not None or line.discount_amount is not None:
            self.checks.require(not self.rules.discount, self.rules.discount)
        if line.discount is not None:
            self.checks.require(0 <= line.discount <= 100, unpublished("DiscountRate must be 0 to 100"))
        expected, given = amount_of(line), sent.amount("LineAmount")
        if given is not None and line.quantity is not None:
            self.checks.require(money(given) == expected, messages.line_total(money(given), expected))
        if self.rules.exact_tax and line.tax_amount is not None:
            reckoned = tax_of(self.act.org, line.tax, expected, self.rules.amounts)
            same = money(line.tax_amount) == reckoned
            self.checks.require(same, unpublished("TaxAmount must be what Xero works out"))


_PLURALS = {
    "ASSET": "Assets",
    "EQUITY": "Equity",
    "EXPENSE": "Expenses",
    "LIABILITY": "Liabilities",
    "REVENUE": "Revenue",
}
