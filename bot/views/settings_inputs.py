"""Builders for the fields of the settings modals: what stands in them when they open. Plain dicts.

A field's action id is its block id and "_input", so that whoever reads the answer needs one name only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.views.blocks import Block, plain


def choice(text: str, value: str, description: str = "") -> Block:
    """Give one option, with a line below it if wanted."""
    option: Block = {"text": plain(text, 75), "value": value}
    return option if not description else {**option, "description": plain(description, 75)}


def one_of(block_id: str, label: str, choices: Sequence[Block], *, chosen: str) -> Block:
    """Give a choice of one by radio buttons."""
    initial = next(one for one in choices if one["value"] == chosen)
    element = {"type": "radio_buttons", "options": list(choices), "initial_option": initial}
    return _field(block_id, label, element)


def ticks(
    block_id: str, label: str, choices: Sequence[Block], *, chosen: Iterable[str] = (), hint: str = ""
) -> Block:
    """Give boxes to tick, any number of them."""
    wanted = set(chosen)
    initial = [one for one in choices if one["value"] in wanted]
    element: Block = {"type": "checkboxes", "options": list(choices)}
    return _field(
        block_id, label, element | ({"initial_options": initial} if initial else {}), hint, optional=True
    )


def line(block_id: str, label: str, value: str, *, hint: str = "", optional: bool = True) -> Block:
    """Give a line to type into."""
    element: Block = {"type": "plain_text_input"}
    return _field(
        block_id, label, element | ({"initial_value": value} if value else {}), hint, optional=optional
    )


def whole_number(block_id: str, label: str, value: int, *, least: int, most: int, hint: str = "") -> Block:
    """Give a field for a whole number."""
    element = {
        "type": "number_input",
        "is_decimal_allowed": False,
        "initial_value": str(value),
        "min_value": str(least),
        "max_value": str(most),
    }
    return _field(block_id, label, element, hint)


def time_of_day(block_id: str, label: str, value: str, *, hint: str = "") -> Block:
    """Give a clock; `value` is HH:MM."""
    return _field(block_id, label, {"type": "timepicker", "initial_time": value}, hint)


def people(block_id: str, label: str, chosen: Sequence[str], *, most: int, hint: str = "") -> Block:
    """Give a choice of people of the workspace."""
    element: Block = {"type": "multi_users_select", "max_selected_items": most}
    return _field(
        block_id, label, element | ({"initial_users": list(chosen)} if chosen else {}), hint, optional=True
    )


def several_of(
    block_id: str, label: str, choices: Sequence[Block], *, chosen: Iterable[str], hint: str = ""
) -> Block:
    """Give a menu from which several may be taken."""
    wanted = set(chosen)
    initial = [one for one in choices if one["value"] in wanted]
    element: Block = {"type": "multi_static_select", "options": list(choices)}
    return _field(
        block_id, label, element | ({"initial_options": initial} if initial else {}), hint, optional=True
    )


def channel_of(block_id: str, label: str, chosen: str, *, hint: str = "", optional: bool = False) -> Block:
    """Give a choice of one channel: no direct messages, none shared with other workspaces."""
    element: Block = {
        "type": "conversations_select",
        "filter": {
            "include": ["public", "private"],
            "exclude_external_shared_channels": True,
            "exclude_bot_users": True,
        },
    }
    return _field(
        block_id,
        label,
        element | ({"initial_conversation": chosen} if chosen else {}),
        hint,
        optional=optional,
    )


def _field(block_id: str, label: str, element: Block, hint: str = "", *, optional: bool = False) -> Block:
    field: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, 2000),
        "element": {**element, "action_id": f"{block_id}_input"},
    }
    if optional:
        field["optional"] = True
    return field if not hint else {**field, "hint": plain(hint, 2000)}
