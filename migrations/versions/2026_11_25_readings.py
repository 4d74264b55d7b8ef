"""What was read in articles: proposals of claims, and what people decide of them."""

from __future__ import annotations

from alembic import op

revision = "2026_11_25_readings"
down_revision = "2026_11_25_told_before"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE reading (
        id uuid PRIMARY KEY,
        digest bytea NOT NULL,
        version text NOT NULL,
        former_id uuid REFERENCES reading (id) CHECK (former_id <> id),
        title text,
        text text NOT NULL,
        characters int NOT NULL,
        sha256 bytea NOT NULL,
        publisher text,
        published_at text,
        url text,
        origin text,
        difference json,
        opinion json,
        actor text NOT NULL,
        recorded_at timestamptz NOT NULL,
        UNIQUE (digest, version)
    )
    """,
    "COMMENT ON COLUMN reading.digest IS"
    " 'SHA-256 of the article with what is known of it: read again, it is the same article'",
    "COMMENT ON COLUMN reading.difference IS 'How it differs from the former reading'",
    "CREATE INDEX reading_by_age ON reading (recorded_at, id)",
    """
    CREATE TABLE reading_record (
        id uuid PRIMARY KEY,
        reading_id uuid NOT NULL REFERENCES reading (id),
        position int NOT NULL,
        kind text NOT NULL CHECK (kind IN ('deal', 'company')),
        company_name text NOT NULL,
        company_slug text,
        background boolean NOT NULL,
        event_id uuid REFERENCES funding_event (id),
        UNIQUE (reading_id, position)
    )
    """,
    "COMMENT ON TABLE reading_record IS"
    " 'A deal, or a company, of which an article tells: what is accepted of it goes together'",
    """
    CREATE TABLE proposal (
        id uuid PRIMARY KEY,
        reading_id uuid NOT NULL REFERENCES reading (id),
        record_id uuid NOT NULL REFERENCES reading_record (id),
        position int NOT NULL,
        company text NOT NULL,
        predicate text NOT NULL CHECK (predicate IN ('stage', 'amount', 'valuation',
            'participation', 'use_of_proceeds', 'round_label', 'competes_with', 'relationship',
            'metric', 'outlook', 'released', 'capability', 'benchmark')),
        product text,
        background boolean NOT NULL,
        proposed json NOT NULL,
        claim json NOT NULL,
        part text NOT NULL CHECK (part IN ('title', 'text')),
        quote text NOT NULL,
        quote_start int NOT NULL,
        quote_end int NOT NULL,
        certainty numeric NOT NULL CHECK (certainty BETWEEN 0 AND 1),
        reasons text[] NOT NULL,
        value numeric NOT NULL CHECK (value >= 0),
        uncertainty numeric NOT NULL CHECK (uncertainty BETWEEN 0 AND 1),
        priority numeric NOT NULL CHECK (priority >= 0),
        state text NOT NULL CHECK (state IN ('pending', 'accepted', 'rejected', 'superseded')),
        former_id uuid REFERENCES proposal (id) CHECK (former_id <> id),
        disagreement json,
        claim_id uuid REFERENCES claim (id),
        document_id uuid REFERENCES document (id),
        recorded_at timestamptz NOT NULL,
        decided_at timestamptz,
        decided_by text,
        note text,
        UNIQUE (reading_id, position),
        CHECK (quote_end - quote_start = length(quote)),
        CHECK ((state = 'pending') = (decided_at IS NULL)),
        CHECK ((decided_at IS NULL) = (decided_by IS NULL)),
        CHECK ((state = 'accepted') = (claim_id IS NOT NULL)),
        CHECK ((claim_id IS NULL) = (document_id IS NULL))
    )
    """,
    "COMMENT ON COLUMN proposal.proposed IS 'The claim as it was read; claim is how it stands'",
    "CREATE INDEX proposal_queue ON proposal (state, priority, id)",
    "CREATE INDEX proposal_by_priority ON proposal (priority, id)",
    "CREATE INDEX proposal_by_age ON proposal (recorded_at, id)",
    "CREATE INDEX proposal_of_company ON proposal (company, priority, id)",
    "CREATE INDEX proposal_of_reading ON proposal"
    " (('rdg_' || replace(reading_id::text, '-', '')), priority, id)",
    "CREATE INDEX proposal_of_record ON proposal (record_id)",
    """
    CREATE TABLE proposal_step (
        id uuid PRIMARY KEY,
        proposal_id uuid NOT NULL REFERENCES proposal (id),
        action text NOT NULL CHECK (action IN ('proposed', 'carried_over', 'edited', 'accepted',
            'rejected', 'superseded')),
        actor text NOT NULL,
        recorded_at timestamptz NOT NULL,
        before json,
        after json NOT NULL,
        reason text
    )
    """,
    "CREATE INDEX proposal_step_of ON proposal_step (proposal_id, id)",
    """
    CREATE FUNCTION keep_what_was_done() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'what was done stays as it was done';
    END $$
    """,
    "CREATE TRIGGER step_is_kept BEFORE UPDATE OR DELETE ON proposal_step"
    " FOR EACH STATEMENT EXECUTE FUNCTION keep_what_was_done()",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for table in ("proposal_step", "proposal", "reading_record", "reading"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION keep_what_was_done()")
