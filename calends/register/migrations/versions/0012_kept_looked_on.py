"""When a record that is kept for a time was last looked at"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("kept_records", sa.Column("looked_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("kept_records", "looked_on")
