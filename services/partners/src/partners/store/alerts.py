"""Loading of rows that may be due, locked, a few at a time in the order of their ids."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.tables import table_of
from backbone.database.task_failures import Some
from backbone.errors import NotFound
from partners.domain.alerts import EXPIRY_DAYS
from partners.domain.tables import (
    Alert,
    AlertRule,
    Commitment,
    Convention,
    Lead,
    Signature,
)
from partners.store.organisations import Scope

A_DAY = timedelta(days=1)

R = TypeVar("R", Convention, Commitment, Lead)


async def conventions_ending(
    session: AsyncSession, today: date, some: Some
) -> Sequence[Convention]:
    """Lock conventions that end within the longest period of warning."""
    last_day = sa.func.coalesce(Convention.ended_on, Convention.ends_on)
    soon = last_day.between(today, today + timedelta(days=max(EXPIRY_DAYS)))
    return await _some(session, Convention, some, soon)


async def conventions_to_renew(
    session: AsyncSession, today: date, some: Some
) -> Sequence[Convention]:
    """Lock conventions with tacit renewal whose period of notice has begun."""
    over = col(Convention.ends_on) - col(Convention.notice_days) < today
    return await _some(
        session,
        Convention,
        some,
        col(Convention.renews_for_months).is_not(None),
        col(Convention.notice_given_on).is_(None),
        col(Convention.ended_on).is_(None),
        over,
    )


async def commitments_owed(session: AsyncSession, today: date, some: Some) -> Sequence[Commitment]:
    """Lock commitments whose due date has come in some time zone and that have no alert yet."""
    return await _some(
        session,
        Commitment,
        some,
        col(Commitment.due_on) <= today,
        col(Commitment.withdrawn_on).is_(None),
        ~_raised(AlertRule.COMMITMENT_OVERDUE, Commitment.id),
    )


async def leads_with_step(session: AsyncSession, today: date, some: Some) -> Sequence[Lead]:
    """Lock leads whose next step is due in some time zone and that have no alert for it yet."""
    raised = sa.exists().where(
        col(Alert.rule) == AlertRule.LEAD_STEP_DUE,
        col(Alert.about_id) == col(Lead.id),
        col(Alert.due_on) == col(Lead.next_on),
    )
    return await _some(session, Lead, some, col(Lead.next_on) <= today + A_DAY, ~raised)


async def settle_alerts(session: AsyncSession, *, today: date) -> int:
    """Settle the alerts whose cause no longer exists today; return how many."""
    alert, convention, lead = table_of(Alert), table_of(Convention), table_of(Lead)
    last_day = sa.func.coalesce(convention.c.ended_on, convention.c.ends_on)
    warned_of = [alert.c.due_on + days for days in EXPIRY_DAYS]
    goes_on = sa.exists().where(
        convention.c.id == alert.c.convention_id,
        last_day.is_(None) | last_day.not_in(warned_of) | (last_day < today),
    )
    moved = sa.exists().where(
        lead.c.id == alert.c.lead_id, lead.c.next_on.is_distinct_from(alert.c.due_on)
    )
    withdrawn = sa.exists().where(
        col(Commitment.id) == alert.c.commitment_id, col(Commitment.withdrawn_on).is_not(None)
    )
    obsolete = sa.or_(
        (alert.c.rule == AlertRule.CONVENTION_EXPIRING) & goes_on,
        (alert.c.rule == AlertRule.LEAD_STEP_DUE) & moved,
        (alert.c.rule == AlertRule.COMMITMENT_OVERDUE) & withdrawn,
    )
    settled = await (await session.connection()).execute(
        sa.update(alert)
        .where(alert.c.settled_at.is_(None), obsolete)
        .values(settled_at=sa.func.now())
    )
    return settled.rowcount


async def overdue_alerts(session: AsyncSession, some: Some) -> Sequence[tuple[Alert, Commitment]]:
    """Lock open alerts about commitments; return each with its commitment."""
    query = (
        select(Alert, Commitment)
        .join(Commitment, col(Commitment.id) == col(Alert.commitment_id))
        .where(
            col(Alert.rule) == AlertRule.COMMITMENT_OVERDUE,
            col(Alert.settled_at).is_(None),
        )
    )
    return await some.of(session, query, Alert.id)


async def lock_alert(session: AsyncSession, alert_id: UUID, within: Scope) -> Alert:
    """Lock an alert that the caller may see; raise `NotFound`."""
    query = select(Alert).where(Alert.id == alert_id, alert_visible_to(within)).with_for_update()
    found = (await session.exec(query)).first()
    if found is None:
        raise NotFound("There is no such alert. Look for it in the list of alerts.")
    return found


def alert_visible_to(within: Scope) -> sa.ColumnElement[bool]:
    """Return the condition for alerts about what these organisations signed, owe or introduced."""
    if within is None:
        return sa.true()
    signed = sa.exists().where(
        col(Signature.convention_id) == col(Alert.convention_id),
        col(Signature.organisation_id).in_(within),
    )
    owed = sa.exists().where(
        col(Commitment.id) == col(Alert.commitment_id), col(Commitment.organisation_id).in_(within)
    )
    introduced = sa.exists().where(
        col(Lead.id) == col(Alert.lead_id), col(Lead.introduced_by).in_(within)
    )
    return sa.or_(signed, owed, introduced)


async def _some(
    session: AsyncSession, table: type[R], some: Some, *conditions: sa.ColumnElement[bool]
) -> Sequence[R]:
    return await some.of(session, select(table).where(*conditions), table.id)


def _raised(rule: AlertRule, about: object) -> sa.Exists:
    return sa.exists().where(col(Alert.rule) == rule, col(Alert.about_id) == about)
