"""Several workers on one PostgreSQL: one dies, sleeps or is told to end; another finishes its backup."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.machine import Machine, summaries
from tests.scenario.office import ANA, FINANCE

NAME = "Kererū Coffee Roasters"
SETTINGS = {"Currencies", "TaxRates", "BrandingThemes", "Users", "Accounts"}


class Cluster(Machine):
    """A bot without a worker, and workers beside it; database and vault are shared, folders are not."""

    def start_bot(self) -> None:
        """Start the side that faces Slack; it does no work."""
        self.slack.events_url = f"{self.spawn('run', '--no-worker')['url']}/slack/events"

    def start_worker(self) -> int:
        """Start a worker with a folder of its own; gives its process id."""
        folder = self.log_folder / f"worker{len(self.processes)}"
        self.spawn(module="tests.faults.short_worker", DATA_DIR=str(folder))
        return self.process.pid

    def holder(self) -> int:
        """Give the process id of the worker that holds the backup."""
        with self.parts() as parts, parts.db.engine.connect() as connection:
            found = connection.exec_driver_sql(
                "SELECT executor_id FROM dbos.workflow_status "
                "WHERE status = 'PENDING' AND workflow_uuid LIKE 'backup:%%'"
            ).scalar_one()
        return int(str(found).rsplit("-", 2)[1])

    def signal_holder(self, number: signal.Signals) -> None:
        """Send a signal to the worker that holds the backup."""
        pid = self.holder()
        (process,) = [one for one in self.processes if one.pid == pid]
        process.send_signal(number)


@pytest.fixture
def cluster(tmp_path: Path, postgres_url: str) -> Iterator[Cluster]:
    address = postgres_url.replace("postgresql://", "postgresql+psycopg://")
    settings = {"DATABASE_URL": address, "VAULT_URL": (tmp_path / "vault").as_uri()}
    one = Cluster(tmp_path, settings=settings)
    try:
        one.start()
        one.start_worker()
        one.start_worker()
        one.link("nz")
        yield one
    finally:
        one.stop()


def _finishes(cluster: Cluster, count: int) -> set[str]:
    """Wait for the end: one snapshot, one message; gives what was asked of Xero after `count` calls."""
    message = cluster.wait_for(FINANCE, "backup of", also=("Complete", "Failed", "Stopped"), seconds=40)
    assert "Complete" in cluster.text(message), cluster.text(message)
    assert [info.number for info in cluster.snapshots()] == [1]
    assert [told.ts for told in summaries(cluster, NAME)] == [message.ts]
    return {path.split("/")[0] for path in cluster.calls_since(count)}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_worker_ends_in_the_documents_then_the_other_goes_on_there(
    cluster: Cluster, number: signal.Signals
) -> None:
    at: list[int] = []

    def strike() -> None:
        cluster.signal_holder(number)
        at.append(len(cluster.xero.calls))

    cluster.xero.faults.before("/api.xro/2.0/Payments", 1, strike)
    cluster.slack.command(ANA, FINANCE, "now")
    cluster.slack.wait_until(lambda: bool(at), 20)
    asked = _finishes(cluster, at[0])
    assert "Payments" in asked
    assert not SETTINGS & asked


def test_worker_sleeps_too_long_then_the_other_goes_on_and_the_sleeper_ends_itself(cluster: Cluster) -> None:
    asleep: list[int] = []

    def strike() -> None:
        asleep.append(cluster.holder())
        cluster.signal_holder(signal.SIGSTOP)

    cluster.xero.faults.before("/api.xro/2.0/Payments", 1, strike)
    cluster.slack.command(ANA, FINANCE, "now")
    _finishes(cluster, 0)
    (sleeper,) = [one for one in cluster.processes if one.pid == asleep[0]]
    sleeper.send_signal(signal.SIGCONT)
    assert sleeper.wait(20) == 0
    assert "worker_struck_off" in cluster.logs()
    assert [info.number for info in cluster.snapshots()] == [1]
    assert len(summaries(cluster, NAME)) == 1


def test_bot_with_its_own_worker_works_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    address = postgres_url.replace("postgresql://", "postgresql+psycopg://")
    one = Machine(tmp_path, settings={"DATABASE_URL": address})
    try:
        one.start()
        one.link("nz")
        one.kill_at("Payments")
        one.slack.command(ANA, FINANCE, "now")
        one.dead()
        with one.parts() as parts, parts.db.engine.begin() as connection:  # as if a minute had passed
            connection.exec_driver_sql(
                "UPDATE workers SET seen_at = now() - interval '61 seconds' WHERE executor_id LIKE %(pid)s",
                {"pid": f"%-{one.processes[0].pid}-%"},
            )
        one.start_bot()
        message = one.wait_for(FINANCE, "backup of", also=("Complete", "Failed"), seconds=40)
        assert "Complete" in one.text(message)
        assert [info.number for info in one.snapshots()] == [1]
    finally:
        one.stop()
