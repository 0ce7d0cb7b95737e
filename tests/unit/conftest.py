"""The databases that tests of the store run on: a file of SQLite, and a schema in a PostgreSQL of their own."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from jipkit.store import Store
from jipkit.testing.postgresql import PostgreSQL, postgresql, programs
from tests.unit.stores import Opened, Where

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSQL]:
    """A PostgreSQL that runs as long as the tests; skip, or fail where it is required, when there is none to start."""
    found = programs()
    if found is None and os.environ.get("JIP_REQUIRE_POSTGRESQL") == "1":
        pytest.fail("JIP_REQUIRE_POSTGRESQL is 1, but there is no PostgreSQL; apt-get install postgresql")
    if found is None:
        pytest.skip("there is no PostgreSQL; apt-get install postgresql")
    with postgresql(found) as server:
        yield server


@pytest.fixture
def schema(postgresql_server: PostgreSQL) -> str:
    """A schema in PostgreSQL that nobody has used yet."""
    name = f"test_{next(_numbers)}"
    postgresql_server.execute(f"CREATE SCHEMA {name}")
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Where:
    """A place for a store in which none has been yet."""
    if request.param == "sqlite":
        return tmp_path / "var" / "jip.db"
    server: PostgreSQL = request.getfixturevalue("postgresql_server")
    return server.url(request.getfixturevalue("schema"))


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Open stores that are closed when the test has ended."""
    stores: list[Store] = []

    def open_(where: Where) -> Store:
        stores.append(Store.open(where))
        return stores[-1]

    yield open_
    for store in stores:
        store.close()


@pytest.fixture
def store(where: Where, opened: Opened) -> Store:
    """A new store, in each of the databases."""
    return opened(where)


@pytest.fixture
def written(store: Store) -> Store:
    """A store with a run of five records."""
    with store.start_run("provision", {"office": "pkm-baru"}) as run:
        for step in ("identity", "backup", "apply"):
            run.journal("pkm-baru", step)
    return store
