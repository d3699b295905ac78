"""A restore as people see it: where it stands, who decided, how far it is. Values.

Its plan and its proof hold names and amounts from the books (restore_plan.py, proof.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.names import MessageRef, OrganisationId, WorkspaceId
from bot.domain.proof import Proof
from bot.domain.restore_plan import Choice, PlanSummary, Todo

RestoreId = NewType("RestoreId", str)


class RestoreState(StrEnum):
    """Where a restore stands."""

    PLANNING = "planning"  # the target is read and the plan is made
    REFUSED = "refused"  # no plan could be made, or the plan is unsafe
    WAITING = "waiting"  # for people to decide
    DECLINED = "declined"
    EXPIRED = "expired"
    VOIDED = "voided"  # snapshot, target or plan changed after the request
    WITHDRAWN = "withdrawn"  # the requester took it back
    APPROVED = "approved"  # decided; the work begins as soon as the target is free
    RUNNING = "running"
    PARKED = "parked"  # waits for tomorrow's calls; goes on by itself
    STOPPED = "stopped"  # a person stopped it; may go on
    FAILED = "failed"  # cannot go on by itself; may go on once mended
    DONE = "done"  # written, compared, nothing unpredicted
    DIFFERENT = "different"  # written, compared, something differs that was not predicted
    UNPROVEN = "unproven"  # written, but not everything could be compared

    @property
    def is_open(self) -> bool:
        """Say whether people may still have to decide."""
        return self in {RestoreState.PLANNING, RestoreState.WAITING}

    @property
    def is_at_work(self) -> bool:
        """Say whether it writes, or will by itself."""
        return self in {RestoreState.APPROVED, RestoreState.RUNNING, RestoreState.PARKED}

    @property
    def may_go_on(self) -> bool:
        """Say whether a person may let it go on."""
        return self in {RestoreState.STOPPED, RestoreState.FAILED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one person decided, and when."""

    user_id: str
    approved: bool
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WritingProgress:
    """How far a restore is; `steps` are records to be written."""

    steps_done: int = 0
    steps_total: int = 0
    refused: int = 0
    calls: int = 0
    calls_planned: int = 0
    calls_left_today: int | None = None
    current: str = ""  # title of what is written now
    phase: str = "writing"  # "writing" | "reading back" | "comparing"
    seconds_left: int | None = None
    borne: tuple[str, ...] = ()  # causes of refusals that people know of who let it go on
    needs: str = ""  # what to do first where letting it go on alone cannot help; begins in lower case


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """One restore, as stored."""

    id: RestoreId
    workspace_id: WorkspaceId
    source_id: OrganisationId
    source_name: str
    target_id: OrganisationId
    target_name: str
    snapshot_id: str
    snapshot_taken_at: datetime | None
    choice: Choice
    reason: str  # why it was asked for, in the requester's words
    is_drill: bool
    state: RestoreState
    state_since: datetime
    requested_by: str
    requested_at: datetime
    channel_id: str
    expires_at: datetime
    needed: int  # approvals
    decisions: tuple[Decision, ...] = ()
    fingerprint: str = ""
    plan: PlanSummary | None = None
    progress: WritingProgress = WritingProgress()
    proof: Proof | None = None
    message: MessageRef | None = None
    resume_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    ending: str = ""  # one sentence: why it was refused, voided, declined, stopped or failed
    reference: str = ""  # short id a person can quote
    run_id: str | None = None  # of the run that occupies the target; stopping is asked of it

    @property
    def by_hand(self) -> tuple[Todo, ...]:
        """What is left to do by hand: the plan's, but for what comparing showed to be needless."""
        needless = self.proof.needless if self.proof else ()
        return tuple(one for one in self.plan.todos if one.key not in needless) if self.plan else ()

    @property
    def approvals(self) -> tuple[Decision, ...]:
        """Who approved so far."""
        return tuple(one for one in self.decisions if one.approved)
