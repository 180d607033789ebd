"""What is kept and until when: holds, plans of retention, records kept for a time, checkpoints"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _holds()
    op.create_table(
        "retention_plans",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("drafted_at", _INSTANT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("facts", JSONB(), nullable=False),
        sa.Column("sealed_approver", sa.LargeBinary(), nullable=True),
        sa.Column("done_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", "system"),
    )
    op.create_table(
        "kept_records",
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("sealed_record", sa.LargeBinary(), nullable=False),
        sa.Column("held_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["key_id"], ["keys.id"]),
        sa.PrimaryKeyConstraint("key_id", "mark"),
    )
    op.create_index("kept_records_due", "kept_records", ["system", "until"])
    _checkpoints()


def _holds() -> None:
    op.create_table(
        "holds",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=True),
        sa.Column("collection", sa.String(), nullable=True),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("of_person", sa.Boolean(), nullable=False),
        sa.Column("may_be_told", sa.Boolean(), nullable=False),
        sa.Column("sealed_person", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_reason", sa.LargeBinary(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("lifted_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "holds_standing", "holds", ["since"], postgresql_where=sa.text("lifted_at IS NULL")
    )
    op.create_table(
        "hold_marks",
        sa.Column("hold_id", sa.String(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("hold_id", "mark"),
    )
    op.create_index("hold_marks_mark", "hold_marks", ["mark"])


def _checkpoints() -> None:
    op.create_table(
        "checkpoints",
        sa.Column("number", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "checkpoint_heads",
        sa.Column("chain_id", sa.String(), nullable=False),
        sa.Column("checkpoint", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["checkpoint"], ["checkpoints.number"]),
        sa.PrimaryKeyConstraint("chain_id", "checkpoint"),
    )
    op.create_index("checkpoint_heads_checkpoint", "checkpoint_heads", ["checkpoint"])


def downgrade() -> None:
    tables = (
        "checkpoint_heads",
        "checkpoints",
        "kept_records",
        "retention_plans",
        "hold_marks",
        "holds",
    )
    for table in tables:
        op.drop_table(table)
