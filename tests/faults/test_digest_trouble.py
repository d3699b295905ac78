"""What keeps a digest from being built: it is said in the channel, once, and tried again if that may help."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.db.engine import Database
from bot.domain.digest import ChannelDigest
from bot.errors import LedgerkeepError, StoreUnavailable, Transient
from bot.sandbox.slack import Message, PretendSlack
from bot.services.posts import Posts
from bot.slack.client import Slack
from bot.slack.files import Files
from jobs.digest import AGAIN_AT_MOST, AGAIN_SECONDS, DigestJob
from tests.conftest import Clock
from tests.contract.digest_house import DigestHouse
from tests.scenario.office import FINANCE, GENERAL

SLOT = "2026-11-22T08:00"
EIGHT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


class Straight:
    """Steps without an engine: each is run once, its trouble is raised."""

    def run(self, _name: str, work: Callable[[], Any], *, tries: int = 5) -> Any:
        assert tries
        return work()


@pytest.fixture(scope="module")
def slack() -> Iterator[PretendSlack]:
    pretend = PretendSlack()
    pretend.rate_limits = False
    pretend.start()
    yield pretend
    pretend.stop()


@pytest.fixture
def house(sqlite_database: Database) -> DigestHouse:
    clock = Clock(EIGHT - timedelta(days=10))
    one = DigestHouse(sqlite_database, clock)
    one.link("Harbour", channel=FINANCE)
    one.link("Mole", channel=GENERAL)
    clock.time = EIGHT + timedelta(seconds=3)
    return one


@pytest.fixture
def job(house: DigestHouse, slack: PretendSlack) -> DigestJob:
    posts = Posts(house.db, Slack(lambda _: slack.bot_token, api_url=slack.api_url), now=house.clock)
    files = Files(lambda _: slack.bot_token, api_url=slack.api_url)
    return DigestJob(house.digests, posts=posts, files=files, queue=house.queue)  # type: ignore[arg-type]


def run(job: DigestJob, house: DigestHouse, **more: Any) -> None:
    job.run(Straight(), {"workspace": house.workspace, "slot": SLOT, **more})  # type: ignore[arg-type]


@pytest.fixture
def told(slack: PretendSlack) -> Callable[[], list[Message]]:
    """Give what was posted in both channels since the test began."""
    before = {one.ts for channel in (FINANCE, GENERAL) for one in slack.messages(channel)}
    return lambda: [
        one for channel in (FINANCE, GENERAL) for one in slack.messages(channel) if one.ts not in before
    ]


def failing(error: LedgerkeepError) -> Callable[..., list[ChannelDigest]]:
    def of(*_args: object) -> list[ChannelDigest]:
        raise error

    return of


def test_digest_when_the_database_stays_away_then_says_so_once_and_comes_late_after_all(
    house: DigestHouse,
    job: DigestJob,
    told: Callable[[], list[Message]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(type(house.digests), "of", failing(Transient("The database does not answer.")))
        run(job, house)
        run(job, house, again=1)
    assert len(told()) == 2
    assert all("could not be built" in one.text for one in told())
    assert all("still stand" in one.text for one in told())
    first, second = house.queue.jobs
    assert (first[1], first[3]) == (f"digest:{house.workspace}:{SLOT}:again1", AGAIN_SECONDS)
    assert (second[1], second[2]["again"]) == (f"digest:{house.workspace}:{SLOT}:again2", 2)
    house.clock.advance(hours=1)
    run(job, house, again=2)
    run(job, house, again=3)
    late = [one for one in told() if one.text.startswith("Backups, ")]
    assert len(late) == 2
    assert all("This digest is late" in one.text for one in late)
    assert len(house.queue.jobs) == 2


def test_digest_when_the_disk_is_full_for_half_a_day_then_it_is_not_tried_for_ever(
    house: DigestHouse,
    job: DigestJob,
    told: Callable[[], list[Message]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(type(house.digests), "of", failing(StoreUnavailable("Full.", full=True)))
    run(job, house, again=AGAIN_AT_MOST)
    assert house.queue.jobs == []
    assert "has no room left" in str(told()[0].blocks)
    assert "try again" not in str(told()[0].blocks)


def test_digest_when_one_outline_is_damaged_then_every_channel_hears_that_with_a_reference(
    house: DigestHouse, job: DigestJob, told: Callable[[], list[Message]]
) -> None:
    run_id = house.backed_up(house.organisations.linked()[0].id, EIGHT - timedelta(hours=6))
    with house.db.session() as session:
        session.execute(text("UPDATE runs SET outline = '{\"run_id\": 7}' WHERE id = :id"), {"id": run_id})
    run(job, house)
    assert {one.channel for one in told()} == {FINANCE, GENERAL}
    assert all("Reference: `" in str(one.blocks) for one in told())
    assert house.queue.jobs == []


def test_digest_when_the_channels_cannot_be_listed_then_the_job_is_asked_for_again(
    house: DigestHouse,
    job: DigestJob,
    told: Callable[[], list[Message]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(type(house.digests), "unposted", failing(Transient("The database is busy.")))
    run(job, house)
    assert told() == []
    ((kind, key, args, delay),) = house.queue.jobs
    assert (kind, key, delay) == ("digest", f"digest:{house.workspace}:{SLOT}:again1", AGAIN_SECONDS)
    assert args == {"workspace": house.workspace, "slot": SLOT, "again": 1}


def test_digest_when_our_own_defect_ended_the_job_then_the_channels_still_waiting_are_told(
    house: DigestHouse, job: DigestJob, told: Callable[[], list[Message]], slack: PretendSlack
) -> None:
    run(job, house)
    with house.db.session() as session:
        key = f"digest:{house.workspace}:{SLOT}:{GENERAL}:1"
        session.execute(text("DELETE FROM deliveries WHERE key = :key"), {"key": key})
    before = len(told())
    job.broken({"workspace": house.workspace, "slot": SLOT}, None)
    job.broken({"workspace": house.workspace, "slot": SLOT}, None)
    (new,) = told()[before:]
    assert new.channel == GENERAL
    assert "could not be built" in new.text


def test_digest_when_the_last_organisation_is_unlinked_meanwhile_then_its_channel_hears_nothing(
    house: DigestHouse,
    job: DigestJob,
    told: Callable[[], list[Message]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        type(house.digests), "unposted", lambda *_: {FINANCE: "U0ANA", "C0GONE": "U0ANA", GENERAL: "U0ANA"}
    )
    run(job, house)
    assert {one.channel for one in told()} == {FINANCE, GENERAL}
