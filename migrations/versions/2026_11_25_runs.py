"""What each ingest run did, the answers kept for who asks again, and the run of each write."""

from __future__ import annotations

from alembic import op

revision = "2026_11_25_runs"
down_revision = "2026_11_25_writes"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE ingest_run (
        id uuid PRIMARY KEY,
        name text CHECK (length(name) BETWEEN 1 AND 200),
        actor text NOT NULL,
        started_at timestamptz NOT NULL,
        last_active_at timestamptz NOT NULL,
        requests bigint NOT NULL,
        completed bigint NOT NULL CHECK (completed <= requests),
        created bigint NOT NULL DEFAULT 0,
        unchanged bigint NOT NULL DEFAULT 0,
        merged bigint NOT NULL DEFAULT 0,
        conflict bigint NOT NULL DEFAULT 0,
        rejected bigint NOT NULL DEFAULT 0,
        waiting bigint NOT NULL DEFAULT 0,
        claims_created bigint NOT NULL DEFAULT 0,
        claims_unchanged bigint NOT NULL DEFAULT 0,
        UNIQUE (actor, name)
    )
    """,
    "CREATE INDEX ingest_run_by_start ON ingest_run ((started_at), id)",
    """
    CREATE TABLE ingest_failure (
        run_id uuid NOT NULL REFERENCES ingest_run (id),
        position bigint GENERATED ALWAYS AS IDENTITY,
        item bigint NOT NULL,
        type text,
        status text NOT NULL CHECK (status IN ('conflict', 'rejected')),
        errors json NOT NULL,
        recorded_at timestamptz NOT NULL,
        PRIMARY KEY (run_id, position)
    )
    """,
    """
    CREATE TABLE kept_answer (
        actor text NOT NULL,
        key text NOT NULL,
        request bytea NOT NULL,
        media_type text NOT NULL,
        kept_at timestamptz NOT NULL,
        PRIMARY KEY (actor, key)
    )
    """,
    "COMMENT ON COLUMN kept_answer.request IS 'SHA-256 of the request that it answers'",
    "CREATE INDEX kept_answer_by_age ON kept_answer (kept_at)",
    """
    CREATE TABLE kept_answer_part (
        actor text NOT NULL,
        key text NOT NULL,
        part integer NOT NULL,
        body bytea NOT NULL,
        PRIMARY KEY (actor, key, part),
        FOREIGN KEY (actor, key) REFERENCES kept_answer ON DELETE CASCADE
    )
    """,
    "ALTER TABLE write ADD COLUMN run_id uuid REFERENCES ingest_run (id)",
    "CREATE INDEX write_of_run ON write (run_id) WHERE run_id IS NOT NULL",
    "ALTER TABLE change ADD COLUMN run_id uuid REFERENCES ingest_run (id)",
    "CREATE INDEX change_of_run ON change"
    " (('run_' || replace(run_id::text, '-', '')), position) WHERE run_id IS NOT NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("ALTER TABLE change DROP COLUMN run_id")
    op.execute("ALTER TABLE write DROP COLUMN run_id")
    for table in ("kept_answer_part", "kept_answer", "ingest_failure", "ingest_run"):
        op.execute(f"DROP TABLE {table}")
