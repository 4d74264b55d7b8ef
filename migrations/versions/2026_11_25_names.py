"""Names are matched by their core, without legal forms; what is judged of names is kept."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

from app.identities.normalise import core_name

revision = "2026_11_25_names"
down_revision = "2026_11_25_runs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE company_name ADD COLUMN core text")
    op.execute(
        "COMMENT ON COLUMN company_name.core IS"
        " 'What app.identities.normalise.core_name makes of the name'"
    )
    _find_the_cores_of_the_names_there_are()
    op.execute("ALTER TABLE company_name ALTER COLUMN core SET NOT NULL")
    op.execute("CREATE INDEX company_name_joined ON company_name (replace(core, ' ', ''))")
    # Without a list of pending entries, which every look-up during a load would read through.
    op.execute(
        "CREATE INDEX company_name_core_trigrams ON company_name"
        " USING gin (core gin_trgm_ops) WITH (fastupdate = off)"
    )
    op.execute(
        """
        CREATE TABLE name_judgement (
            id uuid PRIMARY KEY,
            normalised text NOT NULL,
            name text NOT NULL,
            verdict text NOT NULL CHECK (verdict IN ('same', 'other', 'new')),
            company_id uuid REFERENCES company (id),
            actor text NOT NULL,
            note text,
            judged_at timestamptz NOT NULL,
            CONSTRAINT only_a_new_one_is_not_known
                CHECK ((company_id IS NULL) = (verdict = 'new'))
        )
        """
    )
    op.execute("CREATE INDEX name_judgement_of ON name_judgement (normalised, judged_at)")


def downgrade() -> None:
    op.execute("DROP TABLE name_judgement")
    op.execute("ALTER TABLE company_name DROP COLUMN core")


def _find_the_cores_of_the_names_there_are() -> None:
    connection = op.get_bind()
    names = connection.scalars(text("SELECT DISTINCT name FROM company_name")).all()
    connection.execute(
        text(
            "UPDATE company_name SET core = found.core FROM unnest(CAST(:names AS text[]),"
            " CAST(:cores AS text[])) AS found (name, core) WHERE company_name.name = found.name"
        ),
        {"names": names, "cores": [core_name(name) for name in names]},
    )
