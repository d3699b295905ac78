"""What people choose is reported as Slack reports it."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from bot.sandbox.slack.entries import completed, entered, find, missing, state_of

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


OPTIONS = [{"text": plain(f"Option {n}"), "value": str(n)} for n in range(3)]


def asked(element: Json, **more: Any) -> Json:
    return {
        "type": "input",
        "block_id": "b",
        "label": plain("L"),
        "element": {"action_id": "a", **element},
        **more,
    }


@pytest.mark.parametrize(
    ("element", "value", "reported"),
    [
        ({"type": "plain_text_input"}, "x", {"value": "x"}),
        ({"type": "plain_text_input"}, "", {"value": None}),
        ({"type": "static_select", "options": OPTIONS}, "1", {"selected_option": OPTIONS[1]}),
        (
            {"type": "static_select", "option_groups": [{"options": OPTIONS}]},
            "2",
            {"selected_option": OPTIONS[2]},
        ),
        ({"type": "static_select", "options": OPTIONS}, "9", {"selected_option": None}),
        (
            {"type": "checkboxes", "options": OPTIONS},
            ["0", "2"],
            {"selected_options": [OPTIONS[0], OPTIONS[2]]},
        ),
        ({"type": "conversations_select"}, "C1", {"selected_conversation": "C1"}),
        ({"type": "multi_users_select"}, ["U1", "U2"], {"selected_users": ["U1", "U2"]}),
        ({"type": "datepicker"}, "2026-11-22", {"selected_date": "2026-11-22"}),
    ],
)
def test_entered_when_chosen_then_slacks_shape(element: Json, value: object, reported: Json) -> None:
    assert entered(element, value) == {"type": element["type"], **reported}


def test_state_when_nothing_was_touched_then_initial_values() -> None:
    blocks = [asked({"type": "static_select", "options": OPTIONS, "initial_option": OPTIONS[1]})]
    state = {"type": "static_select", "selected_option": OPTIONS[1]}
    assert state_of(blocks, {}) == {"values": {"b": {"a": state}}}


def test_missing_when_required_short_or_optional_then_said() -> None:
    text = asked({"type": "plain_text_input", "min_length": 3})
    assert missing([text], {}) == {"b": "Please complete this required field."}
    assert missing([text], {"b": {"a": "ab"}}) == {"b": "Please enter at least 3 characters."}
    assert missing([text], {"b": {"a": "abc"}}) == {}
    assert missing([{**text, "optional": True}], {}) == {}


def test_completed_when_ids_are_missing_then_made_and_original_untouched() -> None:
    numbers = count()
    block = {"type": "actions", "elements": [{"type": "button", "text": plain("Go")}]}
    (done,) = completed([block], lambda prefix: f"{prefix}{next(numbers)}")
    assert (done["block_id"], done["elements"][0]["action_id"]) == ("b0", "a1")
    assert "block_id" not in block


def test_find_when_buttons_share_an_action_then_value_decides() -> None:
    buttons = [
        {"type": "button", "action_id": "a", "value": value, "text": plain(value)} for value in ("1", "2")
    ]
    block = {"type": "actions", "block_id": "b", "elements": buttons}
    assert find([block], "a", "2")[1]["value"] == "2"
    with pytest.raises(LookupError):
        find([block], "a", "3")
