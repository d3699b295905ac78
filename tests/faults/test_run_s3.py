"""The copies are kept in S3, and S3 goes away in the middle of a backup, for a moment or for long."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import count
from typing import Any

import boto3  # type: ignore[import-untyped]
import pytest
import stamina
from moto.server import ThreadedMotoServer

from bot.parts import Parts
from jobs import engine
from tests.faults.backup_place import Kept
from tests.faults.machine import API, met
from tests.scenario.office import Office, office

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
_numbers = count(1)


class Bucket:
    """An S3 that may go away and come back with everything in it."""

    def __init__(self) -> None:
        self.port = 0
        self._server: ThreadedMotoServer | None = None

    def open(self) -> None:
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=self.port, verbose=False)
        self._server.start()
        _, self.port = self._server.get_host_and_port()

    def close(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture(scope="module")
def bucket() -> Iterator[Bucket]:
    one = Bucket()
    one.open()
    client: Any = boto3.client(
        "s3",
        endpoint_url=one.address,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        region_name="us-east-1",
    )
    client.create_bucket(Bucket="faults")
    client.close()
    yield one
    one.close()


@pytest.fixture(scope="module")
def desk(bucket: Bucket) -> Iterator[Office]:
    settings = {"VAULT_URL": "s3://faults/deep", "AWS_ENDPOINT_URL": bucket.address, **KEYS}
    with pytest.MonkeyPatch.context() as patch, stamina.set_testing(True, attempts=3, cap=True):
        patch.setattr(engine, "PAUSES", (0.3, 0.3))
        with office(organisations=(), minute_seconds=0.2, settings=settings) as one:
            one.slack.rate_limits = False
            met(one)
            yield one


@pytest.fixture
def kept(desk: Office, bucket: Bucket) -> Iterator[Kept]:
    """An organisation with one good snapshot in S3, and something new to keep."""
    assert desk.bot is not None
    parts: Parts = desk.bot.parts
    one = Kept(desk, parts, f"Faraway {next(_numbers)}")
    assert "Complete:" in one.back_up()
    one.alter()
    yield one
    desk.xero.faults.clear()


def test_s3_is_away_in_the_middle_then_it_fails_says_so_and_works_again_when_it_is_back(
    kept: Kept, bucket: Bucket
) -> None:
    kept.office.xero.faults.before(API + "Payments", 1, bucket.close)
    told = kept.back_up()
    assert "Failed" in told
    assert "The place where copies are kept cannot be reached." in told
    assert "The last good snapshot #1" in told
    bucket.open()
    assert [one.number for one in kept.sound_snapshots()] == [1]
    assert "Complete:" in kept.back_up()
    assert [one.number for one in kept.sound_snapshots()] == [1, 2]
    assert kept.not_as_served() == []


def test_s3_is_away_for_a_moment_then_the_backup_goes_on(kept: Kept, bucket: Bucket) -> None:
    back = threading.Timer(0.3, bucket.open)

    def strike() -> None:
        bucket.close()
        back.start()

    kept.office.xero.faults.before(API + "Payments", 1, strike)
    told = kept.back_up()
    back.join()
    assert "Complete:" in told
    assert [one.number for one in kept.sound_snapshots()] == [1, 2]
    assert kept.not_as_served() == []
