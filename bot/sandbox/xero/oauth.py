"""Consents, codes, tokens and connections of the pretend Xero: the rules and the state, no HTTP.

Facts (developer.xero.com, OAuth 2.0 pages and official forum replies): code single use, 5 minutes; access
token a JWT of 30 minutes; refresh rotates, the token before may be retried for 30 minutes until its
successor is used, and dies after 60 idle days; scopes add up per Xero user; one organisation per consent
below the Advanced tier.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.sandbox.xero.people import Person
from bot.sandbox.xero.scopes import ADVANCED_ONLY, BROAD, GRANULAR

CODE_LIFE = timedelta(minutes=5)
ACCESS_LIFE = timedelta(minutes=30)
GRACE = timedelta(minutes=30)
IDLE_LIFE = timedelta(days=60)
TIER_CONNECTIONS = {"starter": 5, "core": 50, "plus": 1000, "advanced": 10_000}


class GrantRefused(Exception):
    """A token request is refused; `str()` is the OAuth error code."""


class TokenRefused(Exception):
    """An access token is not accepted; `str()` is Xero's Detail."""


@dataclass(slots=True)
class Connection:
    """One organisation connected to the app by one person."""

    id: str
    tenant_id: str
    user_id: str
    auth_event_id: str
    created_at: datetime
    updated_at: datetime
    live: bool = True


@dataclass(slots=True, kw_only=True)
class Code:
    """An authorisation code on its way back to the app."""

    redirect_uri: str
    user: Person
    event_id: str
    asked: frozenset[str]
    expires_at: datetime
    used: bool = False


@dataclass(slots=True, kw_only=True)
class Refresh:
    """One refresh token of a chain; `successor` is the one made from it."""

    user: Person
    event_id: str
    asked: frozenset[str]
    used_at: datetime
    rotated_at: datetime | None = None
    successor: str = ""
    dead: bool = False


@dataclass(frozen=True, slots=True)
class Access:
    """What a valid access token says."""

    user_id: str
    event_id: str
    scopes: frozenset[str]


@dataclass(slots=True)
class Authority:
    """Everything Xero's identity side remembers about this one app."""

    client_id: str
    client_secret: str
    now: Callable[[], datetime]
    random: random.Random
    tier: str = "core"
    allowed_scopes: frozenset[str] = GRANULAR - frozenset(ADVANCED_ONLY)
    connection_limit: int | None = None
    certified: bool = False
    codes: dict[str, Code] = field(default_factory=dict)
    refreshes: dict[str, Refresh] = field(default_factory=dict)
    granted: dict[str, frozenset[str]] = field(default_factory=dict)
    connections: list[Connection] = field(default_factory=list)
    expired: set[str] = field(default_factory=set)
    issued: list[str] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def secret_word(self, length: int = 43) -> str:
        """Make a random word; repeatable, since nothing here guards anything real."""
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
        return "".join(self.random.choices(letters, k=length))

    def guid(self) -> str:
        """Make a GUID."""
        text = f"{self.random.getrandbits(128):032x}"
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"

    def scope_problem(self, asked: frozenset[str]) -> str:
        """Say why these scopes cannot be asked for; empty when they can."""
        if not asked:
            return "invalid_scope: no scope was asked for"
        for scope in sorted(asked):
            if scope in BROAD:
                return f"invalid_scope: {scope} is not available to apps created on or after 2 March 2026"
            if scope not in GRANULAR:
                return f"invalid_scope: {scope}"
            if scope not in self.allowed_scopes:
                return f"invalid_scope: unauthorized_client: Invalid scope for client ({scope})"
        return ""

    def connection_problem(self, tenant_id: str, other_uncertified_apps: int) -> str:
        """Say why this organisation cannot be connected; the real page's words are not documented."""
        live = {connection.tenant_id for connection in self.connections if connection.live}
        if tenant_id in live:
            return ""
        limit = self.connection_limit if self.connection_limit is not None else TIER_CONNECTIONS[self.tier]
        if len(live) >= limit:
            return "This app has reached its limit of connected organisations."
        if not self.certified and other_uncertified_apps >= 2:
            return "This organisation is already connected to two uncertified apps."
        return ""

    def allow(self, user: Person, tenant_id: str, redirect_uri: str, asked: frozenset[str]) -> str:
        """Record a consent, connect the organisation, and give the code."""
        moment, event_id = self.now(), self.guid()
        self.granted[user.user_id] = self.granted.get(user.user_id, frozenset()) | asked
        known = next(
            (one for one in self.connections if (one.tenant_id, one.user_id) == (tenant_id, user.user_id)),
            None,
        )
        if known is None:
            self.connections.append(
                Connection(self.guid(), tenant_id, user.user_id, event_id, moment, moment)
            )
        else:
            known.live, known.updated_at, known.auth_event_id = True, moment, event_id
        code = self.secret_word()
        self.codes[code] = Code(
            redirect_uri=redirect_uri,
            user=user,
            event_id=event_id,
            asked=asked,
            expires_at=moment + CODE_LIFE,
        )
        return code

    def redeem(self, code_text: str, redirect_uri: str) -> dict[str, Any]:
        """Turn a code into tokens; raises GrantRefused."""
        code = self.codes.get(code_text)
        if code is None or code.used or code.expires_at <= self.now() or code.redirect_uri != redirect_uri:
            raise GrantRefused("invalid_grant")
        code.used = True
        return self._issue(code.user, code.event_id, code.asked)

    def refresh(self, refresh_text: str) -> dict[str, Any]:
        """Rotate a refresh token; raises GrantRefused."""
        token, moment = self.refreshes.get(refresh_text), self.now()
        if token is None or token.dead or moment - token.used_at > IDLE_LIFE:
            raise GrantRefused("invalid_grant")
        if token.rotated_at is not None:
            successor = self.refreshes[token.successor]
            if moment - token.rotated_at > GRACE or successor.rotated_at is not None:
                raise GrantRefused("invalid_grant")
            successor.dead = True
        answer = self._issue(token.user, token.event_id, token.asked)
        token.rotated_at = token.rotated_at or moment
        token.successor = answer["refresh_token"]
        return answer

    def revoke(self, refresh_text: str) -> None:
        """Revoke a refresh token: the consent ends and all of that person's connections go."""
        token = self.refreshes.get(refresh_text)
        if token is not None:
            self.end_consent(token.user.user_id)

    def end_consent(self, user_id: str) -> None:
        """End everything a person allowed."""
        for token in self.refreshes.values():
            if token.user.user_id == user_id:
                token.dead = True
        for connection in self.connections:
            if connection.user_id == user_id:
                connection.live = False
        self.granted.pop(user_id, None)

    def disconnect(self, tenant_id: str) -> None:
        """Disconnect an organisation, as a person can inside Xero at any time."""
        for connection in self.connections:
            if connection.tenant_id == tenant_id:
                connection.live = False

    def expire_all(self) -> None:
        """Let every access token given so far be expired."""
        self.expired.update(self.issued)

    def of_user(self, user_id: str) -> list[Connection]:
        """List a person's live connections."""
        return [one for one in self.connections if one.live and one.user_id == user_id]

    def _issue(self, user: Person, event_id: str, asked: frozenset[str]) -> dict[str, Any]:
        moment = self.now()
        scopes = sorted(self.granted.get(user.user_id, frozenset()) | asked)
        seconds, jti = int(moment.timestamp()), self.guid().replace("-", "")
        self.issued.append(jti)
        claims = {
            "nbf": seconds,
            "exp": seconds + int(ACCESS_LIFE.total_seconds()),
            "iss": "https://identity.xero.com",
            "aud": "https://identity.xero.com/resources",
            "client_id": self.client_id,
            "sub": hashlib.md5(user.user_id.encode(), usedforsecurity=False).hexdigest(),
            "auth_time": seconds,
            "xero_userid": user.user_id,
            "global_session_id": self.guid().replace("-", ""),
            "jti": jti,
            "authentication_event_id": event_id,
            "scope": scopes,
        }
        answer: dict[str, Any] = {
            "access_token": self._sign(claims),
            "expires_in": 1800,
            "token_type": "Bearer",
        }
        if "openid" in scopes:
            identity = {
                "nbf": seconds,
                "exp": seconds + 300,
                "aud": self.client_id,
                "xero_userid": user.user_id,
            }
            answer = {"id_token": self._sign(identity), **answer}
        if "offline_access" in scopes:
            word = self.secret_word()
            self.refreshes[word] = Refresh(user=user, event_id=event_id, asked=asked, used_at=moment)
            answer["refresh_token"] = word
        answer["scope"] = " ".join(scopes)
        return answer

    def _sign(self, claims: dict[str, Any]) -> str:
        head = _base64(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
        body = _base64(json.dumps(claims).encode())
        return f"{head}.{body}.{self._signature(f'{head}.{body}')}"

    def _signature(self, text: str) -> str:
        return _base64(hmac.digest(self.client_secret.encode(), text.encode(), "sha256"))

    def check(self, token: str) -> Access:
        """Read an access token; raises TokenRefused with Xero's Detail."""
        signed, _, signature = token.rpartition(".")
        if not signed or not hmac.compare_digest(signature.encode(), self._signature(signed).encode()):
            raise TokenRefused("AuthenticationUnsuccessful")
        body = signed.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        expires_at = datetime.fromtimestamp(claims["exp"], UTC)
        if self.now() >= expires_at or claims.get("jti") in self.expired:
            raise TokenRefused(f"TokenExpired: token expired at {expires_at:%m/%d/%Y %H:%M:%S}")
        if "xero_userid" not in claims or "scope" not in claims:
            raise TokenRefused("AuthenticationUnsuccessful")
        return Access(claims["xero_userid"], claims["authentication_event_id"], frozenset(claims["scope"]))


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
