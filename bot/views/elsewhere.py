"""The sentence above a message that could not be posted where it belongs and went to one person instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.views import blocks
from bot.views.words import channel

BLOCKS_AT_MOST = 50

_INVITE = (
    "I am not in {where}, so I tell you here instead.",
    "type `/invite @Ledgerkeep` in {where}; from then on I post there.",
)
_WHY = {
    "is_archived": (
        "{where} is archived, so I tell you here instead.",
        "bring the channel back; or disconnect the organisation, keep the copies, and link it elsewhere.",
    ),
    "restricted_action": (
        "I may not post in {where}, so I tell you here instead.",
        "ask a workspace admin to let Ledgerkeep post in {where}.",
    ),
}


def elsewhere(payload: Mapping[str, Any], channel_id: str, code: str) -> dict[str, Any]:
    """Say first why a message comes to one person and not to its channel; `code` is Slack's refusal."""
    where = channel(channel_id) or "the channel"
    why, step = (part.format(where=where) for part in _WHY.get(code, _INVITE))
    told = [blocks.section(f"{why}\n*Next:* {step}"), blocks.divider()]
    room = BLOCKS_AT_MOST - len(told)
    kept = {key: value for key, value in payload.items() if key != "thread_ts"}
    shown = list(payload.get("blocks") or [blocks.section(str(payload.get("text", ""))[:2900])])
    return {**kept, "text": f"{why} {payload.get('text', '')}", "blocks": [*told, *shown[:room]]}
