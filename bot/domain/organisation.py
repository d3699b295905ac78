"""A linked Xero organisation and what Xero says about it. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.names import OrganisationId, WorkspaceId


class LinkState(StrEnum):
    """Is the organisation's connection alive?"""

    ACTIVE = "active"
    DISCONNECTED = "disconnected"  # Xero refuses; a person must reconnect; copies stand
    UNLINKED = "unlinked"  # a person ended it; copies kept unless deleted


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationFacts:
    """Facts from Xero's Organisation resource; `region` is Version without ONRAMP (e.g. "UK")."""

    name: str
    legal_name: str = ""
    region: str = ""
    country: str = ""
    base_currency: str = ""
    currencies: tuple[str, ...] = ()
    year_end_day: int = 0
    year_end_month: int = 0
    is_demo: bool = False
    timezone: str = ""  # Xero's own enumeration, not an IANA name
    short_code: str = ""
    edition: str = ""  # Xero's Class: an open list


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """One Xero organisation linked to one Slack workspace."""

    id: OrganisationId
    workspace_id: WorkspaceId
    facts: OrganisationFacts
    home_channel: str
    linked_by: str
    linked_at: datetime
    state: LinkState
    scopes: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The organisation's name as Xero has it: untrusted text, to be escaped by every view."""
        return self.facts.name
