"""Consent, tokens and connections, as strict as the real ones."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.sandbox.xero import ConsentRefused

READ = "offline_access accounting.settings.read"


def _claims(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"client_id": "someone-else"}, "unauthorized_client"),
        ({"redirect_uri": "http://localhost:3000/other"}, "redirect_uri"),
        ({"redirect_uri": "http://127.0.0.1:3000/xero/callback"}, "redirect_uri"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "offline_access accounting.transactions.read"}, "invalid_scope"),
        ({"scope": "accounting.reports.balancesheets.read"}, "invalid_scope"),
        ({"scope": "accounting.journals.read"}, "Invalid scope for client"),
        ({"scope": ""}, "invalid_scope"),
    ],
)
def test_authorize_when_the_request_is_wrong_then_shows_a_page_and_never_goes_back(
    desk: Any, change: dict[str, str], words: str
) -> None:
    desk.xero.redirect_uris.add("http://127.0.0.1:3000/xero/callback")
    with pytest.raises(ConsentRefused, match=words):
        desk.xero.consent(desk.ask_url(**{"scopes": READ} | change), "nz")


def test_authorize_when_opened_in_a_browser_then_offers_people_and_organisations(desk: Any) -> None:
    page = httpx.get(desk.ask_url()).text
    assert "Ana Adviser" in page
    assert "Kererū Coffee Roasters" in page
    assert "Allow access" in page


def test_consent_when_denied_then_goes_back_with_access_denied_and_the_state(desk: Any) -> None:
    query = parse_qs(urlsplit(desk.xero.consent(desk.ask_url(), "nz", deny=True)).query)
    assert query == {"error": ["access_denied"], "state": ["s1"]}


def test_consent_when_the_app_is_full_then_shows_a_page(open_desk: Callable[..., Any]) -> None:
    desk = open_desk(organisations=("nz", "empty"))
    desk.xero.authority.connection_limit = 1
    desk.code("nz")
    desk.code("nz")
    with pytest.raises(ConsentRefused, match="limit of connected organisations"):
        desk.code("empty")


def test_consent_when_two_uncertified_apps_are_connected_then_shows_a_page(desk: Any) -> None:
    desk.xero.organisation("nz").other_uncertified_apps = 2
    with pytest.raises(ConsentRefused, match="two uncertified apps"):
        desk.code("nz")
    desk.xero.authority.certified = True
    assert desk.code("nz")


def test_code_when_used_twice_then_invalid_grant(desk: Any) -> None:
    code = desk.code()
    assert "access_token" in desk.redeem(code)
    assert desk.redeem(code) == {"error": "invalid_grant"}


def test_code_when_older_than_five_minutes_then_invalid_grant(
    open_desk: Callable[..., Any], clock: Any
) -> None:
    desk = open_desk(now=clock)
    code = desk.code()
    clock.advance(301)
    assert desk.redeem(code) == {"error": "invalid_grant"}


def test_code_when_the_redirect_differs_then_invalid_grant(desk: Any) -> None:
    answer = desk.token(grant_type="authorization_code", code=desk.code(), redirect_uri="https://x.example")
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})


def test_token_when_the_secret_is_wrong_then_invalid_client(desk: Any) -> None:
    answer = httpx.post(f"{desk.url}/connect/token", data={"grant_type": "refresh_token"}, auth=("a", "b"))
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_client"})


def test_token_when_credentials_are_in_the_body_then_accepted(desk: Any) -> None:
    form = {
        "grant_type": "authorization_code",
        "code": desk.code(),
        "redirect_uri": "http://localhost:3000/xero/callback",
        "client_id": desk.xero.client_id,
        "client_secret": desk.xero.client_secret,
    }
    assert httpx.post(f"{desk.url}/connect/token", data=form).status_code == 200


def test_token_when_offline_access_is_missing_then_no_refresh_token(desk: Any) -> None:
    tokens = desk.redeem(desk.code(scopes="accounting.settings.read"))
    assert "refresh_token" not in tokens
    assert "id_token" not in tokens
    assert tokens["expires_in"] == 1800


def test_access_token_when_read_then_carries_user_event_and_scopes(desk: Any) -> None:
    tokens = desk.redeem(desk.code(scopes=f"openid {READ}"))
    claims = _claims(tokens["access_token"])
    assert claims["exp"] - claims["nbf"] == 1800
    assert sorted(claims["scope"]) == sorted(f"openid {READ}".split())
    assert claims["xero_userid"] == _claims(tokens["id_token"])["xero_userid"]


def test_scopes_when_asked_for_in_two_consents_then_they_add_up(open_desk: Callable[..., Any]) -> None:
    desk = open_desk(organisations=("nz", "empty"))
    desk.redeem(desk.code("nz", READ))
    second = desk.redeem(desk.code("empty", "offline_access accounting.contacts"))
    assert set(second["scope"].split()) == {
        "offline_access",
        "accounting.settings.read",
        "accounting.contacts",
    }


def test_refresh_when_it_rotates_then_the_old_token_works_until_the_new_one_is_used(desk: Any) -> None:
    first = desk.redeem(desk.code())["refresh_token"]
    lost = desk.refresh(first).json()["refresh_token"]
    again = desk.refresh(first)
    assert again.status_code == 200
    assert desk.refresh(lost).json() == {"error": "invalid_grant"}
    assert desk.refresh(again.json()["refresh_token"]).status_code == 200
    assert desk.refresh(first).json() == {"error": "invalid_grant"}


def test_refresh_when_the_grace_of_thirty_minutes_is_over_then_invalid_grant(
    open_desk: Callable[..., Any], clock: Any
) -> None:
    desk = open_desk(now=clock)
    first = desk.redeem(desk.code())["refresh_token"]
    desk.refresh(first)
    clock.advance(minutes=31)
    assert desk.refresh(first).json() == {"error": "invalid_grant"}


def test_refresh_when_idle_for_more_than_sixty_days_then_invalid_grant(
    open_desk: Callable[..., Any], clock: Any
) -> None:
    desk = open_desk(now=clock)
    first = desk.redeem(desk.code())["refresh_token"]
    clock.advance(days=60)
    second = desk.refresh(first)
    assert second.status_code == 200
    clock.advance(days=60, seconds=1)
    assert desk.refresh(second.json()["refresh_token"]).json() == {"error": "invalid_grant"}


def test_connections_when_listed_by_event_then_only_that_consent_shows(open_desk: Callable[..., Any]) -> None:
    desk = open_desk(organisations=("nz", "empty"))
    desk.link("nz")
    caller = desk.link("empty")
    everything = caller.get("/connections").json()
    event = _claims(caller.tokens["access_token"])["authentication_event_id"]
    added = caller.get("/connections", authEventId=event).json()
    assert len(everything) == 2
    assert [one["tenantName"] for one in added] == ["Empty Shell Restore Ltd"]
    assert added[0]["tenantType"] == "ORGANISATION"
    assert len(added[0]["createdDateUtc"].partition(".")[2]) == 7


def test_connection_when_deleted_and_consented_again_then_keeps_its_first_date(
    open_desk: Callable[..., Any], clock: Any
) -> None:
    desk = open_desk(now=clock)
    caller = desk.link()
    row = caller.get("/connections").json()[0]
    assert caller.call("DELETE", f"/connections/{row['id']}").status_code == 204
    assert caller.call("DELETE", f"/connections/{row['id']}").status_code == 404
    assert caller.get("Organisation").status_code == 403
    clock.advance(days=3)
    again = desk.link().get("/connections").json()[0]
    assert again["createdDateUtc"] == row["createdDateUtc"]
    assert datetime.fromisoformat(again["updatedDateUtc"]) > datetime.fromisoformat(again["createdDateUtc"])


def test_revocation_when_asked_then_token_and_connections_are_gone(desk: Any) -> None:
    caller = desk.link()
    auth = (desk.xero.client_id, desk.xero.client_secret)
    refresh = caller.tokens["refresh_token"]
    answer = desk.http.post(f"{desk.url}/connect/revocation", data={"token": refresh}, auth=auth)
    assert (answer.status_code, answer.content) == (200, b"")
    assert desk.refresh(refresh).json() == {"error": "invalid_grant"}
    assert caller.get("/connections").json() == []
    assert caller.get("Organisation").status_code == 403
