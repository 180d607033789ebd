"""Letters to one domain of recipients leave in turn"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "sending_turns",
        sa.Column("domain", sa.LargeBinary(), nullable=False),
        sa.Column("used_until", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("domain"),
    )
    op.add_column("outbox", sa.Column("turn_at", _INSTANT, nullable=True))


def downgrade() -> None:
    op.drop_column("outbox", "turn_at")
    op.drop_table("sending_turns")
