"""Let the home channel of a restore's target hear of it, where the request stands in another channel.

Twice: that it was approved, and how it ended. What is undecided is the business of those who decide.
"""

from __future__ import annotations

from bot.domain.restore import Restore, RestoreState
from bot.services.organisations import Organisations
from bot.services.posts import Address, Posts
from bot.views import restore_there as views
from bot.views.message import Message


class TargetHome:
    """Speaks to who looks after the target only."""

    def __init__(self, *, organisations: Organisations, posts: Posts) -> None:
        self._organisations, self._posts = organisations, posts

    def tell(self, restore: Restore) -> None:
        """Say there what is new; the same twice is said once."""
        if restore.state is RestoreState.APPROVED:
            self._say(restore, "approved", views.approved(restore))  # letting it go on is no second approval
        elif _was_approved(restore) and (message := views.ended(restore)) is not None:
            self._say(restore, f"{restore.state}:{restore.state_since:%Y%m%dT%H%M%S%f}", message)

    def _say(self, restore: Restore, what: str, message: Message) -> None:
        home = self._organisations.get(restore.target_id).home_channel
        if home and home != restore.channel_id:
            to = Address(workspace_id=restore.workspace_id, channel_id=home)
            self._posts.send(f"restore-there:{restore.id}:{what}", to, message.payload)


def _was_approved(restore: Restore) -> bool:
    return restore.started_at is not None or len(restore.approvals) >= restore.needed
