"""Whoever follows the change log is told at once when something is added to it.

A trigger tells it, so that no writer can forget to; the notice goes out with the commit.
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_25_notices"
down_revision = "2026_11_25_keys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE FUNCTION tell_of_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('hearsay_change', '');
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER change_is_told AFTER INSERT ON change"
        " FOR EACH STATEMENT EXECUTE FUNCTION tell_of_change()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER change_is_told ON change")
    op.execute("DROP FUNCTION tell_of_change()")
