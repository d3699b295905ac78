"""Ask for a new consent, once, in the home of every organisation that Xero no longer lets us read.

One consent may carry several organisations, and it may be the clock that finds it gone: so who is still to be
told is read from the rows, never known from who noticed.
"""

from __future__ import annotations

from datetime import datetime

from bot.services.organisations import Organisations
from bot.services.posts import Address, Posts
from bot.services.running.runs import Runs
from bot.services.xero import XeroAccess
from bot.views.connect import reconnect_needed


class Losses:
    """Tells of organisations that were lost."""

    def __init__(self, *, organisations: Organisations, runs: Runs, xero: XeroAccess, posts: Posts) -> None:
        self._organisations, self._runs, self._xero, self._posts = organisations, runs, xero, posts

    def tell(self) -> int:
        """Send what is still to be told; gives how many organisations it was."""
        untold = self._xero.untold()
        for organisation_id, since_at in untold:
            self._tell(organisation_id, since_at)
            self._xero.told(organisation_id)
        return len(untold)

    def _tell(self, organisation_id: str, since_at: datetime) -> None:
        organisation = self._organisations.get(organisation_id)
        last = next((one for one in self._runs.summaries(organisation_id) if one.snapshot_id), None)
        message = reconnect_needed(
            organisation.name,
            why="Somebody took the permission back in Xero, or it lay unused for 60 days.",
            last_good_at=last.run.finished_at if last else None,
        )
        to = Address(
            workspace_id=organisation.workspace_id,
            channel_id=organisation.home_channel,
            instead_user=organisation.linked_by,
        )
        self._posts.send(f"lost:{organisation_id}:{since_at:%Y%m%dT%H%M%S}", to, message.payload)
