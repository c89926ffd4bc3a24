"""Raising what falls due, each once; and what partner managers do about it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from itertools import chain
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import Refused
from backbone.outbox import emit
from contracts.territories import zone_of
from contracts.words import ContactRole
from partners import store
from partners.domain import due, terms
from partners.domain.due import Raised
from partners.domain.tables import HOME, Due

FIRST = UUID(int=0)

Found = tuple[Sequence[Raised], UUID | None]
Rule = Callable[[AsyncSession, datetime, UUID], Awaitable[Found]]


class AlreadySettled(Refused):
    """An alert is settled once."""


async def raise_due(
    session: AsyncSession, rule: Rule, *, now: datetime, after: UUID
) -> tuple[int, UUID | None]:
    """Raise what fell due by a rule, after an id; say how much, and where to go on, if at all."""
    found, last = await rule(session, now, after)
    raised = await store.raise_once(session, found)
    emit(session, *(each.told for each in raised if each.told is not None))
    return len(raised), last


async def expiring(session: AsyncSession, now: datetime, after: UUID) -> Found:
    today = now.astimezone(zone_of(HOME)).date()
    ending = await store.conventions_ending(session, today, after)
    bound = {each.organisation_id for one in ending for each in one.signatories}
    contacts = await store.contacts_for(session, bound, ContactRole.CONVENTION)
    raised = (due.convention_expiring(each, today=today, contacts=contacts) for each in ending)
    return list(chain.from_iterable(raised)), store.last_of(ending)


async def overdue(session: AsyncSession, now: datetime, after: UUID) -> Found:
    owed = await store.commitments_owed(session, now.date(), after)
    given = await store.given(session, owed, now.date())
    organisations = {commitment.organisation_id for commitment in owed}
    contacts = await store.contacts_for(session, organisations, ContactRole.CONVENTION)
    raised = (
        due.commitment_overdue(
            commitment,
            given=given[commitment.id],
            today=now.astimezone(zone_of(commitment.organisation.department)).date(),
            contacts=contacts[commitment.organisation_id],
        )
        for commitment in owed
    )
    return list(chain.from_iterable(raised)), store.last_of(owed)


async def steps(session: AsyncSession, now: datetime, after: UUID) -> Found:
    leads = await store.leads_with_step(session, now.date(), after)
    raised = (
        due.lead_step_due(lead, today=now.astimezone(zone_of(lead.department)).date())
        for lead in leads
    )
    return list(chain.from_iterable(raised)), store.last_of(leads)


RULES: Sequence[Rule] = (expiring, overdue, steps)


async def settle_fulfilled(
    session: AsyncSession, now: datetime, after: UUID
) -> tuple[int, UUID | None]:
    """Settle the alerts of commitments of which nothing is missing any more, as the ledger counts.

    Return how many were settled, and the id to continue after, if there may be more.
    """
    alerts = await store.overdue_alerts(session, after)
    owed = [commitment for _, commitment in alerts]
    given = await store.given(session, owed, now.date())
    fulfilled = [alert for alert, owed in alerts if given[owed.id] >= owed.quantity]
    for alert in fulfilled:
        alert.settled_at = now
    return len(fulfilled), store.last_of([alert for alert, _ in alerts])


async def renew_tacitly(
    session: AsyncSession, now: datetime, after: UUID
) -> tuple[int, UUID | None]:
    """Let conventions go on that nobody gave notice of; answer how many did, and where to go on."""
    today = now.astimezone(zone_of(HOME)).date()
    ending = await store.conventions_to_renew(session, today, after)
    renewed = [terms.renew_tacitly(convention, today=today) for convention in ending]
    emit(session, *chain.from_iterable(renewed))
    return len(list(filter(None, renewed))), store.last_of(ending)


async def settle(
    session: AsyncSession, due_id: UUID, within: store.Scope, *, by: str, now: datetime
) -> Due:
    """Note that a partner manager has seen to an alert."""
    found = await store.alert_to_change(session, due_id, within)
    if found.settled_at is not None:
        raise AlreadySettled("This alert is settled. There is nothing to do about it.")
    found.settled_at, found.settled_by = now, by
    return found
