"""Schedules, settings, growth, what threads are about, and an outline of each run.

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workspaces", sa.Column("settings", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("organisations", sa.Column("settings", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("runs", sa.Column("outline", sa.JSON(), nullable=True))
    op.create_index("ix_runs_finished", "runs", ["organisation_id", "finished_at"], unique=False)

    op.create_table(
        "growth",
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("snapshots", sa.Integer(), nullable=False),
        sa.Column("bytes_kept", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_growth_organisation_id_organisations"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "day", name="pk_growth"),
    )
    op.create_table(
        "schedules",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("times", sa.JSON(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_slot", sa.String(length=40), nullable=False),
        sa.Column("last_slot", sa.String(length=40), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retries", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_schedules"),
        sa.UniqueConstraint("kind", "subject", name="uq_schedules_kind_subject"),
    )
    op.create_index("ix_schedules_due", "schedules", ["next_at"], unique=False)
    op.create_index("ix_schedules_retry_at", "schedules", ["retry_at"], unique=False)
    op.create_index("ix_schedules_workspace_id", "schedules", ["workspace_id"], unique=False)
    op.create_table(
        "talks",
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_talks"),
    )
    op.create_index("ix_talks_said_at", "talks", ["said_at"], unique=False)
