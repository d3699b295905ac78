"""The lively organisation's papers: files on a few records of every kind, under names that try a file system.

It draws nothing from the organisation's own chance, so that all other records stay what they were.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from bot.sandbox.xero.attached import NewFile, attach
from bot.sandbox.xero.demo.stage import Stage
from bot.sandbox.xero.pdf import pages
from bot.sandbox.xero.store import Record

BIG = 3_000_000
LONG_NAME = f"{('Delivery note of the Northern Harbours Boatbuilders and Chandlers, copy, ' * 3)[:196]}.pdf"
# Allowed by Xero, hard elsewhere: other letters, turned round, only dots, a device, spaces at the end, long.
HARD_NAMES = (
    "فاتورة ٢٠٢٦.pdf",
    "slip \u202egpj.txt",
    "🧾⚓ 契約書.pdf",
    "..",
    ".hidden",
    "...",
    "CON.txt",
    "wages.csv   ",
    LONG_NAME,
    "Größe & Maß = 100% [final] #2.pdf",
    "no extension",
    "e\u0301te\u0301.pdf",  # as one letter and an accent, twice
)
# A record may hold one file of a name: the second of these is another file than the first.
TWINS = ("receipt.jpg", "RECEIPT.jpg")


def fill_papers(stage: Stage) -> None:
    """Hang some thirty files on some twenty records."""
    for collection, record, name, content, mime in _plan(stage):
        text = f"{stage.org.tenant_id}:{record.record_id}:{name}"
        person = next(iter(stage.org.shelf("Users"))).fields
        new = NewFile(
            name=name,
            content=_bytes(text, name) if content is None else content,
            mime=mime,
            online=name.startswith("page 1"),
            by=f"{person['FirstName']} {person['LastName']}",
            attachment_id=_made_id(text),
            at=record.made_at + timedelta(minutes=1),
        )
        attach(stage.org, collection, record, new)


Plan = tuple[str, Record, str, bytes | int | None, str]


def _plan(stage: Stage) -> Iterator[Plan]:
    org = stage.org

    def some(collection: str, count: int, status: str = "") -> list[Record]:
        wanted = (one for one in org.shelf(collection) if not status or one.fields.get("Status") == status)
        return list(islice(wanted, count))

    sales, bills = stage.sales, stage.bills
    for number in range(1, 11):
        yield "Invoices", sales[0], f"page {number}.pdf", None, ""
    for bill in bills[:2]:
        yield "Invoices", bill, TWINS[0], None, "image/jpg"
    yield "Invoices", bills[1], TWINS[1], None, "image/jpg"
    for record in some("Contacts", 5)[2:]:
        yield "Contacts", record, "contract.pdf", None, ""
    yield "Invoices", bills[2], "site photos.zip", BIG, "application/zip"
    yield "Invoices", some("Invoices", 1, "VOIDED")[0], "cancelled.pdf", None, ""
    spent = (one for one in org.shelf("BankTransactions") if one.fields["Type"] == "SPEND")
    homes = [("BankTransactions", one) for one in islice(spent, 2)]
    homes += [("Contacts", one) for one in some("Contacts", 2)]
    homes += [("Accounts", some("Accounts", 1)[0]), ("ManualJournals", some("ManualJournals", 1)[0])]
    homes += [("Quotes", some("Quotes", 1)[0]), ("PurchaseOrders", some("PurchaseOrders", 1)[0])]
    homes += [("RepeatingInvoices", some("RepeatingInvoices", 1)[0])]
    homes += [("CreditNotes", some("CreditNotes", 1)[0]), ("BankTransfers", some("BankTransfers", 1)[0])]
    homes += [("Receipts", some("Receipts", 1)[0])]
    for (collection, record), name in zip(homes, HARD_NAMES, strict=True):
        yield collection, record, name, None, "application/octet-stream" if name == "no extension" else ""
    advance = next(one for one in org.shelf("BankTransactions") if "PrepaymentID" in one.fields)
    yield "BankTransactions", advance, "remittance.pdf", None, ""


def _bytes(text: str, name: str) -> bytes:
    """Make a small true file of the kind its name tells."""
    ending = name.strip().lower().rpartition(".")[2]
    if ending == "pdf":
        return pages([name.encode("ascii", "replace").decode(), text])
    if ending == "csv":
        return f"\ufeffName;Net\r\nAgnes;1.450,00\r\n{text};0,00\r\n".encode()
    if ending == "jpg":
        return (
            b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
            + _noise(text)
            + b"\xff\xd9"
        )
    return _picture(text)


def _noise(text: str) -> bytes:
    return hashlib.shake_256(text.encode()).digest(900)


def _picture(text: str) -> bytes:
    """Draw a PNG of 16 by 16 grey dots."""
    dots = hashlib.shake_256(text.encode()).digest(256)
    lines = b"".join(b"\0" + dots[start : start + 16] for start in range(0, 256, 16))
    head = struct.pack(">IIBBBBB", 16, 16, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )


def _made_id(text: str) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-a{digest[17:20]}-{digest[20:32]}"
