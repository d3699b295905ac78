"""Repeating templates. Those created AUTHORISED would make invoices by themselves, and mail them if told to.

Facts (Xero OpenAPI 16.1.0): created with a schedule, as DRAFT or AUTHORISED; POST deletes.
"""

from __future__ import annotations

from datetime import date

from bot.sandbox.xero.books.documents import Draft, add_repeating_invoice
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields
from bot.sandbox.xero.writing import messages
from bot.sandbox.xero.writing.act import Act
from bot.sandbox.xero.writing.contacts import party
from bot.sandbox.xero.writing.lines import Rules, read_lines
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.papers import read_amounts, read_currency
from bot.sandbox.xero.writing.refusals import Checks
from bot.sandbox.xero.writing.sent import Sent

UNITS = frozenset({"WEEKLY", "MONTHLY"})
DUE = frozenset(
    {
        "DAYSAFTERBILLDATE", "DAYSAFTERBILLMONTH", "DAYSAFTERINVOICEDATE", "DAYSAFTERINVOICEMONTH",
        "OFCURRENTMONTH", "OFFOLLOWINGMONTH",
    }
)  # fmt: skip
_FLAGS = ("ApprovedForSending", "SendCopy", "MarkAsSent", "IncludePDF")


def write(act: Act, sent: Sent) -> Record:
    """Create a template, or delete the one that is named."""
    checks, shelf = Checks(), act.org.shelf("RepeatingInvoices")
    known = shelf.records.get(act.path_id or sent.text("RepeatingInvoiceID").lower())
    if known is not None:
        only = sent.text("Status") == "DELETED" and known.fields["Status"] != "DELETED"
        checks.require(only, unpublished("A repeating invoice can only be DELETED"))
        checks.settle()
        act.org.change("RepeatingInvoices", known.record_id, Status="DELETED")
        return known
    there = "RepeatingInvoiceID" not in sent
    checks.require(there, unpublished("There is no repeating invoice with this RepeatingInvoiceID"))
    return _create(act, sent, checks)


def _create(act: Act, sent: Sent, checks: Checks) -> Record:
    kind, status = sent.text("Type"), sent.text("Status", "DRAFT")
    checks.require(kind in {"ACCREC", "ACCPAY"}, unpublished(f"Type {kind} is not known"))
    checks.require(status in {"DRAFT", "AUTHORISED"}, unpublished(f"A new template cannot be {status}"))
    schedule = _schedule(act, sent.part("Schedule"), checks)
    who = party(act, sent, checks)
    currency, _ = read_currency(act, sent, checks)
    amounts, parts = read_amounts(sent, checks), sent.parts("LineItems")
    checks.require(parts, messages.NO_LINES)
    selling = kind == "ACCREC"
    rules = Rules(
        approved=status == "AUTHORISED",
        amounts=amounts,
        selling=selling,
        discount="" if selling else messages.DISCOUNT_ON_BILL,
    )
    lines = read_lines(act, parts, rules, checks)
    flags = {name: sent.flag(name) or False for name in _FLAGS}
    draft = status == "DRAFT"
    checks.require(
        not (draft and flags["ApprovedForSending"]), unpublished("A draft cannot be approved to send")
    )
    checks.settle()
    wanted = Draft(
        kind=kind, contact=who.settle(act.org), on=schedule["StartDate"], lines=lines,
        reference=sent.text("Reference"), status=status, amounts=amounts, currency=currency, extra=flags,
    )  # fmt: skip
    return add_repeating_invoice(act.org, wanted, schedule)


def _schedule(act: Act, sent: Sent, checks: Checks) -> Fields:
    period, due = sent.amount("Period"), sent.amount("DueDate")
    checks.require(period is not None and period >= 1, unpublished("Schedule needs a Period"))
    checks.require(sent.text("Unit") in UNITS, unpublished("Schedule needs a Unit, WEEKLY or MONTHLY"))
    checks.require(due is not None and due >= 0, unpublished("Schedule needs a DueDate"))
    checks.require(sent.text("DueDateType") in DUE, unpublished("Schedule needs a DueDateType"))
    start, end = sent.day("StartDate"), sent.day("EndDate")
    checks.require(start or sent.day("NextScheduledDate"), unpublished("Schedule needs a StartDate"))
    first = start or act.today
    checks.require(end is None or end >= first, unpublished("Schedule ends before it starts"))
    schedule: Fields = {
        "Period": int(period or 1),
        "Unit": sent.text("Unit"),
        "DueDate": int(due or 0),
        "DueDateType": sent.text("DueDateType"),
        "StartDate": first,
        "NextScheduledDate": max(first, act.today),
    }
    return schedule | ({"EndDate": end} if isinstance(end, date) else {})
