"""Markets by their slug: one for all spellings of the phrase that names a market.

The index holds all that the list of markets counts, so that it never reads the claims
themselves, which are spread over the whole table.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

from app.claims.names import market_slug

revision = "2026_11_25_markets"
down_revision = "2026_11_25_rumours"
branch_labels = None
depends_on = None

COUNTED = (
    "id, market, company_id, object_id, document_id, origin_id, reported_at,"
    " reported_precision, recorded_at, retracted_at, stance, evidence"
)


def upgrade() -> None:
    op.execute(
        'ALTER TABLE claim ADD COLUMN market_slug text COLLATE "C"'
        " CONSTRAINT only_a_market_has_a_slug CHECK (market_slug IS NULL OR market IS NOT NULL)"
    )
    op.execute(
        "COMMENT ON COLUMN claim.market_slug IS"
        " 'What app.claims.names.market_slug makes of the market; null if it is not one'"
    )
    _name_the_markets_there_are()
    op.execute(
        f"CREATE INDEX claim_of_market ON claim (market_slug) INCLUDE ({COUNTED})"
        " WHERE market_slug IS NOT NULL"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE claim DROP COLUMN market_slug")


def _name_the_markets_there_are() -> None:
    connection = op.get_bind()
    phrases = connection.scalars(
        text("SELECT DISTINCT market FROM claim WHERE market IS NOT NULL")
    ).all()
    connection.execute(
        text(
            "UPDATE claim SET market_slug = named.slug FROM unnest(CAST(:phrases AS text[]),"
            " CAST(:slugs AS text[])) AS named (phrase, slug) WHERE claim.market = named.phrase"
        ),
        {"phrases": phrases, "slugs": [market_slug(phrase) for phrase in phrases]},
    )
