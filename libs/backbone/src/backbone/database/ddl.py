"""Functions for the tables that migrations create; constraints are named as `database.tables` does.

Migrations that were published call these functions: what they do to a database does not change.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
import structlog
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

ID, DAY, TEXT, NUMBER, FLAG = sa.Uuid(), sa.Date(), sa.String(), sa.Integer(), sa.Boolean()
log = structlog.get_logger()

CENTS, INSTANT, DATA = sa.BigInteger(), sa.DateTime(timezone=True), JSONB()


ENDS = ("until_on", "ends_on", "ended_on", "left_on", "withdrawn_on", "valid_to", "term_ends_on")
DATED = """
SELECT table_schema, table_name, column_name, data_type, is_nullable = 'YES' AS nullable
FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema IN ('public', 'read_model') AND table_type = 'BASE TABLE'
  AND data_type IN ('date', 'timestamp with time zone')
ORDER BY table_schema, table_name, column_name
"""
BOUNDS = {
    "date": ("1900-01-01", "2100-12-31"),
    "timestamp with time zone": ("1900-01-01T00:00:00Z", "2100-12-31T23:59:59.999999Z"),
}


def repair_days() -> None:
    """Bring all days and instants between 1900 and 2100; log how many were not, by column.

    The end of what a service owns is emptied where it was "for ever" and may be empty. Read models
    are repaired as `contracts.Message` reads the events, so that a rebuild gives the same.
    """
    connection = op.get_bind()
    tables: dict[tuple[str, str], list[str]] = {}
    for schema, table, column, kind, nullable in connection.execute(sa.text(DATED)).all():
        first, last = (f"'{bound}'" for bound in BOUNDS[kind])
        where = f'"{schema}"."{table}" WHERE "{column}" NOT BETWEEN {first} AND {last}'
        rows = connection.scalar(sa.text(f"SELECT count(*) FROM {where}"))  # noqa: S608
        if not rows:
            continue
        log.warning("days repaired", table=f"{schema}.{table}", column=column, rows=rows)
        for_ever = "NULL" if schema == "public" and nullable and column in ENDS else last
        tables.setdefault((schema, table), []).append(
            f'"{column}" = CASE WHEN "{column}" < {first} THEN {first}'
            f' WHEN "{column}" > {last} THEN {for_ever} ELSE "{column}" END'
        )
    for (schema, table), changes in tables.items():
        op.execute(f'UPDATE "{schema}"."{table}" SET {", ".join(changes)}')  # noqa: S608


def column(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    """Return a column; one whose name ends with `?` is nullable."""
    return sa.Column(name.rstrip("?"), kind, nullable=name.endswith("?"))


def table(
    name: str,
    *columns: sa.Column[Any],
    key: tuple[str, ...] = ("id",),
    indexes: Iterable[tuple[str, ...]] = (),
    schema: str | None = None,
    **targets: str,
) -> None:
    """Create a table with these columns, and an `id` if that is its key.

    `targets` says which columns are the `id` of which tables; `indexes` names their columns.
    """
    own = [column("id", ID)] if key == ("id",) else []
    op.create_table(
        name,
        *own,
        *columns,
        sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"),
        *(
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{name}_{column}")
            for column, target in targets.items()
        ),
        schema=schema,
    )
    for index in indexes:
        op.create_index(f"ix_{name}_{'_'.join(index)}", name, list(index), schema=schema)
