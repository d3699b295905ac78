"""Consent and tokens as Xero's token endpoint gives and refuses them."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.errors import (
    ConsentRevoked,
    LedgerkeepError,
    LinkProblem,
    LinkRefused,
    Misconfigured,
    XeroBusy,
    XeroUnavailable,
)
from bot.xero.app import XeroApp
from bot.xero.oauth import OAuth, authorize_url


def _jwt(**claims: Any) -> str:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'RS256'})}.{part(claims)}.signature"


@pytest.fixture
def oauth(app: XeroApp, clock: Any) -> OAuth:
    return OAuth(app, now=clock)


def test_authorize_url_when_made_then_it_asks_for_a_code(app: XeroApp) -> None:
    parts = urlsplit(authorize_url(app, state="s t", scopes=("offline_access", "accounting.settings.read")))
    assert parts.path == "/identity/connect/authorize"
    assert parse_qs(parts.query) == {
        "response_type": ["code"],
        "client_id": ["id"],
        "redirect_uri": ["http://localhost:3000/xero/callback"],
        "scope": ["offline_access accounting.settings.read"],
        "state": ["s t"],
    }


def test_exchange_when_the_code_is_good_then_tokens_come(server: Any, oauth: OAuth, clock: Any) -> None:
    access = _jwt(xero_userid="u-1", authentication_event_id="e-1", scope=["from", "jwt"])
    server.play(
        server.json({"access_token": access, "refresh_token": "r-1", "expires_in": 1800, "scope": "a b"})
    )
    tokens = oauth.exchange("code-1")
    asked = server.calls[0]
    assert (asked.method, asked.path) == ("POST", "/connect/token")
    assert asked.form == {
        "grant_type": "authorization_code",
        "code": "code-1",
        "redirect_uri": "http://localhost:3000/xero/callback",
    }
    assert asked.headers["authorization"] == "Basic " + base64.b64encode(b"id:hush").decode()
    assert (tokens.access_token, tokens.refresh_token) == (access, "r-1")
    assert (tokens.xero_user_id, tokens.auth_event_id) == ("u-1", "e-1")
    assert tokens.expires_at == clock() + timedelta(minutes=30)
    assert tokens.scopes == {"a", "b"}
    assert access not in repr(tokens)
    assert "r-1" not in repr(tokens)


@pytest.mark.parametrize(
    ("access", "answered", "expected"),
    [
        (_jwt(scope=["x", "y"]), "a b", {"a", "b"}),
        (_jwt(scope=["x", "y"]), None, {"x", "y"}),
        (_jwt(scope="x y"), None, {"x", "y"}),
        (_jwt(), None, {"wanted"}),
        ("opaque", None, {"wanted"}),
        ("a.!!!.c", None, {"wanted"}),
        ("a.e30.c", ["l", "m"], {"l", "m"}),
    ],
)
def test_exchange_when_scopes_are_given_somewhere_then_the_best_word_counts(
    server: Any, oauth: OAuth, access: str, answered: Any, expected: set[str]
) -> None:
    server.play(server.json({"access_token": access, "refresh_token": "r", "scope": answered}))
    assert oauth.exchange("c", requested=("wanted",)).scopes == expected


def test_exchange_when_there_is_no_refresh_token_then_the_link_is_refused(server: Any, oauth: OAuth) -> None:
    server.play(server.json({"access_token": "x"}))
    with pytest.raises(LinkRefused) as caught:
        oauth.exchange("c")
    assert caught.value.problem is LinkProblem.SCOPES


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"error": "invalid_grant"}, LinkRefused),
        (400, {"error": "invalid_scope"}, LinkRefused),
        (400, {"error": "invalid_client"}, Misconfigured),
        (401, {"error": "unauthorized_client"}, Misconfigured),
        (400, {"error": "something_new"}, XeroUnavailable),
        (429, {}, XeroBusy),
        (500, {}, XeroUnavailable),
        (200, {"token_type": "Bearer"}, XeroUnavailable),
        (200, [1], XeroUnavailable),
    ],
)
def test_exchange_when_refused_then_the_right_person_moves(
    server: Any, oauth: OAuth, status: int, body: Any, kind: type[LedgerkeepError]
) -> None:
    server.play(server.json(body, status=status))
    with pytest.raises(kind):
        oauth.exchange("c")


def test_refresh_when_it_works_then_the_new_pair_replaces_the_old(server: Any, oauth: OAuth) -> None:
    server.play(server.json({"access_token": "a-2", "refresh_token": "r-2", "scope": "s"}))
    tokens = oauth.refresh("r-1")
    assert server.calls[0].form == {"grant_type": "refresh_token", "refresh_token": "r-1"}
    assert (tokens.access_token, tokens.refresh_token) == ("a-2", "r-2")


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"error": "invalid_grant"}, ConsentRevoked),
        (400, {"error": "invalid_client"}, Misconfigured),
        (400, {"error": "invalid_request"}, XeroUnavailable),
        (503, {}, XeroUnavailable),
        (302, {}, XeroUnavailable),
    ],
)
def test_refresh_when_refused_then_only_invalid_grant_ends_the_consent(
    server: Any, oauth: OAuth, status: int, body: Any, kind: type[LedgerkeepError]
) -> None:
    server.play(server.json(body, status=status))
    with pytest.raises(kind) as caught:
        oauth.refresh("r-secret")
    assert "r-secret" not in str(caught.value)


def test_refresh_when_the_answer_is_lost_then_the_same_token_may_be_tried_again(
    server: Any, oauth: OAuth
) -> None:
    whole = server.json({"access_token": "a-2", "refresh_token": "r-2"})
    server.play(server.raw(whole.body, cut=10), whole)
    with pytest.raises(XeroUnavailable):
        oauth.refresh("r-1")
    assert oauth.refresh("r-1").refresh_token == "r-2"
    assert [asked.form["refresh_token"] for asked in server.calls] == ["r-1", "r-1"]


def test_revoke_when_called_then_the_token_is_sent(server: Any, oauth: OAuth) -> None:
    server.play(server.raw(b""))
    oauth.revoke("r-1")
    assert (server.calls[0].path, server.calls[0].form) == ("/connect/revocation", {"token": "r-1"})


def test_revoke_when_xero_is_down_then_it_says_so(server: Any, oauth: OAuth) -> None:
    server.play(server.raw(b"", status=500))
    with pytest.raises(XeroUnavailable):
        oauth.revoke("r-1")
