"""A consent at Xero as a browser sees it: the link from Slack, Xero's page, and the page at its end."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Blueprint, Response, make_response, redirect, request

from bot.web import pages
from bot.web.show import show

if TYPE_CHECKING:
    from bot.services.connections import Connections

    Links = Connections
else:
    Links = object

COOKIE_SECONDS = 15 * 60
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_DEFAULT_PORTS = (":80", ":443")
_LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})
_AT_HOME = "here"  # says that the browser was already sent to the right name


def blueprint(connections: Links, *, redirect_host: str, https: bool) -> Blueprint:
    """Give the two routes of a consent."""
    pages_of = _Consent(connections, home=_plain_host(redirect_host), https=https)
    routes = Blueprint("xero", __name__, url_prefix="/xero")
    routes.add_url_rule("/connect", "connect", pages_of.connect)
    routes.add_url_rule("/callback", "callback", pages_of.callback)
    routes.after_request(pages_of.clear)
    return routes


class _Consent:
    """The two ends of a consent; `home` is the host that Xero sends people back to."""

    def __init__(self, connections: Links, *, home: str, https: bool) -> None:
        self._connections, self._home, self._https = connections, home, https

    def connect(self) -> Response:
        """Open a link from Slack: on to Xero."""
        # A look ahead (HEAD, a browser's prefetch, Slack's link preview) must not use up the single-use link.
        if _looks_ahead():
            return Response(status=204)
        ticket = request.args.get("ticket", "")
        if not ticket:
            return show(pages.incomplete())
        # The secret ties the answer of the consent to this browser. A cookie comes back only to the host that
        # set it, so a link opened under another name goes on at the name Xero sends people back to, once: a
        # proxy may hide that name from us, and the browser keeps the cookie for it all the same.
        elsewhere = _plain_host(request.host) != self._home
        if elsewhere and not self._is_local() and not request.args.get(_AT_HOME):
            return redirect(self._at_home(ticket), 303)  # type: ignore[return-value]
        secret = None if elsewhere and self._is_local() else secrets.token_urlsafe(32)
        target = self._connections.open(ticket, browser_secret=secret)
        answer = make_response(redirect(target, 303))
        if secret is not None:
            self._set(answer, _cookie_of(_state_in(target)), secret, seconds=COOKIE_SECONDS)
        return answer

    def callback(self) -> Response:
        """Take Xero's answer and say what became of it."""
        state = request.args.get("state", "")
        if not state:
            return show(pages.incomplete())
        secret = request.cookies.get(_cookie_of(state), "")
        outcome = self._connections.finish(
            state=state,
            code=request.args.get("code", ""),
            error=request.args.get("error", ""),
            browser_secret=secret if _SECRET.fullmatch(secret) else None,
        )
        return show(pages.linked(outcome))

    def clear(self, answer: Response) -> Response:
        """Take the cookie away at the end of a consent, however it ended."""
        name = _cookie_of(request.args.get("state", ""))
        if request.endpoint == "xero.callback" and name in request.cookies:
            self._set(answer, name, "", seconds=0)
        return answer

    def _is_local(self) -> bool:
        """Say whether all this happens on one machine, where 127.0.0.1 and localhost are one."""
        # Nobody can lure another person there, so the binding may rest on the single-use state alone.
        return _name_of(self._home) in _LOCAL and _name_of(_plain_host(request.host)) in _LOCAL

    def _at_home(self, ticket: str) -> str:
        scheme = "https" if self._https else "http"
        return f"{scheme}://{self._home}/xero/connect?{urlencode({'ticket': ticket, _AT_HOME: '1'})}"

    def _set(self, answer: Response, name: str, value: str, *, seconds: int) -> None:
        answer.set_cookie(
            name, value, max_age=seconds, path="/xero", secure=self._https, httponly=True, samesite="Lax"
        )


def _looks_ahead() -> bool:
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    preview = request.headers.get("User-Agent", "").startswith("Slackbot")
    return request.method == "HEAD" or "prefetch" in purpose or preview


def _state_in(address: str) -> str:
    return parse_qs(urlsplit(address).query).get("state", [""])[0]


def _cookie_of(state: str) -> str:
    """Name the cookie after the state, so that two consents in one browser do not overwrite each other."""
    return "ledgerkeep_" + hashlib.sha256(state.encode()).hexdigest()[:16]


def _name_of(host: str) -> str:
    return host if host.endswith("]") else host.rpartition(":")[0] or host


def _plain_host(host: str) -> str:
    host = host.lower()
    return next((host.removesuffix(port) for port in _DEFAULT_PORTS if host.endswith(port)), host)
