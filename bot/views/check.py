"""One checker of what Slack takes, for every message, modal and Home page we build.

Used by the tests of the views and by the pretend Slack, which refuses what this refuses. Pure; it must not
repair anything and must know nothing of our own messages. The limits are those of docs.slack.dev/reference
(block-kit, views). Two are stricter: a message must carry `text` (mobile notifications and screen readers get
nothing else), and all blocks of a message together hold 13,200 characters, with ten counted for each object
(github.com/slackapi/bolt-js/issues/2509).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from bot.views.elements import ACCESSORY, ACTION, ASKED, CONTEXT, IMAGE_KEYS, RICH, TYPE, block_id, one_image
from bot.views.shape import Check, Look, Shape, anything, by_type, flag, one_of, plain, several, string, words

MESSAGE_TEXT, MESSAGE_CHARACTERS, CHARACTERS_PER_OBJECT = 40_000, 13_200, 10
MESSAGE_BLOCKS, VIEW_BLOCKS, VIEW_BYTES = 50, 100, 250_000
TABLE_CHARACTERS, MARKDOWN_CHARACTERS = 10_000, 12_000


_CELL = by_type(
    {
        "raw_text": Shape({**TYPE, "text": string(10_000)}),
        "raw_number": Shape({**TYPE, "value": anything, "text": string(10_000)}),
        "rich_text": Shape({**TYPE, "elements": several(by_type(RICH, "rich text"), 1, 100)}),
    },
    "table cell",
)
_COLUMN = Shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": flag})


def _section_also(look: Look, path: str, value: Mapping[str, object]) -> None:
    if "text" not in value and "fields" not in value:
        look.say(path, "must have text or fields")


def _input_also(look: Look, path: str, _value: Mapping[str, object]) -> None:
    if look.surface == "modal" and not look.submits:
        look.say(path, "a modal with an input must have submit")


def _table_also(look: Look, path: str, value: Mapping[str, object]) -> None:
    rows = value.get("rows")
    widths = (
        {len(row) for row in rows if isinstance(row, list | tuple)}
        if isinstance(rows, list | tuple)
        else set()
    )
    if len(widths) > 1:
        look.say(f"{path}/rows", "all rows must have the same number of cells")


_RICH_TEXT = Shape({**TYPE, "elements": several(by_type(RICH, "rich text"), 1, 100)}, {"block_id": block_id})
_EVERYWHERE = ("message", "modal", "home")
_BLOCKS: dict[str, tuple[Shape, tuple[str, ...]]] = {
    "section": (
        Shape(
            TYPE,
            {"text": words(3000), "fields": several(words(2000), 1, 10), "accessory": ACCESSORY,
             "expand": flag, "block_id": block_id},
            _section_also,
        ),
        _EVERYWHERE,
    ),
    "header": (Shape({**TYPE, "text": plain(150)}, {"block_id": block_id}), _EVERYWHERE),
    "context": (Shape({**TYPE, "elements": several(CONTEXT, 1, 10)}, {"block_id": block_id}), _EVERYWHERE),
    "divider": (Shape(TYPE, {"block_id": block_id}), _EVERYWHERE),
    "actions": (Shape({**TYPE, "elements": several(ACTION, 1, 25)}, {"block_id": block_id}), _EVERYWHERE),
    "image": (
        Shape(
            {**TYPE, "alt_text": string(2000)},
            {**IMAGE_KEYS, "title": plain(2000), "block_id": block_id},
            one_image,
        ),
        _EVERYWHERE,
    ),
    "input": (
        Shape(
            {**TYPE, "label": plain(2000), "element": ASKED},
            {"hint": plain(2000), "optional": flag, "dispatch_action": flag, "block_id": block_id},
            _input_also,
        ),
        _EVERYWHERE,
    ),
    "rich_text": (_RICH_TEXT, _EVERYWHERE),
    "table": (
        Shape(
            {**TYPE, "rows": several(several(_CELL, 1, 20), 1, 100)},
            {"column_settings": several(_COLUMN, 0, 20), "block_id": block_id},
            _table_also,
        ),
        ("message", "home"),
    ),
    "markdown": (
        Shape({**TYPE, "text": string(MARKDOWN_CHARACTERS)}, {"block_id": block_id}),
        ("message",),
    ),
    "alert": (
        Shape(
            {**TYPE, "text": words(200)},
            {"level": one_of("default", "info", "warning", "error", "success"), "block_id": block_id},
        ),
        ("modal",),
    ),
}  # fmt: skip


def _block(look: Look, path: str, value: object) -> None:
    kind = value.get("type") if isinstance(value, Mapping) else None
    if not isinstance(kind, str) or kind not in _BLOCKS:
        look.say(path, f"{kind!r} is not a block we know")
        return
    shape, surfaces = _BLOCKS[kind]
    if look.surface not in surfaces:
        look.say(path, f"a {kind} block is not allowed in a {look.surface}")
    look.action_ids.clear()
    shape(look, path, value)


def _strings(value: object, *keys: str) -> Iterator[str]:
    """Yield every string under one of the keys, at any depth."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in keys and isinstance(inner, str):
                yield inner
            else:
                yield from _strings(inner, *keys)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner, *keys)


def _kinds(blocks: object, kind: str) -> list[Mapping[str, object]]:
    rows = blocks if isinstance(blocks, list | tuple) else ()
    return [row for row in rows if isinstance(row, Mapping) and row.get("type") == kind]


def _together(look: Look, blocks: object) -> None:
    """Check what all blocks of one payload may hold together."""
    tables = _kinds(blocks, "table")
    if len(tables) > 1:
        look.say("/blocks", "only one table is allowed in a message")
    if sum(map(len, _strings(tables, "text"))) > TABLE_CHARACTERS:
        look.say("/blocks", f"a table may hold {TABLE_CHARACTERS} characters")
    if sum(map(len, _strings(_kinds(blocks, "markdown"), "text"))) > MARKDOWN_CHARACTERS:
        look.say("/blocks", f"all markdown together may hold {MARKDOWN_CHARACTERS} characters")
    if look.surface == "message" and characters(blocks) > MESSAGE_CHARACTERS:
        look.say(
            "/blocks", f"msg_blocks_too_long: {characters(blocks)} characters, {MESSAGE_CHARACTERS} allowed"
        )


def characters(blocks: object) -> int:
    """Count what Slack's undocumented limit over all blocks counts, as nearly as is known."""
    readable = sum(map(len, _strings(blocks, "text", "alt_text", "url", "fallback")))
    return readable + CHARACTERS_PER_OBJECT * sum(1 for _ in _strings(blocks, "type"))


def check_message(payload: Mapping[str, object]) -> list[str]:
    """Return what Slack would refuse in `{"text", "blocks"}`; an empty list means that it would take it."""
    look = Look("message")
    blocks = several(_block, 0, MESSAGE_BLOCKS)
    Shape({"text": string(MESSAGE_TEXT)}, {"blocks": blocks})(look, "", payload)
    text = payload.get("text")
    if isinstance(text, str) and text and not text.strip():
        look.say("/text", "must not be blank")
    _together(look, payload.get("blocks"))
    return look.problems


_VIEW_KEYS: dict[str, Check] = {
    "private_metadata": string(3000, 0), "callback_id": string(255), "external_id": string(255, 0),
}  # fmt: skip
_HOME = Shape({**TYPE, "blocks": several(_block, 0, VIEW_BLOCKS)}, _VIEW_KEYS)
_MODAL = Shape(
    {**TYPE, "title": plain(24), "blocks": several(_block, 1, VIEW_BLOCKS)},
    {**_VIEW_KEYS, "submit": plain(24), "close": plain(24), "clear_on_close": flag, "notify_on_close": flag,
     "submit_disabled": flag},
)  # fmt: skip


def check_view(view: Mapping[str, object]) -> list[str]:
    """Return what Slack would refuse in a modal or Home view; an empty list means that it would take it."""
    kind = view.get("type")
    if kind == "home":
        look, shape = Look("home"), _HOME
    elif kind == "modal":
        look, shape = Look("modal", submits="submit" in view), _MODAL
    else:
        return ["/type: must be modal or home"]
    shape(look, "", view)
    _together(look, view.get("blocks"))
    if len(json.dumps(view, default=str).encode()) > VIEW_BYTES:
        look.say("/", f"view_too_large: a view may hold {VIEW_BYTES} bytes")
    return look.problems
