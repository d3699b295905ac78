"""The bodies and headers of refusals, word for word as reported from the real Xero.

Sources: developer.xero.com/documentation/api/accounting/responsecodes, and captures published in issues of
xero-python, pyxero and others; where no capture exists the text is plain, because clients must not rely on
it.
"""

from __future__ import annotations

import json

from flask import Response

JSON = "application/json; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"
OFFLINE = "The Xero API is currently offline for maintenance"
UNAVAILABLE = "The Xero API is temporarily unavailable"
HTML = "text/html; charset=utf-8"
_PAGE = "<!DOCTYPE html><html><head><title>Xero</title></head><body><h1>We'll be back soon</h1></body></html>"
# Kind of outage: status, content type, body.
OUTAGES = {
    "500": (500, JSON, '{"Title":"An error occurred","Status":500,"Detail":"Unhandled"}'),
    "503_text": (503, PLAIN, UNAVAILABLE),
    "offline": (503, PLAIN, OFFLINE),
    "503_html": (503, HTML, _PAGE),
    "200_html": (200, HTML, _PAGE),
    "403": (403, JSON, '{"Title":"Forbidden","Status":403,"Detail":"You are not permitted to see this"}'),
    "404": (404, PLAIN, "The resource you're looking for cannot be found"),
    "413": (413, HTML, "<html><head><title>413 Request Entity Too Large</title></head></html>"),
}
# Outages that come after the work was done, and which outage the caller is shown.
LATE_OUTAGES = {"500_after": "500", "503_after": "503_text"}


def plain(status: int, text: str) -> Response:
    """Answer with text."""
    return Response(text, status, content_type=PLAIN)


def page(status: int, html: str) -> Response:
    """Answer with a page."""
    return Response(html, status, content_type=HTML)


def document(status: int, body: object) -> Response:
    """Answer with JSON."""
    return Response(json.dumps(body, ensure_ascii=False), status, content_type=JSON)


def unauthorised(detail: str, instance: str) -> Response:
    """401 for a token that is missing, wrong or expired."""
    body: dict[str, object] = {
        "Type": None,
        "Title": "Unauthorized",
        "Status": 401,
        "Detail": detail,
        "Instance": instance,
        "Extensions": {},
    }
    answer = document(401, body)
    answer.headers["WWW-Authenticate"] = "Bearer error=invalid_token"
    return answer


def scope_missing(instance: str) -> Response:
    """401 for a missing scope, or an endpoint above the app's tier."""
    body = {
        "Detail": "AuthorizationUnsuccessful",
        "Extensions": {},
        "Instance": instance,
        "Status": 401,
        "Title": "Unauthorized",
        "Type": None,
    }
    return document(401, body)


def forbidden(instance: str, detail: str = "AuthenticationUnsuccessful") -> Response:
    """403: this organisation is not, or no longer, connected for this token."""
    return document(
        403, {"Type": None, "Title": "Forbidden", "Status": 403, "Detail": detail, "Instance": instance}
    )


def too_many(problem: str, retry_after: int | None) -> Response:
    """429 with an empty body; everything is in the headers."""
    answer = Response(b"", 429)
    answer.headers.pop("Content-Type", None)
    answer.headers["X-Rate-Limit-Problem"] = problem
    if retry_after is not None:
        answer.headers["Retry-After"] = str(retry_after)
    return answer


def query_refused(sentence: str) -> Response:
    """400 for a filter or order Xero cannot read."""
    return document(400, {"ErrorNumber": 16, "Type": "QueryParseException", "Message": sentence})


def not_found() -> Response:
    """404; its body is not JSON."""
    return plain(404, "The resource you're looking for cannot be found")


def not_implemented() -> Response:
    """501 for a verb this endpoint does not have."""
    return plain(501, "The method is not implemented for this resource")
