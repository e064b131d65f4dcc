"""The centre of tests/web for the tests of permissions; the world of the matrix, built once and kept as a template."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from tests.access.world import World, build
from tests.conftest import close_connections
from tests.databases import Database
from tests.web.conftest import TOKEN, bearer, centre, no_tokens, signed_in

__all__ = ["bearer", "centre", "no_tokens", "signed_in"]


@pytest.fixture(scope="session")
def built(portal: Flask, database: Database) -> World:
    """The world with everybody signed in, kept under the name "world"."""
    database.restore()
    portal.config[TOKEN] = False
    world = build(portal)
    portal.config[TOKEN] = True
    close_connections(portal)
    database.keep("world")
    return world


@pytest.fixture(scope="module")
def standing(built: World, database: Database) -> Iterator[World]:
    """The world, restored once for a module whose tests change nothing, or put it back themselves."""
    put_back(built, database)
    yield built
    close_connections(built.app)


@pytest.fixture
def without_tokens(portal: Flask) -> Iterator[Any]:
    """Forms without their token: what is tested is what comes after it."""
    portal.config[TOKEN] = False
    yield
    portal.config[TOKEN] = True


def put_back(world: World, database: Database) -> None:
    """The world as it was built."""
    close_connections(world.app)
    database.restore("world")
