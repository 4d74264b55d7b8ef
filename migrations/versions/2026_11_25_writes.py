"""Who wrote what: one row for each write, by the version that it made of the data.

A write's instant is the ``recorded_at`` of all it stored, and no two writes share one: so the
actor of any claim, document or change is found here.
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_25_writes"
down_revision = "2026_11_25_markets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE write (
            version bigint PRIMARY KEY,
            committed_at timestamptz NOT NULL UNIQUE,
            actor text NOT NULL CHECK (length(actor) BETWEEN 1 AND 200)
        )
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE write")
