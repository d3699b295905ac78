"""Postings of documents: invoices, bills, credit notes, receipts; how foreign ones and advances are used.

Where Xero publishes nothing the rule is inferred and said so: the difference between a document's total and
its lines stands on Rounding; a prepayment stands on the accounts of its own lines until it is used; the last
use of a foreign document clears what is left of it in base currency. A foreign document and what settles it
each post their own value against the realised gains, so that the difference of the rates is what remains
there and neither needs to be remembered for the other. Raises ValueError for what it cannot understand.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from bot.ledger.chart import Chart
from bot.ledger.model import (
    CENT,
    ONE,
    PAYABLE,
    REALISED,
    RECEIVABLE,
    ROUNDING,
    TAX,
    ZERO,
    Posting,
    Side,
    to_base,
)
from bot.ledger.wire import Document, Line, Use, amount, day, standing

LIVE = frozenset({"AUTHORISED", "PAID"})
SILENT = frozenset({"DRAFT", "SUBMITTED", "VOIDED", "DELETED"})
# Rounding of an invoice is -0.10 to 0.10 (xero-python 15.2.0, Invoice.RoundingAmount), and a cent a line.
_SLACK = Decimal("0.10")
KINDS = {
    "ACCREC": (RECEIVABLE, -1),
    "ACCPAY": (PAYABLE, 1),
    "ACCRECCREDIT": (RECEIVABLE, 1),
    "ACCPAYCREDIT": (PAYABLE, -1),
    "RECEIVE-PREPAYMENT": (RECEIVABLE, 1),
    "SPEND-PREPAYMENT": (PAYABLE, -1),
    "ARPREPAYMENT": (RECEIVABLE, 1),
    "APPREPAYMENT": (PAYABLE, -1),
    "RECEIVE-OVERPAYMENT": (RECEIVABLE, 1),
    "SPEND-OVERPAYMENT": (PAYABLE, -1),
    "AROVERPAYMENT": (RECEIVABLE, 1),
    "APOVERPAYMENT": (PAYABLE, -1),
}


class _Share(NamedTuple):
    """A use of a document: when, how much of its base value, and whether money moved."""

    on: date
    value: Decimal
    paid: bool


def is_live(status: str, live: frozenset[str] = LIVE, silent: frozenset[str] = SILENT) -> bool:
    """Say whether a status posts. Raises ValueError for one that nobody described."""
    if status in live:
        return True
    if status in silent:
        return False
    raise ValueError("unknown status")


def rate_of(document: Document, chart: Chart) -> Decimal:
    """Give the rate of a document; ONE itself for the base currency. Raises ValueError."""
    if not document.currency_code or document.currency_code == chart.company.base_currency:
        if document.currency_rate is not None and document.currency_rate != ONE:
            raise ValueError("a rate without a foreign currency")
        return ONE
    rate = amount(document.currency_rate)
    if rate <= 0:
        raise ValueError("no rate")
    return rate


def line_sides(document: Document, chart: Chart, rate: Decimal, sign: int) -> list[Side]:
    """Give the income or expense side: the lines net of tax, then the tax."""
    inclusive = _is_inclusive(document.line_amount_types)
    find, minus = chart.find, sign < 0
    sides = []
    for line in document.line_items or ():
        net = line.line_amount
        if net is None:
            continue  # a line of text
        if inclusive and line.tax_amount is not None:
            net -= line.tax_amount
        if net:
            value = to_base(net, rate)
            sides.append((find(line.account_id, line.account_code), -value if minus else value))
    tax = _tax(document) if document.total_tax is None else document.total_tax
    if tax:
        value = to_base(tax, rate)
        sides.append((chart.role(TAX), -value if minus else value))
    return sides


def _tax(document: Document) -> Decimal:
    """Add up the tax of the lines, where the document itself does not say it."""
    taxed = (one for one in document.line_items or () if one.line_amount is not None)
    return sum((one.tax_amount for one in taxed if one.tax_amount is not None), ZERO)


def balanced(sides: list[Side], chart: Chart, rate: Decimal = ONE) -> tuple[Side, ...]:
    """Add what rounding left over. Raises ValueError where that is more than rounding can be."""
    rest = ZERO
    for _, value in sides:
        rest += value
    if not rest:
        return tuple(sides)
    if abs(rest) > _SLACK / rate + CENT * len(sides):
        raise ValueError("the lines are not the total")
    return (*sides, (chart.role(ROUNDING), -rest))


def document_postings(document: Document, chart: Chart) -> list[Posting]:
    """Post an invoice, bill or credit note, and if it is foreign what its settlements take off it."""
    if not is_live(document.status):
        return []
    role, sign = _kind(document)
    rate, currency = rate_of(document, chart), document.currency_code or ""
    value = to_base(amount(document.total), rate)
    sides = line_sides(document, chart, rate, sign)
    sides.append((chart.role(role), value if sign < 0 else -value))
    found = [Posting(day(document.date), currency, balanced(sides, chart, rate))]
    if rate is not ONE:
        found.extend(_settled(document, chart, rate))
    return found


def settlements(document: Document) -> list[tuple[Use, bool]]:
    """Give what a document lists as taken off it, and whether that was money."""
    listed = [(one, True) for one in standing(document.payments)] if document.payments else []
    for more in (document.allocations, document.credit_notes, document.prepayments, document.overpayments):
        if more:
            listed += [(one, False) for one in standing(more)]
    return listed


def overpayment_postings(document: Document, chart: Chart) -> Iterator[Posting]:
    """Post how a foreign overpayment is used; its bank transaction has posted the rest."""
    if is_live(document.status) and (rate := rate_of(document, chart)) is not ONE:
        yield from _settled(document, chart, rate)


def prepayment_postings(document: Document, chart: Chart) -> Iterator[Posting]:
    """Post how a prepayment is used: off the accounts of its lines; its bank transaction put it there."""
    if not is_live(document.status):
        return
    role, sign = _kind(document)
    rate = rate_of(document, chart)
    weights = line_sides(document, chart, rate, 1)
    used, taken = ZERO, [ZERO] * len(weights)
    for share in _shares(document, rate):
        used += share.value
        whole = _spread(used, weights)
        sides = [
            (account, sign * (now - before))
            for (account, _), now, before in zip(weights, whole, taken, strict=True)
        ]
        taken = whole
        # A payment back knows nothing of the lines, and a foreign invoice has a rate of its own.
        other = REALISED if share.paid or rate is not ONE else role
        sides.append((chart.role(other), -sign * share.value))
        yield Posting(share.on, document.currency_code or "", tuple(sides))


def receipt_posting(receipt: Document, chart: Chart, on: date, owed: Side) -> Posting:
    """Post a receipt of an approved expense claim against what is owed for it."""
    sides = balanced([owed, *line_sides(receipt, chart, ONE, 1)], chart)
    return Posting(on, receipt.currency_code or "", sides)


def journal_sides(lines: list[Line], kinds: str | None, chart: Chart) -> tuple[Side, ...]:
    """Give the sides of a journal's lines, tax apart. Raises ValueError where they do not sum to zero."""
    sides = line_sides(Document(line_items=lines, line_amount_types=kinds), chart, ONE, 1)
    if sum((value for _, value in sides), ZERO):
        raise ValueError("a journal out of balance")
    return tuple(sides)


def _kind(document: Document) -> tuple[str, int]:
    if document.type not in KINDS:
        raise ValueError("unknown type")
    return KINDS[document.type]


def _is_inclusive(kinds: str | None) -> bool:
    if kinds not in {"Exclusive", "Inclusive", "NoTax"}:
        raise ValueError("unknown line amount type")
    return kinds == "Inclusive"


def _settled(document: Document, chart: Chart, rate: Decimal) -> Iterator[Posting]:
    role, sign = _kind(document)
    control, gain = chart.role(role), chart.role(REALISED)
    for share in _shares(document, rate):
        sides = ((control, sign * share.value), (gain, -sign * share.value))
        yield Posting(share.on, document.currency_code or "", sides)


def _shares(document: Document, rate: Decimal) -> list[_Share]:
    """Spread a document's base value over its uses by date; the use that empties it takes what is left."""
    listed = settlements(document)
    left, base_left = amount(document.total), to_base(amount(document.total), rate)
    shares = []
    for on, used, paid in sorted((day(one.date), used_of(one), paid) for one, paid in listed):
        left -= used
        value = to_base(used, rate) if left else base_left
        base_left -= value
        shares.append(_Share(on, value, paid))
    return shares


def used_of(one: Use) -> Decimal:
    """Give how much of a document a settlement takes off it. Raises ValueError."""
    return amount(one.amount if one.applied_amount is None else one.applied_amount)


def _spread(value: Decimal, weights: list[Side]) -> list[Decimal]:
    """Divide a value in proportion; the first takes what rounding leaves."""
    whole = sum((weight for _, weight in weights), ZERO)
    if not whole:
        raise ValueError("nothing to divide by")
    parts = [(value * weight / whole).quantize(CENT, ROUND_HALF_UP) for _, weight in weights[1:]]
    return [value - sum(parts, ZERO), *parts]
