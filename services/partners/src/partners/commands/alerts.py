"""Alert commands: raise by rule, settle automatically or by a partner manager; tacit renewals."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from itertools import chain
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.alerts.raising import raise_by_rules
from backbone.alerts.tables import NewAlert
from backbone.database.sessions import Sessions
from backbone.database.task_failures import Some
from backbone.messaging.outbox import emit
from contracts.enums import ContactRole
from contracts.territories import zone_of
from partners import store
from partners.domain import alerts, lifecycle
from partners.domain.tables import HOME, Alert


async def expiring(session: AsyncSession, some: Some, *, now: datetime) -> Sequence[NewAlert]:
    today = now.astimezone(zone_of(HOME)).date()
    ending = await store.conventions_ending(session, today, some)
    bound = {each.organisation_id for one in ending for each in one.signatories}
    contacts = await store.contacts_for(session, bound, ContactRole.CONVENTION)
    raised = (alerts.convention_expiring(each, today=today, contacts=contacts) for each in ending)
    return list(chain.from_iterable(raised))


async def overdue(session: AsyncSession, some: Some, *, now: datetime) -> Sequence[NewAlert]:
    owed = await store.commitments_owed(session, now.date(), some)
    given = await store.given_quantities(session, owed, now.date())
    organisations = {commitment.organisation_id for commitment in owed}
    contacts = await store.contacts_for(session, organisations, ContactRole.CONVENTION)
    raised = (
        alerts.commitment_overdue(
            commitment,
            given=given[commitment.id],
            today=now.astimezone(zone_of(commitment.organisation.department)).date(),
            contacts=contacts[commitment.organisation_id],
        )
        for commitment in owed
    )
    return list(chain.from_iterable(raised))


async def steps(session: AsyncSession, some: Some, *, now: datetime) -> Sequence[NewAlert]:
    leads = await store.leads_with_step(session, now.date(), some)
    raised = (
        alerts.lead_step_due(lead, today=now.astimezone(zone_of(lead.department)).date())
        for lead in leads
    )
    return list(chain.from_iterable(raised))


RULES = {"expiring": expiring, "overdue": overdue, "steps": steps}
"""The rules by the names that they have in logs and metrics."""


async def raise_alerts(sessions: Sessions, *, now: datetime) -> None:
    """Raise the alerts due at `now`."""
    await raise_by_rules(sessions, {name: partial(rule, now=now) for name, rule in RULES.items()})


async def settle_ended(session: AsyncSession, *, now: datetime) -> int:
    """Settle the alerts whose cause has ended; return how many."""
    return await store.settle_alerts(session, today=now.astimezone(zone_of(HOME)).date())


async def settle_fulfilled(session: AsyncSession, some: Some, now: datetime) -> int:
    """Settle the alerts of commitments of which nothing is missing; return how many."""
    alerts = await store.overdue_alerts(session, some)
    owed = [commitment for _, commitment in alerts]
    given = await store.given_quantities(session, owed, now.date())
    fulfilled = [alert for alert, owed in alerts if given[owed.id] >= owed.quantity]
    for alert in fulfilled:
        alert.settled_at = now
    return len(fulfilled)


async def renew_tacitly(session: AsyncSession, some: Some, now: datetime) -> int:
    """Renew conventions whose period of notice began without notice; return how many."""
    today = now.astimezone(zone_of(HOME)).date()
    ending = await store.conventions_to_renew(session, today, some)
    renewed = [lifecycle.renew_tacitly(convention, today=today) for convention in ending]
    emit(session, *chain.from_iterable(renewed))
    return len(list(filter(None, renewed)))


async def settle(
    session: AsyncSession, alert_id: UUID, within: store.Scope, *, by: str, now: datetime
) -> Alert:
    """Record that a partner manager has handled an alert; raise `AlertAlreadySettled`."""
    alert = await store.lock_alert(session, alert_id, within)
    alert.settle(by=by, now=now)
    return alert
