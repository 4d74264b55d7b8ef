"""Keys: who may read, ingest, review and administer. Of a token only its hash is kept."""

from __future__ import annotations

from alembic import op

revision = "2026_11_25_keys"
down_revision = "2026_11_25_waiting"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE api_key (
            id uuid PRIMARY KEY,
            name text NOT NULL CHECK (name ~ '^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$'),
            prefix text NOT NULL,
            hash bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
            scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
            created_at timestamptz NOT NULL,
            created_by text NOT NULL,
            expires_at timestamptz,
            last_used_at timestamptz,
            revoked_at timestamptz,
            revoked_by text,
            CONSTRAINT scopes_are_known
                CHECK (scopes <@ ARRAY['read', 'ingest', 'review', 'admin']),
            CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
        )
        """
    )
    op.execute("CREATE UNIQUE INDEX api_key_by_name ON api_key (name) WHERE revoked_at IS NULL")


def downgrade() -> None:
    op.execute("DROP TABLE api_key")
