"""Restores in the daily digest, for digest.py: what waits for people, what came of the others."""

from __future__ import annotations

from bot.domain.digest import ChannelDigest
from bot.views import blocks, restoring
from bot.views.blocks import Block
from bot.views.words import counted

_REQUESTS_AT_MOST, _ENDED_AT_MOST = 4, 3


def waiting(found: ChannelDigest) -> str:
    """Say how many restores wait for people; "" for none."""
    return restoring.waiting(found.restores)


def open_requests(found: ChannelDigest) -> list[Block]:
    """Draw a line for each restore that waits for people, each with its button where that works."""
    yours = [one for one in found.restores if one.waits_for_people]
    shown, rest = yours[:_REQUESTS_AT_MOST], len(yours) - _REQUESTS_AT_MOST
    # Whoever may see the organisation that was copied may look at the plan: here, where it is at home.
    drawn = [
        restoring.request(one, found.made_at, is_here=one.channel_id == found.channel_id) for one in shown
    ]
    told = f"… and {counted(rest, 'more waits', 'more wait')}: `/backup status` names the organisations."
    more = [blocks.section(told)] if rest > 0 else []
    return [blocks.section("*Restores that wait for somebody*"), *drawn, *more] if drawn else []


def came_out(found: ChannelDigest) -> list[Block]:
    """Say which restores and rehearsals were written and compared since the last digest."""
    told = [restoring.came_out(one) for one in found.restored[:_ENDED_AT_MOST]]
    rest = len(found.restored) - len(told)
    told += [f"… and {counted(rest, 'more')}."] if rest > 0 else []
    return [blocks.section("\n".join(["*Restored*", *told]))] if told else []
