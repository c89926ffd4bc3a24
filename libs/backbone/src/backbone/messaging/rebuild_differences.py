"""The differences between a rebuilt read model and the live one: tables, and rows by key."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

ROWS_NAMED = 10  # of a table; all are counted
COLUMNS = text("""
SELECT table_name, string_agg(quote_ident(column_name), ', ' ORDER BY column_name)
FROM information_schema.tables JOIN information_schema.columns USING (table_schema, table_name)
WHERE table_schema = :schema AND table_type = 'BASE TABLE'
GROUP BY table_name ORDER BY table_name
""")
KEY = text("""
SELECT string_agg(format('%L, %I', attname, attname), ', ' ORDER BY attnum)
FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
WHERE indrelid = CAST(:table AS regclass) AND indisprimary
""")


@dataclass(frozen=True, slots=True)
class RowDifference:
    """A row by its primary key, as JSON, and how the two tables differ in it.

    It names columns and no values: these may be personal.
    """

    key: str
    difference: str


@dataclass(frozen=True, slots=True)
class TableDifference:
    """How many rows of a table differ, and the first of them by key."""

    table: str
    rows: int
    first: Sequence[RowDifference]

    def __str__(self) -> str:
        rows = [f"  {row.key}: {row.difference}" for row in self.first]
        more = [f"  and {self.rows - len(rows):,} more"] if self.rows > len(rows) else []
        return "\n".join([f"{self.table}: {self.rows:,} rows differ", *rows, *more])


@dataclass(frozen=True, slots=True)
class Comparison:
    """Each table's digest in the live and in the rebuilt read model, and where they differ."""

    live: dict[str, str]
    rebuilt: dict[str, str]
    differences: Sequence[TableDifference]

    @classmethod
    async def of(cls, connection: AsyncConnection, live: str, rebuilt: str) -> Self:
        """Compare the tables of two schemas; their rows only where the digests differ."""
        before, after = await digests(connection, live), await digests(connection, rebuilt)
        differing = [name for name in before | after if before.get(name) != after.get(name)]
        return cls(
            before, after, [await _compare(connection, live, rebuilt, name) for name in differing]
        )

    @property
    def same(self) -> bool:
        return not self.differences


async def digests(connection: AsyncConnection, schema: str) -> dict[str, str]:
    """Return a digest of each table of a schema, whatever the order of its rows and columns."""
    result = {}
    for table, columns in await connection.execute(COLUMNS, {"schema": schema}):
        row = await connection.execute(
            text(
                f"SELECT count(*), coalesce(sum(hash_record_extended(ROW({columns}), 0)), 0)"  # noqa: S608
                f' FROM "{schema}"."{table}"'
            )
        )
        count, total = row.one()
        result[table] = f"{count} rows {int(total) & (1 << 64) - 1:016x}"
    return result


async def _compare(
    connection: AsyncConnection, live: str, rebuilt: str, table: str
) -> TableDifference:
    """Pair the rows of two tables by their primary key, and find those that are not equal."""
    key = await connection.scalar(KEY, {"table": f'"{rebuilt}"."{table}"'})
    pairs = text(f"""
        SELECT CAST(key AS text),
               CASE WHEN rebuilt.content IS NULL THEN 'only in the live one'
                    WHEN live.content IS NULL THEN 'only in the rebuilt one'
                    ELSE (
                        SELECT string_agg(name, ', ' ORDER BY name)
                        FROM jsonb_each(live.content) AS cell (name, value)
                        WHERE rebuilt.content -> name IS DISTINCT FROM value
                    ) END,
               count(*) OVER ()
        FROM (
            SELECT jsonb_build_object({key}) AS key, to_jsonb(live) AS content
            FROM "{live}"."{table}" AS live
        ) AS live FULL JOIN (
            SELECT jsonb_build_object({key}) AS key, to_jsonb(rebuilt) AS content
            FROM "{rebuilt}"."{table}" AS rebuilt
        ) AS rebuilt USING (key)
        WHERE live.content IS DISTINCT FROM rebuilt.content
        ORDER BY key LIMIT :most
    """)  # noqa: S608  (names of the catalogue)
    rows = (await connection.execute(pairs, {"most": ROWS_NAMED})).all()
    first = [RowDifference(key, difference) for key, difference, _ in rows]
    return TableDifference(table, rows[0][2] if rows else 0, first)
