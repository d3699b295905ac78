"""The tables of restores. Rows only, as in tables.py: no query, no rule, no decryption.

What a restore holds of the books, a plan's names and amounts or Xero's words on a record, is sealed.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.columns import Sealed, new_id
from bot.db.tables import Json, Row


class RestoreRow(Row):
    """One restore; what it holds of the books (plan, proof) is sealed. States: bot/domain/restore.py."""

    __tablename__ = "restores"
    __table_args__ = (
        Index("ix_restores_state", "state", "expires_at"),
        Index("ix_restores_history", "workspace_id", "requested_at"),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    source_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    target_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    snapshot_id: Mapped[str] = mapped_column(String(64))
    snapshot_taken_at: Mapped[datetime | None]
    choice: Mapped[Json] = mapped_column(default=dict)
    reason_sealed: Mapped[bytes | None] = mapped_column(Sealed("restores.reason_sealed"))
    is_drill: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(16))
    state_since: Mapped[datetime]
    requested_by: Mapped[str] = mapped_column(String(64))
    requested_at: Mapped[datetime]
    channel_id: Mapped[str] = mapped_column(String(64), default="")
    expires_at: Mapped[datetime]
    needed: Mapped[int] = mapped_column(default=1)
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    plan_sealed: Mapped[bytes | None] = mapped_column(Sealed("restores.plan_sealed"))
    proof_sealed: Mapped[bytes | None] = mapped_column(Sealed("restores.proof_sealed"))
    run_id: Mapped[str | None] = mapped_column(String(32))  # the run that occupies the target
    progress: Mapped[Json] = mapped_column(default=dict)
    message_channel: Mapped[str] = mapped_column(String(64), default="")
    message_ts: Mapped[str] = mapped_column(String(32), default="")
    resume_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    ending: Mapped[str] = mapped_column(Text, default="")
    reference: Mapped[str] = mapped_column(String(16), default="")


class RestoreDecisionRow(Row):
    """What one person decided on a restore; one row a person, whoever clicks twice."""

    __tablename__ = "restore_decisions"
    restore_id: Mapped[str] = mapped_column(ForeignKey("restores.id"), primary_key=True)
    person: Mapped[str] = mapped_column(String(64), primary_key=True)  # Slack user id
    user_id: Mapped[str] = mapped_column(String(64))
    approved: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[datetime]
    fingerprint: Mapped[str] = mapped_column(String(64))  # of the plan that was decided on
    reason: Mapped[str] = mapped_column(Text, default="")


class RestoreStepRow(Row):
    """One step of an approved plan and how it ended; `number` is its place in the order."""

    __tablename__ = "restore_steps"
    __table_args__ = (Index("ix_restore_steps_state", "restore_id", "state"),)
    restore_id: Mapped[str] = mapped_column(ForeignKey("restores.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(48))
    record_id: Mapped[str] = mapped_column(String(128))
    part: Mapped[str] = mapped_column(String(48), default="")
    parent: Mapped[str] = mapped_column(String(128), default="")
    phase: Mapped[int] = mapped_column(default=1)
    action: Mapped[str] = mapped_column(String(16))
    reasons: Mapped[list[str]] = mapped_column(default=list)
    state: Mapped[str] = mapped_column(String(16))  # "planned" | "sending" | "done" | "refused" | "skipped"
    batch: Mapped[int | None]  # number of the write it is part of
    target_key: Mapped[str] = mapped_column(String(128), default="")
    warned: Mapped[bool] = mapped_column(Boolean, default=False)


class RestoreBatchRow(Row):
    """One write to the target: stored before it is sent, so that a crash cannot hide it."""

    __tablename__ = "restore_batches"
    restore_id: Mapped[str] = mapped_column(ForeignKey("restores.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(48))
    idempotency_key: Mapped[str] = mapped_column(String(128))
    body_hash: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))  # "sending" | "answered"
    sent_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)


class RestoreIdRow(Row):
    """One pair of the id map: which record of the source became which of the target."""

    __tablename__ = "restore_ids"
    restore_id: Mapped[str] = mapped_column(ForeignKey("restores.id"), primary_key=True)
    resource: Mapped[str] = mapped_column(String(48), primary_key=True)
    source_key: Mapped[str] = mapped_column(String(128), primary_key=True)
    target_key: Mapped[str] = mapped_column(String(128))


class RestoreWordsRow(Row):
    """What Xero said about one step, refusal or warning: sealed, for it may quote names from the books."""

    __tablename__ = "restore_words"
    __table_args__ = (Index("ix_restore_words_restore", "restore_id"),)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # restore id, ":" and the step's number
    restore_id: Mapped[str] = mapped_column(ForeignKey("restores.id"))
    sealed: Mapped[bytes | None] = mapped_column(Sealed("restore_words.sealed"))


class RestorePlanPageRow(Row):
    """A piece of the plan that people decide on, its steps with their names: sealed, gone when it is over."""

    __tablename__ = "restore_plan_pages"
    __table_args__ = (Index("ix_restore_plan_pages_restore", "restore_id", "number"),)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # restore id, ":" and the page's number
    restore_id: Mapped[str] = mapped_column(ForeignKey("restores.id"))
    number: Mapped[int]
    sealed: Mapped[bytes | None] = mapped_column(Sealed("restore_plan_pages.sealed"))
