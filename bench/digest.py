"""What the digest of a large workspace costs: CPU, queries, messages, bytes, calls to Slack.

`python -m bench.digest 200` seeds a database with so many organisations, a month of backups and four months
of growth each, then reads, draws and writes down the digests of one morning. CPU stands beside the least
that nobody can avoid: reading the rows that a digest rests on and writing its messages as JSON.
"""

from __future__ import annotations

import json
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from sqlalchemy import event, insert

from bot.catalogue.model import ReasonClass
from bot.db import outbox
from bot.db.engine import Database
from bot.db.migrate import migrate
from bot.db.tables import GrowthRow, OrganisationRow, RunRow
from bot.domain.backup import Gap, Outcome, OutcomeStatus, RunState, Verdict
from bot.domain.standing import Finding, FindingKind, Outline
from bot.queue import Queue
from bot.services.audit import Audit
from bot.services.digests import Digests
from bot.services.limits import readings
from bot.services.looking.growth import Growth
from bot.services.organisations import Organisations
from bot.services.running import outlines
from bot.services.settings import SettingsStore
from bot.services.standings import Standings
from bot.services.timing.schedules import Schedules
from bot.services.workspaces import Workspaces
from bot.views.check import check_message
from bot.views.digest import digest
from bot.views.message import Message

NOW = datetime(2026, 11, 22, 8, 0, 2, tzinfo=UTC)
SLOT = "2026-11-22T08:00"
DAYS, GROWN = 30, 120


def seed(db: Database, count: int, *, channels: int) -> str:
    """Fill a database; every seventh organisation has gaps, every eleventh failed, some are disconnected."""
    workspace = Workspaces(db, now=lambda: NOW - timedelta(days=200)).ensure("T0BENCH")
    chance = random.Random(7)
    for number in range(count):
        with db.session() as session:
            session.add(_organisation(workspace, number, channels))
            session.flush()
            size = chance.randint(500, 39_000)
            session.execute(insert(RunRow), [_run(number, age, size) for age in range(DAYS)])
            session.execute(insert(GrowthRow), [_growth(number, age, size) for age in range(GROWN)])
    return workspace


def _organisation(workspace: str, number: int, channels: int) -> OrganisationRow:
    return OrganisationRow(
        id=f"{number:032}",
        workspace_id=workspace,
        tenant_id=f"tenant-{number}",
        state="disconnected" if number % 37 == 5 else "active",
        state_since=NOW - timedelta(days=3),
        name=f"Client {number:03} & Daughters Trading Ltd",
        facts={"country": ("GB", "NZ", "AU", "US")[number % 4], "timezone": "GMTSTANDARDTIME"},
        home_channel=f"C0{number % channels:05}",
        linked_by="U0ANA",
        linked_at=NOW - timedelta(days=200),
        scopes=["accounting.transactions.read", "accounting.contacts.read"],
    )


def _run(number: int, age: int, size: int) -> dict[str, object]:
    at = NOW - timedelta(days=age, hours=5, minutes=number % 60)
    failed = number % 11 == 3 and age == 0
    gap = Gap(
        resource="quotes",
        title="Quotes",
        reason=ReasonClass.FAILED_LAST_TIME,
        sentence="Xero did not answer after several tries.",
        action="Nothing to do; the next backup tries again.",
    )
    verdict = Verdict.FAILED if failed else Verdict.GAPS if number % 7 == age % 7 else Verdict.COMPLETE
    state = {Verdict.FAILED: RunState.FAILED, Verdict.GAPS: RunState.GAPS}.get(verdict, RunState.COMPLETE)
    counts = dict.fromkeys(("invoices", "bank_transactions", "contacts"), size // 3)
    counts |= {"credit_notes": 31, "allocated_credit_notes": 12, "accounts": 148}
    outline = Outline(
        run_id=f"{number:06}{age:026}",
        state=state,
        verdict=verdict,
        finished_at=at,
        snapshot_id="" if failed else f"snap-{number}-{age}",
        snapshot_number=DAYS - age,
        records=size * 3,
        new=41,
        changed=12,
        gaps=(gap,) if verdict is Verdict.GAPS else (),
        limits=readings(counts),
        findings=(Finding(kind=FindingKind.BANK_DETAILS, count=1),) if number % 20 == 1 else (),
        failure="Xero did not answer as it should." if failed else "",
    )
    outcomes = [
        Outcome(resource=f"kind{n}", title=f"Kind {n}", status=OutcomeStatus.READ, count=n) for n in range(60)
    ]
    return {
        "id": outline.run_id,
        "organisation_id": f"{number:032}",
        "kind": "backup",
        "state": state.value,
        "requested_at": at - timedelta(minutes=2),
        "finished_at": at,
        "snapshot_id": outline.snapshot_id,
        "outline": outlines.as_json(outline),
        "summary": {"outcomes": msgspec.to_builtins(outcomes)},  # as large as real ones
    }


def _growth(number: int, age: int, size: int) -> dict[str, object]:
    counts = {key: max(1, size // 3 - age * 11) for key in ("documents", "bank_transactions", "contacts")}
    day = (NOW - timedelta(days=age)).date().isoformat()
    return {
        "organisation_id": f"{number:032}",
        "day": day,
        "counts": counts,
        "snapshots": 60,
        "bytes_kept": 10**9,
    }


def services(db: Database, folder: Path) -> Digests:
    """Put the services of a digest together."""
    organisations = Organisations(db)
    settings = SettingsStore(db, audit=Audit(db, now=lambda: NOW), now=lambda: NOW)
    schedules = Schedules(db, settings=settings, organisations=organisations, now=lambda: NOW)
    schedules.settle()
    return Digests(
        db,
        organisations=organisations,
        standings=Standings(db, schedules=schedules, now=lambda: NOW),
        schedules=schedules,
        settings=settings,
        growth=Growth(db, now=lambda: NOW),
        queue=Queue(f"sqlite:///{folder / 'jobs.db'}"),
        now=lambda: NOW,
    )


def deliver(db: Database, workspace: str, channel: str, messages: Sequence[Message], turn: int) -> None:
    """Write the messages of a channel down as the outbox does."""
    for part, message in enumerate(messages, start=1):
        key = f"digest:{workspace}:{turn}:{channel}:{part}"
        with db.session() as session:
            outbox.put(
                session,
                key,
                workspace_id=workspace,
                channel_id=channel,
                payload={"message": message.payload},
                now=NOW - timedelta(days=1),  # so that the next turn tells the same
            )


def floor(path: Path, messages: Sequence[Message]) -> float:
    """Time what nobody can avoid: the rows that a digest rests on, the messages as JSON."""
    began = time.process_time()
    raw = sqlite3.connect(path)
    newest = raw.execute(
        "SELECT organisation_id, outline, max(finished_at) FROM runs GROUP BY organisation_id"
    )
    growth = raw.execute("SELECT organisation_id, day, counts FROM growth")
    kept = [json.loads(row[1]) for row in newest] + [json.loads(row[2]) for row in growth]
    written = [json.dumps(one.payload).encode() for one in messages]
    raw.close()
    if not kept or not written:
        raise SystemExit("nothing was read")
    return time.process_time() - began


def measure(count: int, channels: int) -> None:
    """Print one workspace's row, of the quickest of three turns."""
    with tempfile.TemporaryDirectory(prefix="ledgerkeep-bench-") as name:
        path = Path(name) / "app.db"
        db = Database.open(f"sqlite:///{path}", now=lambda: NOW)
        migrate(db, backup_to=None)
        workspace, asked = seed(db, count, channels=channels), []
        digests = services(db, Path(name))
        event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
        turns, reading, messages = [], [], []
        for turn in range(3):
            asked.clear()
            messages = []
            began = time.process_time()
            found = digests.of(workspace, SLOT)
            reading.append(time.process_time() - began)
            queries = sum(one.startswith("SELECT") for one in asked)
            for one in found:
                drawn = digest(one)
                deliver(db, workspace, one.channel_id, drawn, turn)
                messages += drawn
            turns.append(time.process_time() - began)
        least = min(floor(path, messages) for _ in range(3))
        refused = [problem for one in messages for problem in check_message(one.payload)]
        if refused:
            raise SystemExit(f"Slack would refuse: {refused[:3]}")
        size = sum(len(json.dumps(one.payload)) for one in messages)
        print(
            f"{count:4} organisations in {channels:3} channels: {min(turns):5.2f} CPU s"
            f" ({min(turns) / least:4.1f} x floor of {least:.2f}; reading alone {min(reading):.2f}),"
            f" {queries} queries, {len(messages)} messages = calls to Slack, {size / 1000:,.0f} kB"
        )
        db.close()


def main() -> None:
    """Measure one organisation, forty, and as many as asked for, in one channel and in one each."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for count, channels in ((1, 1), (40, 1), (most, 1), (most, most)):
        measure(count, channels)


if __name__ == "__main__":
    main()
