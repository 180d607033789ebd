"""The desk: the day a case is answered by, words it is found by, absences, decisions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)
OPEN = "closed_at IS NULL"
WAITING = "state IN ('open', 'claimed')"


def upgrade() -> None:
    _answer_by()
    op.create_index("tasks_case_open", "tasks", ["case_id"], postgresql_where=WAITING)
    stuck = "state IN ('refused', 'doubtful')"
    op.create_index("outbox_stuck", "outbox", ["case_id"], postgresql_where=stuck)
    op.create_table(
        "case_terms",
        sa.Column("mark", sa.LargeBinary(), primary_key=True),
        sa.Column("case_id", sa.String(), sa.ForeignKey("cases.id"), primary_key=True),
    )
    op.create_index("case_terms_case", "case_terms", ["case_id"])
    op.create_table(
        "absences",
        sa.Column("user_id", sa.String(), primary_key=True),
        sa.Column("first_day", sa.Date(), primary_key=True),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("deputy_id", sa.String(), nullable=False),
    )
    op.create_index("absences_deputy", "absences", ["deputy_id", "last_day"])
    _decisions()


def _answer_by() -> None:
    op.add_column("cases", sa.Column("answer_by", sa.Date()))
    op.execute("UPDATE cases SET answer_by = safe_due")
    op.execute(
        """
        UPDATE cases SET answer_by = (clock ->> 'extended_safe_due')::date
        FROM outbox
        WHERE outbox.case_id = cases.id AND outbox.state = 'sent'
          AND outbox.purpose IN ('extension', 'partial')
          AND (outbox.sent_at AT TIME ZONE (clock ->> 'tz'))::date <= cases.safe_due
        """
    )
    op.alter_column("cases", "answer_by", nullable=False)
    op.create_index(
        "cases_queue",
        "cases",
        ["answer_by", "number"],
        postgresql_include=["id", "assurance"],
        postgresql_where=OPEN,
    )
    op.create_index(
        "cases_attention",
        "cases",
        ["answer_by", "number"],
        postgresql_where=f"{OPEN} AND attention IS NOT NULL",
    )


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("task_id", sa.String(), sa.ForeignKey("tasks.id"), nullable=False),
        sa.Column("case_id", sa.String(), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("sealed_answer", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", WHEN, nullable=False),
        sa.Column("confirmed_by", sa.String()),
        sa.Column("confirmed_at", WHEN),
        sa.Column("goes_at", WHEN),
        sa.Column("told_at", WHEN),
        sa.Column("refusal", sa.String()),
    )
    op.create_index(
        "decisions_standing",
        "decisions",
        ["task_id"],
        unique=True,
        postgresql_where="state IN ('proposed', 'confirmed')",
    )
    op.create_index(
        "decisions_going", "decisions", ["goes_at"], postgresql_where="state = 'confirmed'"
    )
    op.create_index("decisions_case", "decisions", ["case_id"])


def downgrade() -> None:
    for table in ("decisions", "absences", "case_terms"):
        op.drop_table(table)
    op.drop_index("outbox_stuck", table_name="outbox")
    op.drop_index("tasks_case_open", table_name="tasks")
    op.drop_index("cases_attention", table_name="cases")
    op.drop_index("cases_queue", table_name="cases")
    op.drop_column("cases", "answer_by")
