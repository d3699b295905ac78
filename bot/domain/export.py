"""An export as it is asked for and fetched. Values only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.domain.names import Actor


class Unavailable(StrEnum):
    """Why a link gives no file."""

    UNKNOWN = "unknown"  # forged, replaced, or so old that nobody remembers it
    EXPIRED = "expired"
    USED = "used"
    BUSY = "busy"  # it is being fetched right now
    UNSURE = "unsure"  # Slack does not say whether the person who asked may still export
    REFUSED = "refused"  # the person who asked may not export any more
    UNLINKED = "unlinked"  # its organisation is no longer linked
    GONE = "gone"  # the file is not here, and there are no copies to make it from


@dataclass(frozen=True, slots=True)
class Download:
    """A file to send; `ended` is told whether all of it was sent."""

    path: Path
    name: str
    ended: Callable[[bool], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asked for an export, and of what."""

    export_id: str
    actor: Actor
    organisation_id: str
