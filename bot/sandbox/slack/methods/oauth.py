"""Installing the app: the consent page, and the exchange of its code for a token (oauth.v2.access)."""

from __future__ import annotations

import secrets
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.datastructures import Authorization

from bot.sandbox.slack.installed import Code
from bot.sandbox.slack.people import Json
from bot.sandbox.slack.realm import Realm
from bot.sandbox.slack.refusal import SlackRefusalError

CODE_LIFE = timedelta(minutes=10)


def exchange(realm: Realm, args: Json, basic: Authorization | None) -> Json:
    """Exchange a code, once, for a bot token.

    Raises:
        SlackRefusalError: bad_client_secret, invalid_client_id, invalid_code or bad_redirect_uri.
    """
    app = realm.app
    client_id = (basic.username if basic else None) or args.get("client_id")
    client_secret = (basic.password if basic else None) or args.get("client_secret")
    if client_id != app.client_id:
        raise SlackRefusalError("invalid_client_id")
    if client_secret != app.client_secret:
        raise SlackRefusalError("bad_client_secret")
    code = app.codes.pop(str(args.get("code", "")), None)
    if code is None or realm.now() > code.expires_at:
        raise SlackRefusalError("invalid_code")
    if (args.get("redirect_uri") or "") not in ("", code.redirect_uri):
        raise SlackRefusalError("bad_redirect_uri")
    grant = app.install(code.scopes)
    return {
        "access_token": grant.token,
        "token_type": "bot",
        "scope": ",".join(sorted(grant.scopes)),
        "bot_user_id": app.user_id,
        "app_id": app.id,
        "team": {"id": realm.workspace.team_id, "name": realm.workspace.name},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": code.user},
    }


def consent(realm: Realm) -> Blueprint:
    """Build the consent page."""
    routes = Blueprint("consent", __name__)

    def problem() -> str:
        if request.values.get("client_id") != realm.app.client_id:
            return "The address names an app that this workspace does not know (client_id)."
        if urlsplit(request.values.get("redirect_uri", "")).scheme not in ("http", "https"):
            return "The address does not say where to go afterwards (redirect_uri)."
        return "" if request.values.get("scope") else "The address asks for no scopes (scope)."

    @routes.get("/oauth/v2/authorize")
    def page() -> tuple[str, int]:
        people = [p for p in realm.workspace.people.values() if p.is_admin and not p.is_gone]
        scopes = sorted(filter(None, request.args.get("scope", "").split(",")))
        shown = {"app": realm.app, "team": realm.workspace.name, "people": people, "scopes": scopes}
        return render_template("consent.html", problem=problem(), given=request.args, **shown), 200

    @routes.post("/oauth/v2/authorize")
    def decide() -> tuple[str, int] | Response:
        if problem():
            return problem(), 400
        given, target = request.form, request.form["redirect_uri"]
        back = {"state": given.get("state", "")}
        if given.get("answer") != "allow":
            back["error"] = "access_denied"
        else:
            back["code"] = secrets.token_hex(16)
            realm.app.codes[back["code"]] = Code(
                scopes=frozenset(filter(None, given["scope"].split(","))),
                redirect_uri=target,
                user=given.get("user", ""),
                expires_at=realm.now() + CODE_LIFE,
            )
        joiner = "&" if urlsplit(target).query else "?"
        return redirect(f"{target}{joiner}{urlencode(back)}", 303)  # type: ignore[return-value]

    return routes
