"""The trace of an id within one service: rows that have it, and the state of its messages.

`python -m envol_local trace` shows the same for all services at once, with Kafka and differences.
"""

from datetime import datetime
from typing import Annotated, Any, TypeAlias
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy import column, func, null, select, table, text
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.tables import table_of
from backbone.database.task_failures import TaskFailure
from backbone.messaging.dead_letters import AppliedSequence, DeadLetter
from backbone.messaging.outbox import KeySequence, Outbox
from backbone.web.auth import Principal, require_roles
from backbone.web.routes import Session, TransactionalRoute
from backbone.web.schemas import View
from contracts.enums import Role

MOST = 100
COLUMNS = text("""
SELECT c.table_schema, c.table_name, c.column_name, EXISTS (
    SELECT FROM information_schema.columns AS v WHERE v.table_schema = c.table_schema
        AND v.table_name = c.table_name AND v.column_name = 'version'
) AS has_version
FROM information_schema.columns AS c
JOIN information_schema.tables AS t USING (table_schema, table_name)
WHERE c.table_schema = ANY(current_schemas(false)) AND c.data_type = 'uuid'
    AND t.table_type = 'BASE TABLE'
ORDER BY c.table_schema, c.table_name, c.ordinal_position
""")

Admin: TypeAlias = Annotated[Principal, Depends(require_roles(Role.ADMIN))]

router = APIRouter(prefix="/trace", route_class=TransactionalRoute, tags=["operations"])


class RowsView(View):
    """How many rows of a table have the id in a column; `versions` of those that count them."""

    table: str
    column: str
    rows: int
    versions: list[int]


class PositionView(View):
    """The number of the last message of a key: decided here, or applied here."""

    topic: str
    key: str
    sequence: int


class UnsentView(PositionView):
    """A message that was decided and is not on Kafka yet."""

    event_id: UUID
    type: str


class LetterView(View):
    """A message that was not applied, or something that a task could not do, and why."""

    task: str
    about: str
    cause: str
    since: datetime


class TraceView(View):
    """The trace of an id in this service; of each list, the first hundred."""

    rows: list[RowsView]
    decided: list[PositionView]
    unsent: list[UnsentView]
    applied: list[PositionView]
    dead_letters: list[LetterView]


@router.get("/{traced_id}")
async def trace_id(traced_id: UUID, session: Session, _by: Admin) -> TraceView:
    """Show where an id is in this service: rows, messages decided and applied, dead letters."""
    return TraceView(
        rows=await _rows(session, traced_id),
        decided=await _of_key(session, KeySequence, traced_id),
        unsent=await _of_key(session, Outbox, traced_id),
        applied=await _of_key(session, AppliedSequence, traced_id),
        dead_letters=await _letters(session, traced_id),
    )


async def _rows(session: AsyncSession, traced: UUID) -> list[RowsView]:
    connection, found = await session.connection(), list[RowsView]()
    for schema, name, id_column, has_version in (await connection.execute(COLUMNS)).all():
        version = column("version") if has_version else null()
        query = select(version).select_from(table(name, schema=schema))
        rows = await connection.execute(query.where(column(id_column) == traced))
        if versions := rows.scalars().all():
            known = [each for each in versions if each is not None]
            found.append(
                RowsView(table=name, column=id_column, rows=len(versions), versions=known[:MOST])
            )
    return found


async def _of_key(session: AsyncSession, model: type[SQLModel], traced: UUID) -> list[Any]:
    """Return the rows about the messages of a key, in their order."""
    table = table_of(model)
    query = select(table).where(table.c.key == str(traced))
    query = query.order_by(table.c.topic, table.c.sequence)
    return list((await (await session.connection()).execute(query.limit(MOST))).all())


async def _letters(session: AsyncSession, traced: UUID) -> list[LetterView]:
    """Return the dead letters of the key: of messages, and of tasks."""
    letter, failure = table_of(DeadLetter).c, table_of(TaskFailure).c
    messages = (
        select(
            letter.topic.label("task"),
            func.concat_ws(" ", letter.sequence, letter.type).label("about"),
            letter.cause,
            letter.set_aside_at.label("since"),
        )
        .where(letter.key == str(traced))
        .order_by(letter.topic, letter.sequence)
    )
    tasks = select(failure.task, failure.about, failure.cause, failure.failed_at.label("since"))
    tasks = tasks.where(failure.about.contains(str(traced))).order_by(failure.task, failure.about)
    connection = await session.connection()
    return [
        LetterView.model_validate(row)
        for query in (messages, tasks)
        for row in await connection.execute(query.limit(MOST))
    ]
