"""Brings a service's database to the shape its code expects: Alembic, one command, no env.py.

Each service has two lines of revisions: the backbone's tables (here, in `versions/`) and its own
(its `migrations/versions/`, which depend on the backbone's).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.database.tables import READ_MODEL, BackboneTable, InboxTable

VERSIONS = Path(__file__).parent / "versions"
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('migrate'), 0)")


async def migrate(engine: AsyncEngine, *, migrations: Path) -> None:
    """Upgrade to the newest revisions, in one transaction, one process at a time."""
    async with engine.begin() as connection:
        await connection.execute(ONE_AT_A_TIME)
        await connection.run_sync(_upgrade, migrations)


def _upgrade(connection: Connection, migrations: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", f"{VERSIONS}\n{migrations / 'versions'}")
    script = ScriptDirectory.from_config(config)

    def heads(revision: Any, _: MigrationContext) -> Any:  # noqa: ANN401  (alembic's)
        return script._upgrade_revs("heads", revision)  # noqa: SLF001  (as alembic's own command)

    with EnvironmentContext(config, script, fn=heads) as environment:
        environment.configure(connection=connection)
        environment.run_migrations()


def differences(connection: Connection, tables: Sequence[MetaData]) -> list[Any]:
    """Return the differences between the database and the tables in the code."""
    connection.execute(text("SET LOCAL search_path TO public"))  # each schema by its own name

    def is_included(_: object, name: str | None, kind: str, *__: object) -> bool:
        return not (kind == "table" and name == "alembic_version")

    context = MigrationContext.configure(
        connection,
        opts={"include_schemas": True, "include_object": is_included, "include_name": _our_schemas},
    )
    return list(
        compare_metadata(context, [BackboneTable.metadata, InboxTable.metadata, *tables])  # type: ignore[arg-type]
    )


def _our_schemas(name: str | None, kind: str, _: object) -> bool:
    return kind != "schema" or name in {None, READ_MODEL}
