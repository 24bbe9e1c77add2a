"""Databases for tests: SQLite files, and schemas of a real PostgreSQL server where there is one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine, make_url

_SERVER = "TEST_POSTGRES_URL"
"""Variable with the URL of a server's database that tests may make schemas in."""
_ELSEWHERE = "Asia/Kolkata"
"""Time zone of the connections: what is stored must not depend on it."""


@contextmanager
def postgres_schema() -> Iterator[str]:
    """Yield the URL of an empty schema, dropped afterwards; skips, but never in CI, without one."""
    given = os.environ.get(_SERVER)
    if not given:
        if os.environ.get("CI"):
            pytest.fail("CI needs PostgreSQL: .ci/run starts one")
        pytest.skip(f"{_SERVER} names no PostgreSQL server; .ci/with_postgres starts one")
    server = make_url(given).set(drivername="postgresql+psycopg")
    schema = f"test_{uuid4().hex}"
    engine = create_engine(server)
    try:
        with engine.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {schema}"))
        options = f"-csearch_path={schema} -ctimezone={_ELSEWHERE}"
        # By the name that people write, without the driver's.
        url = server.set(drivername="postgresql").update_query_dict({"options": options})
        yield url.render_as_string(hide_password=False)
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    finally:
        engine.dispose()


@contextmanager
def raw_engine(url: str) -> Iterator[Engine]:
    """Yield an engine that looks into a database past the code under test."""
    parsed = make_url(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    elif parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed)
    yield engine
    engine.dispose()
