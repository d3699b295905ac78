"""One part of an answer as it is drawn. A value only."""

from __future__ import annotations

from dataclasses import dataclass

from bot.views.blocks import Block
from bot.views.message import Listing


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sentence that alone tells the result, the blocks that show it, and what it rests on."""

    text: str
    blocks: tuple[Block | Listing, ...]
    sources: tuple[str, ...] = ()
