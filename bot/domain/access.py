"""Who holds which right in a workspace, as values. Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproverList:
    """Who is named to approve restores: user ids, user group ids; by default the workspace admins."""

    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    needed: int = 1
    is_default: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class UserGroup:
    """A user group of a Slack workspace; `name` is what people typed: untrusted text."""

    id: str
    name: str
    handle: str = ""
