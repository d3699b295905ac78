"""Uploading files to records: what may be sent. The files themselves are kept in `attached.py`.

Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/attachments): eleven parents, ten
files each, 25 MB per file at the endpoint, some characters are not allowed in names; a file of the same name
is replaced; IncludeOnline exists for sales invoices and credit notes.
"""

from __future__ import annotations

from flask import request

from bot.sandbox.xero.attached import MOST, PARENTS, NewFile, attach
from bot.sandbox.xero.collections import Collection
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.refusals import Absent, Checks, Refused

__all__ = ["PARENTS", "write"]

MOST_BYTES = 25_000_000
FORBIDDEN = frozenset('<>:"/\\|?*+\0')


def write(
    org: PretendOrganisation, collection: Collection, record: Record, rest: list[str]
) -> tuple[str, list[Fields]]:
    """Attach a file, or replace the one of the same name."""
    if len(rest) != 1:
        raise Absent
    name, content, checks = rest[0], request.get_data(), Checks()
    if len(content) > MOST_BYTES:
        raise Refused(413, "The file is larger than 25 MB")
    files = org.files.get(record.record_id, {})
    checks.require(
        not set(name) & FORBIDDEN, unpublished("The file name holds a character that is not allowed")
    )
    checks.require(content, unpublished("The file is empty"))
    checks.require(
        name in files or len(files) < MOST, unpublished(f"There may be at most {MOST} attachments")
    )
    checks.settle()
    new = NewFile(
        name=name,
        content=content,
        mime=request.headers.get("Content-Type", ""),
        online=request.args.get("IncludeOnline", "").lower() == "true",
    )
    return "Attachments", [attach(org, collection.name, record, new).shown]
