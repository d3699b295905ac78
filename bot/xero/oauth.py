"""Consent and tokens: authorize address, code exchange, refresh, revocation. Stores nothing.

Whoever refreshes must hold a lock and commit the new pair before using it: copies of one token refreshed in
parallel end each other.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

import msgspec

from bot.errors import ConsentRevoked, LinkProblem, LinkRefused, Misconfigured, XeroBusy, XeroUnavailable
from bot.xero.app import XeroApp
from bot.xero.http import Answer, Transport

_ACCESS_SECONDS = 1800  # life of an access token where the answer does not say (developer.xero.com)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSet:
    """One pair of tokens with what they stand for; ids are "" if the access token is no readable JWT."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    scopes: frozenset[str]
    xero_user_id: str = ""
    auth_event_id: str = ""


class _TokenAnswer(msgspec.Struct):
    access_token: str = ""
    refresh_token: str = ""
    expires_in: float = _ACCESS_SECONDS
    scope: str | list[str] | None = None


class _Claims(msgspec.Struct):
    xero_userid: str = ""
    authentication_event_id: str = ""
    scope: str | list[str] | None = None


class _Refusal(msgspec.Struct):
    error: str = ""


def authorize_url(app: XeroApp, *, state: str, scopes: Sequence[str]) -> str:
    """Give the address of Xero's consent page."""
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": app.redirect_uri,
        "scope": " ".join(scopes),
        "state": state,
    }
    return f"{app.login_url.rstrip('/')}/identity/connect/authorize?{urlencode(query)}"


class OAuth:
    """Xero's token endpoint, as a confidential client (HTTP Basic)."""

    def __init__(self, app: XeroApp, *, now: Callable[[], datetime]) -> None:
        self._app, self._now = app, now

    def exchange(self, code: str, *, requested: Sequence[str] = ()) -> TokenSet:
        """Turn a code into tokens; a code works once and for 5 minutes. Raises LinkRefused, Transient."""
        answer = self._post(
            "token",
            {"grant_type": "authorization_code", "code": code, "redirect_uri": self._app.redirect_uri},
        )
        if answer.status != 200:
            _raise_for_exchange(answer)
        tokens = self._token_set(answer, "", requested)
        if not tokens.refresh_token:
            raise LinkRefused(LinkProblem.SCOPES, "Xero did not allow Ledgerkeep to stay connected.")
        return tokens

    def refresh(self, refresh_token: str, *, requested: Sequence[str] = ()) -> TokenSet:
        """Get the next pair. Raises ConsentRevoked, or XeroUnavailable when the answer was lost.

        After a lost answer the same refresh token may be tried again: Xero takes the previous one for 30
        minutes.
        """
        answer = self._post("token", {"grant_type": "refresh_token", "refresh_token": refresh_token})
        if answer.status != 200:
            _raise_for_refresh(answer)
        return self._token_set(answer, refresh_token, requested)

    def revoke(self, refresh_token: str) -> None:
        """End the consent; Xero then removes every connection of that user to us. Raises as `refresh`."""
        answer = self._post("revocation", {"token": refresh_token})
        if answer.status not in {200, 204}:
            _raise_for_refresh(answer)

    def _post(self, what: str, form: Mapping[str, str]) -> Answer:
        pair = f"{self._app.client_id}:{self._app.client_secret}".encode()
        headers = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
        url = f"{self._app.identity_url.rstrip('/')}/connect/{what}"
        with Transport(timeout_seconds=self._app.timeout_seconds, max_connections=1) as transport:
            return transport.post_form(url, form, headers=headers)

    def _token_set(self, answer: Answer, previous: str, requested: Sequence[str]) -> TokenSet:
        try:
            found = msgspec.json.decode(answer.body, type=_TokenAnswer)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise XeroUnavailable("Xero answered something that is not a token.") from None
        if not found.access_token:
            raise XeroUnavailable("Xero answered something that is not a token.")
        claims = _read_claims(found.access_token)
        return TokenSet(
            access_token=found.access_token,
            refresh_token=found.refresh_token or previous,
            expires_at=self._now() + timedelta(seconds=found.expires_in),
            scopes=_scopes(found.scope) or _scopes(claims.scope) or frozenset(requested),
            xero_user_id=claims.xero_userid,
            auth_event_id=claims.authentication_event_id,
        )


def _scopes(found: str | list[str] | None) -> frozenset[str]:
    return frozenset(found.split() if isinstance(found, str) else found or ())


def _read_claims(token: str) -> _Claims:
    # Not verified: the token came straight from Xero's token endpoint, and nothing is allowed because of it.
    parts = token.split(".")
    if len(parts) != 3:
        return _Claims()
    try:
        text = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        return msgspec.json.decode(text, type=_Claims)
    except (binascii.Error, ValueError):
        return _Claims()


def _refusal(answer: Answer) -> str:
    try:
        return msgspec.json.decode(answer.body, type=_Refusal).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""


def _raise_for_exchange(answer: Answer) -> None:
    word = _refusal(answer)
    if word == "invalid_grant":
        raise LinkRefused(LinkProblem.EXPIRED, "This consent was already used or is older than five minutes.")
    if word == "invalid_scope":
        raise LinkRefused(LinkProblem.SCOPES, "Xero does not give this app the rights it asked for.")
    _raise_for_endpoint(answer, word)


def _raise_for_refresh(answer: Answer) -> None:
    word = _refusal(answer)
    if word == "invalid_grant":
        raise ConsentRevoked("Xero no longer accepts the consent; somebody has to connect again.")
    _raise_for_endpoint(answer, word)


def _raise_for_endpoint(answer: Answer, word: str) -> None:
    if word in {"invalid_client", "unauthorized_client"}:
        raise Misconfigured("Xero does not know this app; check XERO_CLIENT_ID and XERO_CLIENT_SECRET.")
    if answer.status == 429:
        raise XeroBusy("Xero asks to wait before signing in again.")
    raise XeroUnavailable("Xero's sign-in service does not work at the moment.")
