"""One organisation of the pretend Xero: its shelves, its settings, and the levers tests pull.

It holds state and ids. What documents mean is in `books/` and `ledger.py`; how they are shown is in
`projection.py`.
"""

from __future__ import annotations

import math
import random
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.sandbox.xero.attached import Attachment, NewFile, attach, detach
from bot.sandbox.xero.books.stock import StockBook
from bot.sandbox.xero.calls import Call
from bot.sandbox.xero.collections import COLLECTIONS
from bot.sandbox.xero.owing import Owing
from bot.sandbox.xero.store import Record, Shelf
from bot.sandbox.xero.wire import Fields

# Collections whose records carry a text that can change without moving the ledger.
_FREE_TEXT = {
    "Invoices": "Reference",
    "CreditNotes": "Reference",
    "BankTransactions": "Reference",
    "Payments": "Reference",
    "ManualJournals": "Narration",
    "PurchaseOrders": "Reference",
    "Quotes": "Reference",
    "Contacts": "AccountNumber",
}
_NAMED_IN_OTHERS = frozenset({"Contacts", "Accounts", "Items", "TrackingCategories", "Users"})


def to_milliseconds(moment: datetime) -> datetime:
    """Cut a time to what Xero keeps of it."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class PretendOrganisation:
    """The whole of one organisation; take `lock` around anything that reads or changes several records."""

    def __init__(self, key: str, *, seed: int, now: Callable[[], datetime]) -> None:
        self.key, self.now = key, now
        self.random = random.Random(f"{seed}:{key}")
        self.lock = threading.RLock()
        self.shelves = {name: Shelf(collection) for name, collection in COLLECTIONS.items()}
        self.stock = StockBook(self.shelves)
        self.owing = Owing(self.shelves)
        self.tenant_id = self.new_id()
        self.pretty = False
        self.offline = False
        self.high_volume_threshold = 100_000
        self.other_uncertified_apps = 0
        self.reminders_enabled = True
        self.revalues = True
        self.forbidden_actions: frozenset[str] = frozenset()
        self.conversion_date: date | None = None
        self.conversion_balances: dict[str, int] = {}
        # What hangs on records: notes, files by name, and the invoices a mail would have gone out for.
        self.notes: dict[str, list[Fields]] = {}
        self.files: dict[str, dict[str, Attachment]] = {}
        self.mailed: list[str] = []
        # Reports published inside Xero, by id, and what is told of contacts for the 1099 forms.
        self.published: dict[str, Fields] = {}
        self.federal: dict[str, Fields] = {}
        # CIS settings (UK): of the organisation, None where it was never switched on, and of contacts by id.
        self.cis: Fields | None = None
        self.contacts_cis: dict[str, Fields] = {}
        # Every PUT, POST and DELETE that named this organisation, whatever became of it.
        self.writes: list[Call] = []
        self.names_revision = 0
        self.last_numbers: dict[str, int] = {}
        # What is older was typed in by people, what is younger came through the API.
        self.built_at = to_milliseconds(now())
        self._last_update = datetime.min.replace(tzinfo=now().tzinfo)

    @property
    def name(self) -> str:
        """Give the organisation's display name."""
        return str(self.about["Name"])

    @property
    def about(self) -> Fields:
        """Give the organisation's own record."""
        return next(iter(self.shelves["Organisations"])).fields

    @property
    def base_currency(self) -> str:
        """Give the currency of its books."""
        return str(self.about["BaseCurrency"])

    @property
    def revision(self) -> int:
        """Give a number that grows with every change of any record."""
        return sum(shelf.revision for shelf in self.shelves.values())

    def new_id(self) -> str:
        """Make the next GUID; the same seed gives the same ids."""
        text = f"{self.random.getrandbits(128):032x}"
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"

    def shelf(self, collection: str) -> Shelf:
        """Give one shelf by Xero's own collection name."""
        return self.shelves[collection]

    def record(self, collection: str, record_id: str) -> Record:
        """Give one record by id or natural key; raise KeyError when there is none."""
        found = self.shelves[collection].find(record_id)
        if found is None:
            raise KeyError(f"{collection} {record_id}")
        return found

    def put(self, collection: str, fields: Fields, at: datetime | None = None) -> Record:
        """Put a new record on its shelf."""
        moment = at or self.stamp()
        if "UpdatedDateUTC" in fields:
            fields["UpdatedDateUTC"] = moment
        record_id = str(fields[COLLECTIONS[collection].id_field])
        return self.shelves[collection].put(Record(record_id, moment, fields))

    def stamp(self) -> datetime:
        """Give the time of a change: now, and always at least a millisecond after the change before."""
        moment = to_milliseconds(self.now())
        if moment <= self._last_update:
            moment = self._last_update + timedelta(milliseconds=1)
        self._last_update = moment
        return moment

    def touch(self, collection: str, record_id: str) -> None:
        """Move a record's UpdatedDateUTC and nothing else."""
        self.change(collection, record_id)

    def change(self, collection: str, record_id: str, **fields: Any) -> None:
        """Set fields of a record and move its UpdatedDateUTC."""
        with self.lock:
            record = self.record(collection, record_id)
            record.own().update(fields)
            self.shelves[collection].changed(record, self.stamp())
            if collection in _NAMED_IN_OTHERS:
                self.names_revision += 1

    def vanish(self, collection: str, record_id: str) -> None:
        """Take a record away without a trace."""
        with self.lock:
            self.shelves[collection].vanish(self.record(collection, record_id).record_id)

    def change_share(self, share: float) -> dict[str, list[str]]:
        """Change a text in that share of the documents; give the ids changed, per collection."""
        changed: dict[str, list[str]] = {}
        with self.lock:
            for collection, text_field in _FREE_TEXT.items():
                ids = list(self.shelves[collection].records)
                chosen = self.random.sample(ids, min(len(ids), math.ceil(len(ids) * share)))
                for record_id in chosen:
                    self.change(
                        collection, record_id, **{text_field: f"changed {self.random.getrandbits(32):08x}"}
                    )
                if chosen:
                    changed[collection] = chosen
        return changed

    def add_invoice(self, **wishes: Any) -> str:
        """Add an invoice today; see `books.documents.quick_invoice` for what may be wished. Give its id."""
        from bot.sandbox.xero.books.documents import quick_invoice

        with self.lock:
            return quick_invoice(self, **wishes).record_id

    def attach(
        self,
        collection: str,
        record_id: str,
        name: str,
        content: bytes | int = b"",
        mime: str = "",
        *,
        online: bool = False,
        by: str = "",
    ) -> str:
        """Hang a file on a record, whatever Xero's uploads would say to it; give its id.

        A number as `content` asks for that many bytes, which are made while they are sent. `by` names a
        person; without one an app did it. Raises KeyError for an unknown record.
        """
        new = NewFile(name=name, content=content, mime=mime, online=online, by=by)
        with self.lock:
            file = attach(self, collection, self.record(collection, record_id), new)
        return str(file.shown["AttachmentID"])

    def detach(self, collection: str, record_id: str, name: str) -> None:
        """Take a file away from a record; raises KeyError when it has none of that name."""
        with self.lock:
            detach(self, collection, self.record(collection, record_id), name)

    def round_invoice(self, invoice_id: str, rounding: Decimal, entered: Decimal | None = None) -> None:
        """Give an invoice a rounding amount, at most ten cents (xero-python 15.2.0, Invoice.RoundingAmount).

        `entered` is the total as typed; once approved it is the invoice's own.
        """
        if abs(rounding) > Decimal("0.10"):
            raise ValueError("A rounding is between -0.10 and 0.10")
        fields = self.record("Invoices", invoice_id).fields
        more = rounding - fields.get("RoundingAmount", Decimal(0))
        moved = {name: fields[name] + more for name in ("Total", "AmountDue")}
        entered = moved["Total"] if entered is None else entered
        self.change("Invoices", invoice_id, RoundingAmount=rounding, EnteredTotal=entered, **moved)

    def publish_report(self, name: str, first: date, last: date) -> str:
        """Publish the tax report of a period inside Xero (`GST Report`, `BAS Report`, …); give its id."""
        from bot.sandbox.xero.tax_reports import publish

        with self.lock:
            return publish(self, name, first, last)

    def account(self, code: str) -> Record:
        """Find an account by code, name, system role or id."""
        if code in self.shelves["Accounts"].records:
            return self.shelves["Accounts"].records[code]
        for record in self.shelves["Accounts"]:
            fields = record.fields
            if code in {record.record_id, fields.get("Code"), fields.get("SystemAccount"), fields["Name"]}:
                return record
        raise KeyError(f"account {code}")

    def rate(self, currency: str, on: date) -> Decimal:
        """Give units of `currency` for one unit of the base currency on a day; made up, but repeatable."""
        if currency == self.base_currency:
            return Decimal("1.0000000000")
        middle = {"EUR": "1.1650", "USD": "1.2710", "AUD": "0.9210", "GBP": "0.4710"}.get(currency, "1.5000")
        wave = Decimal(str(round(math.sin(on.toordinal() / 41) / 25, 6)))
        return (Decimal(middle) * (1 + wave)).quantize(Decimal("1.0000000000"))
