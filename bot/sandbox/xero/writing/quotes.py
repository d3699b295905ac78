"""Quotes.

Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/quotes): LineAmountTypes are
written in capitals; contact and date are needed; the status climbs from DRAFT by updates.
"""

from __future__ import annotations

from bot.sandbox.xero.books.documents import quote_fields
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields
from bot.sandbox.xero.writing import papers
from bot.sandbox.xero.writing.act import Act
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.papers import Page, Paper, read_theme
from bot.sandbox.xero.writing.sent import Sent

_TEXTS = {"Reference": 4000, "Terms": 4000, "Title": 100, "Summary": 3000}


def write(act: Act, sent: Sent) -> Record:
    """Create or change a quote."""
    return papers.write(QUOTE, act, sent)


def _details(page: Page) -> Fields:
    sent = page.sent
    page.checks.require("Date" in sent, unpublished("Date must be specified"))
    for name, longest in _TEXTS.items():
        short = len(sent.text(name)) <= longest
        page.checks.require(short, unpublished(f"{name} is longer than {longest} characters"))
    expiry = sent.day("ExpiryDate")
    page.checks.require(expiry is None or expiry >= page.on, unpublished("ExpiryDate is before Date"))
    texts = {name: sent.text(name) for name in _TEXTS}
    return texts | {"ExpiryDate": expiry, "BrandingThemeID": read_theme(page)}


QUOTE = Paper(
    collection="Quotes",
    number="QuoteNumber",
    prefix="QU-",
    build=quote_fields,
    kinds=frozenset(),
    numbered=frozenset({""}),
    starts=frozenset({"DRAFT"}),
    ladder={
        "DRAFT": frozenset({"DRAFT", "SENT", "DELETED"}),
        "SENT": frozenset({"SENT", "DRAFT", "ACCEPTED", "DECLINED", "INVOICED", "DELETED"}),
        "ACCEPTED": frozenset({"ACCEPTED", "DRAFT", "SENT", "INVOICED", "DELETED"}),
        "DECLINED": frozenset({"DECLINED", "DRAFT", "SENT", "ACCEPTED", "DELETED"}),
        "INVOICED": frozenset({"INVOICED", "DRAFT", "SENT", "ACCEPTED", "DELETED"}),
    },
    approved=frozenset(),
    details=_details,
    start_message=unpublished("A new quote must be DRAFT"),
    change_message=unpublished("The quote cannot be changed to this Status"),
    twice_message=unpublished("Another quote has this QuoteNumber"),
    unknown_message=unpublished("There is no quote with this QuoteID"),
    selling=frozenset({""}),
    discount={},
    keeps=(),
    soft=frozenset({*_TEXTS, "ExpiryDate", "BrandingThemeID"}),
)
