"""Answering for what hangs on a record: its files, its history, itself on paper. Reading only.

Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/attachments): the content of a
file comes as it was uploaded, whatever the Accept header says; a paper comes where application/pdf is
accepted, at `/pdf` or at the document's own address (`x-path` of the specification); attachments need a scope
of their own and not the record's.
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, request

from bot.sandbox.xero import answers, attached, pdf
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record

PDF = "application/pdf"
# From here on a file is sent piece by piece and never packed.
STREAMED_FROM = 1_000_000


def wants_paper(collection: str) -> bool:
    """Tell whether a call for a document by its id asks for its PDF."""
    return collection in pdf.PARENTS and PDF in request.headers.get("Accept", "")


def paper(org: PretendOrganisation, collection: str, record: Record) -> Response:
    """Answer with a document as PDF; 406 where the caller takes none (inferred)."""
    accepted = request.headers.get("Accept", "*/*")
    if PDF not in accepted and "*/*" not in accepted:
        return answers.plain(406, "This address gives application/pdf")
    return Response(pdf.paper(org, collection, record), 200, content_type=PDF)


def file(org: PretendOrganisation, record_id: str, wanted: str) -> Response:
    """Answer with the content of one file."""
    found = attached.find(org, record_id, wanted)
    if found is None:
        return answers.not_found()
    kind, size = found.shown["MimeType"], len(found.content)
    body = found.pieces() if size >= STREAMED_FROM else b"".join(found.pieces())
    answer = Response(body, 200, content_type=kind)
    answer.headers["Content-Length"] = str(size)
    # Xero's page leaves out `filename=`, but its own Python SDK cannot do without.
    answer.headers["Content-Disposition"] = f"attachment; filename={quote(found.shown['FileName'], safe='')}"
    return answer
