"""Files attached to records: what hangs where, their bytes, and the levers that hang and take away.

It speaks no HTTP; what may be uploaded is decided in `writing/attachments.py`.

Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/attachments): eleven parents;
`HasAttachments` on all of them but quotes; a prepayment or overpayment shows the files of its bank
transaction. Inferred: a further file on a record that already has one does not move its date of change.
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields

if TYPE_CHECKING:
    from bot.sandbox.xero.organisation import PretendOrganisation

PARENTS = frozenset(
    {
        "Accounts", "BankTransactions", "BankTransfers", "Contacts", "CreditNotes", "Invoices",
        "ManualJournals", "PurchaseOrders", "Quotes", "Receipts", "RepeatingInvoices",
    }
)  # fmt: skip
# Whose answer by id lists the files, too (the specification's examples of these paths).
INLINE = PARENTS - {"Accounts", "Quotes"}
# Which field of a bank transaction names the advance it made.
ADVANCES = {"Prepayments": "PrepaymentID", "Overpayments": "OverpaymentID"}
ONLINE = frozenset({"Invoices", "CreditNotes"})
MOST = 10
PIECE = 65_536


@dataclass(frozen=True, slots=True)
class Made:
    """Bytes nobody keeps: made anew, the same each time, piece by piece; they cannot be compressed."""

    size: int
    seed: str

    def __len__(self) -> int:
        return self.size

    def pieces(self) -> Iterator[bytes]:
        """Give the bytes, 64 KiB at a time."""
        for start in range(0, self.size, PIECE):
            text = f"{self.seed}:{start}".encode()
            yield hashlib.shake_256(text).digest(min(PIECE, self.size - start))


Content = bytes | Made


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One file of one record; `by` is empty when an app put it there."""

    shown: Fields
    content: Content
    at: datetime
    by: str = ""

    def pieces(self) -> Iterator[bytes]:
        """Give the file's bytes without a second copy of the whole."""
        if isinstance(self.content, Made):
            yield from self.content.pieces()
            return
        view = memoryview(self.content)
        for start in range(0, len(view), PIECE):
            yield bytes(view[start : start + PIECE])


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """What somebody attaches; `content` as a number asks for that many made-up bytes."""

    name: str
    content: bytes | int
    mime: str = ""
    online: bool = False
    by: str = ""
    attachment_id: str = ""
    at: datetime | None = None


def attach(org: PretendOrganisation, collection: str, record: Record, new: NewFile) -> Attachment:
    """Hang a file on a record, or replace the one of the same name; rules of uploads do not apply here."""
    if collection not in PARENTS:
        raise ValueError(f"{collection} has no attachments")
    seed = f"{record.record_id}/{new.name}"
    content = Made(new.content, seed) if isinstance(new.content, int) else new.content
    kind = new.mime or mimetypes.guess_type(new.name)[0] or "application/octet-stream"
    shown: Fields = {
        "AttachmentID": new.attachment_id or org.new_id(),
        "FileName": new.name,
        "Url": _address(collection, record.record_id, new.name),
        "MimeType": kind.partition(";")[0].strip(),
        "ContentLength": len(content),
    }
    if collection in ONLINE:
        shown["IncludeOnline"] = new.online
    file = Attachment(shown=shown, content=content, at=new.at or org.stamp(), by=new.by)
    org.files.setdefault(record.record_id, {})[new.name] = file
    _flag(org, collection, record, True, quietly=new.at is not None)
    return file


def detach(org: PretendOrganisation, collection: str, record: Record, name: str) -> None:
    """Take a file away, as a person does in Xero; raises KeyError when there is none of that name."""
    files = org.files[record.record_id]
    del files[name]
    if not files:
        del org.files[record.record_id]
    _flag(org, collection, record, bool(files), quietly=False)


def listed(org: PretendOrganisation, record_id: str) -> list[Fields]:
    """Give what is attached to a record, in the order it was attached."""
    return [one.shown for one in org.files.get(record_id, {}).values()]


def shown_inside(org: PretendOrganisation, collection: str, record_id: str) -> list[Fields]:
    """Give the files an answer by id lists within the record."""
    if collection in INLINE:
        return listed(org, record_id)
    if collection in ADVANCES:
        sources = org.shelf("BankTransactions").having(ADVANCES[collection], record_id) if org.files else []
        return [file for source in sources for file in listed(org, source.record_id)]
    return []


def find(org: PretendOrganisation, record_id: str, wanted: str) -> Attachment | None:
    """Find one file by name or id."""
    files = org.files.get(record_id, {})
    by_id = (one for one in files.values() if one.shown["AttachmentID"] == wanted.lower())
    return files.get(wanted) or next(by_id, None)


def _flag(org: PretendOrganisation, collection: str, record: Record, has: bool, *, quietly: bool) -> None:
    """Say on the record whether it has files; the date of change moves with the flag, not with the file."""
    concerned = [(collection, record)]
    if collection == "BankTransactions":
        ids = ((plural, record.fields.get(field)) for plural, field in ADVANCES.items())
        concerned += [(plural, org.record(plural, one)) for plural, one in ids if one]
    for plural, one in concerned:
        fields = one.own()  # also forgets how the record was rendered
        if "HasAttachments" not in fields or fields["HasAttachments"] is has:
            continue
        if quietly:
            fields["HasAttachments"] = has
        else:
            org.change(plural, one.record_id, HasAttachments=has)


def _address(collection: str, record_id: str, name: str) -> str:
    return f"https://api.xero.com/api.xro/2.0/{collection}/{record_id}/Attachments/{quote(name, safe='')}"
