"""Databases as a first start leaves them, copied so that not every test waits for the tables to be made.

The job engine notices a queue that is new to its database only a second later. What a first start makes of an
empty folder is proved where processes start (tests/faults/test_process_start.py), never here.
"""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path

from bot.config import Settings
from bot.db.engine import Database
from bot.db.migrate import migrate
from jobs.engine import Engine

FILES = ("app.db", "jobs.db")


def furnish(settings: Settings) -> None:
    """Put migrated databases into an empty data folder; a folder in use and PostgreSQL are left alone."""
    folder = settings.data_dir
    if settings.on_one_machine and not any((folder / name).exists() for name in FILES):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in FILES:
            shutil.copy(_template() / name, folder / name)


@functools.cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="lk-furniture-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    db = Database.open(f"sqlite:///{folder / 'app.db'}", now=lambda: datetime.now(UTC))
    migrate(db, backup_to=None)
    db.close()
    engine = Engine(
        url=f"sqlite:///{folder / 'jobs.db'}",
        executor_id="local",
        jobs={},
        on_broken=lambda *_: None,
        ending=threading.Event(),
    )
    engine.launch()
    engine.stop()
    return folder
