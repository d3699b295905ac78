"""Files attached to records: bytes in, the same bytes out.

Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/attachments): eleven parents, ten
files each, 25 MB per file at the endpoint, some characters are not allowed in names; a file of the same name
is replaced; IncludeOnline exists for sales invoices and credit notes.
"""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass

from flask import request

from bot.sandbox.xero.collections import Collection
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.refusals import Absent, Checks, Refused

PARENTS = frozenset(
    {
        "Accounts", "BankTransactions", "BankTransfers", "Contacts", "CreditNotes", "Invoices",
        "ManualJournals", "PurchaseOrders", "Quotes", "Receipts", "RepeatingInvoices",
    }
)  # fmt: skip
MOST = 10
MOST_BYTES = 25_000_000
FORBIDDEN = frozenset('<>:"/\\|?*+\0')
_ONLINE = frozenset({"Invoices", "CreditNotes"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One file of one record."""

    shown: Fields
    content: bytes


def write(
    org: PretendOrganisation, collection: Collection, record: Record, rest: list[str]
) -> tuple[str, list[Fields]]:
    """Attach a file, or replace the one of the same name."""
    if len(rest) != 1:
        raise Absent
    name, content, checks = rest[0], request.get_data(), Checks()
    if len(content) > MOST_BYTES:
        raise Refused(413, "The file is larger than 25 MB")
    files = org.files.setdefault(record.record_id, {})
    checks.require(
        not set(name) & FORBIDDEN, unpublished("The file name holds a character that is not allowed")
    )
    checks.require(content, unpublished("The file is empty"))
    checks.require(
        name in files or len(files) < MOST, unpublished(f"There may be at most {MOST} attachments")
    )
    checks.settle()
    files[name] = _attachment(org, collection, record, name, content)
    if not record.fields.get("HasAttachments"):
        org.change(collection.name, record.record_id, HasAttachments=True)
    return "Attachments", [files[name].shown]


def listed(org: PretendOrganisation, record_id: str) -> list[Fields]:
    """Give what is attached to a record."""
    return [one.shown for one in org.files.get(record_id, {}).values()]


def content(org: PretendOrganisation, record_id: str, wanted: str) -> Attachment | None:
    """Find one file by name or id."""
    files = org.files.get(record_id, {})
    by_id = (one for one in files.values() if one.shown["AttachmentID"] == wanted.lower())
    return files.get(wanted) or next(by_id, None)


def _attachment(
    org: PretendOrganisation, collection: Collection, record: Record, name: str, content: bytes
) -> Attachment:
    kind = request.headers.get("Content-Type") or mimetypes.guess_type(name)[0] or "application/octet-stream"
    shown: Fields = {
        "AttachmentID": org.new_id(),
        "FileName": name,
        "Url": f"https://api.xero.com/api.xro/2.0/{collection.name}/{record.record_id}/Attachments/{name}",
        "MimeType": kind.partition(";")[0],
        "ContentLength": len(content),
    }
    if collection.name in _ONLINE:
        shown["IncludeOnline"] = request.args.get("IncludeOnline", "").lower() == "true"
    return Attachment(shown=shown, content=content)
