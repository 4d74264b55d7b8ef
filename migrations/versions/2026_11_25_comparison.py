"""Figures in one currency, money by how it is owed, and metrics whose words are known.

The new columns are filled when the stored views are recomputed, which the missing stamp calls
for.
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_25_comparison"
down_revision = "2026_11_24_expiry"
branch_labels = None
depends_on = None

IN_USD = ("valuation", "last_round")
OWED = ("committed", "unconditional", "funded")


def upgrade() -> None:
    for metric in IN_USD:
        for end in ("low", "high"):
            op.execute(f"ALTER TABLE company_view ADD COLUMN {metric}_usd_{end} numeric")
    for capital in OWED:
        op.execute(f"ALTER TABLE company_view ADD COLUMN {capital}_ranked numeric")
        op.execute(
            f"COMMENT ON COLUMN company_view.{capital}_ranked IS"
            f" 'Equity raised that is known to be {capital}, in the reporting currency'"
        )
        op.execute(
            f"CREATE INDEX company_view_by_{capital}_rank ON company_view"
            f" ((coalesce({capital}_ranked, -1)) DESC, company_id DESC)"
        )
    op.execute(
        "ALTER TABLE claim ADD CONSTRAINT metric_is_known CHECK (predicate <> 'metric'"
        " OR name IN ('revenue', 'users', 'headcount', 'compute'))"
    )
    op.execute(
        "ALTER TABLE claim ADD CONSTRAINT revenue_says_how_it_is_counted CHECK ("
        " predicate <> 'metric' OR name <> 'revenue' OR setting IS NULL OR setting IN"
        " ('recognised', 'recognised_gross', 'recognised_net', 'run_rate', 'run_rate_gross',"
        " 'run_rate_net'))"
    )
    op.execute(
        "ALTER TABLE claim ADD CONSTRAINT users_say_who_is_counted CHECK ("
        " predicate <> 'metric' OR name <> 'users' OR period IS NULL OR period IN"
        " ('daily', 'weekly', 'monthly', 'paying'))"
    )
    op.execute("DELETE FROM stamp WHERE name = 'stored views'")


def downgrade() -> None:
    for constraint in (
        "metric_is_known",
        "revenue_says_how_it_is_counted",
        "users_say_who_is_counted",
    ):
        op.execute(f"ALTER TABLE claim DROP CONSTRAINT {constraint}")
    for capital in OWED:
        op.execute(f"ALTER TABLE company_view DROP COLUMN {capital}_ranked")
    for metric in IN_USD:
        for end in ("low", "high"):
            op.execute(f"ALTER TABLE company_view DROP COLUMN {metric}_usd_{end}")
