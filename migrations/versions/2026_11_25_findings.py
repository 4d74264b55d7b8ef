"""What does not cohere, beside each player: listed by how much of it there is.

The new columns are filled when the stored views are recomputed, which the missing stamp calls
for.
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_25_findings"
down_revision = "2026_11_25_comparison"
branch_labels = None
depends_on = None

COLUMNS = {
    "has_findings": "boolean NOT NULL DEFAULT false",
    "errors": "integer NOT NULL DEFAULT 0",
    "warnings": "integer NOT NULL DEFAULT 0",
    "checks": "text[] NOT NULL DEFAULT '{}'",
    "severities": "text[] NOT NULL DEFAULT '{}'",
    "findings": "text NOT NULL DEFAULT '[]'",
}


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.execute(f"ALTER TABLE company_view ADD COLUMN {name} {kind}")
    op.execute(
        "CREATE INDEX company_view_by_errors ON company_view"
        " ((errors) DESC, (warnings) DESC, company_id DESC) WHERE has_findings"
    )
    op.execute("DELETE FROM stamp WHERE name = 'stored views'")


def downgrade() -> None:
    for name in COLUMNS:
        op.execute(f"ALTER TABLE company_view DROP COLUMN {name}")
