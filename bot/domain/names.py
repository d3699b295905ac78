"""Ids and the people who act. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

WorkspaceId = NewType("WorkspaceId", str)
OrganisationId = NewType("OrganisationId", str)
RunId = NewType("RunId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The Slack person acting, and where; `team_id` is the person's own workspace, not the channel's."""

    workspace_id: WorkspaceId
    team_id: str
    user_id: str
    channel_id: str = ""

    @property
    def in_direct_message(self) -> bool:
        """Say whether the request came from a direct message (Slack ids of those begin with D)."""
        return self.channel_id.startswith("D")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What Slack says of a person (users.info); used for rights only, never stored."""

    user_id: str
    team_id: str
    is_admin: bool = False
    is_guest: bool = False
    is_bot: bool = False
    is_deactivated: bool = False
    name: str = ""  # as colleagues see it: untrusted text
    email: str = ""  # only where the workspace granted users:read.email


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRef:
    """Where a message stands, so that it can be updated in place."""

    channel_id: str
    ts: str
