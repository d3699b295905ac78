"""What invoices, credit notes, orders and quotes have in common: made, changed, approved, ended.

Each kind describes itself as a `Paper`; everything that differs is in that value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.sandbox.xero.books.documents import Draft
from bot.sandbox.xero.books.lines import Line, lay_out
from bot.sandbox.xero.collections import COLLECTIONS
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields
from bot.sandbox.xero.writing import messages
from bot.sandbox.xero.writing.act import Act
from bot.sandbox.xero.writing.contacts import party
from bot.sandbox.xero.writing.currencies import subscribed
from bot.sandbox.xero.writing.lines import Rules, read_lines
from bot.sandbox.xero.writing.locks import check_document
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.refusals import Checks
from bot.sandbox.xero.writing.sent import Sent

ENDED = frozenset({"VOIDED", "DELETED"})
_MONEY = frozenset(
    {"LineItems", "LineAmountTypes", "CurrencyCode", "CurrencyRate", "Contact", "Date", "Type", "TaxAmount"}
)
_AMOUNTS = ("Exclusive", "Inclusive", "NoTax")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One document being read."""

    act: Act
    sent: Sent
    checks: Checks
    kind: str
    status: str
    on: date
    known: Record | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """How one kind of document is written."""

    collection: str
    number: str
    prefix: str
    build: Callable[[PretendOrganisation, Draft], Fields]
    kinds: frozenset[str]
    numbered: frozenset[str]
    starts: frozenset[str]
    ladder: dict[str, frozenset[str]]
    approved: frozenset[str]
    details: Callable[[Page], Fields]
    start_message: str
    change_message: str
    twice_message: str
    unknown_message: str
    selling: frozenset[str]
    discount: dict[str, str]
    keeps: tuple[str, ...]
    soft: frozenset[str]
    after: Callable[[PretendOrganisation, Record], None] | None = None
    locks: bool = True


def write(paper: Paper, act: Act, sent: Sent) -> Record:
    """Create a document, or change the one that is named."""
    checks = Checks()
    known = _known(paper, act, sent, checks)
    checks.settle()
    record = _create(paper, act, sent) if known is None else _change(paper, act, known, sent)
    if paper.after is not None:
        paper.after(act.org, record)
    return record


def _known(paper: Paper, act: Act, sent: Sent, checks: Checks) -> Record | None:
    shelf, id_field = act.org.shelf(paper.collection), COLLECTIONS[paper.collection].id_field
    if act.path_id:
        return shelf.records[act.path_id]
    if act.creating:
        checks.require(id_field not in sent, unpublished(f"{id_field} is given by Xero"))
        return None
    if wanted := sent.text(id_field):
        found = shelf.records.get(wanted.lower())
        checks.require(found, paper.unknown_message)
        return found
    kind, number = sent.text("Type") if paper.kinds else "", sent.text(paper.number)
    return _numbered(paper, act.org, number) if number and kind in paper.numbered else None


def _numbered(paper: Paper, org: PretendOrganisation, number: str) -> Record | None:
    return next(
        (
            one
            for one in org.shelf(paper.collection).having(paper.number, number)
            if one.fields[paper.number] == number
            and one.fields.get("Type", "") in paper.numbered
            and one.fields["Status"] != "DELETED"
        ),
        None,
    )


def _create(paper: Paper, act: Act, sent: Sent) -> Record:
    checks, status = Checks(), sent.text("Status", "DRAFT")
    checks.require(status in paper.starts, paper.start_message)
    fields = _compose(paper, act, sent, checks, status=status)
    return act.org.put(paper.collection, fields)


def _change(paper: Paper, act: Act, known: Record, sent: Sent) -> Record:
    was, checks = known.fields, Checks()
    status = sent.text("Status", was["Status"])
    settled = bool(was.get("AmountPaid") or was.get("AmountCredited") or was.get("Payments"))
    settled = settled or bool(was.get("Allocations"))
    checks.require(status in paper.ladder.get(was["Status"], ()), paper.change_message)
    checks.settle()
    if status in ENDED:
        return _end(paper, act, known, status, settled=settled)
    touched = (_MONEY | {paper.number}) & _differing(sent, was)
    if settled:
        checks.require(not touched and status == was["Status"], messages.SETTLED)
        checks.settle()
    if not touched and status == was["Status"]:
        return _patch(paper, act, known, sent)
    fields = _compose(paper, act, sent, checks, status=status, known=known)
    _rewrite(paper, act.org, known, fields)
    return known


def _differing(sent: Sent, was: Fields) -> set[str]:
    """Name the fields that were sent and say something new; a contact by id says nothing new."""
    found = {name for name, value in sent.fields.items() if value != was.get(name)}
    if sent.part("Contact").fields == was["Contact"]:
        found.discard("Contact")
    if "Date" in sent and sent.day("Date") == was["Date"]:
        found.discard("Date")
    return found


def _end(paper: Paper, act: Act, known: Record, status: str, *, settled: bool) -> Record:
    checks = Checks()
    checks.require(not settled, messages.SETTLED)
    if paper.locks and known.fields["Status"] in paper.approved:
        check_document(act.org, known.fields["Date"], checks)
    checks.settle()
    nothing = {name: Decimal("0.00") for name in ("AmountDue", "RemainingCredit") if name in known.fields}
    act.org.change(paper.collection, known.record_id, Status=status, **nothing)
    return known


def _patch(paper: Paper, act: Act, known: Record, sent: Sent) -> Record:
    checks = Checks()
    was = known.fields
    page = Page(
        act=act, sent=sent.over(was), checks=checks, kind=was.get("Type", ""), status=was["Status"],
        on=was["Date"], known=known,
    )  # fmt: skip
    extra = {
        name: value for name, value in paper.details(page).items() if name in sent and name in paper.soft
    }
    checks.settle()
    act.org.change(paper.collection, known.record_id, **extra)
    return known


def _compose(
    paper: Paper, act: Act, sent: Sent, checks: Checks, *, status: str, known: Record | None = None
) -> Fields:
    """Read the whole document, say everything that is wrong, and work out its fields."""
    was: Fields = {} if known is None else known.fields
    whole = sent.over(was)
    kind = whole.text("Type") if paper.kinds else ""
    checks.require(kind in paper.kinds or not paper.kinds, unpublished(f"Type {kind} is not known"))
    checks.require(not was or kind == was.get("Type", ""), unpublished("Type cannot be changed"))
    on = whole.day("Date") or act.today
    approved = status in paper.approved
    if approved and paper.locks:
        check_document(act.org, on, checks)
    who = party(act, whole, checks)
    currency, rate = read_currency(act, whole, checks)
    amounts, lines = _lines(paper, act, whole, checks, kind, approved=approved, was=was)
    page = Page(act=act, sent=whole, checks=checks, kind=kind, status=status, on=on, known=known)
    extra, number = paper.details(page), _number(paper, page)
    _check_total(act.org, lines, amounts, checks)
    checks.settle()
    draft = Draft(
        kind=kind, contact=who.settle(act.org), on=on, lines=lines, number=number,
        reference=whole.text("Reference"), status=status, amounts=amounts, currency=currency, rate=rate,
        extra=extra,
    )  # fmt: skip
    built = paper.build(act.org, draft)
    return {name: value for name, value in built.items() if value is not None or name == "UpdatedDateUTC"}


def _lines(
    paper: Paper, act: Act, whole: Sent, checks: Checks, kind: str, *, approved: bool, was: Fields
) -> tuple[str, list[Line]]:
    amounts = read_amounts(whole, checks, capitals=paper.collection == "Quotes")
    parts = whole.parts("LineItems")
    checks.require(parts, messages.NO_LINES)
    rules = Rules(
        approved=approved,
        amounts=amounts,
        selling=kind in paper.selling,
        discount=paper.discount.get(kind, ""),
    )
    return amounts, read_lines(act, parts, rules, checks, was.get("LineItems"))


def _number(paper: Paper, page: Page) -> str:
    number = page.sent.text(paper.number)
    page.checks.require(len(number) <= 255, unpublished(f"{paper.number} is longer than 255 characters"))
    if page.kind not in paper.numbered:
        return number
    if number:
        other = _numbered(paper, page.act.org, number)
        page.checks.require(other is None or other is page.known, paper.twice_message)
        return number
    org = page.act.org
    shelf, following = org.shelf(paper.collection), org.last_numbers.get(paper.prefix, 0) + 1
    while shelf.having(paper.number, f"{paper.prefix}{following:04d}"):
        following += 1
    org.last_numbers[paper.prefix] = following - 1
    return f"{paper.prefix}{following:04d}"


def read_theme(page: Page) -> str | None:
    """Read the id of a branding theme that exists."""
    theme = page.sent.text("BrandingThemeID").lower()
    known = not theme or theme in page.act.org.shelf("BrandingThemes").records
    page.checks.require(known, unpublished("There is no such BrandingThemeID"))
    return theme or None


def _check_total(org: PretendOrganisation, lines: list[Line], amounts: str, checks: Checks) -> None:
    if not checks.messages:
        checks.require(lay_out(org, lines, amounts).total >= 0, messages.TOTAL_BELOW_ZERO)


def _rewrite(paper: Paper, org: PretendOrganisation, known: Record, fields: Fields) -> None:
    """Replace a document's fields; what it is, and what hangs on it, stays."""
    id_field = COLLECTIONS[paper.collection].id_field
    own = known.own()
    kept = {name: own[name] for name in (id_field, "ID", "HasAttachments", *paper.keeps) if name in own}
    own.clear()
    own.update(fields | kept)
    org.shelf(paper.collection).changed(known, org.stamp())


def read_amounts(sent: Sent, checks: Checks, fallback: str = "Exclusive", *, capitals: bool = False) -> str:
    """Read LineAmountTypes; quotes write them in capitals, everybody else does not."""
    text = sent.text("LineAmountTypes", fallback.upper() if capitals else fallback)
    allowed = {one.upper() if capitals else one: one for one in _AMOUNTS}
    checks.require(text in allowed, unpublished(f"LineAmountTypes {text} is not known here"))
    return allowed.get(text, fallback)


def read_currency(act: Act, sent: Sent, checks: Checks) -> tuple[str, Decimal | None]:
    """Read currency and rate; without a rate Xero takes the day's."""
    base = act.org.base_currency
    currency, rate = sent.text("CurrencyCode", base), sent.amount("CurrencyRate")
    checks.require(subscribed(act.org, currency), messages.not_subscribed(currency))
    checks.require(rate is None or rate > 0, unpublished("CurrencyRate must be more than zero"))
    if currency == base or rate is None:
        return currency, None
    return currency, rate.quantize(Decimal("1.0000000000"))
