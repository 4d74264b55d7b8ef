"""Documents relay documents, so that the root origin is found through chains of them.

Places are hashed in their indexes: a URL may be longer than a B-tree entry.
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_25_relays"
down_revision = "2026_11_25_changes"
branch_labels = None
depends_on = None

COMMENTS = {
    "document.place": "Its URL in canonical form, by which others name it",
    "document.relays_place": "Canonical URL of the document it repeats, stored here or not",
    "claim.origin_id": "The root: the origin stated, or where the chain leads",
    "claim.stated_origin_id": "The origin as stated, where the root is another",
}
INDEXES = {
    "document_place": "document USING hash (place) WHERE place IS NOT NULL",
    "document_relays_place": ("document USING hash (relays_place) WHERE relays_place IS NOT NULL"),
}


def upgrade() -> None:
    op.execute(
        "ALTER TABLE document ADD COLUMN place text, ADD COLUMN relays_place text,"
        " ADD CONSTRAINT relayed_place_has_a_source"
        " CHECK (relays_place IS NULL OR relays_source_id IS NOT NULL),"
        " ADD CONSTRAINT relays_another_place CHECK (relays_place <> place)"
    )
    op.execute(
        "ALTER TABLE claim ADD COLUMN stated_origin_id uuid REFERENCES source (id),"
        " ADD CONSTRAINT stated_origin_is_another CHECK (stated_origin_id <> origin_id)"
    )
    # The key of a document with a URL is that place and the date, which holds no bar.
    op.execute(
        r"UPDATE document SET place = regexp_replace(key, '\|[^|]*$', '') WHERE url IS NOT NULL"
    )
    for column, comment in COMMENTS.items():
        op.execute(f"COMMENT ON COLUMN {column} IS '{comment}'")
    for name, definition in INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {definition}")


def downgrade() -> None:
    op.execute(
        "UPDATE claim SET origin_id = stated_origin_id, stated_origin_id = NULL"
        " WHERE stated_origin_id IS NOT NULL"
    )
    # The stored views count the roots: they have to be recomputed.
    op.execute("DELETE FROM stamp WHERE name = 'stored views'")
    op.execute("COMMENT ON COLUMN claim.origin_id IS NULL")
    op.execute("ALTER TABLE claim DROP COLUMN stated_origin_id")
    op.execute("ALTER TABLE document DROP COLUMN place, DROP COLUMN relays_place")
