"""Words: untrusted text cannot ping, link, format or break a line; numbers carry units."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views import words
from tests.unit.views.samples import HOSTILE, VAST

ATTACKS = st.lists(
    st.one_of(
        st.text(),
        st.sampled_from(
            [
                "<!channel>",
                "<@U123>",
                "<https://evil.example|x>",
                "*",
                "_",
                "~",
                "`",
                "```",
                "\n",
                ">",
                "&amp;",
            ]
        ),
        st.sampled_from(
            ["\u202e", "\u2066", "\u200f", ":tada:", "@here", "\x00", "\ud800", "שלום", "https://a.b"]
        ),
    )
).map("".join)


@given(ATTACKS)
def test_name_when_text_is_anything_then_it_is_inert(text: str) -> None:
    safe = words.name(text)
    assert safe
    assert not re.search(r"[<>*~`\n\r]", safe)
    assert not re.search(r"&(?!amp;|lt;|gt;)", safe)
    assert not safe.startswith("&gt;")
    assert "://" not in safe
    assert not re.search(r"[\u202a-\u202e\u200e\u200f\u0000-\u001f]", safe)
    safe.encode()


@given(ATTACKS)
def test_plain_name_when_text_is_anything_then_it_holds_no_markup(text: str) -> None:
    safe = words.plain_name(text)
    assert safe
    assert not re.search(r"[<>\n\r]", safe)
    assert len(safe) <= words.NAME_LIMIT * 2
    safe.encode()


@given(ATTACKS)
def test_sentence_when_text_is_anything_then_only_commands_are_code(text: str) -> None:
    safe = words.sentence(text)
    assert not re.search(r"[<>*~\n]", safe)
    assert all(span.startswith(("/", "ledgerkeep")) for span in safe.split("`")[1::2])


@given(ATTACKS, ATTACKS)
def test_same_name_when_typed_as_shown_then_matches(text: str, other: str) -> None:
    assert words.same_name(words.typeable(text), text)
    if words.same_name(other, text):
        assert words.typeable(other).casefold().translate({0x2039: "<", 0x203A: ">"}) == words.typeable(
            text
        ).casefold().translate({0x2039: "<", 0x203A: ">"})


def test_same_name_when_copied_from_the_modal_then_matches() -> None:
    assert words.same_name('  ‹!CHANNEL› &  "Söhne" 🧾 ', HOSTILE)


@pytest.mark.parametrize("typed", ["", "   ", "\u202e", "Harbour Book"])
def test_same_name_when_nothing_or_less_is_typed_then_refuses(typed: str) -> None:
    assert not words.same_name(typed, "Harbour Books")


def test_same_name_when_the_name_is_empty_then_nothing_typed_does_not_match() -> None:
    assert not words.same_name("", "")
    assert words.same_name("(no name)", "")


def test_name_when_ordinary_then_is_left_as_it_is() -> None:
    for text in ("Harbour Books Ltd", "O'Neil (2024) snake_case 3.5 %", "Müller: Söhne 🧾", "日本 株式会社"):
        assert words.name(text) == text


def test_name_when_it_attacks_then_is_escaped() -> None:
    assert words.name(HOSTILE) == '&lt;!channel&gt; &amp; "Söhne" 🧾'


def test_name_when_right_to_left_then_is_kept_apart() -> None:
    assert words.name("שלום 5") == "\u2068שלום 5\u2069"


def test_name_when_too_long_then_says_so() -> None:
    assert words.name("a" * 3000) == "a" * 79 + "…"
    assert words.name(VAST).endswith("…")


def test_sentence_when_it_names_our_command_then_keeps_it_as_code() -> None:
    assert words.sentence("Type `/backup connect` or `rm -rf`.") == "Type `/backup connect` or ˋrm -rfˋ."


@pytest.mark.parametrize(
    ("text", "said"), [("Done", "Done."), ("Done.", "Done."), ("Why?", "Why?"), ("", ""), ("a\nb", "a b.")]
)
def test_stopped_when_given_a_sentence_then_ends_it_once(text: str, said: str) -> None:
    assert words.stopped(text) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [(0, "0 %"), (0.004, "under 1 %"), (0.8, "80 %"), (0.29, "29 %"), (0.9999, "99 %"), (12.5, "1,250 %")],
)
def test_percent_when_rounded_then_never_flatters(share: float, said: str) -> None:
    assert words.percent(share) == said


@pytest.mark.parametrize(
    ("share", "drawn"),
    [(0, "░░░░░"), (0.01, "█░░░░"), (0.5, "██░░░"), (0.99, "████░"), (1, "█████"), (7, "█████")],
)
def test_bar_when_drawn_then_only_all_fills_it(share: float, drawn: str) -> None:
    assert words.bar(share, 5) == drawn


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1_240_331, "1.2 MB"),
        (999_960, "1.0 MB"),
        (5_000_000_000, "5.0 GB"),
        (7_123_456_789_012_345, "7,123.5 TB"),
    ],
)
def test_size_when_written_then_has_a_unit(value: int, said: str) -> None:
    assert words.size(value) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-1, "0 seconds"),
        (1, "1 second"),
        (102, "1 min 42 s"),
        (120, "2 minutes"),
        (901, "15 minutes"),
        (5_400, "1 h 30 min"),
        (7_200, "2 hours"),
        (400_000, "about 5 days"),
    ],
)
def test_duration_when_written_then_has_at_most_two_units(seconds: float, said: str) -> None:
    assert words.duration(seconds) == said


def test_when_then_slack_shows_it_in_the_readers_zone() -> None:
    at = datetime(2026, 11, 22, 2, 14, tzinfo=UTC)
    assert words.when(at) == "<!date^1795313640^{date_short_pretty} at {time}|22 Nov 2026, 02:14 UTC>"
    assert words.when(at.astimezone(timezone(timedelta(hours=13)))) == words.when(at)


@pytest.mark.parametrize(
    ("parts", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_series_when_joined_then_reads_as_a_sentence(parts: list[str], said: str) -> None:
    assert words.series(parts) == said


@pytest.mark.parametrize("forged", ["", "!channel", "U1>", "u1", "U1|x", "C1"])
def test_person_when_the_id_is_forged_then_nobody_is_mentioned(forged: str) -> None:
    assert words.person("U1ANA") == "<@U1ANA>"
    assert "<" not in words.person(forged)


@pytest.mark.parametrize("forged", ["", "D1", "C1>", "!here"])
def test_channel_when_not_a_channel_then_is_not_named(forged: str) -> None:
    assert words.channel("C1") == "<#C1>"
    assert words.channel(forged) == ""


def test_hyperlink_when_the_address_breaks_out_then_is_closed_again() -> None:
    assert words.hyperlink("See it", "https://a.example/x|y> <!here>") == "<https://a.example/xy!here|See it>"


def test_code_when_an_id_holds_signs_then_they_are_dropped() -> None:
    assert words.code("a`b <c>\n") == "abc"
    assert words.code("``") == "–"
