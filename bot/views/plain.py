"""Renders any of our messages, modals or Home pages as text a person can read in a terminal or a diff.

Loud about blocks it does not know: silence would hide them from the reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.views.message import Message

_DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")
_LINK = re.compile(r"<((?:https?|mailto):[^|>]*)\|([^>]*)>")
_MENTION = re.compile(r"<([@#])([A-Z0-9]+)(?:\|[^>]*)?>")
_STRONG = re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])")
_SLANTED = re.compile(r"(?<![\w_])_([^_\n]+)_(?![\w_])")
_INVISIBLE = re.compile("[\N{WORD JOINER}\N{FIRST STRONG ISOLATE}\N{POP DIRECTIONAL ISOLATE}]")


def as_text(payload: Message | Mapping[str, Any]) -> str:
    """Render a message or a view; what Slack hides behind formatting is written out."""
    view = payload.payload if isinstance(payload, Message) else payload
    if "blocks" not in view:
        return _readable(str(view.get("text", "")))
    parts = [_drawn(block) for block in view["blocks"]]
    frame = [f"[{view['title']['text']}]"] if "title" in view else []
    foot = [f"[{view[key]['text']}]" for key in ("submit", "close") if key in view]
    return "\n\n".join([*frame, *parts, *([" ".join(foot)] if foot else [])])


def _drawn(block: Mapping[str, Any]) -> str:
    draw = _BLOCKS.get(str(block.get("type")))
    return draw(block) if draw else f"[A BLOCK THIS READER DOES NOT KNOW: {block.get('type')}]"


def _header(block: Mapping[str, Any]) -> str:
    return f"== {block['text']['text']} =="


def _context(block: Mapping[str, Any]) -> str:
    return "\n".join(f"  {line}" for each in block["elements"] for line in _text(each).split("\n"))


def _actions(block: Mapping[str, Any]) -> str:
    return " ".join(_control(element) for element in block["elements"])


def _divider(_block: Mapping[str, Any]) -> str:
    return "-" * 40


def _image(block: Mapping[str, Any]) -> str:
    return f"[picture: {block['alt_text']}]"


def _section(block: Mapping[str, Any]) -> str:
    parts = [_text(block["text"])] if "text" in block else []
    parts += [": ".join(_text(field).split("\n", 1)) for field in block.get("fields", ())]
    parts += [_control(block["accessory"])] if "accessory" in block else []
    return "\n".join(parts)


def _control(element: Mapping[str, Any]) -> str:
    match element.get("type"):
        case "button":
            url = f" -> {element['url']}" if "url" in element else ""
            asks = f" (asks: {element['confirm']['text']['text']})" if "confirm" in element else ""
            return f"[{element['text']['text']}{url}]{asks}"
        case "image":
            return _image(element)
    return f"[{element.get('type')}]"


def _input(block: Mapping[str, Any]) -> str:
    element = block["element"]
    lines = [block["label"]["text"] + (" (optional)" if block.get("optional") else "")]
    for option in element.get("options", ()):
        mark = "(x)" if option == element.get("initial_option") else "( )"
        more = f": {option['description']['text']}" if "description" in option else ""
        lines.append(f"  {mark} {option['text']['text']}{more}")
    if element["type"] == "plain_text_input":
        lines.append("  [____________________]")
    if "hint" in block:
        lines.append(f"  {block['hint']['text']}")
    return "\n".join(lines)


def _table(block: Mapping[str, Any]) -> str:
    rows = block["rows"]
    texts = [[str(cell.get("text", "")) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in texts) for column in range(len(texts[0]))]
    lines = [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in texts
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def _text(part: Mapping[str, Any]) -> str:
    if part.get("type") == "image":
        return _image(part)
    text = str(part.get("text", ""))
    return _readable(text) if part.get("type") == "mrkdwn" else text


def _readable(text: str) -> str:
    text = _LINK.sub(r"\2 (\1)", _DATE.sub(r"\1", text))
    text = _SLANTED.sub(r"\1", _STRONG.sub(r"\1", _MENTION.sub(r"\1\2", text)))
    for escape, char in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(escape, char)
    return _INVISIBLE.sub("", text)


_BLOCKS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "divider": _divider,
    "table": _table,
    "image": _image,
    "input": _input,
}
