"""Builders for the Block Kit blocks that Ledgerkeep sends: plain dicts, words in, blocks out.

Text is expected to be safe already (words.py). Sizes are Slack's (docs.slack.dev/reference/block-kit).
Must not know any domain value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Block = dict[str, Any]

HEADER_LIMIT = 150
LABEL_LIMIT = 75


def mrkdwn(text: str) -> Block:
    """Give a formatted text; `verbatim` keeps Slack from turning bare addresses and names into links."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain(text: str, limit: int = 3000) -> Block:
    """Give a text that Slack does not format, visibly cut at `limit` characters."""
    return {"type": "plain_text", "text": text if len(text) <= limit else text[: limit - 1] + "…"}


def header(text: str) -> Block:
    """Give the title of a message."""
    return {"type": "header", "text": plain(text, HEADER_LIMIT)}


def section(text: str, accessory: Block | None = None) -> Block:
    """Give a paragraph, with one button beside it if wanted."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    return block if accessory is None else {**block, "accessory": accessory}


def fields(pairs: Sequence[tuple[str, str]]) -> Block:
    """Give up to ten label and value pairs in two columns; pairs without a value are left out."""
    return {"type": "section", "fields": [mrkdwn(f"*{label}*\n{value}") for label, value in pairs if value]}


def context(*texts: str) -> Block:
    """Give the small print."""
    return {"type": "context", "elements": [mrkdwn(text) for text in texts]}


def divider() -> Block:
    """Give a line across."""
    return {"type": "divider"}


def actions(*elements: Block) -> Block:
    """Give a row of buttons."""
    return {"type": "actions", "elements": list(elements)}


def button(
    label: str,
    action_id: str,
    value: str = "",
    *,
    style: str = "",
    url: str = "",
    confirm: Block | None = None,
    spoken: str = "",
) -> Block:
    """Give a button; `spoken` is what a screen reader says where the label alone would repeat itself."""
    block: Block = {"type": "button", "text": plain(label, LABEL_LIMIT), "action_id": action_id}
    optional = {"value": value, "style": style, "url": url, "confirm": confirm}
    block |= {key: part for key, part in optional.items() if part}
    return block if not spoken else {**block, "accessibility_label": spoken[:LABEL_LIMIT]}


def confirm(title: str, text: str, *, yes: str, no: str) -> Block:
    """Give a dialog that asks again before a button acts; it protects from slips, not from people."""
    return {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(yes, 30),
        "deny": plain(no, 30),
        "style": "danger",
    }


def table(rows: Sequence[Sequence[str]]) -> Block:
    """Give a table whose first row is its heading; all columns but the first are numbers, set right."""
    cells = [[{"type": "raw_text", "text": cell} for cell in row] for row in rows]
    settings: list[Block] = [{"is_wrapped": True}, *({"align": "right"} for _ in rows[0][1:])]
    return {"type": "table", "column_settings": settings, "rows": cells}


def image(url: str, alt: str) -> Block:
    """Give a picture; `alt` says in words what it shows."""
    return {"type": "image", "image_url": url, "alt_text": alt[:2000]}


def option(text: str, value: str, description: str = "") -> Block:
    """Give one choice of a radio group."""
    choice: Block = {"text": plain(text, LABEL_LIMIT), "value": value}
    return choice if not description else {**choice, "description": plain(description, LABEL_LIMIT)}


def radio_input(block_id: str, action_id: str, label: str, choices: Sequence[Block]) -> Block:
    """Give a choice of one; the first choice is set from the start."""
    element = {
        "type": "radio_buttons",
        "action_id": action_id,
        "options": list(choices),
        "initial_option": choices[0],
    }
    return {"type": "input", "block_id": block_id, "label": plain(label, 2000), "element": element}


def text_input(block_id: str, action_id: str, label: str, *, hint: str, optional: bool) -> Block:
    """Give a line to type into."""
    element = {"type": "plain_text_input", "action_id": action_id}
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, 2000),
        "hint": plain(hint, 2000),
        "optional": optional,
        "element": element,
    }


def modal(title: str, blocks: Sequence[Block], *, callback_id: str, submit: str, metadata: str) -> Block:
    """Give a modal with a button that sends it and one that closes it."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": metadata,
        "title": plain(title, 24),
        "submit": plain(submit, 24),
        "close": plain("Cancel", 24),
        "blocks": list(blocks),
    }
