"""Hold the data folder: one process at a time does work in it. Knows nothing of what lies inside."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from bot.errors import DataFolderInUse, Misconfigured

LOCK = "ledgerkeep.lock"


class DataFolder:
    """An operating-system lock on the folder; it goes away with the process, however that ends.

    Two processes on one SQLite job store run the same job twice, so the second is refused.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def prepare(self) -> None:
        """Make the folder, readable by its owner only; raises Misconfigured when that is not possible."""
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError:
            raise Misconfigured(
                f"DATA_DIR: the folder {self.path} cannot be made; choose one that this user may write to."
            ) from None

    def hold(self) -> None:
        """Take the lock, unless this object has it; raises DataFolderInUse while another process does."""
        if self._descriptor is not None:
            return
        self.prepare()
        try:
            descriptor = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            raise Misconfigured(
                f"DATA_DIR: the folder {self.path} cannot be written to; mend its rights or choose another."
            ) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise DataFolderInUse(
                f"DATA_DIR: another Ledgerkeep process works in {self.path}; stop it, or use PostgreSQL."
            ) from None
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go of the lock."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
