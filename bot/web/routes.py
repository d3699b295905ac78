"""The routes that browsers, Slack and monitoring call; everything they need arrives as arguments.

No query string is ever logged: it may hold a ticket, a state or a code. Nothing is decided here.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

from flask import Blueprint, Flask, Request, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from werkzeug.exceptions import HTTPException, InternalServerError

from bot.errors import Disconnected, LedgerkeepError, LinkRefused, Refused, Transient
from bot.log import get_logger
from bot.web import consent, download, pages
from bot.web.consent import Links
from bot.web.download import Files
from bot.web.headers import harden
from bot.web.server import BODY_LIMIT
from bot.web.show import show

Answer = Callable[[Request], Response]
READY_WORDS = frozenset({"ok", "off"})
_LOOPBACK = ("127.", "::1", "::ffff:127.")
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")
_LOG = get_logger(__name__)


def build(
    *,
    bolt_wsgi_handler: Answer | None,
    connections: Links,
    readiness: Callable[[], Mapping[str, str]],
    metrics_public: bool,
    slack_install: Answer | None,
    redirect_host: str,
    https: bool = False,
    exports: Files | None = None,
) -> Flask:
    """Build the WSGI application.

    `redirect_host` is the host[:port] of the redirect address registered with Xero; `https` says that people
    reach this program over https. `bolt_wsgi_handler` is None in Socket Mode, `slack_install` without OAuth.
    """
    app = Flask("bot.web", static_folder=None)
    app.logger.disabled = True  # _http_problem logs a fault once, redacted and with its reference
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    app.register_blueprint(_slack(bolt_wsgi_handler, slack_install))
    app.register_blueprint(consent.blueprint(connections, redirect_host=redirect_host, https=https))
    if exports is not None:
        app.register_blueprint(download.blueprint(exports))
    app.register_blueprint(_monitoring(readiness, metrics_public=metrics_public))
    app.add_url_rule("/", "front", lambda: show(pages.front()))
    app.register_error_handler(LedgerkeepError, _told)
    app.register_error_handler(HTTPException, _http_problem)
    app.after_request(harden)
    return app


def _slack(events: Answer | None, install: Answer | None) -> Blueprint:
    """Hand Slack's own requests to Bolt, which checks their signatures; absent doors answer 404."""
    routes = Blueprint("slack", __name__, url_prefix="/slack")
    if events is not None:
        routes.add_url_rule("/events", "events", lambda: events(request), methods=["POST"])
    if install is not None:
        routes.add_url_rule("/install", "install", lambda: install(request))
        routes.add_url_rule("/oauth_redirect", "oauth_redirect", lambda: install(request))
    return routes


def _monitoring(readiness: Callable[[], Mapping[str, str]], *, metrics_public: bool) -> Blueprint:
    routes = Blueprint("monitoring", __name__)

    @routes.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok")

    @routes.get("/readyz")
    def readyz() -> tuple[Response, int]:
        try:
            parts = dict(readiness())
        except LedgerkeepError as problem:
            _LOG.warning("readiness_unknown", error=problem)
            parts = {"readiness": "unknown"}
        ready = all(word in READY_WORDS for word in parts.values())
        return jsonify(status="ready" if ready else "not ready", parts=parts), 200 if ready else 503

    @routes.get("/metrics")
    def metrics() -> Response | tuple[str, int]:
        if not (metrics_public or _from_this_machine()):
            return show(pages.http_problem(404, "Not Found"))
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    return routes


def _from_this_machine() -> bool:
    """Say whether a program here asked directly: a proxy on this machine also connects from loopback."""
    forwarded = any(name in request.headers for name in _FORWARDED)
    by_name = request.host.rpartition(":")[0] if request.host.rpartition(":")[2].isdigit() else request.host
    return (request.remote_addr or "").startswith(_LOOPBACK) and not forwarded and by_name in _LOOPBACK_NAMES


def _route() -> str:
    """Name the address without what it holds: that of an export is a secret."""
    return str(request.url_rule or "unknown")


def _told(problem: LedgerkeepError) -> Response:
    """Answer an expected error with its page; the log gets the reference and the kind, never the address."""
    reference = secrets.token_hex(4)
    why = problem.problem.value if isinstance(problem, LinkRefused) else ""
    _LOG.info("page_refused", route=_route(), why=why, error=problem, reference=reference)
    if isinstance(problem, LinkRefused):
        return show(pages.refused(problem, reference))
    if isinstance(problem, Refused | Disconnected):
        return show(pages.not_possible(str(problem)))
    if isinstance(problem, Transient):
        return show(pages.unavailable(reference))
    _LOG.error("page_failed", route=_route(), reference=reference, exc_info=problem)
    return show(pages.failed(reference))


def _http_problem(problem: HTTPException) -> Response:
    """Answer a wrong address with a page; a fault of ours also gets a reference that stands in the log."""
    if not isinstance(problem, InternalServerError):
        answer = show(pages.http_problem(problem.code or 400, problem.name))
        allowed = getattr(problem, "valid_methods", None)
        if allowed:
            answer.headers["Allow"] = ", ".join(sorted(allowed))
        return answer
    reference = secrets.token_hex(4)
    _LOG.error("page_failed", route=_route(), reference=reference, exc_info=problem.original_exception)
    return show(pages.failed(reference))
