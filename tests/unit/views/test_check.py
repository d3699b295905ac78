"""The checker of Slack's limits, held against Slack's own SDK models and an independent builder."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import slackblocks
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.views.check import characters, check_message, check_view

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "Hello") -> Json:
    return {"type": "section", "text": mrkdwn(text)}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("Back up now"), "action_id": "now", "value": "v1:1", **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def options(count: int) -> list[Json]:
    return [{"text": plain(f"Option {n}"), "value": str(n)} for n in range(count)]


def select(count: int = 2, **more: Any) -> Json:
    return {"type": "static_select", "action_id": "pick", "options": options(count), **more}


def asked(element: Json | None = None, **more: Any) -> Json:
    element = element or {"type": "plain_text_input", "action_id": "reason"}
    return {"type": "input", "label": plain("Reason"), "element": element, **more}


def table(rows: int = 2, columns: int = 2, cell: str = "x") -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": cell}] * columns for _ in range(rows)]}


def message(*blocks: Json, text: str = "A whole sentence.") -> Json:
    return {"text": text, "blocks": list(blocks)}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Restore"), "blocks": list(blocks) or [section()], **more}


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks), **more}


RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [{"type": "text", "text": "Bold", "style": {"bold": True}}],
        },
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U1"}]}],
        },
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "code"}]},
        {"type": "rich_text_quote", "elements": [{"type": "link", "url": "https://example.com"}]},
    ],
}
IMAGE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "Growth over 30 days"}
CONFIRM = {
    "title": plain("Sure?"),
    "text": plain("It stops."),
    "confirm": plain("Stop"),
    "deny": plain("Keep"),
}

GOOD: dict[str, Json] = {
    "section": section(),
    "fields": {"type": "section", "fields": [mrkdwn("*A*"), plain("B")]},
    "accessory": {**section(), "accessory": button()},
    "accessory image": {**section(), "accessory": dict(IMAGE)},
    "header": {"type": "header", "text": {**plain("Backup"), "emoji": True}},
    "context": {"type": "context", "elements": [mrkdwn("as of now"), plain("x"), copy.deepcopy(IMAGE)]},
    "divider": {"type": "divider", "block_id": "line"},
    "actions": actions(button(), button(action_id="b", style="danger", confirm=CONFIRM), select()),
    "link button": actions(button(url="https://example.com")),
    "image": {**IMAGE, "title": plain("Growth")},
    "input": asked(hint=plain("Why"), optional=True),
    "radio": asked({"type": "radio_buttons", "action_id": "r", "options": options(10)}),
    "boxes": asked({"type": "checkboxes", "action_id": "c", "options": options(2)}),
    "conversation": asked(
        {"type": "conversations_select", "action_id": "c", "filter": {"include": ["public"]}}
    ),
    "rich text": RICH,
    "table": table(100, 9),
    "wide table": table(50, 20),
    "markdown": {"type": "markdown", "text": "# Title"},
}


@pytest.mark.parametrize("block", GOOD.values(), ids=GOOD.keys())
def test_block_when_within_limits_then_taken_and_sdk_agrees(block: Json) -> None:
    assert check_message(message(block)) == []
    parsed = Block.parse(block)
    assert parsed is not None
    assert set(parsed.to_dict()) == set(block)


@pytest.mark.parametrize("kind", ["section", "actions", "input", "rich text", "header", "divider", "image"])
def test_block_when_in_modal_then_taken_and_sdk_agrees(kind: str) -> None:
    view = modal(
        GOOD[kind], submit=plain("Send"), close=plain("Cancel"), private_metadata="", callback_id="restore"
    )
    assert check_view(view) == []
    View(**view).validate_json()


def test_home_when_typical_then_taken() -> None:
    assert check_view(home(GOOD["header"], GOOD["table"], GOOD["actions"], private_metadata="x")) == []
    assert check_view(home()) == []


# What Slack's own SDK refuses as well: the two must agree.
BOTH_REFUSE: dict[str, Json] = {
    "section 3001": section("x" * 3001),
    "11 fields": {"type": "section", "fields": [mrkdwn("x")] * 11},
    "empty section": {"type": "section"},
    "header 151": {"type": "header", "text": plain("x" * 151)},
    "26 actions": actions(*[button(action_id=str(n)) for n in range(26)]),
    "11 context": {"type": "context", "elements": [mrkdwn("x")] * 11},
    "button value 2001": actions(button(value="x" * 2001)),
    "button text 76": actions({**button(), "text": plain("x" * 76)}),
    "button url 3001": actions(button(url="https://e.com/" + "x" * 3000)),
    "button label 76": actions(button(accessibility_label="x" * 76)),
    "button style": actions(button(style="loud")),
    "101 options": actions(select(101)),
    "confirm title 101": actions(button(confirm={**CONFIRM, "title": plain("x" * 101)})),
    "confirm text 301": actions(button(confirm={**CONFIRM, "text": plain("x" * 301)})),
    "confirm button 31": actions(button(confirm={**CONFIRM, "deny": plain("x" * 31)})),
    "image without alt": {"type": "image", "image_url": "https://example.com/a.png"},
    "alt text 2001": {**IMAGE, "alt_text": "x" * 2001},
    "label 2001": asked(label=plain("x" * 2001)),
    "hint 2001": asked(hint=plain("x" * 2001)),
    "table without rows": {"type": "table"},
    "markdown 12001": {"type": "markdown", "text": "x" * 12_001},
    "block id 256": {**section(), "block_id": "x" * 256},
}


def sdk_refuses(block: Json) -> bool:
    try:
        parsed = Block.parse(copy.deepcopy(block))
        assert parsed is not None
        parsed.to_dict()
    except (SlackObjectFormationError, TypeError):
        return True
    return False


@pytest.mark.parametrize("block", BOTH_REFUSE.values(), ids=BOTH_REFUSE.keys())
def test_block_when_sdk_refuses_then_checker_refuses(block: Json) -> None:
    assert sdk_refuses(block)
    assert check_message(message(block))


# What the SDK lets through and Slack does not, with the path and a word of the rule that must be named.
ALONE: dict[str, tuple[Json, str, str]] = {
    "unknown block": ({"type": "nonsense"}, "/blocks/0", "not a block"),
    "data table": ({"type": "data_table", "rows": []}, "/blocks/0", "not a block"),
    "no type": ({"text": mrkdwn("x")}, "/blocks/0", "not a block"),
    "field 2001": ({"type": "section", "fields": [mrkdwn("x" * 2001)]}, "/blocks/0/fields/0/text", "2000"),
    "empty text": (section(""), "/blocks/0/text/text", "empty"),
    "mrkdwn in header": ({"type": "header", "text": mrkdwn("x")}, "/blocks/0/text/type", "plain_text"),
    "mrkdwn in button": (
        actions({**button(), "text": mrkdwn("x")}),
        "/blocks/0/elements/0/text/type",
        "plain_text",
    ),
    "emoji on mrkdwn": (
        {"type": "section", "text": {**mrkdwn("x"), "emoji": True}},
        "/blocks/0/text/emoji",
        "unknown",
    ),
    "emoji not a flag": (
        {"type": "header", "text": {**plain("x"), "emoji": "yes"}},
        "/blocks/0/text/emoji",
        "true",
    ),
    "unknown key": ({**section(), "colour": "red"}, "/blocks/0/colour", "unknown property"),
    "duplicate action": (actions(button(), button()), "/blocks/0/elements/1/action_id", "twice"),
    "option value 151": (
        actions({**select(), "options": [{"text": plain("x"), "value": "x" * 151}]}),
        "/blocks/0/elements/0/options/0/value",
        "150",
    ),
    "option text 76": (
        actions({**select(), "options": [{"text": plain("x" * 76), "value": "1"}]}),
        "/blocks/0/elements/0/options/0/text/text",
        "75",
    ),
    "options and groups": (actions(select(option_groups=[])), "/blocks/0/elements/0", "either"),
    "initial not offered": (
        actions(select(initial_option={"text": plain("Other"), "value": "9"})),
        "/blocks/0/elements/0",
        "initial",
    ),
    "11 radio": (
        asked({"type": "radio_buttons", "action_id": "r", "options": options(11)}),
        "/blocks/0/element/options",
        "10",
    ),
    "button in input": (asked(button()), "/blocks/0/element", "input"),
    "input in actions": (actions({"type": "plain_text_input"}), "/blocks/0/elements/0", "actions"),
    "button in context": ({"type": "context", "elements": [button()]}, "/blocks/0/elements/0", "context"),
    "101 rows": (table(101), "/blocks/0/rows", "100"),
    "21 columns": (table(1, 21), "/blocks/0/rows/0", "20"),
    "empty cell": (table(1, 1, ""), "/blocks/0/rows/0/0/text", "empty"),
    "uneven rows": (
        {"type": "table", "rows": [*table(1, 2)["rows"], *table(1, 3)["rows"]]},
        "/blocks/0/rows",
        "same number",
    ),
    "table characters": (table(100, 1, "x" * 101), "/blocks", "table"),
    "alert in message": ({"type": "alert", "text": plain("x")}, "/blocks/0", "not allowed in a message"),
    "two images": ({**IMAGE, "slack_file": {"id": "F1"}}, "/blocks/0", "either"),
    "label missing": ({"type": "input", "element": asked()["element"]}, "/blocks/0/label", "required"),
    "not an object": ("text", "/blocks/0", "not a block"),  # type: ignore[dict-item]
    "elements not a list": ({"type": "context", "elements": "x"}, "/blocks/0/elements", "list"),
    "rich text unknown": (
        {"type": "rich_text", "elements": [{"type": "x"}]},
        "/blocks/0/elements/0",
        "rich text",
    ),
}


@pytest.mark.parametrize(("block", "path", "word"), ALONE.values(), ids=ALONE.keys())
def test_block_when_slack_refuses_then_path_and_rule_are_named(block: Json, path: str, word: str) -> None:
    problems = check_message(message(block))
    assert any(problem.startswith(f"{path}: ") and word in problem for problem in problems), problems


def test_message_when_51_blocks_then_refused() -> None:
    assert check_message(message(*[{"type": "divider"}] * 50)) == []
    assert check_message(message(*[{"type": "divider"}] * 51)) == ["/blocks: must have 0 to 50 items, has 51"]


def test_message_when_text_missing_empty_blank_or_long_then_refused() -> None:
    assert check_message({"blocks": [section()]}) == ["/text: is required"]
    assert check_message({"text": "", "blocks": [section()]}) == ["/text: must not be empty"]
    assert check_message({"text": " \n", "blocks": [section()]}) == ["/text: must not be blank"]
    assert check_message({"text": "x" * 40_001}) == ["/text: must have at most 40000 characters, has 40001"]
    assert check_message({"text": "x" * 40_000}) == []


def test_message_when_block_ids_repeat_then_refused_but_actions_may_repeat_across_blocks() -> None:
    same = {**section(), "block_id": "a"}
    assert check_message(message(same, same)) == ["/blocks/1/block_id: 'a' is used twice"]
    assert check_message(message(actions(button()), actions(button()))) == []


def test_message_when_two_tables_or_too_much_markdown_then_refused() -> None:
    assert check_message(message(table(), table())) == ["/blocks: only one table is allowed in a message"]
    half = {"type": "markdown", "text": "x" * 6001}
    assert "/blocks: all markdown together may hold 12000 characters" in check_message(message(half, half))


def test_message_when_all_blocks_pass_13200_characters_then_refused() -> None:
    blocks = [section("x" * 2900) for _ in range(4)]
    assert check_message(message(*blocks)) == []
    assert characters([*blocks, section("x" * 2900)]) > 13_200
    assert any(
        "msg_blocks_too_long" in problem for problem in check_message(message(*blocks, section("x" * 2900)))
    )


VIEWS: dict[str, tuple[Json, str]] = {
    "title 25": (modal(title=plain("x" * 25)), "/title/text"),
    "submit 25": (modal(submit=plain("x" * 25)), "/submit/text"),
    "close 25": (modal(close=plain("x" * 25)), "/close/text"),
    "mrkdwn title": (modal(title=mrkdwn("x")), "/title/type"),
    "private metadata 3001": (modal(private_metadata="x" * 3001), "/private_metadata"),
    "callback id 256": (modal(callback_id="x" * 256), "/callback_id"),
    "101 blocks": (modal(*[{"type": "divider"}] * 101), "/blocks"),
    "no title": ({"type": "modal", "blocks": [section()]}, "/title"),
    "input without submit": (modal(asked()), "/blocks/0"),
    "table in modal": (modal(table()), "/blocks/0"),
    "markdown in modal": (modal(GOOD["markdown"]), "/blocks/0"),
    "markdown at home": (home(GOOD["markdown"]), "/blocks/0"),
    "alert at home": (home({"type": "alert", "text": plain("x")}), "/blocks/0"),
    "home with submit": (home(submit=plain("x")), "/submit"),
    "unknown key": (modal(width=3), "/width"),
    "unknown type": ({"type": "drawer"}, "/type"),
    "flag": (modal(clear_on_close="yes"), "/clear_on_close"),
    "too large": (home(*[section("x" * 3000) for _ in range(90)]), "/"),
}


@pytest.mark.parametrize(("view", "path"), VIEWS.values(), ids=VIEWS.keys())
def test_view_when_slack_refuses_then_path_is_named(view: Json, path: str) -> None:
    assert any(problem.startswith(f"{path}: ") for problem in check_view(view)), check_view(view)


def test_modal_when_100_blocks_and_alert_then_taken() -> None:
    assert (
        check_view(
            modal(*[{"type": "divider"}] * 99, {"type": "alert", "text": plain("x"), "level": "error"})
        )
        == []
    )


# The same shapes through an independent builder: what it can build, we take; what it refuses, we refuse.
BUILT: dict[str, Callable[[], Any]] = {
    "section": lambda: slackblocks.SectionBlock("Hello", fields=["a", "b"]),
    "header": lambda: slackblocks.HeaderBlock("Backup"),
    "context": lambda: slackblocks.ContextBlock(elements=[slackblocks.Text("as of now")]),
    "divider": slackblocks.DividerBlock,
    "actions": lambda: slackblocks.ActionsBlock(
        [slackblocks.Button("Go", "go", value="v1:1", style="primary")]
    ),
    "image": lambda: slackblocks.ImageBlock("https://example.com/a.png", alt_text="Growth"),
    "input": lambda: slackblocks.InputBlock("Reason", element=slackblocks.PlainTextInput("reason")),
    "markdown": lambda: slackblocks.MarkdownBlock("# Title"),
    "table": lambda: slackblocks.TableBlock([[slackblocks.RawText("a"), slackblocks.RawText("b")]]),
}


@pytest.mark.parametrize("build", BUILT.values(), ids=BUILT.keys())
def test_block_when_built_by_another_library_then_taken(build: Callable[[], Any]) -> None:
    block: Mapping[str, Any] = build()._resolve()
    assert check_message(message(dict(block))) == []
