"""The plain reader: what Slack hides is written out, and what it does not know is loud."""

from __future__ import annotations

from bot.views import blocks
from bot.views.message import Message
from bot.views.plain import as_text


def shown(text: str) -> str:
    return as_text(Message("A sentence.", [blocks.section(text)]))


def test_as_text_when_formatted_then_reads_as_people_see_it() -> None:
    text = "*Bold* and _slanted_, <@U1> in <#C1|books>, <https://a.example|here>, a &lt;b&gt; &amp; c"
    assert shown(text) == "Bold and slanted, @U1 in #C1, here (https://a.example), a <b> & c"


def test_as_text_when_dated_then_shows_the_fallback() -> None:
    assert shown("<!date^1^{date_short_pretty} at {time}|1 Jan 1970, 00:00 UTC>") == "1 Jan 1970, 00:00 UTC"


def test_as_text_when_only_text_then_shows_that() -> None:
    assert as_text({"text": "Hello &amp; goodbye"}) == "Hello & goodbye"


def test_as_text_when_block_is_unknown_then_is_loud() -> None:
    assert as_text({"blocks": [{"type": "carousel"}]}) == "[A BLOCK THIS READER DOES NOT KNOW: carousel]"


def test_as_text_when_blocks_are_rich_then_draws_each() -> None:
    drawn = as_text(
        {
            "blocks": [
                blocks.divider(),
                blocks.image("https://a.example/a.png", "growth: 3 %"),
                blocks.table([["Type", "New"], ["Invoices", "12"]]),
                blocks.fields([("A", "1"), ("B", "")]),
                {"type": "context", "elements": [{"type": "image", "image_url": "u", "alt_text": "logo"}]},
                {"type": "section", "accessory": {"type": "image", "alt_text": "chart"}},
                {"type": "actions", "elements": [{"type": "overflow"}]},
            ]
        }
    )
    assert drawn.split("\n\n") == [
        "-" * 40,
        "[picture: growth: 3 %]",
        "Type      New\n-------------\nInvoices   12",
        "A: 1",
        "  [picture: logo]",
        "[picture: chart]",
        "[overflow]",
    ]
