"""Notices by purpose: one recipient is told of several acts of one right"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notices", sa.Column("purpose", sa.String()))
    op.add_column("notices", sa.Column("month", sa.Integer(), server_default="0", nullable=False))
    op.execute("UPDATE notices SET purpose = 'notice:' || \"right\" || ':' || recipient")
    op.alter_column("notices", "purpose", nullable=False)
    op.alter_column("notices", "month", server_default=None)
    op.drop_constraint("notices_pkey", "notices")
    op.create_primary_key("notices_pkey", "notices", ["case_id", "purpose"])


def downgrade() -> None:
    op.execute(
        """
        DELETE FROM notices later USING notices first
        WHERE later.case_id = first.case_id AND later."right" = first."right"
          AND later.recipient = first.recipient AND later.purpose > first.purpose
        """
    )
    op.drop_constraint("notices_pkey", "notices")
    op.create_primary_key("notices_pkey", "notices", ["case_id", "right", "recipient"])
    op.drop_column("notices", "month")
    op.drop_column("notices", "purpose")
