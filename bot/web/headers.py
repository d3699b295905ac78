"""Headers that every answer carries: no sniffing, no framing, no storing, no referrer, no scripts."""

from __future__ import annotations

from flask import Response, g, request

# Bolt's own installation pages hold inline styles and Slack's button image.
_INSTALL = "style-src 'unsafe-inline'; img-src https://platform.slack-edge.com data:"


def harden(answer: Response) -> Response:
    """Add the headers; a query string may hold a ticket, so no address may travel on as a referrer."""
    nonce = g.get("nonce")
    if nonce:
        allowed = f"style-src 'nonce-{nonce}'; img-src data:"
    else:
        allowed = _INSTALL if request.blueprint == "slack" else "style-src 'none'"
    answer.headers["Content-Security-Policy"] = (
        f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer
