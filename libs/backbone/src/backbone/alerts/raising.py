"""Raising alerts by rules, each once."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

import structlog
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.alerts.tables import NewAlert
from backbone.crash import crash_point
from backbone.database.sessions import Sessions
from backbone.database.tables import table_of
from backbone.database.task_failures import RowTask, Some, surviving
from backbone.messaging.outbox import emit

Rule = Callable[[AsyncSession, Some], Awaitable[Sequence[NewAlert]]]
"""A rule locks some rows and returns what is due among them."""

log = structlog.get_logger()


async def raise_by_rules(sessions: Sessions, rules: Mapping[str, Rule]) -> None:
    """Raise what is due by `rules`, in batches; a rule that fails does not stop the others.

    The rules have the names of their logs and of their dead letters.
    """
    for name, rule in rules.items():
        task = RowTask(sessions, f"due-{name}")
        await surviving(task.name, partial(_raise_by_rule, name, rule, task))


async def _raise_by_rule(name: str, rule: Rule, task: RowTask) -> None:
    async def some(session: AsyncSession, rows: Some) -> int:
        raised = await raise_once(session, await rule(session, rows))
        crash_point("clock.raised")
        return raised

    if raised := await task.run(some):
        log.info("due", rule=name, raised=raised)


async def raise_once(session: AsyncSession, alerts: Sequence[NewAlert]) -> int:
    """Insert the alerts that do not exist, and publish their events; return how many are new."""
    if not alerts:
        return 0
    table = table_of(type(alerts[0].alert))
    rows = [each.alert.model_dump() for each in alerts]
    added = await (await session.connection()).execute(
        insert(table).values(rows).on_conflict_do_nothing().returning(table.c.id)
    )
    new = set(added.scalars())
    raised = [each for each in alerts if each.alert.id in new]
    emit(session, *(each.event for each in raised if each.event is not None))
    return len(raised)
