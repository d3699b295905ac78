"""Decide on a requested restore: look at its plan, approve, decline, withdraw. Writes no books.

An approval binds to the fingerprint of the plan that was looked at and is taken by one conditional update.
Whoever comes too late, or may not, is answered in a sentence, and that is written down.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.db.engine import Database
from bot.db.restore_tables import RestoreDecisionRow, RestoreRow
from bot.domain.access import ApproverList
from bot.domain.limits import Level
from bot.domain.names import Actor
from bot.domain.organisation import LinkState
from bot.domain.restore import Restore, RestoreState
from bot.errors import Refused, UnknownSnapshot
from bot.services.access import Access
from bot.services.organisations import Organisations
from bot.services.restoring.choosing import NOT_LINKED, Choosing
from bot.services.restoring.deciders import Deciders
from bot.services.restoring.gate import Gate
from bot.services.restoring.permission import lacking
from bot.services.restoring.restores import OPEN, Restores
from bot.services.restoring.steering import Steering
from bot.views.words import same_name

REVIEW, APPROVE, DECLINE = "restore.review", "restore.approve", "restore.decline"  # in the audit log
WITHDRAW, VOID = "restore.withdraw", "restore.voided"
WRONG_NAME = "This is not the target's name. Nothing was approved."
NOT_TICKED = "This plan is over a size limit: tick that you know what to expect. Nothing was approved."
OTHER_PLAN = "The plan is not the one you looked at. Open it again and see what is new."
SNAPSHOT_GONE = "The snapshot that was to be restored is no longer kept."
NO_PERMISSION = "Nobody lets me write to the target any more."
REASON_AT_MOST = 300
_WAITING = frozenset({RestoreState.WAITING})


class NotConfirmed(Refused):
    """The name typed is not the target's."""


class NotTicked(Refused):
    """The plan is over a size limit and the tick is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A plan to be looked at; `why_not` says why this person cannot approve it, "" when they can."""

    restore: Restore
    approvers: ApproverList
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What somebody typed and ticked below the plan they looked at."""

    fingerprint: str
    typed_name: str
    limits_known: bool = False


class Approving:
    """The decisions of people on a request."""

    def __init__(
        self,
        db: Database,
        *,
        access: Access,
        choosing: Choosing,
        deciders: Deciders,
        gate: Gate,
        organisations: Organisations,
        restores: Restores,
        steering: Steering,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._access, self._choosing, self._deciders = db, access, choosing, deciders
        self._gate, self._organisations, self._restores = gate, organisations, restores
        self._steering, self._now = steering, now

    def review(self, actor: Actor, restore_id: str) -> Review:
        """Give the plan to somebody who may see the books; raises NotHere, NotAllowed, Refused."""
        restore = self._gate.seen(actor, restore_id, REVIEW, "see the plan of a restore")
        self._gate.require(actor, restore, REVIEW, _WAITING)
        return Review(
            restore=restore,
            approvers=self._access.approvers(actor.workspace_id),
            why_not=self._deciders.why_not(actor, restore),
        )

    def approve(self, actor: Actor, restore_id: str, confirmed: Confirmed) -> Restore:
        """Take an approval of the plan that was looked at; the last one needed lets the work begin.

        Raises NotConfirmed and NotTicked for what can be mended at once; NotAllowed, NotHere, Refused.
        """
        restore = self._gate.seen(actor, restore_id, APPROVE, "approve a restore")
        own = self._deciders.require_approver(actor, restore, action=APPROVE)
        self._gate.require(actor, restore, APPROVE, _WAITING)
        self._require_confirmed(actor, restore, confirmed)
        self._require_unchanged(actor, restore)
        counted, approved = self._take(actor, restore, own=own), self._restores.get(restore.id)
        if not counted:
            raise self._gate.refused(actor, approved, APPROVE, self._gate.stands(actor, approved))
        if counted < restore.needed:
            return approved
        # A request that people had to decide on again is a new piece of work.
        again = f"{approved.state_since:%Y%m%dT%H%M%S%f}" if restore.ending else "1"
        return self._steering.begin(approved, again)

    def decline(self, actor: Actor, restore_id: str, reason: str = "") -> Restore:
        """Close a request: one person who says no is enough. Raises NotHere, NotAllowed, Refused.

        Of the requester it is a withdrawal.
        """
        restore = self._gate.seen(actor, restore_id, DECLINE, "decline a restore")
        said = " ".join(reason.split())[:REASON_AT_MOST]
        if actor.user_id == restore.requested_by:
            return self._close(actor, restore, RestoreState.WITHDRAWN, WITHDRAW, said)
        self._deciders.require_named(actor, restore, "decline a restore", action=DECLINE)
        return self._close(actor, restore, RestoreState.DECLINED, DECLINE, said)

    def withdraw(self, actor: Actor, restore_id: str, reason: str = "") -> Restore:
        """Let the requester take a request back; raises NotHere, NotAllowed, Refused."""
        restore = self._gate.seen(actor, restore_id, WITHDRAW, "withdraw a restore")
        if actor.user_id != restore.requested_by:
            raise self._deciders.refused(actor, restore, "Only who asked for it can withdraw it.", WITHDRAW)
        return self._close(actor, restore, RestoreState.WITHDRAWN, WITHDRAW, reason[:REASON_AT_MOST])

    def _close(
        self, actor: Actor, restore: Restore, state: RestoreState, action: str, reason: str
    ) -> Restore:
        self._gate.require(actor, restore, action, OPEN)
        moved = self._moved(actor, restore, state, action, reason)
        closed = self._restores.get(restore.id)
        if not moved:
            raise self._gate.refused(actor, closed, action, self._gate.stands(actor, closed))
        return closed

    def _moved(
        self, actor: Actor, restore: Restore, state: RestoreState, action: str, reason: str = ""
    ) -> bool:
        """End a request; False when somebody else was faster."""
        with self._db.session() as session:
            moved = self._restores.transition(
                restore.id, OPEN, state, session=session, ending=reason, finished_at=self._now()
            )
            if moved and state is RestoreState.DECLINED:
                session.merge(self._decision(actor, restore, approved=False, reason=reason))
            if moved:
                self._gate.note(session, actor, restore, action)
        return moved

    def _require_confirmed(self, actor: Actor, restore: Restore, confirmed: Confirmed) -> None:
        if not restore.fingerprint or restore.fingerprint != confirmed.fingerprint:
            raise self._gate.refused(actor, restore, APPROVE, OTHER_PLAN)
        if not same_name(confirmed.typed_name, restore.target_name):
            self._gate.turned_away(actor, restore, APPROVE, WRONG_NAME)
            raise NotConfirmed(WRONG_NAME)
        if is_over_limits(restore) and not confirmed.limits_known:
            self._gate.turned_away(actor, restore, APPROVE, NOT_TICKED)
            raise NotTicked(NOT_TICKED)

    def _require_unchanged(self, actor: Actor, restore: Restore) -> None:
        """Check link, region rule, permission and snapshot again; what has changed makes the request void."""
        if self._organisations.get(restore.target_id).state is not LinkState.ACTIVE:
            raise self._gate.refused(actor, restore, APPROVE, NOT_LINKED)
        why = self._changed(restore)
        if why:
            self._moved(actor, restore, RestoreState.VOIDED, VOID, why)
            raise self._gate.refused(actor, restore, APPROVE, f"{why} The request is void; please ask again.")

    def _changed(self, restore: Restore) -> str:
        """Say what is no longer as it was when the plan was made; "" when nothing is known of."""
        source = self._organisations.get(restore.source_id)
        target = self._organisations.get(restore.target_id)
        judged = self._choosing.target(source, target, but=restore.id, is_drill=restore.is_drill)
        if judged.why:
            return judged.why
        if lacking(target, restore.choice):
            return NO_PERMISSION
        if restore.plan is None or restore.plan.unsafe:
            return restore.plan.unsafe[0] if restore.plan else OTHER_PLAN
        try:
            self._choosing.snapshot(source, restore.snapshot_id)
        except UnknownSnapshot:
            return SNAPSHOT_GONE
        return ""

    def _take(self, actor: Actor, restore: Restore, *, own: bool) -> int:
        """Write an approval down and, with the last one needed, approve; gives how many there are then.

        0 when it came too late.

        The first update locks the row: of two people at once, the second counts the first one's approval.
        """
        still = (RestoreRow.fingerprint == restore.fingerprint, RestoreRow.expires_at > self._now())
        with self._db.session() as session:
            if not self._restores.hold(session, restore.id, only=still):
                return 0
            before = self._restores.decisions(session, restore.id)
            if actor.user_id in {one.user_id for one in before}:
                return 0
            session.add(self._decision(actor, restore, approved=True))
            session.flush()
            approved = sum(one.approved for one in before) + 1
            self._gate.note(session, actor, restore, APPROVE, own=own, approvals=approved)
            if approved < restore.needed:
                return approved
            moved = self._restores.transition(
                restore.id, _WAITING, RestoreState.APPROVED, session=session, only=still, ending=""
            )
            return approved if moved else 0

    def _decision(
        self, actor: Actor, restore: Restore, *, approved: bool, reason: str = ""
    ) -> RestoreDecisionRow:
        return RestoreDecisionRow(
            restore_id=restore.id,
            person=actor.user_id,
            user_id=actor.user_id,
            approved=approved,
            at=self._now(),
            fingerprint=restore.fingerprint,
            reason=reason,
        )


def is_over_limits(restore: Restore) -> bool:
    """Say whether a plan is over a size limit, so that its approval takes an extra tick."""
    return restore.plan is not None and any(one.level is Level.OVER for one in restore.plan.limits)
