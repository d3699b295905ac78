"""The Web API: authorisation, scopes, faults, rate limits, then the method. Every call is noted.

Errors: docs.slack.dev/reference/methods; a refusal is HTTP 200 with `ok: false`.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping

from flask import Blueprint, Response, request

from bot.sandbox.slack.faults import Fault
from bot.sandbox.slack.installed import Grant
from bot.sandbox.slack.methods import Method, chat, directory, files, views
from bot.sandbox.slack.methods.oauth import exchange
from bot.sandbox.slack.people import Json
from bot.sandbox.slack.realm import ApiCall, Call, Realm
from bot.sandbox.slack.refusal import SlackRefusalError

METHODS: Mapping[str, Method] = {**chat.METHODS, **directory.METHODS, **views.METHODS, **files.METHODS}
_AS_JSON = ("blocks", "view", "files", "attachments", "metadata")
_PAGE = "<!doctype html><title>Something went wrong</title><p>We are looking into it."


def arguments() -> Json:
    """Read the arguments of a call: JSON, form or query, with JSON inside form fields opened."""
    body = request.get_json(silent=True) if request.is_json else None
    args: Json = {
        **request.args.to_dict(),
        **request.form.to_dict(),
        **(body if isinstance(body, dict) else {}),
    }
    for name in _AS_JSON:
        if isinstance(args.get(name), str):
            with contextlib.suppress(ValueError):
                args[name] = json.loads(args[name])
    return args


def _token(args: Json) -> str:
    header = request.headers.get("Authorization", "")
    return header[7:].strip() if header.startswith("Bearer ") else str(args.pop("token", ""))


def _grant(realm: Realm, token: str) -> Grant:
    if not token:
        raise SlackRefusalError("not_authed")
    if token in realm.app.revoked:
        raise SlackRefusalError("token_revoked")
    grant = realm.app.grants.get(token)
    if grant is None:
        raise SlackRefusalError("invalid_auth")
    return grant


def _open_socket(realm: Realm, token: str) -> Json:
    if token != realm.app.app_token:
        is_bot = token in realm.app.grants
        raise SlackRefusalError("not_allowed_token_type" if is_bot else "invalid_auth")
    return {"url": realm.sockets.open()}


def _run(realm: Realm, method: str, args: Json) -> tuple[Json, str]:
    """Do one call; return its answer and the scopes of the token."""
    if method == "api.test":
        return {"args": args}, ""
    if method == "oauth.v2.access":
        return exchange(realm, args, request.authorization), ""
    token = _token(args)
    if method == "apps.connections.open":
        return _open_socket(realm, token), "connections:write"
    grant = _grant(realm, token)
    known = METHODS.get(method)
    if known is None:
        raise SlackRefusalError("unknown_method")
    scopes = ",".join(sorted(grant.scopes))
    if known.scopes and not grant.scopes.intersection(known.scopes):
        more = {"needed": known.scopes[0], "provided": scopes}
        raise SlackRefusalError("missing_scope", more=more, headers={"X-OAuth-Scopes": scopes})
    wait = realm.pace.wait(method, str(args.get("channel", "")))
    if wait:
        raise SlackRefusalError("ratelimited", status=429, headers={"Retry-After": str(wait)})
    return known.run(Call(realm, grant, args)), scopes


def _answer(body: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        json.dumps(body), status, dict(headers or {}), content_type="application/json; charset=utf-8"
    )


def broken() -> Response:
    """Return an answer that ends before its announced length, which makes the server cut the connection."""
    return Response(iter([b"{"]), 200, {"Content-Length": "4096"}, content_type="application/json")


def _hit(realm: Realm, fault: Fault, work: Callable[[], Response]) -> Response:
    """Answer one call as its fault demands."""
    if fault.kind in ("slow", "drop_after"):
        answer = work()
        realm.stopping.wait(fault.seconds)
        return broken() if fault.kind == "drop_after" else answer
    headers = {"Retry-After": str(fault.retry_after)}
    answers: Mapping[str, Callable[[], Response]] = {
        "drop": broken,
        "html": lambda: Response(_PAGE, fault.status, content_type="text/html"),
        "ratelimited": lambda: _answer({"ok": False, "error": "ratelimited"}, 429, headers),
        "error": lambda: _answer({"ok": False, "error": fault.error}),
        "status": lambda: Response("", fault.status),
    }
    return answers[fault.kind]()


def _perform(realm: Realm, method: str, args: Json) -> Response:
    try:
        result, scopes = _run(realm, method, args)
    except SlackRefusalError as refusal:
        realm.calls.append(ApiCall(method=method, args=args, ok=False, error=refusal.code))
        body = {"ok": False, "error": refusal.code, **refusal.more}
        return _answer(body, refusal.status, refusal.headers)
    finally:
        realm.workspace.touch()
    realm.calls.append(ApiCall(method=method, args=args, ok=True))
    return _answer({"ok": True, **result}, headers={"X-OAuth-Scopes": scopes})


def api(realm: Realm) -> Blueprint:
    """Build the routes of the Web API."""
    routes = Blueprint("api", __name__)

    @routes.route("/api/<method>", methods=["GET", "POST"])
    def call(method: str) -> Response:
        args = arguments()
        fault = realm.faults.take(method)
        if fault is None:
            return _perform(realm, method, args)
        if fault.kind not in ("slow", "drop_after"):
            args.pop("token", None)
            realm.calls.append(ApiCall(method=method, args=args, ok=False, error=fault.error or fault.kind))
        return _hit(realm, fault, lambda: _perform(realm, method, args))

    return routes
