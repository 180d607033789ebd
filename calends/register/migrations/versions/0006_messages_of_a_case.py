"""A case finds its messages without going through the inbox"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("inbox_case", "inbox", ["case_id"])
    joined = "joined_case IS NOT NULL"
    op.create_index("inbox_joined", "inbox", ["joined_case"], postgresql_where=joined)


def downgrade() -> None:
    op.drop_index("inbox_joined", table_name="inbox")
    op.drop_index("inbox_case", table_name="inbox")
