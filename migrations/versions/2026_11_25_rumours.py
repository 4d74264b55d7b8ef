"""An index for the rumours among the deals: few of many, the one heard of last first."""

from __future__ import annotations

from alembic import op

revision = "2026_11_25_rumours"
down_revision = "2026_11_25_relays"
branch_labels = None
depends_on = None

PAST = "'1800-01-01T00:00:00+00:00'::timestamptz"


def upgrade() -> None:
    op.execute(
        "CREATE INDEX event_view_rumours ON event_view"
        f" ((coalesce(last_reported_at, {PAST})) DESC, event_id DESC) WHERE is_rumour"
    )


def downgrade() -> None:
    op.execute("DROP INDEX event_view_rumours")
