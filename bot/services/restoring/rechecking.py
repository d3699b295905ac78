"""Is a restore still approved? Asked before the first write, and each time it goes on.

People leave, lose rights, or more approvals are asked for, between an approval and the work. What no longer
counts is taken out, and the restore waits for people again. Writes no books.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import delete

from bot.db.engine import Database
from bot.db.restore_tables import RestoreDecisionRow
from bot.domain.restore import Decision, Restore, RestoreState
from bot.errors import Refused, SlackDisconnected, SlackUnavailable
from bot.services.access import Access
from bot.services.audit import Audit
from bot.services.restoring.deciders import Deciders
from bot.services.restoring.requesting import EXPIRES
from bot.services.restoring.restores import AT_WORK, Restores
from bot.services.workspaces import Workspaces
from bot.views.words import counted

LAPSED = "restore.lapsed"  # in the audit log
UNSURE = "Slack does not say at the moment whether those who approved may still do so."


class ApprovalLapsed(Refused):
    """Too few of a restore's approvals count at this moment, so it waits for people again."""


class ApproversUnknown(Refused):
    """Nobody can say whether those who approved still may; it is asked again later."""


class Rechecking:
    """Looks at the approvals of a restore anew, by what Slack and the settings say now."""

    def __init__(
        self,
        db: Database,
        *,
        access: Access,
        audit: Audit,
        deciders: Deciders,
        restores: Restores,
        workspaces: Workspaces,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._access, self._audit, self._deciders = db, access, audit, deciders
        self._restores, self._workspaces, self._now = restores, workspaces, now

    def require(self, restore: Restore) -> None:
        """Let pass what enough people approved who may approve it now; else let people decide again.

        Raises ApprovalLapsed; ApproversUnknown when Slack does not say, and then nothing has changed.
        """
        needed = self._access.approvers(restore.workspace_id).needed
        try:
            counting = self._deciders.counting(restore, self._team(restore))
        except (SlackUnavailable, SlackDisconnected) as error:
            raise ApproversUnknown(UNSURE) from error
        if len(counting) < needed:
            why = _why(restore, counting, needed)
            self._reopen(restore, counting, needed, why)
            raise ApprovalLapsed(why)

    def _team(self, restore: Restore) -> str:
        """Give the team that approvers are of; on a grid they may be of another one than the workspace."""
        team_id, enterprise_id = self._workspaces.team_of(restore.workspace_id)
        return "" if enterprise_id else team_id

    def _reopen(self, restore: Restore, counting: Collection[Decision], needed: int, why: str) -> None:
        lapsed = [one.user_id for one in restore.approvals if one not in counting]
        theirs = (RestoreDecisionRow.restore_id == restore.id, RestoreDecisionRow.person.in_(lapsed))
        with self._db.session() as session:
            moved = self._restores.transition(
                restore.id,
                AT_WORK,
                RestoreState.WAITING,
                session=session,
                ending=why,
                needed=needed,
                expires_at=self._now() + EXPIRES,
                resume_at=None,
            )
            if not moved:
                return
            session.execute(delete(RestoreDecisionRow).where(*theirs))
            self._audit.note(
                session,
                None,
                LAPSED,
                "done",
                workspace_id=restore.workspace_id,
                organisation_id=restore.target_id,
                detail={"restore": restore.id, "plan": restore.fingerprint, "of": lapsed, "needed": needed},
                origin="restore",
            )


def _why(restore: Restore, counting: Collection[Decision], needed: int) -> str:
    lapsed = len(restore.approvals) - len(counting)
    told = f"It needs {counted(needed, 'approval')} now, and has {len(counting) or 'none'}."
    if not lapsed:
        return told
    no_longer = (
        f"{counted(lapsed, 'approval')} no longer count" if lapsed > 1 else "An approval no longer counts"
    )
    return f"{no_longer}: who gave it may not approve this restore at the moment. {told}"
