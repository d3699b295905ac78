"""A scripted other side of the consent routes, and an organisation with an awkward name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast
from urllib.parse import urlencode

from bot.domain.names import OrganisationId, WorkspaceId
from bot.domain.organisation import LinkState, Organisation, OrganisationFacts
from bot.services.connections import Connections, Linked

HOST = "localhost:3000"
AWKWARD = '<!channel> & "Söhne" 🧾 <script>alert(1)</script>'


def organisation(**facts: object) -> Organisation:
    known = {"name": AWKWARD, "legal_name": "Söhne & Co <b>Ltd</b>", "region": "UK", "country": "GB"}
    return Organisation(
        id=OrganisationId("org"),
        workspace_id=WorkspaceId("T1"),
        facts=OrganisationFacts(**{**known, "base_currency": "GBP", **facts}),  # type: ignore[arg-type]
        home_channel="C1",
        linked_by="U1",
        linked_at=datetime(2026, 11, 22, tzinfo=UTC),
        state=LinkState.ACTIVE,
        scopes=frozenset({"accounting.settings.read", "offline_access"}),
    )


class Consents:
    """Answers as told and remembers what it was asked."""

    def __init__(self, refuses: Exception | None = None, brings: Linked | None = None) -> None:
        self.refuses = refuses
        self.brings = brings or Linked(organisation=organisation(), reconnected=False, channel_id="C1")
        self.opened: list[tuple[str, str | None]] = []
        self.finished: list[dict[str, str | None]] = []

    def typed(self) -> Connections:
        return cast("Connections", self)

    def open(self, ticket: str, *, browser_secret: str | None) -> str:
        self.opened.append((ticket, browser_secret))
        if self.refuses:
            raise self.refuses
        return "https://login.xero.example/authorize?" + urlencode({"state": f"state-of-{ticket}"})

    def finish(self, *, state: str, code: str, error: str, browser_secret: str | None) -> Linked:
        self.finished.append({"state": state, "code": code, "error": error, "secret": browser_secret})
        if self.refuses:
            raise self.refuses
        return self.brings
