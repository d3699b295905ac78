"""Restores: requests, decisions, steps, writes, the id map, and what Xero said.

Revision 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "restores",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("source_id", sa.String(length=32), nullable=False),
        sa.Column("target_id", sa.String(length=32), nullable=False),
        sa.Column("snapshot_id", sa.String(length=64), nullable=False),
        sa.Column("snapshot_taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("choice", sa.JSON(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("is_drill", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel_id", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("plan_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("proof_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("run_id", sa.String(length=32), nullable=True),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("message_channel", sa.String(length=64), nullable=False),
        sa.Column("message_ts", sa.String(length=32), nullable=False),
        sa.Column("resume_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending", sa.Text(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"], ["organisations.id"], name="fk_restores_source_id_organisations"
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["organisations.id"], name="fk_restores_target_id_organisations"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name="fk_restores_workspace_id_workspaces"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_restores"),
    )
    op.create_index("ix_restores_history", "restores", ["workspace_id", "requested_at"], unique=False)
    op.create_index("ix_restores_source_id", "restores", ["source_id"], unique=False)
    op.create_index("ix_restores_state", "restores", ["state", "expires_at"], unique=False)
    op.create_index("ix_restores_target_id", "restores", ["target_id"], unique=False)
    op.create_table(
        "restore_batches",
        sa.Column("restore_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("idempotency_key", sa.String(length=128), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["restore_id"], ["restores.id"], name="fk_restore_batches_restore_id_restores"
        ),
        sa.PrimaryKeyConstraint("restore_id", "number", name="pk_restore_batches"),
    )
    op.create_table(
        "restore_decisions",
        sa.Column("restore_id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["restore_id"], ["restores.id"], name="fk_restore_decisions_restore_id_restores"
        ),
        sa.PrimaryKeyConstraint("restore_id", "person", name="pk_restore_decisions"),
    )
    op.create_table(
        "restore_ids",
        sa.Column("restore_id", sa.String(length=32), nullable=False),
        sa.Column("resource", sa.String(length=48), nullable=False),
        sa.Column("source_key", sa.String(length=128), nullable=False),
        sa.Column("target_key", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(["restore_id"], ["restores.id"], name="fk_restore_ids_restore_id_restores"),
        sa.PrimaryKeyConstraint("restore_id", "resource", "source_key", name="pk_restore_ids"),
    )
    op.create_table(
        "restore_steps",
        sa.Column("restore_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("record_id", sa.String(length=128), nullable=False),
        sa.Column("part", sa.String(length=48), nullable=False),
        sa.Column("parent", sa.String(length=128), nullable=False),
        sa.Column("phase", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=True),
        sa.Column("target_key", sa.String(length=128), nullable=False),
        sa.Column("warned", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["restore_id"], ["restores.id"], name="fk_restore_steps_restore_id_restores"),
        sa.PrimaryKeyConstraint("restore_id", "number", name="pk_restore_steps"),
    )
    op.create_index("ix_restore_steps_state", "restore_steps", ["restore_id", "state"], unique=False)
    op.create_table(
        "restore_words",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("restore_id", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["restore_id"], ["restores.id"], name="fk_restore_words_restore_id_restores"),
        sa.PrimaryKeyConstraint("id", name="pk_restore_words"),
    )
    op.create_index("ix_restore_words_restore", "restore_words", ["restore_id"], unique=False)
