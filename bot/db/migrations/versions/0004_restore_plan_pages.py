"""The steps of a plan that people decide on, kept until the restore is over.

Revision 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "restore_plan_pages",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("restore_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["restore_id"], ["restores.id"], name="fk_restore_plan_pages_restore_id_restores"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_restore_plan_pages"),
    )
    op.create_index(
        "ix_restore_plan_pages_restore", "restore_plan_pages", ["restore_id", "number"], unique=False
    )
