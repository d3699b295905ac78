"""What a restore says that cannot go on because the permission to write is gone. A private answer."""

from __future__ import annotations

from bot.domain.restore import Restore
from bot.views import blocks, ids
from bot.views import restore_parts as parts
from bot.views.labels import CONNECT_LABEL, CONTINUE_LABEL
from bot.views.message import Message, compose
from bot.views.words import name, number


def permission_lost(restore: Restore, link: str, minutes: int) -> Message:
    """Give one person the link it needs to go on: connecting anew gives permission to read only."""
    target = name(restore.target_name)
    told = f"I may no longer write to {target}, so {parts.spoken(restore)} cannot go on yet."
    return compose(
        told,
        blocks.section(
            f"{told}\n*Next:* consent in Xero as somebody who may edit it, and choose *that* organisation "
            f"there; then press *{CONTINUE_LABEL}* again. The link is yours alone, works once and for "
            f"{number(minutes)} minutes."
        ),
        blocks.actions(blocks.button(CONNECT_LABEL, ids.PERMISSION_LINK, url=link, style="primary")),
    )


def may_write_again(restore: Restore) -> Message:
    """Say that nothing is in the way any more."""
    told = f"I may write to {name(restore.target_name)}; press {CONTINUE_LABEL} to go on where it was."
    return compose(told, blocks.section(told))
