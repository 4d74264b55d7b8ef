"""Rankings within one currency; stamps for what was done whole.

The new columns are filled when the stored views are recomputed, which the missing stamp calls
for.
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_24_rankings"
down_revision = "2026_11_24_foundation"
branch_labels = None
depends_on = None

RANKED = ("valuation", "total_raised", "last_round")


def upgrade() -> None:
    op.execute(
        "CREATE TABLE stamp (name text PRIMARY KEY, value text NOT NULL,"
        " stamped_at timestamptz NOT NULL)"
    )
    op.execute(
        "COMMENT ON TABLE stamp IS 'What was done whole (data loaded, views computed), and of"
        " which state: work that was cut off leaves no stamp and is done again'"
    )
    for metric in RANKED:
        op.execute(f"ALTER TABLE company_view ADD COLUMN {metric}_ranked numeric")
        op.execute(
            f"COMMENT ON COLUMN company_view.{metric}_ranked IS 'What rankings go by: the upper"
            " bound, else the lower, if it is in the reporting currency'"
        )
        op.execute(
            f"CREATE INDEX company_view_by_{metric}_rank ON company_view"
            f" ((coalesce({metric}_ranked, -1)) DESC, company_id DESC)"
        )


def downgrade() -> None:
    for metric in RANKED:
        op.execute(f"ALTER TABLE company_view DROP COLUMN {metric}_ranked")
    op.execute("DROP TABLE stamp")
