"""Purchase orders.

Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/purchaseorders): numbers are
unique; any living status can be created; SentToContact is only for authorised and billed ones, others get a
warning.
"""

from __future__ import annotations

from bot.sandbox.xero.books.documents import purchase_order_fields
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields
from bot.sandbox.xero.writing import messages, papers
from bot.sandbox.xero.writing.act import Act
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.papers import Page, Paper, read_theme
from bot.sandbox.xero.writing.sent import Sent

LIVING = frozenset({"DRAFT", "SUBMITTED", "AUTHORISED", "BILLED"})
_TEXTS = ("Reference", "DeliveryAddress", "AttentionTo", "Telephone", "DeliveryInstructions")
_DAYS = ("DeliveryDate", "ExpectedArrivalDate")
_DELIVERED = frozenset({"AUTHORISED", "BILLED"})


def write(act: Act, sent: Sent) -> Record:
    """Create or change a purchase order."""
    return papers.write(ORDER, act, sent)


def _details(page: Page) -> Fields:
    sent = page.sent
    if asked := sent.flag("SentToContact") or False:
        asked = page.status in _DELIVERED
        if not asked:
            page.act.warn(messages.SENT_TO_CONTACT)
    return {
        **{name: sent.text(name) for name in _TEXTS},
        **{name: sent.day(name) for name in _DAYS},
        "SentToContact": asked,
        "BrandingThemeID": read_theme(page),
    }


ORDER = Paper(
    collection="PurchaseOrders",
    number="PurchaseOrderNumber",
    prefix="PO-",
    build=purchase_order_fields,
    kinds=frozenset(),
    numbered=frozenset({""}),
    starts=LIVING,
    ladder={
        "DRAFT": LIVING | {"DELETED"},
        "SUBMITTED": LIVING | {"DELETED"},
        "AUTHORISED": frozenset({"AUTHORISED", "BILLED", "DELETED"}),
        "BILLED": frozenset({"AUTHORISED", "BILLED", "DELETED"}),
    },
    approved=_DELIVERED,
    details=_details,
    start_message=unpublished("The purchase order cannot be created with this Status"),
    change_message=unpublished("The purchase order cannot be changed to this Status"),
    twice_message=messages.ORDER_NUMBER,
    unknown_message=unpublished("There is no purchase order with this PurchaseOrderID"),
    selling=frozenset(),
    discount={},
    keeps=("HasErrors",),
    soft=frozenset({*_TEXTS, *_DAYS, "SentToContact", "BrandingThemeID"}),
    locks=False,
)
