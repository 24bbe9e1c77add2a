"""People own sessions; their decks, sign-ins and recordings."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, and give every session that is there to the local person."""
    people = op.create_table(
        "people",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("key", name="uq_people_key"),
    )
    op.bulk_insert(
        people, [{"id": "local", "name": "You", "key": "you", "created_at": datetime.now(UTC)}]
    )
    op.create_table(
        "sign_ins",
        sa.Column("token_hash", sa.String(), nullable=False),
        _person(),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sign_ins"),
        _of_a_person("sign_ins"),
    )
    op.create_index("ix_sign_ins_person_id", "sign_ins", ["person_id"])
    op.create_table(
        "decks",
        _person(),
        sa.Column("deck_id", sa.String(), nullable=False),
        sa.Column("yaml", sa.String(), nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "deck_id", name="pk_decks"),
        _of_a_person("decks"),
    )
    op.create_table(
        "recordings",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("audio", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recordings"),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.id"],
            name="fk_recordings_session_id_sessions",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_recordings_session_id", "recordings", ["session_id"])
    _give_sessions_owners()


def _give_sessions_owners() -> None:
    with op.batch_alter_table("sessions") as sessions:
        sessions.add_column(sa.Column("person_id", sa.String(), nullable=True))
        sessions.add_column(sa.Column("deck_id", sa.String(), nullable=True))
        sessions.alter_column(
            "updated_at", type_=_TIME, postgresql_using="updated_at AT TIME ZONE 'UTC'"
        )
    sessions_now = sa.table(
        "sessions",
        sa.column("person_id", sa.String),
        sa.column("deck_id", sa.String),
        sa.column("state", sa.JSON),
    )
    op.execute(
        sessions_now.update().values(
            person_id="local", deck_id=sessions_now.c.state["deck_id"].as_string()
        )
    )
    with op.batch_alter_table("sessions") as sessions:
        sessions.alter_column("person_id", existing_type=sa.String(), nullable=False)
        sessions.alter_column("deck_id", existing_type=sa.String(), nullable=False)
        sessions.create_foreign_key(
            "fk_sessions_person_id_people", "people", ["person_id"], ["id"], ondelete="CASCADE"
        )
    op.create_index("ix_sessions_person_id", "sessions", ["person_id"])
    op.create_index("ix_sessions_deck_id", "sessions", ["deck_id"])


def _person() -> sa.Column[str]:
    return sa.Column("person_id", sa.String(), nullable=False)


def _of_a_person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["person_id"], ["people.id"], name=f"fk_{table}_person_id_people", ondelete="CASCADE"
    )
