"""Hand the report of a restore to who asked for it and who approved it: as a file in a direct message.

It holds names and amounts from the books, so it goes to people who passed the check and to no channel.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from bot.crypto import KeyRing
from bot.db.engine import Database
from bot.domain.restore import Restore
from bot.errors import PostRefused, SlackDisconnected, SlackUnavailable
from bot.log import get_logger
from bot.restore.planner import KIND
from bot.restore.proof.created import CreatedRecord, created_records
from bot.restore.proof.report import write_report
from bot.services.restoring.handing import Handing
from bot.services.restoring.planning import Planning
from bot.services.restoring.restores import Restores
from bot.services.restoring.writebook import WriteBook
from bot.views import restore_report as views

log = get_logger(__name__)
_NO_FILE = (PostRefused, SlackUnavailable, SlackDisconnected)


class Reporting:
    """Makes the file and gives it out."""

    def __init__(
        self,
        db: Database,
        *,
        restores: Restores,
        planning: Planning,
        ring: KeyRing,
        handing: Handing,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._restores, self._planning, self._ring = db, restores, planning, ring
        self._handing, self._now = handing, now

    def hand_over(self, restore_id: str) -> int:
        """Give the file to each person once; gives how many got it. Without a proof there is no file."""
        restore = self._restores.get(restore_id)
        waiting = [one for one in _people(restore) if not self._handing.is_given(_key(restore, one))]
        if restore.proof is None or not waiting:
            return 0
        with tempfile.TemporaryDirectory(prefix="ledgerkeep-report-") as folder:
            path = self.write(restore, Path(folder) / _file_name(restore))
            return sum(self._give(restore, person, path) for person in waiting)

    def write(self, restore: Restore, path: Path) -> Path:
        """Write the file; whoever else may read the folder must not be able to read it."""
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        write_report(path, restore, self._created(restore))
        return path

    def _created(self, restore: Restore) -> Iterator[CreatedRecord]:
        book = WriteBook(self._db, self._ring, restore.id, now=self._now)
        return created_records(self._planning.source(restore), book.created(), KIND)

    def _give(self, restore: Restore, person: str, path: Path) -> bool:
        key, workspace = _key(restore, person), restore.workspace_id
        try:
            self._handing.give(workspace, person, path, key=key, told=views.handed(restore))
        except _NO_FILE as error:
            log.info("report_not_given_as_file", error=type(error).__name__)
            self._handing.say(workspace, person, key=f"{key}:no-file", told=views.not_handed(restore))
            return False
        return True


def _people(restore: Restore) -> tuple[str, ...]:
    return tuple(dict.fromkeys((restore.requested_by, *(one.user_id for one in restore.approvals))))


def _key(restore: Restore, person: str) -> str:
    # Compared again, there is another report.
    made_at = restore.proof.compared_at if restore.proof else restore.requested_at
    return f"restore-report:{restore.id}:{made_at:%Y%m%dT%H%M%S}:{person}"


def _file_name(restore: Restore) -> str:
    # Names from the books do not belong into the name of a file that people forward.
    return f"restore-{restore.reference or restore.id[:8]}.xlsx"
