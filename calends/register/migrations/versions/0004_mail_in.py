"""Mailboxes and their ledger, threads, bounces, what becomes of an inbox row"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mailboxes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("watched", sa.Boolean(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("compared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_mailbox", sa.Integer(), nullable=True),
        sa.Column("in_ledger", sa.Integer(), nullable=True),
        sa.Column("not_taken", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "mailbox_messages",
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("inbox_id", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["mailbox"], ["mailboxes.id"]),
        sa.PrimaryKeyConstraint("mailbox", "uidvalidity", "uid"),
    )
    op.create_table(
        "bounces",
        sa.Column("inbox_id", sa.String(), nullable=False),
        sa.Column("outbox_id", sa.String(), nullable=False),
        sa.Column("permanent", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("inbox_id"),
    )
    op.create_index("ix_bounces_outbox_id", "bounces", ["outbox_id"], unique=False)
    op.create_table(
        "threads",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("digest"),
        sa.UniqueConstraint("case_id"),
    )
    for column in (
        sa.Column("cut", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("threaded", sa.String(), nullable=True),
        sa.Column("related_case", sa.String(), nullable=True),
        sa.Column("from_other", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
    ):
        op.add_column("inbox", column)
    for name in ("cut", "from_other", "attempts"):
        op.alter_column("inbox", name, server_default=None)
    op.add_column("outbox", sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbox", sa.Column("bounce_status", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("outbox", "bounce_status")
    op.drop_column("outbox", "bounced_at")
    for name in (
        "failure",
        "retry_at",
        "attempts",
        "from_other",
        "related_case",
        "threaded",
        "cut",
    ):
        op.drop_column("inbox", name)
    op.drop_table("threads")
    op.drop_index("ix_bounces_outbox_id", table_name="bounces")
    op.drop_table("bounces")
    op.drop_table("mailbox_messages")
    op.drop_table("mailboxes")
