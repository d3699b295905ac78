"""A message, and how parts become one within Slack's limits: long lists are cut and say so.

Slack takes 50 blocks a message and refuses more than about 13,200 characters over all of them
(github.com/slackapi/bolt-js/issues/2509). Must not know any domain value.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.views.blocks import Block, section
from bot.views.words import number, series

BUDGET = 13_200
SECTION_TEXT = 2_900  # below Slack's 3,000
_NAMED_AT_MOST = 15
_TITLES = 450  # characters of titles in a list's last line
_REMAINDER = 750  # room kept for each list's last line


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent to Slack; `text` is a whole sentence that alone tells the result."""

    text: str
    blocks: list[Block]

    @property
    def payload(self) -> dict[str, Any]:
        """Give the two arguments that Slack's chat methods take."""
        return {"text": self.text, "blocks": self.blocks}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list; `title` stands for it where there is no room for the line."""

    line: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list that may be longer than a message; `more` says where the rest is."""

    heading: str
    entries: Sequence[Entry]
    more: str
    most: int = 8
    spaced: bool = False  # an empty line between entries of more than one line


def compose(text: str, *parts: Block | Listing | None) -> Message:
    """Build a message of blocks and lists; lists share the room that the blocks leave."""
    return Message(text, fitted(parts))


def fitted(parts: Sequence[Block | Listing | None]) -> list[Block]:
    """Draw the parts in order, each list cut to its share of the room."""
    room = BUDGET - sum(_weight(part) for part in parts if isinstance(part, dict))
    waiting = sum(1 for part in parts if isinstance(part, Listing))
    blocks: list[Block] = []
    for part in parts:
        if isinstance(part, Listing):
            drawn = _drawn(part, room // waiting)
            room, waiting = room - sum(_weight(block) for block in drawn), waiting - 1
            blocks += drawn
        elif part is not None:
            blocks.append(part)
    return blocks


def _drawn(listing: Listing, room: int) -> list[Block]:
    lines, left = [listing.heading] if listing.heading else [], room - _REMAINDER
    shown = 0
    for entry in listing.entries[: listing.most]:
        left -= _weight(entry.line) + 20  # its part of the block around it
        if left < 0:
            break
        lines.append(f"\n{entry.line}" if listing.spaced and lines else entry.line)
        shown += 1
    if rest := listing.entries[shown:]:
        lines.append(_remainder(rest, listing.more, shown=shown))
    return [section(text) for text in _paragraphs(lines)]


def _remainder(rest: Sequence[Entry], more: str, *, shown: int) -> str:
    known = list(dict.fromkeys(entry.title for entry in rest if entry.title))
    titles = known[:_NAMED_AT_MOST]
    while len(", ".join(titles)) > _TITLES:
        titles.pop()
    count = f"and {number(len(rest))} more" if shown else f"{number(len(rest))} in all"
    if titles and len(titles) < len(known):
        unnamed = len(known) - len(titles)
        titles.append(f"{number(unnamed)} other{'s' * (unnamed > 1)}")
    named = f" ({series(titles)})" if titles else ""
    return f"… {count}{named}: {more}"


def _paragraphs(lines: Sequence[str]) -> list[str]:
    texts: list[str] = []
    for line in lines:
        if texts and len(texts[-1]) + len(line) < SECTION_TEXT:
            texts[-1] += "\n" + line
        else:
            texts.append(line.lstrip("\n"))
    return texts


def _weight(part: Block | str) -> int:
    return len(json.dumps(part, ensure_ascii=False)) + 2
