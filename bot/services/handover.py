"""An organisation that is linked already was linked again: its permissions are renewed; no second backup.

Where the link was asked for in another channel, that one is offered as its new home.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bot.catalogue import RESOURCES
from bot.catalogue.model import Resource
from bot.domain.names import Actor
from bot.domain.organisation import Organisation
from bot.errors import LinkProblem, LinkRefused
from bot.services.extras import is_private
from bot.services.posts import Address, Posts
from bot.views.settings_home import hand_over

PAYROLL = "Payroll"
ELSEWHERE = (
    "This organisation is already linked in another channel of this workspace, so no second backup was made; "
    "its permission in Xero has been renewed. In Slack I asked you whether it should be at home in the new "
    "channel instead."
)


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a consent brought to an organisation that was linked: titles of what may be read only now.

    `elsewhere`: it is at home in another channel than the one the link came from.
    """

    gained: tuple[str, ...]
    elsewhere: bool


def renewed(posts: Posts, organisation: Organisation, actor: Actor, before: Collection[str]) -> Renewal:
    """Say what is new since the scopes `before`; ask the person about a channel that is not its home.

    Raises LinkRefused when nothing is new and the link was meant to bring it to another channel.
    """
    gained = tuple(dict.fromkeys(_gained(frozenset(before), organisation)))
    home, here = organisation.home_channel, actor.channel_id
    if home == here:
        return Renewal(gained, elsewhere=False)
    offer = hand_over(organisation.name, organisation.id, home=home, here=here)
    to = Address(workspace_id=actor.workspace_id, channel_id=actor.user_id)
    posts.send(f"handover:{uuid.uuid4().hex}", to, offer.payload)
    if not gained:
        raise LinkRefused(LinkProblem.ALREADY_LINKED, ELSEWHERE)
    return Renewal(gained, elsewhere=True)


def _gained(before: frozenset[str], organisation: Organisation) -> Iterator[str]:
    """Name what may be read now and could not before; who never heard of scopes knows of no difference."""
    if not before or not organisation.scopes:
        return
    country = organisation.facts.country
    for key, one in RESOURCES.items():
        of_here = not one.countries or not country or country in one.countries
        if of_here and _may(one, organisation.scopes) and not _may(one, before):
            yield PAYROLL if is_private(key) else one.title


def _may(resource: Resource, scopes: Collection[str]) -> bool:
    """Say whether one of the scopes that open a resource is there; what needs none always may be read."""
    wanted = resource.read.scopes if resource.read else ()
    return not wanted or any(one in scopes for one in wanted)
