"""Moments in words: how long ago, and when next, by the clock on the wall."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.views.moments import ago, place, soon

LONDON = "Europe/London"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (3_599, "59 minutes ago"),
        (3_600, "1 hour ago"),
        (47 * 3_600 + 3_599, "47 hours ago"),
        (48 * 3_600, "2 days ago"),
        (400 * 86_400, "400 days ago"),
    ],
)
def test_ago_when_asked_then_rounds_down(seconds: int, words: str) -> None:
    assert ago(at("2026-11-22T09:00"), at("2026-11-22T09:00") + timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("then", "now", "words"),
    [
        ("2026-11-22T09:00", "2026-11-22T09:00", "any minute now"),
        ("2026-11-23T02:37", "2026-11-22T09:00", "tonight at 02:37 London time"),
        ("2026-11-22T02:37", "2026-11-22T01:00", "tonight at 02:37 London time"),
        ("2026-11-22T22:00", "2026-11-22T09:00", "tonight at 22:00 London time"),
        ("2026-11-22T13:00", "2026-11-22T09:00", "today at 13:00 London time"),
        ("2026-11-23T02:37", "2026-11-22T03:00", "tomorrow at 02:37 London time"),
        ("2026-11-23T13:00", "2026-11-22T09:00", "tomorrow at 13:00 London time"),
        ("2026-11-27T02:37", "2026-11-22T09:00", "on Friday at 02:37 London time"),
        ("2026-11-29T02:37", "2026-11-22T09:00", "on 29 Nov at 02:37 London time"),
        ("2027-01-03T02:37", "2026-11-22T09:00", "on 3 Jan 2027 at 02:37 London time"),
        ("2026-06-02T01:37", "2026-06-01T09:00", "tonight at 02:37 London time"),  # summer: an hour ahead
    ],
)
def test_soon_when_asked_then_is_said_as_people_do(then: str, now: str, words: str) -> None:
    assert soon(at(then), at(now), LONDON) == words


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/New_York", "New York time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("UTC", "UTC"),
        ("Etc/UTC", "UTC"),
    ],
)
def test_place_when_asked_then_names_the_city(zone: str, words: str) -> None:
    assert place(zone) == words
