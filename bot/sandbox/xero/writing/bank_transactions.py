"""Money spent and received, and the prepayments and overpayments that arise from it.

Facts (developer.xero.com/documentation/api/accounting/banktransactions): transfers cannot be created here;
quantities are more than zero, prices not zero, totals more than zero; TaxAmount must be what Xero works out;
the currency is the bank account's; an overpayment has one line on the control account; prepayments and
overpayments can neither be changed nor deleted here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.sandbox.xero.books.cash import Movement, add_advance, add_bank_transaction, movement_fields
from bot.sandbox.xero.books.lines import Line, lay_out
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields
from bot.sandbox.xero.writing import messages
from bot.sandbox.xero.writing.act import Act
from bot.sandbox.xero.writing.contacts import Party, party
from bot.sandbox.xero.writing.lines import CONTROL, Rules, account_named, read_lines
from bot.sandbox.xero.writing.locks import check_document
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.papers import read_amounts
from bot.sandbox.xero.writing.refusals import Checks
from bot.sandbox.xero.writing.sent import Sent

SIMPLE = frozenset({"SPEND", "RECEIVE"})
KINDS = SIMPLE | {f"{side}-{what}" for side in SIMPLE for what in ("PREPAYMENT", "OVERPAYMENT")}
_SOFT = ("Reference", "Url")


def write(act: Act, sent: Sent) -> Record:
    """Create a bank transaction, or change or delete the one that is named."""
    checks, shelf = Checks(), act.org.shelf("BankTransactions")
    wanted = act.path_id or sent.text("BankTransactionID").lower()
    known = None if act.creating else shelf.records.get(wanted)
    there = known or "BankTransactionID" not in sent
    checks.require(there, unpublished("There is no bank transaction with this BankTransactionID"))
    checks.settle()
    if known is not None:
        return _change(act, known, sent)
    status = sent.text("Status", "AUTHORISED")
    checks.require(status == "AUTHORISED", unpublished(f"A new bank transaction cannot be {status}"))
    ready = _read(act, sent, checks)
    movement = ready.settle(act.org)
    if movement.kind in SIMPLE:
        return add_bank_transaction(act.org, movement)
    advance = add_advance(act.org, movement).record_id
    field = "PrepaymentID" if movement.kind.endswith("PREPAYMENT") else "OverpaymentID"
    return next(one for one in shelf if one.fields.get(field) == advance)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A checked transaction, waiting for its contact to be written."""

    who: Party
    movement: Movement

    def settle(self, org: PretendOrganisation) -> Movement:
        """Write the contact; give the movement with it."""
        fields = {name: getattr(self.movement, name) for name in Movement.__slots__}
        return Movement(**fields | {"contact": self.who.settle(org)})


def _read(act: Act, sent: Sent, checks: Checks) -> _Ready:
    kind = sent.text("Type")
    checks.require(kind in KINDS, unpublished(f"Bank transactions of Type {kind} cannot be created"))
    bank = read_bank(act, sent.part("BankAccount"), checks)
    on = sent.day("Date") or act.today
    check_document(act.org, on, checks)
    who = party(act, sent, checks)
    over = kind.endswith("OVERPAYMENT")
    amounts = "NoTax" if over else read_amounts(sent, checks, "Inclusive")
    lines = _overpaid(act, sent, kind, checks) if over else _lines(act, sent, kind, amounts, checks)
    _check_total(act, lines, amounts, sent, checks)
    rate = sent.amount("CurrencyRate")
    checks.require(rate is None or rate > 0, unpublished("CurrencyRate must be more than zero"))
    currency = sent.text("CurrencyCode")
    same = bank is None or not currency or currency == bank.fields["CurrencyCode"]
    checks.require(same, unpublished("CurrencyCode must be the bank account's"))
    checks.settle()
    movement = Movement(
        kind=kind, bank=bank.record_id if bank else "", on=on, lines=lines,
        reference=sent.text("Reference"), amounts=amounts, reconciled=sent.flag("IsReconciled") or False,
        rate=rate, extra={"Url": sent.text("Url")} if "Url" in sent else {},
    )  # fmt: skip
    return _Ready(who, movement)


def read_bank(act: Act, sent: Sent, checks: Checks) -> Record | None:
    """Find an active bank account by code or id."""
    account = account_named(act.org, sent)
    good = account is not None and account.fields["Type"] == "BANK"
    checks.require(good, unpublished("BankAccount must name a bank account"))
    if account is None or not good:
        return None
    checks.require(account.fields["Status"] == "ACTIVE", unpublished("The bank account is archived"))
    return account


def _lines(act: Act, sent: Sent, kind: str, amounts: str, checks: Checks) -> list[Line]:
    parts = sent.parts("LineItems")
    checks.require(parts, messages.NO_LINES)
    rules = Rules(
        approved=True,
        amounts=amounts,
        selling=kind.startswith("RECEIVE"),
        discount=unpublished("Discounts cannot be applied to bank transactions"),
        exact_tax=True,
        moves_money=True,
    )
    return read_lines(act, parts, rules, checks)


def _overpaid(act: Act, sent: Sent, kind: str, checks: Checks) -> list[Line]:
    """Read the one line of an overpayment; its account is the control account whatever was sent."""
    parts = sent.parts("LineItems")
    if not checks.require(len(parts) == 1, unpublished("An overpayment has exactly one line")):
        return []
    control = "DEBTORS" if kind.startswith("RECEIVE") else "CREDITORS"
    rules = Rules(
        approved=False, amounts="NoTax", selling=False, moves_money=True, forbidden=CONTROL - {control}
    )
    said = parts[0].fields.items()
    bare = Sent({name: value for name, value in said if name not in {"AccountCode", "AccountID"}})
    if account_named(act.org, parts[0]) is None and "AccountCode" in parts[0]:
        checks.require(None, messages.code_not_valid(parts[0].text("AccountCode")))
    (line,) = read_lines(act, [bare], rules, checks)
    account = act.org.account(control).record_id
    return [
        Line(description=line.description, unit=line.unit, account=account, tax="", quantity=line.quantity)
    ]


def _check_total(act: Act, lines: list[Line], amounts: str, sent: Sent, checks: Checks) -> None:
    if checks.messages:
        return
    total = lay_out(act.org, lines, amounts).total
    checks.require(total > 0, unpublished("The total of a bank transaction must be more than zero"))
    given = sent.amount("Total")
    checks.require(given is None or given == total, unpublished("Total is not the sum of the lines"))


def _change(act: Act, known: Record, sent: Sent) -> Record:
    was, checks = known.fields, Checks()
    kind = was["Type"]
    checks.require(kind in SIMPLE, unpublished(f"Bank transactions of Type {kind} cannot be changed"))
    checks.require(was["Status"] == "AUTHORISED", unpublished("The bank transaction is deleted"))
    status = sent.text("Status", "AUTHORISED")
    checks.require(status in {"AUTHORISED", "DELETED"}, unpublished(f"Status {status} is not known here"))
    check_document(act.org, was["Date"], checks)
    backwards = was["IsReconciled"] and sent.flag("IsReconciled") is False
    checks.require(not backwards, unpublished("A reconciled bank transaction cannot be un-reconciled"))
    checks.settle()
    if status == "DELETED":
        act.org.change("BankTransactions", known.record_id, Status="DELETED")
        return known
    if set(sent.fields) <= {*_SOFT, "IsReconciled", "Status", "BankTransactionID"}:
        soft: Fields = {name: sent.text(name) for name in _SOFT if name in sent}
        soft |= {"IsReconciled": was["IsReconciled"] or bool(sent.flag("IsReconciled"))}
        act.org.change("BankTransactions", known.record_id, **soft)
        return known
    stored = {name: value for name, value in was.items() if name not in {"Total", "SubTotal", "TotalTax"}}
    exact = Act(org=act.org, creating=False, four_decimals=act.four_decimals or "LineItems" not in sent)
    movement = _read(exact, sent.over(stored), checks).settle(act.org)
    fields = movement_fields(act.org, movement)
    own = known.own()
    kept = {name: own[name] for name in ("BankTransactionID", "HasAttachments")}
    own.clear()
    own.update(fields | kept)
    act.org.shelf("BankTransactions").changed(known, act.org.stamp())
    return known


def needs_date(on: date | None, checks: Checks) -> date:
    """Give the date of a settlement; it has no default."""
    checks.require(on, unpublished("Date must be specified"))
    return on or date.min


def positive(amount: Decimal | None, checks: Checks) -> Decimal:
    """Give an amount that is more than zero."""
    checks.require(amount is not None and amount > 0, unpublished("Amount must be more than zero"))
    return amount or Decimal(0)
