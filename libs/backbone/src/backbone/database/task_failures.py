"""Dead letters of a worker's tasks: rows that failed, with their cause; everything else continues.

A task that works through rows does some at a time in one transaction. If that fails, it does them
one by one, and the row that fails alone becomes a dead letter, which is left out from then on until
it is retried (`python -m <service> retry`). Messages of Kafka have a table of their own, for their
keys wait (`backbone.messaging.dead_letters`).
"""

import traceback
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, DateTime, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, col
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select as SelectOfSeveral
from sqlmodel.sql.expression import SelectOfScalar

from backbone.crash import crash_point
from backbone.database.sessions import Sessions, is_transient, transaction
from backbone.database.tables import BackboneTable, table_of
from backbone.errors import named_reason, reason
from backbone.observability.telemetry import TASK_FAILURES

FIRST = UUID(int=0)
AT_A_TIME = 200
LONGEST_CAUSE = 500

log = structlog.get_logger()


class TaskFailure(BackboneTable, table=True):
    """Something that a task could not do, by what it is about, and why."""

    __tablename__ = "dead_letter"

    task: str = Field(primary_key=True)
    about: str = Field(primary_key=True)
    cause: str
    failed_at: datetime = Field(
        sa_type=DateTime(timezone=True), sa_column_kwargs={"server_default": func.now()}
    )


def cause_of(error: BaseException) -> str:
    """Return what is stored and logged of a failure."""
    return named_reason(error).replace("\0", "")[:LONGEST_CAUSE]


def note_failure(task: str, error: BaseException, **about: object) -> str:
    """Log and count a failure that the task survives; return its cause."""
    cause = cause_of(error)
    TASK_FAILURES.labels(task).inc()
    stack = "".join(traceback.format_tb(error.__traceback__))
    log.error("task failed", task=task, cause=cause, stack=stack, **about)
    return cause


def note_survived(task: str, error: Exception) -> None:
    """Log a failure of the moment, after which the task begins again; count any other too."""
    if is_transient(error):
        log.warning("task begins again", task=task, reason=reason(error))
    else:
        note_failure(task, error)


async def surviving(task: str, do: Callable[[], Awaitable[object]]) -> None:
    """Do a step of a task; if it fails, what comes after it goes on."""
    try:
        await do()
    except Exception as failure:  # noqa: BLE001  (whatever it is)
        note_survived(task, failure)


async def set_aside(session: AsyncSession, task: str, about: object, error: BaseException) -> None:
    """Store what a task could not do; log and count it."""
    cause = note_failure(task, error, about=str(about))
    statement = insert(table_of(TaskFailure)).values(task=task, about=str(about), cause=cause)
    changes = {"cause": statement.excluded.cause, "failed_at": func.now()}
    await (await session.connection()).execute(
        statement.on_conflict_do_update(index_elements=["task", "about"], set_=changes)
    )


async def dead_letters(session: AsyncSession, task: str) -> Collection[str]:
    """Return what the dead letters of a task are about."""
    rows = select(table_of(TaskFailure).c.about).where(col(TaskFailure.task) == task)
    return set((await (await session.connection()).execute(rows)).scalars())


async def retry_all(session: AsyncSession) -> Sequence[Any]:
    """Delete all dead letters, so that tasks try again; return task, row and cause of each."""
    dead = table_of(TaskFailure)
    rows = delete(dead).returning(dead.c.task, dead.c.about, dead.c.cause)
    return (await (await session.connection()).execute(rows)).all()


@dataclass(slots=True)
class Some:
    """Some rows of a task, in the order of their ids, which it knows once they are selected.

    Either those after an id without the dead letters, or just the one that is done again.
    """

    after: UUID = FIRST
    dead: Collection[UUID] = ()
    only: UUID | None = None
    ids: Sequence[UUID] = field(default_factory=list)

    async def of(
        self,
        session: AsyncSession,
        query: SelectOfScalar[Any] | SelectOfSeveral[*tuple[Any, ...]],
        key: Any,  # noqa: ANN401  (a column)
    ) -> Sequence[Any]:
        """Return the rows of a query, held. Their ids are known even if they cannot be read."""
        column: ColumnElement[UUID] = key
        here = [column == self.only] if self.only else [column > self.after]
        if self.dead:
            here.append(column.not_in(self.dead))
        held = query.where(*here).order_by(column).limit(AT_A_TIME)
        held = held.with_for_update(of=key.class_, skip_locked=True)
        connection = await session.connection()
        self.ids = list((await connection.execute(held.with_only_columns(key))).scalars())
        if not self.ids:
            return ()
        rows: Any = await session.exec(query.where(column.in_(self.ids)).order_by(column))
        result: Sequence[Any] = rows.all()
        return result

    @property
    def last(self) -> UUID | None:
        """The id to continue after; none when these were the last."""
        return self.ids[-1] if not self.only and len(self.ids) == AT_A_TIME else None


@dataclass(frozen=True, slots=True)
class RowTask:
    """A task that processes rows in batches; a row that fails becomes a dead letter."""

    sessions: Sessions
    name: str

    async def dead(self) -> Collection[UUID]:
        async with transaction(self.sessions) as session:
            return {UUID(about) for about in await dead_letters(session, self.name)}

    async def run(self, do: Callable[[AsyncSession, Some], Awaitable[int]]) -> int:
        """Do it to all rows; return how much was done."""
        dead, after, done = await self.dead(), FIRST, 0
        while True:
            some = Some(after, dead)
            done += await self._do(do, some)
            if some.last is None:
                return done
            after = some.last

    async def _do(self, do: Callable[[AsyncSession, Some], Awaitable[int]], some: Some) -> int:
        try:
            async with transaction(self.sessions) as session:
                done = await do(session, some)
                crash_point("clock.before_commit")
        except Exception as error:
            if not some.ids or is_transient(error):
                raise
            return await self.one_by_one(
                some.ids, lambda session, only: do(session, Some(only=only))
            )
        return done

    async def together(
        self,
        ids: Sequence[UUID],
        do: Callable[[AsyncSession, Sequence[UUID]], Awaitable[int]],
    ) -> int:
        """Do it to all of these in one transaction, else to each in its own."""
        try:
            async with transaction(self.sessions) as session:
                return await do(session, ids)
        except Exception as error:
            if is_transient(error):
                raise
            return await self.one_by_one(ids, lambda session, only: do(session, [only]))

    async def one_by_one(
        self, ids: Sequence[UUID], do: Callable[[AsyncSession, UUID], Awaitable[int]]
    ) -> int:
        """Do it to each of these rows in a transaction of its own; return how much was done."""
        done = 0
        for row_id in ids:
            try:
                async with transaction(self.sessions) as session:
                    done += await do(session, row_id)
            except Exception as error:
                if is_transient(error):
                    raise
                async with transaction(self.sessions) as session:
                    await set_aside(session, self.name, row_id, error)
        return done
