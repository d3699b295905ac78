"""Small true PDF files: a page of text, as Xero gives documents on paper. It knows nothing of HTTP.

The look is this pretend Xero's own; the same record gives the same bytes, which the real one need not do.
"""

from __future__ import annotations

from datetime import date

from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields

# Whose documents there are on paper (Xero OpenAPI 16.1.0).
PARENTS = frozenset({"CreditNotes", "Invoices", "PurchaseOrders", "Quotes"})
_TITLES = {
    "ACCREC": "Invoice",
    "ACCPAY": "Bill",
    "ACCRECCREDIT": "Credit note",
    "ACCPAYCREDIT": "Supplier credit note",
}
_NUMBERS = ("InvoiceNumber", "CreditNoteNumber", "PurchaseOrderNumber", "QuoteNumber")
_PER_PAGE = 58


def paper(org: PretendOrganisation, plural: str, record: Record) -> bytes:
    """Draw a document."""
    fields = record.fields
    title = _TITLES.get(str(fields.get("Type", "")), {"Quotes": "Quote"}.get(plural, "Purchase order"))
    number = next((str(fields[name]) for name in _NUMBERS if fields.get(name)), "")
    contact = org.shelf("Contacts").records.get(fields["Contact"]["ContactID"])
    head = [
        f"{title} {number}",
        org.name,
        f"To: {contact.fields['Name'] if contact is not None else ''}",
        f"Date: {_day(fields.get('Date'))}   Status: {fields['Status']}",
        f"Reference: {fields.get('Reference', '')}",
        "",
    ]
    total = f"Total {fields.get('CurrencyCode', org.base_currency)} {fields['Total']}"
    return pages([*head, *(_line(one) for one in fields.get("LineItems", ())), "", total])


def pages(lines: list[str]) -> bytes:
    """Give a PDF 1.4 file of these lines of text, on as many pages as they need."""
    chunks = [lines[start : start + _PER_PAGE] for start in range(0, len(lines), _PER_PAGE)] or [[]]
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(chunks)))
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(chunks)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for at, chunk in enumerate(chunks):
        bodies.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            b"/Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>" % (5 + 2 * at)
        )
        bodies.append(_stream(chunk))
    return _file(bodies)


def _stream(lines: list[str]) -> bytes:
    shown = b"\n".join(b"(%s) Tj T*" % _text(line) for line in lines)
    drawn = b"BT /F1 10 Tf 13 TL 50 790 Td\n%s\nET" % shown
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn)


def _file(bodies: list[bytes]) -> bytes:
    parts, places = [b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"], []
    for number, body in enumerate(bodies, 1):
        places.append(sum(map(len, parts)))
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start, size = sum(map(len, parts)), len(bodies) + 1
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    parts += [b"%010d 00000 n \n" % place for place in places]
    parts.append(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start))
    return b"".join(parts)


def _text(line: str) -> bytes:
    raw = " ".join(line.split()).encode("cp1252", "replace")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _line(item: Fields) -> str:
    parts = (item.get("Quantity", ""), item.get("Description", ""), item.get("LineAmount", ""))
    return "   ".join(str(part) for part in parts)


def _day(day: date | None) -> str:
    return "" if day is None else f"{day.day} {day:%B %Y}"
