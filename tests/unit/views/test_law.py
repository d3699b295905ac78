"""What every message must keep, whatever it says: words, ids, names that attack, one primary button."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import errors
from bot.domain.answers import Answer, Choice
from bot.domain.backup import Fill, Gap, RunState, Verdict
from bot.domain.coverage import CoverageReport, Section
from bot.domain.standing import Finding, FindingKind
from bot.views import answers, backup, connect, coverage, home, ids
from bot.views import errors as error_views
from bot.views import help as help_views
from bot.views.check import check_message, check_view
from bot.views.message import Message
from bot.views.plain import as_text
from tests.unit.views.answer_cases import parts_filled_with
from tests.unit.views.cases import CASES, Drawn
from tests.unit.views.digest_cases import digests_filled_with
from tests.unit.views.restore_notes import in_every_state
from tests.unit.views.samples import (
    AT,
    NOW,
    QUOTES_GAP,
    caveat,
    organisation,
    outcome,
    outline,
    run,
    scan,
    standing,
    summary,
)

FORBIDDEN = re.compile(
    r"one-click|complete restore|\bfull\b|\bfully\b|\bexact|guarantee|100 ?%|point-in-time", re.IGNORECASE
)
MARKUP = re.compile(r"<(?!!date\^\d+\^\{date_short_pretty\} at \{time\}\|[^<>]*>|@U1ANA>|#C1>)")
TEXTS = st.lists(
    st.one_of(
        st.text(max_size=40),
        st.sampled_from(
            ["<!channel>", "<@U9>", "<https://e.example|x>", "*b*", "`c`", "\n", "\u202e", "x" * 3000, "🧾"]
        ),
    ),
    max_size=6,
).map("".join)


def elements(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from elements(each)


def buttons(drawn: Drawn) -> list[dict[str, Any]]:
    payload = drawn.payload if isinstance(drawn, Message) else drawn
    return [each for each in elements(payload) if each.get("type") == "button"]


@pytest.mark.parametrize("case", CASES)
def test_message_when_drawn_then_claims_nothing_we_must_not(case: str) -> None:
    drawn = CASES[case]()
    text = as_text(drawn) + (drawn.text if isinstance(drawn, Message) else "")
    assert not FORBIDDEN.search(text)


@pytest.mark.parametrize("case", CASES)
def test_message_when_drawn_then_buttons_are_ours_and_carry_references_only(case: str) -> None:
    drawn = CASES[case]()
    assert sum(button.get("style") == "primary" for button in buttons(drawn)) <= 1
    for button in buttons(drawn):
        patterns = (ids.CHOOSE_PATTERN, ids.TOPIC_PATTERN)
        assert button["action_id"] in ids.ACTIONS or any(one.match(button["action_id"]) for one in patterns)
        assert "value" not in button or ids.referred(button["value"])


@pytest.mark.parametrize("case", CASES)
def test_message_when_drawn_then_its_text_is_a_sentence_without_markup(case: str) -> None:
    drawn = CASES[case]()
    if isinstance(drawn, Message):
        assert drawn.text.rstrip()[-1] in ".!?…)"
        assert "<" not in drawn.text
        assert len(drawn.text) < 1_200


@pytest.mark.parametrize("case", [case for case in CASES if case.startswith("finished")])
def test_summary_when_drawn_then_always_says_what_is_not_covered(case: str) -> None:
    text = as_text(CASES[case]())
    assert "not covered" in text or "No backup covers everything" in text
    assert "[See what isn't covered]" in text


@pytest.mark.parametrize(
    ("case", "label"),
    [
        ("connect_offer_typical", "Connect to Xero"),
        ("reconnect_typical", "Connect to Xero"),
        ("connected_typical", "See what isn't covered"),
        ("finished_failed", "Back up again"),
        ("running_typical", "Stop backup"),
    ],
)
def test_message_when_drawn_then_has_the_promised_button(case: str, label: str) -> None:
    assert label in [button["text"]["text"] for button in buttons(CASES[case]())]


def test_connect_offer_when_drawn_then_only_that_button_holds_the_link() -> None:
    drawn = connect.connect_offer("https://x.example/xero/connect?ticket=secret", 10)
    assert json.dumps(drawn.payload).count("secret") == 1


def drawings(text: str, count: int) -> Iterator[Drawn]:
    """Draw every view with one text in every place that people or Xero can fill."""
    org = replace(organisation(text), home_channel=text, linked_by=text, scopes=frozenset({text, "a.read"}))
    org = replace(
        org, facts=replace(org.facts, legal_name=text, region=text, country=text, currencies=(text,) * 9)
    )
    line = caveat(text, sentence=text, instead=text, own_numbers=text)
    gaps = tuple(Gap(**{**fields(QUOTES_GAP), "title": f"{text}{n}", "sentence": text}) for n in range(count))
    done = summary(
        Verdict.GAPS,
        run=run(RunState.GAPS, name=text, requested_by=text),
        gaps=gaps,
        outcomes=tuple(outcome(text, n, new=n) for n in range(count)),
        next_step=text,
        snapshot_id=text,
        short_hash=text,
        fills=odd_fills(text, count),
    )
    failed = summary(
        Verdict.FAILED, run=run(RunState.FAILED, name=text, reference=text), failure=text, gaps=gaps
    )
    going = run(RunState.RUNNING, name=text)
    yield connect.connected(
        scan(organisation=org, not_covered=(line,) * 5, copies_kept=text, key_holder=text, next_step=text)
    )
    yield connect.disconnect_modal(text, "org-1", count)
    yield connect.unlinked(text, by=text, copies_kept=bool(count))
    yield connect.reconnect_needed(text, why=text, last_good_at=AT)
    yield backup.queued(text)
    yield backup.running(going)
    yield backup.parked(going)
    yield backup.stopping(going)
    yield backup.already_running(going, "")
    yield backup.finished(done)
    yield backup.finished(failed)
    yield backup.history(text, [done, failed] * count)
    broken = outline(Verdict.FAILED, failure=text)
    yield backup.status([standing(text), standing(text, last=broken)] * count, NOW)
    finding = Finding(kind=FindingKind.DROP, count=count, resource=text, detail=text)
    odd = standing(text, good=outline(findings=(finding,) * count, fills=odd_fills(text, count)))
    yield backup.status([odd] * count, NOW)
    yield home.home([odd] * count, now=NOW, is_keeper=False)
    yield backup.choose_organisation([(f"org-{n}", text) for n in range(count)], text)
    yield coverage.report(
        CoverageReport(
            organisation_name=text,
            as_of=AT,
            lines=tuple(replace(line, section=section) for section in Section for _ in range(count)),
            fills=odd_fills(text, count),
        )
    )
    yield from (
        answers.draw(Answer(parts=parts, near=(Choice(key="x", title=text),) * count), AT)
        for parts in parts_filled_with(text, count)
    )
    yield help_views.not_understood(text, (text,) * count)
    yield from digests_filled_with(text, count)
    yield home.home([standing(text), standing(text, last=broken)] * count, now=NOW, is_keeper=True)
    yield home.home([standing(text, last=None, good=None)] * count, now=NOW, is_keeper=True)
    named = in_every_state(source_name=text, target_name=text, requested_by=text, channel_id=text) * count
    yield home.home([standing(text, restores=named)] * max(count, 1), now=NOW, is_keeper=False)
    yield backup.status([standing(text, restores=named)] * count, NOW)
    yield error_views.refused(errors.UnknownOrganisation(text, (text,) * count))
    yield error_views.refused(errors.AmbiguousOrganisation(text, (text,) * count))
    yield error_views.refused(errors.NotAllowed(text, text))
    yield error_views.refused(errors.Refused(text))
    yield error_views.trouble(errors.XeroUnavailable(text), text)
    yield error_views.slow(text)


def odd_fills(text: str, count: int) -> tuple[Fill, ...]:
    return tuple(
        Fill(resource=text, title=text, done=n, total=count, nights=n or None, failed=n) for n in range(count)
    )


def fields(gap: Gap) -> dict[str, Any]:
    return {
        name: getattr(gap, name) for name in ("resource", "title", "reason", "sentence", "action", "since_at")
    }


@settings(max_examples=20, deadline=None)
@given(TEXTS, st.sampled_from([0, 1, 7, 60]))
def test_views_when_any_text_fills_them_then_slack_takes_them_and_nothing_gets_through(
    text: str, count: int
) -> None:
    for drawn in drawings(text, count):
        payload = drawn.payload if isinstance(drawn, Message) else drawn
        assert (check_message(payload) if isinstance(drawn, Message) else check_view(payload)) == []
        for part in elements(payload):
            if part.get("type") == "mrkdwn":
                assert part["verbatim"] is True
                assert not MARKUP.search(part["text"])
            if part.get("type") == "plain_text":
                assert "<" not in part["text"]
        json.dumps(payload, ensure_ascii=False).encode()
