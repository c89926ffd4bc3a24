"""The tables of a service after all its migrations, from PostgreSQL's catalogue; what it exports.

Columns stand in their order, everything else by its name.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.database.migrations import migrate
from backbone.database.sessions import create_engine, create_sessions
from backbone.testing.servers import Servers, temporary_database
from partners import queries
from tests.snapshots.services import service, settings_of

OURS = "('public'::regnamespace, 'read_model'::regnamespace)"
LINES = text(f"""
SELECT format('%s.%s', relnamespace::regnamespace, relname) COLLATE "C" AS owner,
       section, place, line COLLATE "C" AS line
FROM pg_class JOIN (
    SELECT attrelid AS of, 1 AS section, attnum AS place, concat_ws(' ', attname,
               format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'not null' END,
               CASE attidentity WHEN 'a' THEN 'identity always' WHEN 'd' THEN 'identity' END,
               CASE WHEN attgenerated <> '' THEN 'generated' END,
               'default ' || pg_get_expr(adbin, adrelid)) AS line
    FROM pg_attribute LEFT JOIN pg_attrdef ON (adrelid, adnum) = (attrelid, attnum)
    WHERE attnum > 0 AND NOT attisdropped
    UNION ALL
    SELECT conrelid, 2, 0, conname || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE contype <> 'n'
    UNION ALL
    SELECT indrelid, 3, 0, regexp_replace(
        pg_get_indexdef(indexrelid), '^CREATE (UNIQUE )?(INDEX \\S+) ON \\S+ USING', '\\1\\2'
    ) FROM pg_index WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
    UNION ALL
    SELECT tgrelid, 4, 0, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT oid, 5, 0, pg_get_viewdef(oid) FROM pg_class WHERE relkind IN ('v', 'm')
) AS said ON of = oid
WHERE relnamespace IN {OURS} AND relkind IN ('r', 'v', 'm', 'p')
ORDER BY owner, section, place, line
""")  # noqa: S608  (constants)
OTHERS = text(f"""
SELECT concat_ws(' ', 'type', typname, (
    SELECT string_agg(enumlabel, ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = oid
)) FROM pg_type WHERE typnamespace IN {OURS} AND typtype IN ('e', 'd')
UNION ALL
SELECT 'function ' || oid::regprocedure FROM pg_proc
WHERE pronamespace IN {OURS}
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
UNION ALL
SELECT 'extension ' || extname FROM pg_extension WHERE extname <> 'plpgsql'
ORDER BY 1
""")  # noqa: S608  (constants)


async def texts(servers: Servers, name: str) -> dict[str, str]:
    """Return the snapshots that need the migrated database of a service."""
    async with _migrated(servers, name) as engine:
        found = {f"tables/{name}.txt": await _tables(engine)}
        if name == "partners":
            found["exports.txt"] = await _exports(engine)
        return found


@asynccontextmanager
async def _migrated(servers: Servers, name: str) -> AsyncIterator[AsyncEngine]:
    async with temporary_database(servers, f"snapshots_{name}_{os.getpid()}") as url:
        engine = create_engine(settings_of(name, database_url=url))
        try:
            await migrate(engine, migrations=service(name).migrations)
            yield engine
        finally:
            await engine.dispose()


async def _tables(engine: AsyncEngine) -> str:
    async with engine.connect() as connection:
        found, owner = list[str](), None
        for row in await connection.execute(LINES):
            if row.owner != owner:
                owner = row.owner
                found += ["", owner]
            found.append(f"  {row.line}")
        others = list((await connection.execute(OTHERS)).scalars())
    return "\n".join([*found, "", *others]).strip() + "\n"


async def _exports(engine: AsyncEngine) -> str:
    """The columns of each file that partners exports."""
    async with create_sessions(engine)() as session:
        columns = {kind: await queries.exported(session, kind, None) for kind in queries.EXPORTS}
    lines = (f"{kind}: {', '.join(found.columns)}\n" for kind, found in sorted(columns.items()))
    return "".join(lines)
