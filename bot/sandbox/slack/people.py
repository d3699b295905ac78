"""Who and what lives in a pretend workspace: people, channels, messages, views, files. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody in the workspace; `note` says in a few words what they may do."""

    id: str
    handle: str
    name: str
    team_id: str
    email: str = ""
    note: str = ""
    is_owner: bool = False
    is_admin: bool = False
    is_guest: bool = False
    is_bot: bool = False
    is_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A place to talk: a channel, or a direct message between one person and the app (`is_im`)."""

    id: str
    name: str
    members: frozenset[str]
    is_private: bool = False
    is_im: bool = False
    is_shared: bool = False
    is_archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFile:
    """An uploaded file; `content` is None until its bytes have arrived."""

    id: str
    name: str
    length: int
    title: str = ""
    content: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as it stands now; `only_for` holds the one person who sees an ephemeral one."""

    ts: str
    channel: str
    author: str
    text: str
    blocks: tuple[Json, ...] = ()
    thread_ts: str | None = None
    only_for: str | None = None
    files: tuple[SharedFile, ...] = ()
    is_edited: bool = False
    is_notice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenView:
    """A modal that is open, or somebody's Home page; `values` is what was typed when it was last sent."""

    id: str
    user: str
    view: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
