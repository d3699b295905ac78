"""A message in several parts: whatever happens between them, each arrives once, in order, of one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.db.engine import Database
from bot.domain.names import WorkspaceId
from bot.sandbox.slack import Message, PretendSlack
from bot.services.posts import Address, Posts
from bot.slack.client import Slack
from tests.conftest import Clock
from tests.scenario.office import FINANCE

KEY = "digest:w:2026-11-22T08:00:C0FINANCE"
TO = Address(workspace_id=WorkspaceId("w"), channel_id=FINANCE)
POST = "chat.postMessage"


@pytest.fixture
def slack() -> Iterator[PretendSlack]:
    pretend = PretendSlack()
    pretend.rate_limits = False
    pretend.start()
    yield pretend
    pretend.stop()


@pytest.fixture
def posts(slack: PretendSlack, sqlite_database: Database, clock: Clock) -> Posts:
    return Posts(sqlite_database, Slack(lambda _: slack.bot_token, api_url=slack.api_url), now=clock)


@pytest.fixture
def told(slack: PretendSlack) -> Callable[[], list[Message]]:
    before = {one.ts for one in slack.messages(FINANCE)}
    return lambda: [one for one in slack.messages(FINANCE) if one.ts not in before]


def parts(word: str, count: int) -> list[dict[str, Any]]:
    return [{"text": f"{word} {number}", "blocks": []} for number in range(1, count + 1)]


def test_parts_when_all_goes_well_then_later_ones_stand_in_the_thread_of_the_first(
    posts: Posts, told: Callable[[], list[Message]]
) -> None:
    assert posts.send_in_order(KEY, TO, parts("part", 12)) == 12
    first, *rest = told()
    assert [one.text for one in (first, *rest)] == [f"part {number}" for number in range(1, 13)]
    assert first.thread_ts is None
    assert {one.thread_ts for one in rest} == {first.ts}
    assert posts.send_in_order(KEY, TO, parts("again", 12)) == 12
    assert len(told()) == 12


def test_parts_when_the_process_died_between_them_then_the_rest_is_of_the_same_moment(
    posts: Posts, told: Callable[[], list[Message]], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []

    def dies_after_two(self: Slack, *args: Any, **more: Any) -> Any:
        if len(sent) == 2:
            raise KeyboardInterrupt
        sent.append("one")
        return post(self, *args, **more)

    post = Slack.post
    with monkeypatch.context() as patch:
        patch.setattr(Slack, "post", dies_after_two)
        with pytest.raises(KeyboardInterrupt):
            posts.send_in_order(KEY, TO, parts("before", 4))
    assert [one.text for one in told()] == ["before 1", "before 2"]
    assert posts.send_in_order(KEY, TO, parts("after", 6)) == 4
    assert [one.text for one in told()] == [f"before {number}" for number in range(1, 5)]


@pytest.mark.parametrize("failing", [1, 2])
def test_parts_when_slack_is_down_for_one_then_the_later_ones_wait_for_it(
    posts: Posts, slack: PretendSlack, told: Callable[[], list[Message]], clock: Clock, failing: int
) -> None:
    posts.send_in_order("other", TO, parts("other", 1))
    slack.faults.status(POST, 500, skip=failing - 1)
    posts.send_in_order(KEY, TO, parts("part", 4))
    assert [one.text for one in told()][1:] == [f"part {number}" for number in range(1, failing)]
    clock.advance(minutes=1)
    assert posts.send_due() == 5 - failing
    _, first, *rest = told()
    assert [one.text for one in (first, *rest)] == [f"part {number}" for number in range(1, 5)]
    assert {one.thread_ts for one in rest} == {first.ts}


def test_parts_when_the_first_never_arrives_then_the_others_are_told_all_the_same(
    posts: Posts, slack: PretendSlack, told: Callable[[], list[Message]], clock: Clock
) -> None:
    slack.faults.error(POST, "no_permission", times=16)
    posts.send_in_order(KEY, TO, parts("part", 3))
    for _ in range(20):
        clock.advance(days=1)
        posts.send_due()
    assert [(one.text, one.thread_ts) for one in told()] == [("part 2", None), ("part 3", None)]
