"""The shapes of what sits inside Slack's blocks: buttons, menus, fields, confirmations, rich text.

Limits are those of docs.slack.dev/reference/block-kit. Data only; `bot.views.check` puts it together.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.views.shape import (
    Check,
    Look,
    Shape,
    anything,
    by_type,
    flag,
    number,
    one_of,
    plain,
    several,
    string,
    words,
)


def action_id(look: Look, path: str, value: object) -> None:
    """Accept an action_id that is new within its block."""
    string(255)(look, path, value)
    if value in look.action_ids:
        look.say(path, f"{value!r} is used twice in this block")
    look.action_ids.add(str(value))


def block_id(look: Look, path: str, value: object) -> None:
    """Accept a block_id that is new within its message or view."""
    string(255)(look, path, value)
    if value in look.block_ids:
        look.say(path, f"{value!r} is used twice")
    look.block_ids.add(str(value))


def _select_also(look: Look, path: str, value: Mapping[str, object]) -> None:
    if ("options" in value) == ("option_groups" in value):
        look.say(path, "must have either options or option_groups")


def _initial_also(look: Look, path: str, value: Mapping[str, object]) -> None:
    options = value.get("options")
    known = options if isinstance(options, list | tuple) else ()
    chosen = value.get("initial_options", ())
    wanted = [value[key] for key in ("initial_option",) if key in value]
    for option in [*wanted, *(chosen if isinstance(chosen, list | tuple) else ())]:
        if option not in known:
            look.say(path, "an initial option must equal one of the options")


def _static_also(look: Look, path: str, value: Mapping[str, object]) -> None:
    _select_also(look, path, value)
    if "options" in value:
        _initial_also(look, path, value)


def one_image(look: Look, path: str, value: Mapping[str, object]) -> None:
    """Demand exactly one source of a picture."""
    if ("image_url" in value) == ("slack_file" in value):
        look.say(path, "must have either image_url or slack_file")


_CONFIRM = Shape(
    {"title": plain(100), "text": words(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
_OPTION = Shape({"text": plain(75), "value": string(150)}, {"description": plain(75)})
_CHOICE = Shape({"text": words(75), "value": string(150)}, {"description": words(75)})
_OVERFLOW = Shape({"text": plain(75), "value": string(150)}, {"description": plain(75), "url": string(3000)})
_GROUP = Shape({"label": plain(75), "options": several(_OPTION, 1, 100)})
TYPE: dict[str, Check] = {"type": anything}
_ACTS: dict[str, Check] = {"action_id": action_id, "confirm": _CONFIRM, "focus_on_load": flag}
_ASKS: dict[str, Check] = {**_ACTS, "placeholder": plain(150)}
_MANY: dict[str, Check] = {**_ASKS, "max_selected_items": number(1, 100)}
_FILTER: dict[str, Check] = {"filter": anything, "default_to_current_conversation": flag}
_DISPATCH = Shape(
    {}, {"trigger_actions_on": several(one_of("on_enter_pressed", "on_character_entered"), 1, 2)}
)
_SOURCES: dict[str, Check] = {"options": several(_OPTION, 1, 100), "option_groups": several(_GROUP, 1, 100)}
_TYPED: dict[str, Check] = {
    "action_id": action_id, "placeholder": plain(150), "focus_on_load": flag,
    "dispatch_action_config": _DISPATCH,
}  # fmt: skip
IMAGE_KEYS: dict[str, Check] = {"image_url": string(3000), "slack_file": anything}

_BUTTON = Shape(
    {**TYPE, "text": plain(75)},
    {"action_id": action_id, "url": string(3000), "value": string(2000), "confirm": _CONFIRM,
     "style": one_of("primary", "danger"), "accessibility_label": string(75)},
)  # fmt: skip
_IMAGE = Shape({**TYPE, "alt_text": string(2000)}, IMAGE_KEYS, one_image)
_ID = string(30)
_MENUS: dict[str, Check] = {
    "static_select": Shape(TYPE, {**_ASKS, **_SOURCES, "initial_option": _OPTION}, _static_also),
    "users_select": Shape(TYPE, {**_ASKS, "initial_user": _ID}),
    "channels_select": Shape(TYPE, {**_ASKS, "initial_channel": _ID, "response_url_enabled": flag}),
    "conversations_select": Shape(
        TYPE, {**_ASKS, **_FILTER, "initial_conversation": _ID, "response_url_enabled": flag}
    ),
}
_MULTI_MENUS: dict[str, Check] = {
    "multi_static_select": Shape(
        TYPE, {**_MANY, **_SOURCES, "initial_options": several(_OPTION, 1, 100)}, _static_also
    ),
    "multi_users_select": Shape(TYPE, {**_MANY, "initial_users": several(_ID, 1, 100)}),
    "multi_channels_select": Shape(TYPE, {**_MANY, "initial_channels": several(_ID, 1, 100)}),
    "multi_conversations_select": Shape(
        TYPE, {**_MANY, **_FILTER, "initial_conversations": several(_ID, 1, 100)}
    ),
}
_PICKERS: dict[str, Check] = {
    "radio_buttons": Shape(
        {**TYPE, "options": several(_CHOICE, 1, 10)}, {**_ACTS, "initial_option": _CHOICE}, _initial_also
    ),
    "checkboxes": Shape(
        {**TYPE, "options": several(_CHOICE, 1, 10)},
        {**_ACTS, "initial_options": several(_CHOICE, 1, 10)},
        _initial_also,
    ),
    "datepicker": Shape(TYPE, {**_ASKS, "initial_date": string(10, 10)}),
    "timepicker": Shape(TYPE, {**_ASKS, "initial_time": string(5, 5), "timezone": string(100)}),
}
_FIELDS: dict[str, Check] = {
    "plain_text_input": Shape(
        TYPE,
        {**_TYPED, "initial_value": string(3000, 0), "multiline": flag, "min_length": number(0, 3000),
         "max_length": number(1, 3000)},
    ),
    "email_text_input": Shape(TYPE, {**_TYPED, "initial_value": string(3000, 0)}),
    "url_text_input": Shape(TYPE, {**_TYPED, "initial_value": string(3000, 0)}),
    "number_input": Shape(
        {**TYPE, "is_decimal_allowed": flag},
        {**_TYPED, "initial_value": string(50), "min_value": string(50), "max_value": string(50)},
    ),
}  # fmt: skip
_OVERFLOW_MENU = Shape(
    {**TYPE, "options": several(_OVERFLOW, 1, 5)}, {"action_id": action_id, "confirm": _CONFIRM}
)
ACTION = by_type({"button": _BUTTON, "overflow": _OVERFLOW_MENU, **_MENUS, **_PICKERS}, "element of actions")
ACCESSORY = by_type(
    {"button": _BUTTON, "image": _IMAGE, "overflow": _OVERFLOW_MENU, **_MENUS, **_MULTI_MENUS, **_PICKERS},
    "section accessory",
)
ASKED = by_type({**_FIELDS, **_MENUS, **_MULTI_MENUS, **_PICKERS}, "element of input")
CONTEXT = by_type({"image": _IMAGE, "plain_text": plain(3000), "mrkdwn": words(3000)}, "element of context")

_STYLE = Shape({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), flag))
_RUN: dict[str, Check] = {
    "text": Shape({**TYPE, "text": string(3000)}, {"style": _STYLE}),
    "link": Shape({**TYPE, "url": string(3000)}, {"text": string(3000), "style": _STYLE, "unsafe": flag}),
    "user": Shape({**TYPE, "user_id": _ID}, {"style": _STYLE}),
    "usergroup": Shape({**TYPE, "usergroup_id": _ID}, {"style": _STYLE}),
    "channel": Shape({**TYPE, "channel_id": _ID}, {"style": _STYLE}),
    "emoji": Shape({**TYPE, "name": string(100)}, {"unicode": string(100), "style": _STYLE}),
    "date": Shape(
        {**TYPE, "timestamp": number(0, 2**40), "format": string(300)},
        {"fallback": string(300), "url": string(3000), "style": _STYLE},
    ),
}
_RUNS: dict[str, Check] = {**TYPE, "elements": several(by_type(_RUN, "rich text"), 0, 1000)}
_BORDER: dict[str, Check] = {"border": number(0, 1)}
_INDENT: dict[str, Check] = {"indent": number(0, 8), "offset": number(0, 10_000)}
RICH: dict[str, Check] = {
    "rich_text_section": Shape(_RUNS),
    "rich_text_list": Shape(
        {**TYPE, "style": one_of("bullet", "ordered"), "elements": several(Shape(_RUNS), 1, 1000)},
        {**_INDENT, **_BORDER},
    ),
    "rich_text_preformatted": Shape(_RUNS, {**_BORDER, "language": string(100)}),
    "rich_text_quote": Shape(_RUNS, _BORDER),
}
