"""Few words for the tables that migrations create; their names are spelled as `backbone.db` does.

Migrations that were published call these functions: what they do to a database does not change.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

ID, DAY, TEXT, NUMBER, FLAG = sa.Uuid(), sa.Date(), sa.String(), sa.Integer(), sa.Boolean()
CENTS, INSTANT, DATA = sa.BigInteger(), sa.DateTime(timezone=True), JSONB()


def said(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    """A column; one whose name ends with `?` may be empty."""
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
    own = [said("id", ID)] if key == ("id",) else []
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
