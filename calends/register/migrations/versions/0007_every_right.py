"""Months, notices, restrictions, withdrawn consents; letters on paper; searches in rounds"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def _case(name: str = "case_id") -> sa.Column[str]:
    return sa.Column(name, sa.String(), sa.ForeignKey("cases.id"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "months",
        _case(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.Column("clock", JSONB(), nullable=False),
        sa.Column("milestones", JSONB(), nullable=False),
        sa.Column("safe_due", sa.Date(), nullable=False),
        sa.Column("legal_due", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "number"),
    )
    op.execute(
        """
        INSERT INTO months
        SELECT id, 0, received_at, clock, milestones, safe_due, legal_due, answer_by FROM cases
        """
    )
    op.create_table(
        "notices",
        _case(),
        sa.Column("right", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("told_at", _INSTANT, nullable=True),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("case_id", "right", "recipient"),
    )
    op.create_table(
        "restrictions",
        _case(),
        sa.Column("right", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("ground", sa.String(), nullable=True),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("lifted_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("case_id", "right", "channel", "mark"),
    )
    op.create_index(
        "restrictions_mark",
        "restrictions",
        ["channel", "mark"],
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_table(
        "consent_withdrawals",
        _case(),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "purpose"),
    )
    op.create_index("consent_withdrawals_mark", "consent_withdrawals", ["mark", "purpose"])
    _columns()


def _columns() -> None:
    """New columns of tables that hold rows: a default for those, then none."""
    for table, column in (
        ("cases", sa.Column("by_post", sa.Boolean(), nullable=False, server_default="false")),
        ("demands", sa.Column("month", sa.Integer(), nullable=False, server_default="0")),
        ("searches", sa.Column("round", sa.Integer(), nullable=False, server_default="0")),
        ("searches", sa.Column("facts", JSONB(), nullable=False, server_default="{}")),
        ("outbox", sa.Column("on_paper", sa.Boolean(), nullable=False, server_default="false")),
    ):
        op.add_column(table, column)
        op.alter_column(table, column.name, server_default=None)


def downgrade() -> None:
    for table, column in (
        ("outbox", "on_paper"),
        ("searches", "facts"),
        ("searches", "round"),
        ("demands", "month"),
        ("cases", "by_post"),
    ):
        op.drop_column(table, column)
    for table in ("consent_withdrawals", "restrictions", "notices", "months"):
        op.drop_table(table)
