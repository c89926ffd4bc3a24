"""Tests take the servers that are given, else containers, else embedded ones."""

import asyncpg
import pytest

from backbone.testing.servers import (
    Servers,
    containers,
    embedded,
    fresh_database,
    source,
    temporary_database,
)

GIVEN = {"POSTGRES_URL": "postgresql://x", "KAFKA_BOOTSTRAP_SERVERS": "x:1"}


def never() -> bool:
    raise AssertionError("Nobody needs to ask for Docker.")


def test_servers_that_are_given_are_taken() -> None:
    with source(GIVEN, docker_answers=never)() as found:
        assert found == Servers("postgresql://x", "x:1")


@pytest.mark.parametrize("missing", [*GIVEN])
def test_one_of_two_is_not_enough(missing: str) -> None:
    environment = {name: value for name, value in GIVEN.items() if name != missing}
    assert source(environment, docker_answers=lambda: True) is containers


def test_without_any_and_without_docker_they_are_embedded() -> None:
    assert source({}, docker_answers=lambda: False) is embedded


async def test_a_database_is_gone_after_its_block_even_when_that_fails(servers: Servers) -> None:
    urls = list[str]()

    async def fail() -> None:
        async with temporary_database(servers, "test_gone") as url:
            urls.append(url)
            await (await asyncpg.connect(url)).close()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(urls[0])


async def test_a_fresh_database_is_empty_even_when_one_was_there(servers: Servers) -> None:
    async with temporary_database(servers, "test_fresh") as url:
        connection = await asyncpg.connect(url)
        await connection.execute("CREATE TABLE old ()")
        assert await fresh_database(servers, "test_fresh") == url
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("SELECT to_regclass('old')") is None
        await connection.close()
