"""Migrations make the database that the code expects, however often and by how many they run."""

import asyncio
from typing import Any

import pytest
from notebook import Table, View
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.database.migrations import differences, migrate
from backbone.database.sessions import create_engine
from backbone.service import Service
from backbone.settings import Settings
from backbone.testing.fixtures import Servers, temporary_database


async def lacking(engine: AsyncEngine) -> list[Any]:
    async with engine.connect() as connection:
        return await connection.run_sync(differences, [Table.metadata, View.metadata])


async def test_the_migrations_make_what_the_code_expects(engine: AsyncEngine) -> None:
    assert await lacking(engine) == []


async def test_what_is_missing_or_too_much_is_named(engine: AsyncEngine) -> None:
    changes = [
        "ALTER TABLE notebook DROP COLUMN version",
        "ALTER TABLE read_model.noted ALTER words DROP NOT NULL",
        "CREATE TABLE read_model.stray (id int)",
        "DROP INDEX read_model.ix_set_aside_key",
    ]
    async with engine.connect() as connection:
        for change in changes:
            await connection.execute(text(change))
        found = await connection.run_sync(differences, [Table.metadata, View.metadata])
        await connection.rollback()

    told = str(found)
    assert len(found) == 4, told
    for name in ("version", "words", "stray", "ix_set_aside_key"):
        assert name in told


async def test_migrating_twice_or_two_at_once_is_harmless(
    servers: Servers, settings: Settings, service: Service[Any]
) -> None:
    async with temporary_database(servers, "test_migrated_by_two") as url:
        own = Settings(**settings.model_dump() | {"database_url": url})
        engines = [create_engine(own), create_engine(own)]
        await asyncio.gather(*(migrate(e, migrations=service.migrations) for e in engines))
        await migrate(engines[0], migrations=service.migrations)

        assert await lacking(engines[0]) == []
        for engine in engines:
            await engine.dispose()


async def test_a_migration_that_fails_leaves_nothing_behind(
    servers: Servers, settings: Settings, service: Service[Any]
) -> None:
    async with temporary_database(servers, "test_migration_fails") as url:
        own = Settings(**settings.model_dump() | {"database_url": url})
        engine = create_engine(own)
        async with engine.begin() as connection:
            await connection.execute(text("CREATE TABLE notebook (id int)"))
        with pytest.raises(DBAPIError, match="already exists"):
            await migrate(engine, migrations=service.migrations)
        async with engine.begin() as connection:
            tables = await connection.scalars(
                text("SELECT tablename FROM pg_tables WHERE schemaname IN ('public', 'read_model')")
            )
            assert list(tables) == ["notebook"]
        await engine.dispose()
