"""Versions of decks that interviews were held on."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "deck_versions",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("deck_id", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("yaml", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "deck_id", "version", name="pk_deck_versions"),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name="fk_deck_versions_person_id_people",
            ondelete="CASCADE",
        ),
    )
