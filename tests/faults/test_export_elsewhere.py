"""Exports with several machines: the worker makes the file in its folder, the web process another one."""

from __future__ import annotations

import io
import signal
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.test_process_workers import Cluster
from tests.scenario.office import ANA, FINANCE
from tests.scenario.test_exports import LINK, told_directly


@pytest.fixture
def cluster(tmp_path: Path, postgres_url: str) -> Iterator[Cluster]:
    """A web process without a worker and a worker, each with a folder of its own."""
    address = postgres_url.replace("postgresql://", "postgresql+psycopg://")
    settings = {"DATABASE_URL": address, "VAULT_URL": (tmp_path / "vault").as_uri()}
    one = Cluster(tmp_path, settings=settings)
    try:
        one.start()
        one.start_worker()
        one.link("nz")
        yield one
    finally:
        one.stop()


def _lying(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("exports/*")]


def _gone(folder: Path) -> bool:
    until = time.monotonic() + 10
    while _lying(folder) and time.monotonic() < until:
        time.sleep(0.02)
    return not _lying(folder)


def test_link_when_the_file_lies_at_the_worker_then_the_web_process_makes_its_own_and_both_go(
    cluster: Cluster,
) -> None:
    at_web, at_worker = cluster.data_folder, cluster.log_folder / "worker1"
    cluster.back_up()
    cluster.slack.command(ANA, FINANCE, "export")
    found = LINK.search(told_directly(cluster, ANA, "Export ready"))
    assert found
    assert (len(_lying(at_worker)), _lying(at_web)) == (1, [])
    link = found.group().replace(cluster.public_url, cluster.slack.events_url.removesuffix("/slack/events"))
    with urllib.request.urlopen(link, timeout=20) as answer:
        assert zipfile.ZipFile(io.BytesIO(answer.read())).testzip() is None
    assert _gone(at_web)
    cluster.process.send_signal(signal.SIGTERM)
    cluster.dead()
    cluster.spawn(module="tests.faults.short_worker", DATA_DIR=str(at_worker))
    assert _gone(at_worker)
