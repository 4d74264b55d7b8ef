"""Items that wait for people to decide whom they mean; and why reports are of their deals."""

from __future__ import annotations

from alembic import op

revision = "2026_11_25_waiting"
down_revision = "2026_11_25_names"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE waiting_item (
        id uuid PRIMARY KEY,
        digest bytea NOT NULL UNIQUE,
        type text NOT NULL CHECK (type IN ('report', 'capability')),
        item json NOT NULL,
        questions json NOT NULL,
        names text[] NOT NULL,
        actor text NOT NULL,
        run_id uuid REFERENCES ingest_run (id),
        recorded_at timestamptz NOT NULL,
        state text NOT NULL CHECK (state IN ('waiting', 'stored', 'rejected')),
        decided_at timestamptz,
        decided_by text,
        note text,
        document_id uuid REFERENCES document (id),
        CHECK ((state = 'waiting') = (decided_at IS NULL)),
        CHECK ((decided_at IS NULL) = (decided_by IS NULL)),
        CHECK ((state = 'stored') = (document_id IS NOT NULL))
    )
    """,
    "COMMENT ON COLUMN waiting_item.digest IS"
    " 'SHA-256 of the item: sent again, it is the same one that waits or was decided'",
    "CREATE INDEX waiting_item_by_age ON waiting_item (state, recorded_at, id)",
    "CREATE INDEX waiting_item_names ON waiting_item USING gin (names) WHERE state = 'waiting'",
    """
    CREATE TABLE found_deal (
        document_id uuid NOT NULL REFERENCES document (id),
        event_id uuid NOT NULL REFERENCES funding_event (id),
        reason text NOT NULL,
        company_reason json NOT NULL,
        recorded_at timestamptz NOT NULL,
        PRIMARY KEY (document_id, event_id)
    )
    """,
    "COMMENT ON TABLE found_deal IS 'Why a report was taken for one of this deal'",
    "CREATE INDEX found_deal_of_event ON found_deal (event_id)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE found_deal")
    op.execute("DROP TABLE waiting_item")
