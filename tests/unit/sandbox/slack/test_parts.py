"""Small parts of the pretend Slack: faults, pace, tickets, signatures."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from slack_sdk.signature import SignatureVerifier

from bot.sandbox.slack.faults import Faults
from bot.sandbox.slack.pace import Pace
from bot.sandbox.slack.refusal import SlackRefusalError
from bot.sandbox.slack.tickets import Tickets
from bot.sandbox.slack.wire import signature


def test_signature_when_made_then_slacks_verifier_takes_it() -> None:
    verifier = SignatureVerifier("secret")
    assert verifier.generate_signature(timestamp="1763798400", body=b"a=1") == signature(
        "secret", "1763798400", b"a=1"
    )


def test_fault_when_skipped_and_repeated_then_hits_the_right_calls() -> None:
    faults = Faults()
    faults.error("chat.update", "x", skip=1, times=2)
    hits = [
        faults.take(method)
        for method in ("chat.update", "users.info", "chat.update", "chat.update", "chat.update")
    ]
    assert [hit is not None for hit in hits] == [False, False, True, True, False]


def test_pace_when_burst_is_spent_then_a_second_each() -> None:
    at = [0.0]
    pace = Pace(lambda: at[0])
    waits = [pace.wait("chat.postMessage", "C1") for _ in range(11)]
    assert waits == [0] * 10 + [1]
    assert pace.wait("chat.postMessage", "C2") == 0
    at[0] = 1.0
    assert pace.wait("chat.postMessage", "C1") == 0


def test_trigger_when_redeemed_twice_then_exchanged() -> None:
    tickets = Tickets(lambda: datetime(2026, 11, 22, tzinfo=UTC))
    key = tickets.trigger("U1")
    assert tickets.redeem(key).user == "U1"
    with pytest.raises(SlackRefusalError, match="exchanged_trigger_id"):
        tickets.redeem(key)
