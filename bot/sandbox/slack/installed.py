"""The one app of the pretend workspace: its credentials, its scopes, and the tokens given out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime

DEFAULT_SCOPES = ("commands", "chat:write", "app_mentions:read", "im:history", "users:read")


@dataclass(frozen=True, slots=True)
class Grant:
    """What one token may do."""

    token: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code of the consent page: single use, ten minutes."""

    scopes: frozenset[str]
    redirect_uri: str
    user: str
    expires_at: datetime


@dataclass(slots=True, kw_only=True)
class SlackApp:
    """Credentials and tokens; `commands` are the slash commands of its manifest."""

    name: str
    user_id: str
    bot_id: str
    client_id: str
    client_secret: str
    signing_secret: str
    app_token: str
    scopes: tuple[str, ...] = DEFAULT_SCOPES
    commands: tuple[str, ...] = ("/backup",)
    id: str = "A0LEDGERKEEP"
    verification_token: str = field(default_factory=lambda: secrets.token_hex(12))
    grants: dict[str, Grant] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    codes: dict[str, Code] = field(default_factory=dict)

    @property
    def is_installed(self) -> bool:
        """Whether any token works."""
        return bool(self.grants)

    def install(self, scopes: frozenset[str] | None = None, token: str = "") -> Grant:
        """Give out a bot token; a workspace has one, so that older ones stop."""
        grant = Grant(token or f"xoxb-sandbox-{secrets.token_hex(12)}", scopes or frozenset(self.scopes))
        self.grants = {grant.token: grant}
        self.revoked.discard(grant.token)
        return grant

    def revoke_all(self) -> None:
        """Make every token given out so far useless."""
        self.revoked |= set(self.grants)
        self.grants = {}
