"""The registers are asked: tokens, covering indexes, changes by hand, the house's own chain"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "chains",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("head_seq", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_table(
        "suppression_changes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("channels", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("sealed_reason", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("suppression_changes_at", "suppression_changes", ["at"])
    op.execute("ALTER TABLE suppression DROP CONSTRAINT suppression_pkey")
    op.execute("ALTER TABLE suppression ADD PRIMARY KEY (channel, mark) INCLUDE (since)")
    _restrictions_mark(include=["ground", "since"])


def downgrade() -> None:
    _restrictions_mark(include=[])
    op.execute("ALTER TABLE suppression DROP CONSTRAINT suppression_pkey")
    op.execute("ALTER TABLE suppression ADD PRIMARY KEY (channel, mark)")
    for table in ("suppression_changes", "api_tokens", "chains"):
        op.drop_table(table)


def _restrictions_mark(include: list[str]) -> None:
    op.drop_index("restrictions_mark", "restrictions")
    op.create_index(
        "restrictions_mark",
        "restrictions",
        ["channel", "mark"],
        postgresql_include=include,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
