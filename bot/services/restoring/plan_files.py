"""Make the file of a plan and hand it to the person who asked for it. Asks Xero nothing, changes no restore.

It holds names and amounts from the books, so it goes to that person, who passed the check, and to no channel.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from bot.domain.restore import Restore
from bot.errors import PostRefused, Refused, SlackDisconnected
from bot.log import get_logger
from bot.restore.planner import KIND, REASONS
from bot.restore.proof.plan_file import Known, write_plan
from bot.services.restoring.handing import Handing
from bot.services.restoring.plan_pages import PlanPages
from bot.services.restoring.restores import Restores
from bot.views import restore_report as views

log = get_logger(__name__)
GONE = (
    "The steps of this plan are not kept any more: the request was decided on meanwhile, or an earlier "
    "version made it. Ask for the restore again to get a new plan."
)
_MISSING = "missing_scope"  # Slack's word: the app was installed without files:write


class PlanFiles:
    """Files of plans that wait for a decision."""

    def __init__(self, *, restores: Restores, pages: PlanPages, handing: Handing) -> None:
        self._restores, self._pages, self._handing = restores, pages, handing

    def hand_over(self, restore_id: str, person: str, asked: str) -> bool:
        """Give the file; `asked` tells one wish from the next. False: Slack refuses files, and it was said.

        Raises Refused when the plan is no longer there, SlackUnavailable, Damaged.
        """
        restore, key = self._restores.get(restore_id), _key(restore_id, person, asked)
        if self._handing.is_given(key):
            return True
        told = views.plan_handed(restore)
        with tempfile.TemporaryDirectory(prefix="ledgerkeep-plan-") as folder:
            path = self._written(restore, Path(folder) / _file_name(restore))
            try:
                self._handing.give(restore.workspace_id, person, path, key=key, told=told)
            except (PostRefused, SlackDisconnected) as error:
                log.info("plan_not_given_as_file", error=type(error).__name__)
                may_not = isinstance(error, PostRefused) and error.code == _MISSING
                self._say_not(restore, person, key, views.no_files() if may_not else views.NOT_TAKEN)
                return False
        return True

    def fail(self, restore_id: str, person: str, asked: str, why: str) -> bool:
        """Tell the person that there will be no file, and why."""
        restore = self._restores.get(restore_id)
        return self._say_not(restore, person, _key(restore_id, person, asked), why)

    def _written(self, restore: Restore, path: Path) -> Path:
        """Write the file; whoever else may read the folder must not be able to read it."""
        if restore.plan is None or next(self._pages.steps(restore.id), None) is None:
            raise Refused(GONE)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        known = Known(kinds=KIND, reasons=REASONS)
        write_plan(path, restore, lambda: self._pages.steps(restore.id), known)
        return path

    def _say_not(self, restore: Restore, person: str, key: str, why: str) -> bool:
        told = views.plan_not_handed(restore, why)
        return self._handing.say(restore.workspace_id, person, key=f"{key}:no-file", told=told) is not None


def _key(restore_id: str, person: str, asked: str) -> str:
    return f"plan-file:{restore_id}:{person}:{asked}"


def _file_name(restore: Restore) -> str:
    # Names from the books do not belong into the name of a file that people forward.
    return f"plan-{restore.reference or restore.id[:8]}.xlsx"
