"""Every table, as the code sees it. Rows only: no query, no rule, no decryption.

A JSON column is changed by assigning a new value; changes inside the old one are not noticed. `repr` of a row
shows its key and nothing else, because rows hold sealed secrets and names from the books.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Boolean, Float, ForeignKey, Index, MetaData, String, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.db.columns import Sealed, Sequence, UtcDateTime, new_id

Json = dict[str, Any]
ACTIVE_RUN_STATES = ("queued", "running", "parked")
AUDIT_HEAD = "audit_head"  # key of the meta row that holds the newest link of the audit chain
KEY_CHECK = "key_check"  # key of the meta row that tells whether a key ring fits

_active = text("state IN ('queued', 'running', 'parked')")
_json = JSON(none_as_null=True)


class Row(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        Json: _json,
        list[str]: _json,
        list[float]: _json,
        list[int]: _json,
    }

    def __repr__(self) -> str:
        key = next(iter(self.__mapper__.primary_key)).key
        return f"<{type(self).__name__} {self.__dict__.get(str(key), '?')}>"


class Meta(Row):
    """Facts about the database itself."""

    __tablename__ = "meta"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class Workspace(Row):
    """A Slack workspace and its sealed data key; destroying the key destroys its copies."""

    __tablename__ = "workspaces"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    team_id: Mapped[str] = mapped_column(String(64), unique=True)
    enterprise_id: Mapped[str | None] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(Text, default="")
    data_key: Mapped[bytes | None] = mapped_column(Sealed("ledgerkeep/1/data key"))  # as in the vault
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    home: Mapped[Json | None]
    settings: Mapped[Json] = mapped_column(default=dict, server_default="{}")  # bot/domain/settings.py


class InstallationRow(Row):
    """One OAuth installation of the Slack app; the newest row of a team wins."""

    __tablename__ = "installations"
    __table_args__ = (Index("ix_installations_place", "enterprise_id", "team_id", "installed_at"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    enterprise_id: Mapped[str | None] = mapped_column(String(64))
    team_id: Mapped[str | None] = mapped_column(String(64))
    is_enterprise: Mapped[bool] = mapped_column(Boolean, default=False)
    app_id: Mapped[str] = mapped_column(String(64), default="")
    bot_user_id: Mapped[str] = mapped_column(String(64), default="")
    installer_user_id: Mapped[str] = mapped_column(String(64), default="")
    installed_at: Mapped[datetime]
    sealed: Mapped[bytes] = mapped_column(Sealed("installations.sealed"))


class Ticket(Row):
    """A single-use, short-lived secret, known by its hash only: a link to consent, a Slack OAuth state."""

    __tablename__ = "tickets"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # hash of the secret
    purpose: Mapped[str] = mapped_column(String(16))  # "xero" | "slack"
    workspace_id: Mapped[str | None] = mapped_column(String(32))
    user_id: Mapped[str | None] = mapped_column(String(64))
    channel_id: Mapped[str | None] = mapped_column(String(64))
    state_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    browser_hash: Mapped[str | None] = mapped_column(String(64))
    organisation_id: Mapped[str | None] = mapped_column(String(32))  # set when it is a reconnection
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    opened_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(32))


class Consent(Row):
    """One Xero user's consent to our app: a token pair, shared by all organisations they connected."""

    __tablename__ = "consents"
    __table_args__ = (UniqueConstraint("client_id", "xero_user_id"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    client_id: Mapped[str] = mapped_column(String(64))
    xero_user_id: Mapped[str | None] = mapped_column(String(64))
    access_sealed: Mapped[bytes | None] = mapped_column(Sealed("consents.access_sealed"))
    refresh_sealed: Mapped[bytes | None] = mapped_column(Sealed("consents.refresh_sealed"))
    expires_at: Mapped[datetime | None]
    scopes: Mapped[list[str]] = mapped_column(default=list)
    state: Mapped[str] = mapped_column(String(16), default="active")  # "active" | "revoked"
    refreshed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class OrganisationRow(Row):
    """One Xero organisation linked to one workspace."""

    __tablename__ = "organisations"
    __table_args__ = (UniqueConstraint("workspace_id", "tenant_id"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    tenant_id: Mapped[str] = mapped_column(String(64), index=True)
    consent_id: Mapped[str | None] = mapped_column(ForeignKey("consents.id"), index=True)
    connection_id: Mapped[str | None] = mapped_column(String(64))  # Xero's own id of the connection
    state: Mapped[str] = mapped_column(String(16), default="active")
    state_since: Mapped[datetime]
    name: Mapped[str] = mapped_column(Text)
    facts: Mapped[Json] = mapped_column(default=dict)
    home_channel: Mapped[str] = mapped_column(String(64), default="")
    linked_by: Mapped[str] = mapped_column(String(64))
    linked_at: Mapped[datetime]
    scopes: Mapped[list[str]] = mapped_column(default=list)
    told_disconnected_at: Mapped[datetime | None]
    counts: Mapped[Json] = mapped_column(default=dict)
    legal_hold: Mapped[bool] = mapped_column(Boolean, default=False)
    settings: Mapped[Json] = mapped_column(default=dict, server_default="{}")  # bot/domain/settings.py


class RunRow(Row):
    """One execution of a backup or restore; the database lets one per organisation be active."""

    __tablename__ = "runs"
    __table_args__ = (
        Index(
            "one_active_run", "organisation_id", unique=True, sqlite_where=_active, postgresql_where=_active
        ),
        Index("ix_runs_history", "organisation_id", "requested_at"),
        Index("ix_runs_finished", "organisation_id", "finished_at"),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default="queued")
    slot: Mapped[str | None] = mapped_column(String(128), unique=True)  # one run per slot of the schedule
    requested_by: Mapped[str] = mapped_column(String(64), default="")
    requested_at: Mapped[datetime]
    channel_id: Mapped[str] = mapped_column(String(64), default="")
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    resume_at: Mapped[datetime | None]
    stop_requested: Mapped[bool] = mapped_column(Boolean, default=False)
    progress: Mapped[Json] = mapped_column(default=dict)
    summary: Mapped[Json | None]
    outline: Mapped[Json | None]  # bot/domain/standing.py; None for runs of an older version
    message_channel: Mapped[str] = mapped_column(String(64), default="")
    message_ts: Mapped[str] = mapped_column(String(32), default="")
    snapshot_id: Mapped[str] = mapped_column(String(64), default="")
    reference: Mapped[str] = mapped_column(String(16), default="")


class Received(Row):
    """An id of a Slack event, command or click, stored before the work it asks for."""

    __tablename__ = "received"
    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    received_at: Mapped[datetime] = mapped_column(index=True)


class Delivery(Row):
    """One message that must reach Slack, and how far it got."""

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_due", "state", "next_at"),)
    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(String(32))
    channel_id: Mapped[str] = mapped_column(String(64))
    payload: Mapped[Json]
    state: Mapped[str] = mapped_column(String(8), default="due")  # "due" | "sent" | "gave_up"
    ts: Mapped[str] = mapped_column(String(32), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    created_at: Mapped[datetime]
    error: Mapped[str] = mapped_column(String(200), default="")


class Allowance(Row):
    """What is known of one organisation's Xero limits; shared by all processes. Times are epoch seconds."""

    __tablename__ = "allowances"
    tenant_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    recent: Mapped[list[float]] = mapped_column(default=list)
    blocked_until: Mapped[float] = mapped_column(Float, default=0.0)
    day: Mapped[str] = mapped_column(String(40), default="")  # ISO instant from which `used_today` counts
    used_today: Mapped[int] = mapped_column(default=0)
    day_left: Mapped[int | None]
    day_seen_at: Mapped[datetime | None]


class AuditRow(Row):
    """One decision or refusal. Append only: the database refuses changes, the chain shows them."""

    __tablename__ = "audit"
    __table_args__ = ({"sqlite_autoincrement": True},)
    seq: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    workspace_id: Mapped[str] = mapped_column(String(32), index=True)
    organisation_id: Mapped[str | None] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(32))
    detail: Mapped[Json] = mapped_column(default=dict)
    origin: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class Worker(Row):
    """A process that runs jobs, and when it was last seen."""

    __tablename__ = "workers"
    executor_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    seen_at: Mapped[datetime]


class ScheduleRow(Row):
    """One thing that is due by the clock; `next_at` None: never. Who or what it is about is `subject`."""

    __tablename__ = "schedules"
    __table_args__ = (UniqueConstraint("kind", "subject"), Index("ix_schedules_due", "next_at"))
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(64))  # id of an organisation, a workspace, "house"
    workspace_id: Mapped[str] = mapped_column(String(32), default="", index=True)
    times: Mapped[list[str]] = mapped_column(default=list)  # "01:37" on the wall of `zone`
    weekdays: Mapped[list[int]] = mapped_column(default=list)  # Monday is 0
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    next_at: Mapped[datetime | None]
    next_slot: Mapped[str] = mapped_column(String(40), default="")
    last_slot: Mapped[str] = mapped_column(String(40), default="")
    last_at: Mapped[datetime | None]  # when the last slot was due
    outcome: Mapped[str] = mapped_column(String(32), default="")  # what became of the last slot
    retry_at: Mapped[datetime | None] = mapped_column(index=True)
    retries: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]


class GrowthRow(Row):
    """What the size limits count, and what is kept, on the last backup of a day (UTC date)."""

    __tablename__ = "growth"
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    counts: Mapped[Json] = mapped_column(default=dict)  # key of the size limit -> number
    snapshots: Mapped[int] = mapped_column(default=0)
    bytes_kept: Mapped[int] = mapped_column(Sequence, default=0)


class TalkRow(Row):
    """What a thread or a direct message was last about, so that "and in the restore?" has a subject."""

    __tablename__ = "talks"
    key: Mapped[str] = mapped_column(String(160), primary_key=True)  # workspace, channel, thread
    topic: Mapped[str] = mapped_column(String(64), default="")
    organisation_id: Mapped[str] = mapped_column(String(32), default="")
    said_at: Mapped[datetime] = mapped_column(index=True)
