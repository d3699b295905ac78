"""Several workers on one PostgreSQL: the one that writes a restore dies, another goes on where it was."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.config import load_settings
from bot.domain.restore import RestoreState
from bot.parts import open_parts
from tests.faults.restore_place import Place, open_place, surplus
from tests.faults.test_process_workers import Cluster


@pytest.fixture
def place(tmp_path: Path, postgres_url: str) -> Iterator[Place]:
    address = postgres_url.replace("postgresql://", "postgresql+psycopg://")
    settings = {"DATABASE_URL": address, "VAULT_URL": (tmp_path / "vault").as_uri()}
    one = Cluster(tmp_path, settings=settings, organisations=())
    try:
        one.start()
        one.start_worker()
        one.start_worker()
        chosen = load_settings({}, for_demo=True, overrides=one._chosen_settings(), env_file=None)
        parts = open_parts(chosen, may_migrate=False)
        with open_place(one, parts) as made:
            yield made
        parts.close()
    finally:
        one.stop()


def _strike(place: Place, number: signal.Signals) -> int:
    """Send a signal to the worker that writes the restore; gives its process id."""
    cluster = place.office
    assert isinstance(cluster, Cluster)
    with place.parts.db.engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT executor_id FROM dbos.workflow_status "
            "WHERE status = 'PENDING' AND workflow_uuid LIKE 'restore:%%'"
        ).scalar_one()
    pid = int(str(found).rsplit("-", 2)[1])
    (process,) = [one for one in cluster.processes if one.pid == pid]
    process.send_signal(number)
    return pid


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_worker_dies_or_sleeps_while_it_writes_then_another_finishes_and_nothing_is_there_twice(
    place: Place, number: signal.Signals
) -> None:
    restore_id = place.planned(place.open_target())
    struck: list[int] = []
    place.during("Invoices", lambda: struck.append(_strike(place, number)))
    place.approve(restore_id)
    restore = place.ended(restore_id, seconds=120)
    assert restore.state is RestoreState.DONE
    assert not surplus(place.targets[restore.target_id], place.original)
    assert len(place.messages(restore_id)) == 1
    assert len(struck) == 1
    cluster = place.office
    assert isinstance(cluster, Cluster)
    for process in cluster.processes:
        if process.pid == struck[0] and number is signal.SIGSTOP:
            process.send_signal(signal.SIGCONT)
            assert process.wait(30) == 0, "it finds that it was struck off"
    assert not surplus(place.targets[restore.target_id], place.original)
