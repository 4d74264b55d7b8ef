"""Merges that can be undone: a ledger, and of what a merge moved the company it was said of first.

What a merged company stands for moves to the one it was merged into; where it came from is kept
beside, so that it comes back on a split.
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_25_merges"
down_revision = "2026_11_25_notices"
branch_labels = None
depends_on = None

FOLLOWING = {
    "claim": ("company_id", "object_id"),
    "company": ("parent_id",),
    "funding_event": ("company_id",),
    "product": ("company_id",),
    "source": ("company_id",),
}
REASONS = ["ingested", "retracted", "expired", "recomputed"]


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE company_merge (
            id uuid PRIMARY KEY,
            company_id uuid NOT NULL REFERENCES company (id),
            into_id uuid NOT NULL REFERENCES company (id) CHECK (into_id <> company_id),
            reason text NOT NULL,
            actor text NOT NULL,
            merged_at timestamptz NOT NULL,
            split_at timestamptz CHECK (split_at > merged_at),
            split_by text,
            split_reason text,
            CONSTRAINT split_is_told_whole CHECK (num_nulls(split_at, split_by, split_reason)
                IN (0, 3))
        )
        """
    )
    op.execute(
        "COMMENT ON COLUMN company.merged_into IS 'Where its active merges lead to in the end'"
    )
    op.execute(
        "CREATE UNIQUE INDEX company_merge_active ON company_merge (company_id)"
        " WHERE split_at IS NULL"
    )
    op.execute("CREATE INDEX company_merge_of ON company_merge (company_id)")
    op.execute("CREATE INDEX company_merge_into ON company_merge (into_id)")
    for table, columns in FOLLOWING.items():
        for column in columns:
            op.execute(
                f"ALTER TABLE {table} ADD COLUMN first_{column} uuid REFERENCES company (id),"
                f" ADD CONSTRAINT first_{column}_is_another CHECK (first_{column} <> {column})"
            )
            op.execute(
                f"COMMENT ON COLUMN {table}.first_{column} IS"
                f" 'The company as it was told, where {column} is another by merges'"
            )
    # Elsewhere the present column finds them; but a company that came to own itself has no owner.
    op.execute(
        "CREATE INDEX company_first_parent ON company (first_parent_id)"
        " WHERE first_parent_id IS NOT NULL"
    )
    _let_reasons_be([*REASONS, "merged", "split"])


def downgrade() -> None:
    _lead_all_back()
    for table, columns in FOLLOWING.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} DROP COLUMN first_{column}")
    op.execute("DROP TABLE company_merge")
    op.execute("COMMENT ON COLUMN company.merged_into IS NULL")
    op.execute("UPDATE change SET reason = 'recomputed' WHERE reason IN ('merged', 'split')")
    _let_reasons_be(REASONS)
    # The stored views show companies as they were merged: they have to be recomputed.
    op.execute("DELETE FROM stamp WHERE name = 'stored views'")


def _lead_all_back() -> None:
    op.execute("UPDATE company SET merged_into = NULL WHERE merged_into IS NOT NULL")
    op.execute(
        "UPDATE claim SET facet = CASE predicate"
        " WHEN 'capability' THEN left(facet, -36) || first_object_id"
        " ELSE first_object_id || substr(facet, 37) END WHERE first_object_id IS NOT NULL"
    )
    for table, columns in FOLLOWING.items():
        for column in columns:
            op.execute(
                f"UPDATE {table} SET {column} = first_{column}, first_{column} = NULL"
                f" WHERE first_{column} IS NOT NULL"
            )
    op.execute(
        "UPDATE claim SET player_id = company_id WHERE company_id IS NOT NULL"
        " AND player_id <> company_id"
    )
    for table, column in (("funding_event", "event_id"), ("product", "product_id")):
        op.execute(
            f"UPDATE claim SET player_id = s.company_id FROM {table} s"
            f" WHERE s.id = claim.{column} AND claim.player_id <> s.company_id"
        )


def _let_reasons_be(reasons: list[str]) -> None:
    listed = ", ".join(f"'{reason}'" for reason in reasons)
    op.execute(
        "ALTER TABLE change DROP CONSTRAINT change_reason_check,"
        f" ADD CONSTRAINT change_reason_check CHECK (reason IN ({listed}))"
    )
