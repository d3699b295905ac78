"""Blocks as data: ids filled in, elements found, and what a person chose in them as Slack reports it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from bot.sandbox.slack.people import Json

Values = Mapping[str, Mapping[str, object]]

_CHOSEN = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
}
_CHOSEN_MANY = {
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}
_INITIAL = {
    "users_select": "initial_user",
    "conversations_select": "initial_conversation",
    "channels_select": "initial_channel",
    "datepicker": "initial_date",
    "timepicker": "initial_time",
    "multi_users_select": "initial_users",
    "multi_conversations_select": "initial_conversations",
    "multi_channels_select": "initial_channels",
}
_ONE_OPTION = ("static_select", "radio_buttons", "overflow")
_SEVERAL_OPTIONS = ("checkboxes", "multi_static_select")


def completed(blocks: Iterable[Mapping[str, Any]], new_id: Callable[[str], str]) -> tuple[Json, ...]:
    """Return a copy in which every block has a block_id and every element an action_id."""
    rows: list[Json] = copy.deepcopy([dict(block) for block in blocks])
    for block in rows:
        block.setdefault("block_id", new_id("b"))
        for element in elements(block):
            if element.get("type") not in ("image", "mrkdwn", "plain_text"):
                element.setdefault("action_id", new_id("a"))
    return tuple(rows)


def elements(block: Mapping[str, Any]) -> list[Json]:
    """Return what may be acted on in one block."""
    if block.get("type") in ("actions", "context"):
        return list(block["elements"])
    return [block[key] for key in ("accessory", "element") if key in block]


def find(blocks: Iterable[Mapping[str, Any]], action_id: str, value: object = None) -> tuple[Json, Json]:
    """Return the block and the element of an action; `value` tells buttons with one action_id apart.

    Raises:
        LookupError: there is no such button, menu or field.
    """
    for block in blocks:
        for element in elements(block):
            if element.get("action_id") != action_id:
                continue
            if element["type"] == "button" and value is not None and element.get("value") != value:
                continue
            return dict(block), element
    raise LookupError(f"no element with action_id {action_id!r} here")


def options(element: Mapping[str, Any]) -> Iterator[Json]:
    """Yield the options of a menu, grouped or not."""
    yield from element.get("options", ())
    for group in element.get("option_groups", ()):
        yield from group["options"]


def entered(element: Mapping[str, Any], value: object) -> Json:
    """Return what Slack reports when somebody entered or chose `value`: an option is named by its value."""
    kind = element["type"]
    wanted = [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]
    if kind in _ONE_OPTION or kind in _SEVERAL_OPTIONS:
        chosen = [option for option in options(element) if value is not None and option["value"] in wanted]
        if kind in _SEVERAL_OPTIONS:
            return {"type": kind, "selected_options": chosen}
        return {"type": kind, "selected_option": chosen[0] if chosen else None}
    if kind in _CHOSEN_MANY:
        return {"type": kind, _CHOSEN_MANY[kind]: [] if value is None else wanted}
    if kind == "button":
        return {key: element[key] for key in ("type", "text", "value", "style", "url") if key in element}
    return {"type": kind, _CHOSEN[kind]: None if value in (None, "") else str(value)}


def initial(element: Mapping[str, Any]) -> object:
    """Return what a field holds before anybody touched it, in the form that `entered` takes."""
    kind = element["type"]
    if kind in _ONE_OPTION:
        return element["initial_option"]["value"] if "initial_option" in element else None
    if kind in _SEVERAL_OPTIONS:
        return [option["value"] for option in element.get("initial_options", ())]
    return element.get(_INITIAL.get(kind, "initial_value"))


def state_of(blocks: Iterable[Mapping[str, Any]], values: Values) -> Json:
    """Return the `state` of a view or message: block id, action id, what is entered there."""
    state: dict[str, Json] = {}
    for block in blocks:
        for element in elements(block):
            if element["type"] in ("button", "overflow", "image", "mrkdwn", "plain_text"):
                continue
            typed = values.get(block["block_id"], {})
            value = typed.get(element["action_id"], initial(element))
            state.setdefault(block["block_id"], {})[element["action_id"]] = entered(element, value)
    return {"values": state}


def missing(blocks: Iterable[Mapping[str, Any]], values: Values) -> dict[str, str]:
    """Return what Slack itself says beside fields before it sends a modal: required, too short, too long."""
    errors: dict[str, str] = {}
    for block in blocks:
        if block.get("type") != "input":
            continue
        element = block["element"]
        value = values.get(block["block_id"], {}).get(element["action_id"], initial(element))
        problem = _problem(element, value, is_optional=bool(block.get("optional")))
        if problem:
            errors[block["block_id"]] = problem
    return errors


def _problem(element: Mapping[str, Any], value: object, *, is_optional: bool) -> str:
    if value in (None, "", []):
        return "" if is_optional else "Please complete this required field."
    if isinstance(value, str) and len(value) < int(element.get("min_length", 0)):
        return f"Please enter at least {element['min_length']} characters."
    if isinstance(value, str) and len(value) > int(element.get("max_length", 3000)):
        return f"Please enter at most {element.get('max_length', 3000)} characters."
    return ""
