"""Reading the page's form posts: which element was used, and what was entered where."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

MANY = (
    "checkboxes", "multi_static_select", "multi_users_select", "multi_channels_select",
    "multi_conversations_select",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    """The element that was used; `value` is None when the value is in a field beside it."""

    block: str
    action: str
    value: str | None


def field_name(block: str, action: str) -> str:
    """Return the name of a field in the page."""
    return json.dumps([block, action], separators=(",", ":"))


def act_of(form: MultiDict[str, str]) -> Act:
    """Read the `act` of a post.

    Raises:
        LookupError: there is none, or it is not ours.
    """
    try:
        block, action, value = json.loads(form.get("act", ""))
    except (ValueError, TypeError) as error:
        raise LookupError("no such button") from error
    return Act(str(block), str(action), None if value is None else str(value))


def chosen(form: MultiDict[str, str], act: Act) -> object:
    """Return what the field beside the used element holds: a value, or several."""
    found = form.getlist(field_name(act.block, act.action))
    if not found:
        return None
    return found if len(found) > 1 else found[0]


def typed(blocks: Iterable[Mapping[str, Any]], form: MultiDict[str, str]) -> dict[str, dict[str, object]]:
    """Return what was entered in the inputs of a modal, block by block."""
    values: dict[str, dict[str, object]] = {}
    for block in blocks:
        if block.get("type") != "input":
            continue
        element = block["element"]
        found = form.getlist(field_name(block["block_id"], element["action_id"]))
        value: object = [item for item in found if item] if element["type"] in MANY else "".join(found[:1])
        values[block["block_id"]] = {element["action_id"]: value or None}
    return values
