"""Xero's identity side over HTTP.

The consent page, the token and revocation endpoints, the connections list.

The rules are in `oauth.py`; here requests become calls and refusals become pages. Problems of the request
itself end on a page of Xero's and never come back to the app, except a refusal by the person
(`error=access_denied`).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, redirect, render_template, request

from bot.sandbox.xero import answers
from bot.sandbox.xero.oauth import Authority, Connection, GrantRefused, TokenRefused
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.people import PEOPLE


class Identity:
    """Routes of login, identity and connections."""

    def __init__(
        self,
        authority: Authority,
        *,
        redirect_uris: set[str],
        app_name: str,
        organisations: Mapping[str, PretendOrganisation],
    ) -> None:
        self.authority, self.redirect_uris, self.app_name = authority, redirect_uris, app_name
        self.organisations = organisations

    def mount(self, app: Flask) -> None:
        """Add the routes."""
        app.add_url_rule("/identity/connect/authorize", view_func=self.authorize, methods=["GET", "POST"])
        app.add_url_rule("/connect/token", view_func=self.token, methods=["POST"])
        app.add_url_rule("/connect/revocation", view_func=self.revocation, methods=["POST"])
        app.add_url_rule("/connections", view_func=self.connections, methods=["GET"])
        app.add_url_rule(
            "/Connections", view_func=self.connections, methods=["GET"], endpoint="connections_spec"
        )
        app.add_url_rule("/connections/<connection_id>", view_func=self.disconnect, methods=["DELETE"])
        app.add_url_rule(
            "/Connections/<connection_id>",
            view_func=self.disconnect,
            methods=["DELETE"],
            endpoint="disconnect_spec",
        )

    def _request_problem(self) -> str:
        asked = request.args
        if asked.get("client_id") != self.authority.client_id:
            return "unauthorized_client: Unknown client or client not enabled"
        uri = asked.get("redirect_uri", "")
        if uri not in self.redirect_uris or not _allowed_redirect(uri):
            return "unauthorized_client: Invalid redirect_uri"
        if asked.get("response_type") != "code":
            return "unsupported_response_type"
        return self.authority.scope_problem(frozenset(asked.get("scope", "").split()))

    def authorize(self) -> Response:
        """Show the consent page, or take the person's answer."""
        if problem := self._request_problem():
            return _problem_page(problem)
        scopes = request.args["scope"].split()
        if request.method == "GET":
            orgs = list(self.organisations.values())
            html = render_template(
                "consent.html",
                app=self.app_name,
                people=list(PEOPLE.values()),
                organisations=orgs,
                connected={one.tenant_id for one in self.authority.connections if one.live},
                scopes=scopes,
            )
            return answers.page(200, html)
        uri, state = request.args["redirect_uri"], request.args.get("state")
        if request.form.get("decision") != "allow":
            return _back(uri, {"error": "access_denied"}, state)
        return self._allow(uri, state, frozenset(scopes))

    def _allow(self, uri: str, state: str | None, scopes: frozenset[str]) -> Response:
        key = request.form.get("organisation", "")
        org = next((one for one in self.organisations.values() if one.key == key), None)
        person = PEOPLE.get(request.form.get("user", ""))
        if org is None or person is None:
            return _problem_page("Choose who you are and an organisation.")
        with self.authority.lock:
            if problem := self.authority.connection_problem(org.tenant_id, org.other_uncertified_apps):
                return _problem_page(problem)
            code = self.authority.allow(person, org.tenant_id, uri, scopes)
        return _back(uri, {"code": code, "scope": " ".join(sorted(scopes))}, state)

    def _client_problem(self) -> Response | None:
        client, secret = request.form.get("client_id", ""), request.form.get("client_secret", "")
        header = request.headers.get("Authorization", "")
        if header.lower().startswith("basic "):
            try:
                client, _, secret = base64.b64decode(header[6:]).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                client = ""
        if (client, secret) != (self.authority.client_id, self.authority.client_secret):
            return answers.document(400, {"error": "invalid_client"})
        return None

    def token(self) -> Response:
        """Redeem a code or refresh."""
        if problem := self._client_problem():
            return problem
        form = request.form
        try:
            with self.authority.lock:
                if form.get("grant_type") == "authorization_code":
                    return _token_answer(
                        self.authority.redeem(form.get("code", ""), form.get("redirect_uri", ""))
                    )
                if form.get("grant_type") == "refresh_token":
                    return _token_answer(self.authority.refresh(form.get("refresh_token", "")))
        except GrantRefused as refusal:
            return answers.document(400, {"error": str(refusal)})
        return answers.document(400, {"error": "unsupported_grant_type"})

    def revocation(self) -> Response:
        """Revoke a refresh token; an unknown one is no error."""
        if problem := self._client_problem():
            return problem
        with self.authority.lock:
            self.authority.revoke(request.form.get("token", ""))
        return Response(b"", 200)

    def connections(self) -> Response:
        """List the person's connections as a bare array with ISO dates of seven decimals."""
        try:
            access = self.authority.check(bearer())
        except TokenRefused as refusal:
            return answers.unauthorised(str(refusal), self.authority.guid())
        event = request.args.get("authEventId")
        with self.authority.lock:
            rows = [
                one for one in self.authority.of_user(access.user_id) if event in {None, one.auth_event_id}
            ]
        return answers.document(200, [self._row(one) for one in rows])

    def _row(self, connection: Connection) -> dict[str, str]:
        return {
            "id": connection.id,
            "authEventId": connection.auth_event_id,
            "tenantId": connection.tenant_id,
            "tenantType": "ORGANISATION",
            "tenantName": self.organisations[connection.tenant_id].name,
            "createdDateUtc": _seven_decimals(connection.created_at),
            "updatedDateUtc": _seven_decimals(connection.updated_at),
        }

    def disconnect(self, connection_id: str) -> Response:
        """Delete one connection."""
        try:
            access = self.authority.check(bearer())
        except TokenRefused as refusal:
            return answers.unauthorised(str(refusal), self.authority.guid())
        with self.authority.lock:
            for connection in self.authority.of_user(access.user_id):
                if connection.id == connection_id.lower():
                    connection.live = False
                    return Response(b"", 204)
        return answers.not_found()


def bearer() -> str:
    """Give the request's bearer token; empty when there is none."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _allowed_redirect(uri: str) -> bool:
    parts = urlsplit(uri)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname == "localhost")


def _back(uri: str, values: dict[str, str], state: str | None) -> Response:
    if state is not None:
        values["state"] = state
    answer = redirect(f"{uri}{'&' if '?' in uri else '?'}{urlencode(values)}")
    assert isinstance(answer, Response)  # noqa: S101 - narrows werkzeug's type to flask's
    return answer


def _problem_page(problem: str) -> Response:
    return answers.page(400, render_template("problem.html", problem=problem))


def _token_answer(body: dict[str, object]) -> Response:
    answer = answers.document(200, body)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _seven_decimals(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06d}0"
