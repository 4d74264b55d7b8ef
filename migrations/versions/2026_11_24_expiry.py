"""Until when a stored view is right though nobody writes: a rumour without news expires."""

from __future__ import annotations

from alembic import op

revision = "2026_11_24_expiry"
down_revision = "2026_11_24_orders"
branch_labels = None
depends_on = None

VIEWS = ("event_view", "company_view", "product_view")
NEVER = "'2200-01-01T00:00:00+00:00'::timestamptz"


def upgrade() -> None:
    for view in VIEWS:
        op.execute(
            f"ALTER TABLE {view} ADD COLUMN valid_until timestamptz NOT NULL DEFAULT {NEVER}"
        )
        op.execute(
            f"COMMENT ON COLUMN {view}.valid_until IS"
            " 'Until this moment the view is right if nothing is written'"
        )
    # The stored views do not know it yet: they have to be recomputed.
    op.execute("DELETE FROM stamp WHERE name = 'stored views'")
    op.execute(
        f"CREATE INDEX event_view_expiry ON event_view (valid_until) WHERE valid_until < {NEVER}"
    )


def downgrade() -> None:
    for view in VIEWS:
        op.execute(f"ALTER TABLE {view} DROP COLUMN valid_until")
