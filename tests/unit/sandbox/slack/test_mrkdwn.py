"""mrkdwn and markdown become safe HTML."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.slack.mrkdwn import Names, ago, date_part, markdown, mrkdwn, plain

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
NAMES = Names({"U1": "Ana"}, {"C1": "finance"}, NOW)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* _it_ ~no~ `c*d*e`", "<strong>bold</strong> <em>it</em> <s>no</s> <code>c*d*e</code>"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        ("&lt;b&gt; &amp;amp;", "&lt;b&gt; &amp;amp;"),
        ("<@U1> <#C1>", '<b class="ref">@Ana</b> <b class="ref">#finance</b>'),
        ("<@U9> <!here>", '<b class="ref">@U9</b> <b class="ref">@here</b>'),
        ("<https://e.com/?a=1&amp;b=2|*x* &amp; y>",
         '<a href="https://e.com/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">*x* &amp; y</a>'),
        ("<javascript:alert(1)|click>", "click"),
        ("• one\n• *two*\nafter", "<ul><li>one</li><li><strong>two</strong></li></ul>after"),
        ("&gt; said\nbefore", "<blockquote>said</blockquote>before"),
        ("a\nb", "a<br>b"),
        ("```\nx < *y*\n```", "<pre>x &lt; *y*</pre>"),
        (":warning: :unknown_thing:", "⚠️ :unknown_thing:"),
        ('"><img onerror=x>', "&#34;&gt;img onerror=x"),
    ],
)  # fmt: skip
def test_mrkdwn_when_drawn_then_only_what_is_meant_is_markup(text: str, html: str) -> None:
    assert str(mrkdwn(text, NAMES)) == html


@given(st.text(alphabet="<>&*_~`|@#!:•\n\"'ab/\\ue000\ue001=^{}"))
def test_mrkdwn_when_anything_then_no_foreign_tag_gets_out(text: str) -> None:
    allowed = {"strong", "em", "s", "code", "pre", "b", "a", "br", "ul", "li", "blockquote", "time"}
    for html in (mrkdwn(text, NAMES), markdown(text), plain(text)):
        assert set(re.findall(r"</?([^\s>]*)", str(html))) <= allowed


def test_markdown_when_drawn_then_headings_lists_links() -> None:
    text = "# Title\n- **one**\n- [two](https://e.com) `x`\n[bad](javascript:x)"
    link = '<a href="https://e.com" target="_blank" rel="noopener noreferrer">two</a>'
    items = f"<ul><li><strong>one</strong></li><li>{link} <code>x</code></li></ul>"
    assert str(markdown(text)) == f'<strong class="md-head">Title</strong>{items}bad'


def test_date_when_drawn_then_words_and_machine_time() -> None:
    stamp = int((NOW - timedelta(days=400)).timestamp())
    html = str(mrkdwn(f"<!date^{stamp}^{{date_num}} at {{time}}|then>", NAMES))
    assert "2025-10-18 at " in html
    assert html.startswith("<time datetime=")
    assert str(mrkdwn("<!date^nonsense^{date}|then>", NAMES)) == "then"


def test_date_part_when_near_then_today_or_yesterday() -> None:
    at = NOW.astimezone()
    assert date_part("date_short_pretty", at, NOW) == "today"
    assert date_part("date_pretty", at - timedelta(days=1), NOW) == "yesterday"
    assert date_part("ago", at - timedelta(hours=5), NOW) == "5 hours ago"
    assert date_part("unknown", at, NOW) == ""


@pytest.mark.parametrize(
    ("gap", "words"), [(10, "just now"), (60, "1 minute ago"), (-7200, "in 2 hours"), (200_000, "2 days ago")]
)
def test_ago_when_asked_then_in_words(gap: int, words: str) -> None:
    assert ago(timedelta(seconds=gap)) == words
