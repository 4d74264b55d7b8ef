"""A report that is sent again is of the deal that it was found to be of, whatever came since."""

from __future__ import annotations

from alembic import op

revision = "2026_11_25_told_before"
down_revision = "2026_11_25_merges"
branch_labels = None
depends_on = None

STATEMENTS = (
    # Of what was stored before it is not known: those are found anew, by their likeness.
    r"ALTER TABLE found_deal ADD COLUMN told bytea NOT NULL DEFAULT '\x'",
    "ALTER TABLE found_deal ALTER COLUMN told DROP DEFAULT",
    "ALTER TABLE found_deal DROP CONSTRAINT found_deal_pkey",
    "ALTER TABLE found_deal ADD PRIMARY KEY (told, document_id, event_id)",
    "COMMENT ON COLUMN found_deal.told IS"
    " 'SHA-256 of the document and what the report tells of its deal'",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute(
        "DELETE FROM found_deal f USING found_deal other WHERE f.document_id = other.document_id"
        " AND f.event_id = other.event_id AND f.told > other.told"
    )
    op.execute("ALTER TABLE found_deal DROP COLUMN told")
    op.execute("ALTER TABLE found_deal ADD PRIMARY KEY (document_id, event_id)")
