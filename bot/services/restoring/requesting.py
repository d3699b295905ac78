"""Ask for a restore: who may, of what into what, and the work of making its plan. Writes no books."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.db.engine import Database
from bot.db.locks import exclusive
from bot.domain.names import Actor
from bot.domain.organisation import Organisation
from bot.domain.restore import Restore, RestoreState
from bot.domain.restore_plan import Choice
from bot.errors import Refused
from bot.queue import Queue
from bot.services.access import Access
from bot.services.audit import Audit
from bot.services.restoring.choosing import Choosing
from bot.services.restoring.restores import Restores
from bot.services.running.runs import new_reference
from bot.vault import SnapshotInfo

PLAN = "restore-plan"  # the kind of job
ACTION = "restore.requested"  # in the audit log
EXPIRES = timedelta(hours=72)
REASON_AT_MOST = 500
NO_REASON = "Say in a few words why this restore is wanted."
_ACROSS = "ask for a restore from one channel's organisation into another's"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody asks for; `reason` is in their own words."""

    source: Organisation
    snapshot_id: str
    target: Organisation
    choice: Choice
    reason: str
    is_drill: bool = False


class Requesting:
    """Stores requests and asks for their plans."""

    def __init__(
        self,
        db: Database,
        *,
        access: Access,
        audit: Audit,
        choosing: Choosing,
        restores: Restores,
        queue: Queue,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._access, self._audit, self._choosing = db, access, audit, choosing
        self._restores, self._queue, self._now = restores, queue, now

    def request(self, actor: Actor, wanted: Wanted) -> Restore:
        """Store a request, and have its plan made unless nobody let us write to the target yet.

        Raises NotHere, NotAllowed, UnknownSnapshot, Refused with why the target cannot be used.
        """
        self._require_rights(actor, wanted)
        if not wanted.reason.strip():
            raise Refused(NO_REASON)
        snapshot = self._choosing.snapshot(wanted.source, wanted.snapshot_id)
        with exclusive(self._db, f"restore-into:{wanted.target.id}"):
            judged = self._choosing.target(wanted.source, wanted.target, is_drill=wanted.is_drill)
            if judged.why:
                self._audit.refusal(actor, ACTION, judged.why, wanted.target.id)
                raise Refused(judged.why)
            with self._db.session() as session:
                restore_id = self._store(session, actor, wanted, snapshot)
        restore = self._restores.get(restore_id)
        self.ask_for_plan(restore)
        return restore

    def ask_for_plan(self, restore: Restore, *, why: str = "1") -> bool:
        """Have the plan made; False while nobody let us write to the target. The same `why` asks once."""
        if restore.state is not RestoreState.PLANNING or self._choosing.lacks_permission(restore):
            return False
        self._queue.enqueue(
            PLAN,
            organisation=f"{PLAN}:{restore.target_id}",  # beside a backup: people wait for it
            key=f"{PLAN}:{restore.id}:{why}",
            args={"restore": restore.id},
        )
        return True

    def permitted(self, organisation_id: str) -> list[Restore]:
        """Go on with the requests that waited for permission to write; gives them."""
        waiting = self._restores.in_states({RestoreState.PLANNING})
        mine = [one for one in waiting if one.target_id == organisation_id]
        return [one for one in mine if self.ask_for_plan(one)]

    def _require_rights(self, actor: Actor, wanted: Wanted) -> None:
        source, target = wanted.source, wanted.target
        self._access.require_insider(actor, "ask for a restore", action=ACTION, organisation_id=source.id)
        self._access.require_seen(actor, source, action=ACTION)
        self._access.require_seen(actor, target, action=ACTION)
        if source.home_channel != target.home_channel:  # the request names both in the home of one
            self._access.require_keeper(actor, _ACROSS, action=ACTION, organisation_id=source.id)

    def _store(self, session: Session, actor: Actor, wanted: Wanted, snapshot: SnapshotInfo) -> str:
        source, now = wanted.source, self._now()
        restore_id = self._restores.create(
            session,
            workspace_id=source.workspace_id,
            source_id=source.id,
            target_id=wanted.target.id,
            snapshot_id=snapshot.id,
            snapshot_taken_at=snapshot.taken_at,
            choice=wanted.choice,
            reason=" ".join(wanted.reason.split())[:REASON_AT_MOST],
            is_drill=wanted.is_drill,
            requested_by=actor.user_id,
            requested_at=now,
            channel_id=source.home_channel,
            expires_at=now + EXPIRES,
            needed=self._access.approvers(actor.workspace_id).needed,
            reference=new_reference(),
        )
        detail = {
            "restore": restore_id,
            "source": source.id,
            "snapshot": snapshot.id,
            "channel": actor.channel_id,
            **({"drill": True} if wanted.is_drill else {}),
        }
        self._audit.note(session, actor, ACTION, "done", organisation_id=wanted.target.id, detail=detail)
        return restore_id
