"""An organisation that is linked already was linked again: offer its new place as home; no second backup."""

from __future__ import annotations

import uuid

from bot.domain.names import Actor
from bot.domain.organisation import Organisation
from bot.errors import LinkProblem, LinkRefused
from bot.services.posts import Address, Posts
from bot.views.settings_home import hand_over

HERE = "This organisation is already linked here; its permission in Xero has been renewed."
ELSEWHERE = (
    "This organisation is already linked in another channel of this workspace, so no second backup was made; "
    "its permission in Xero has been renewed. In Slack I asked you whether it should be at home in the new "
    "channel instead."
)


def linked_already(posts: Posts, organisation: Organisation, actor: Actor) -> LinkRefused:
    """Give the refusal, after asking the person directly whether the channel should be its home instead."""
    home, here = organisation.home_channel, actor.channel_id
    if home == here:
        return LinkRefused(LinkProblem.ALREADY_LINKED, HERE)
    offer = hand_over(organisation.name, organisation.id, home=home, here=here)
    to = Address(workspace_id=actor.workspace_id, channel_id=actor.user_id)
    posts.send(f"handover:{uuid.uuid4().hex}", to, offer.payload)
    return LinkRefused(LinkProblem.ALREADY_LINKED, ELSEWHERE)
