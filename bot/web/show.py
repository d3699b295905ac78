"""Turn a Page into an answer: the template, its status and the headers that belong to it."""

from __future__ import annotations

import secrets

from flask import Response, g, make_response, render_template

from bot.web.pages import Page


def show(page: Page) -> Response:
    """Render a page; its one style sheet is allowed by a nonce that `headers.harden` reads."""
    g.nonce = secrets.token_urlsafe(16)
    answer = make_response(render_template("page.html", page=page, nonce=g.nonce), page.status)
    if page.retry_after is not None:
        answer.headers["Retry-After"] = str(page.retry_after)
    return answer
