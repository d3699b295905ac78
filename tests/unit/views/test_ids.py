"""Ids: a button carries a versioned reference and nothing else."""

from __future__ import annotations

import pytest

from bot.views import ids


def test_referred_when_wrapped_then_gives_the_id_back() -> None:
    assert ids.referred(ids.reference("org-1")) == "org-1"
    assert ids.referred(ids.reference(ids.reference("org-1"))) == "org-1"


@pytest.mark.parametrize("value", ["", "v1:", "v2:org-1", "org-1", "V1:x"])
def test_referred_when_not_ours_then_gives_nothing(value: str) -> None:
    assert ids.referred(value) is None


@pytest.mark.parametrize(
    ("command", "named"), [("now", "now"), ("History", "history"), ("../x y", "xy"), ("", "status")]
)
def test_choose_when_named_then_the_pattern_reads_it(command: str, named: str) -> None:
    found = ids.CHOOSE_PATTERN.match(ids.choose(command, 3))
    assert found
    assert (found["command"], found["place"]) == (named, "3")


def test_actions_when_listed_then_none_is_named_twice() -> None:
    assert len(set(ids.ACTIONS)) == len(ids.ACTIONS)
