"""Look at an organisation that was just linked, and tell its channel what was found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.services.organisations import Organisations
from bot.services.posts import Address, Posts
from bot.services.running.scans import Scans
from bot.views.connect import connected
from jobs.engine import Steps


class ScanJob:
    """The First connection message."""

    def __init__(self, *, organisations: Organisations, scans: Scans, posts: Posts) -> None:
        self._organisations, self._scans, self._posts = organisations, scans, posts

    def run(self, steps: Steps, args: Mapping[str, Any]) -> None:
        """Count, then tell."""
        organisation_id, key = str(args["organisation"]), str(args["key"])
        counts = steps.run("count", lambda: self._scans.look(organisation_id))
        steps.run("tell", lambda: self._tell(organisation_id, key, counts, bool(args.get("reconnected"))))

    def _tell(
        self, organisation_id: str, key: str, counts: Mapping[str, int | None], reconnected: bool
    ) -> bool:
        organisation = self._organisations.get(organisation_id)
        scan = self._scans.describe(organisation_id, counts, reconnected=reconnected)
        to = Address(
            workspace_id=organisation.workspace_id,
            channel_id=organisation.home_channel,
            instead_user=organisation.linked_by,
        )
        return self._posts.send(key, to, connected(scan).payload) is not None
