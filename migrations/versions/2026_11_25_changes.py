"""The change log: how what is answered changed, in the order of the writes."""

from __future__ import annotations

from alembic import op

revision = "2026_11_25_changes"
down_revision = "2026_11_25_findings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE change (
            id uuid PRIMARY KEY,
            position bigint GENERATED ALWAYS AS IDENTITY,
            written_in bigint NOT NULL,
            recorded_at timestamptz NOT NULL,
            subject text NOT NULL
                CHECK (subject IN ('company', 'funding_event', 'product', 'claim')),
            company_id uuid NOT NULL REFERENCES company (id),
            event_id uuid REFERENCES funding_event (id),
            product_id uuid REFERENCES product (id),
            claim_id uuid REFERENCES claim (id),
            reason text NOT NULL
                CHECK (reason IN ('ingested', 'retracted', 'expired', 'recomputed')),
            note text,
            before json,
            after json,
            caused_by uuid[] NOT NULL,
            CHECK (CASE subject WHEN 'funding_event' THEN event_id IS NOT NULL
                WHEN 'product' THEN product_id IS NOT NULL
                WHEN 'claim' THEN claim_id IS NOT NULL ELSE true END)
        )
        """
    )
    op.execute(
        "COMMENT ON TABLE change IS 'Writers take turns, so that positions run in the order of"
        " the commits: who follows them misses nothing'"
    )
    op.execute("CREATE UNIQUE INDEX change_by_position ON change ((position), id)")
    op.execute("CREATE INDEX change_of_company ON change (company_id, position)")
    op.execute("CREATE INDEX change_of_event ON change (event_id, position)")
    op.execute("CREATE INDEX change_of_product ON change (product_id, position)")
    op.execute("CREATE INDEX change_by_time ON change (recorded_at, position)")


def downgrade() -> None:
    op.execute("DROP TABLE change")
