"""Loading and locking of contacts, outcomes, interviews, pauses and introductions.

What changes one of them locks its pairing first.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import NotFound
from matching.domain.tables import (
    Appointment,
    AppointmentState,
    Contact,
    ContactState,
    Correction,
    Introduction,
    Mentee,
    Outcome,
    Pairing,
    PairingPause,
)
from matching.store.pairings import lock_pairing, pairing
from matching.store.people import DepartmentScope, Scope, is_within

NO_CONTACT = "There is no such contact. Look for it in the pairing's contacts."
NO_OUTCOME = "There is no such outcome. Look for it among the mentee's outcomes."


async def contact(session: AsyncSession, contact_id: UUID, within: Scope, *, by: str) -> Contact:
    """Return a contact of a pairing within reach; raise `NotFound` for another author's draft."""
    found = await _contact(session, contact_id, by=by)
    try:
        await pairing(session, found.pairing_id, within)
    except NotFound as not_theirs:
        raise NotFound(NO_CONTACT) from not_theirs
    return found


async def lock_contact(
    session: AsyncSession, contact_id: UUID, within: Scope, *, by: str
) -> tuple[Contact, Pairing, Mentee]:
    """Lock a contact and its pairing; raise `NotFound` for another author's draft."""
    found = await _contact(session, contact_id, by=by)
    try:
        pairing, mentee = await lock_pairing(session, found.pairing_id, within)
    except NotFound as not_theirs:
        raise NotFound(NO_CONTACT) from not_theirs
    await session.refresh(found, with_for_update=True)
    return found, pairing, mentee


async def corrections_of(session: AsyncSession, corrected_id: UUID) -> Sequence[Correction]:
    """Return the corrections of a contact or an outcome, the last one first."""
    query = select(Correction).where(Correction.corrected_id == corrected_id)
    return (await session.exec(query.order_by(col(Correction.corrected_at).desc()))).all()


async def _contact(session: AsyncSession, contact_id: UUID, *, by: str) -> Contact:
    found = await session.get(Contact, contact_id)
    if found is None or (found.state == ContactState.DRAFT and found.logged_by != by):
        raise NotFound(NO_CONTACT)
    return found


async def last_contact_on(session: AsyncSession, pairing_id: UUID) -> date | None:
    """Return the date of the last contact of the pair, if any."""
    last = select(func.max(Contact.contact_on)).where(
        Contact.pairing_id == pairing_id, Contact.state == ContactState.LOGGED, col(Contact.made)
    )
    return (await session.exec(last)).one()


async def planned_interview(session: AsyncSession, pairing_id: UUID) -> Appointment | None:
    """Return the planned appointment of a pair's first interview."""
    planned = select(Appointment).where(
        Appointment.pairing_id == pairing_id, Appointment.state == AppointmentState.PLANNED
    )
    return (await session.exec(planned)).first()


async def pair_pauses(session: AsyncSession, pairing_id: UUID) -> Sequence[PairingPause]:
    query = select(PairingPause).where(PairingPause.pairing_id == pairing_id)
    return (await session.exec(query.order_by(col(PairingPause.from_on)))).all()


async def lock_introduction(
    session: AsyncSession, introduction_id: UUID, within: Scope
) -> tuple[Introduction, Pairing, Mentee]:
    """Lock the pairing of an introduction; return both with the mentee."""
    missing = NotFound("There is no such introduction. Look for it in the pairing's.")
    found = await session.get(Introduction, introduction_id)
    if found is None:
        raise missing
    try:
        pairing, mentee = await lock_pairing(session, found.pairing_id, within)
    except NotFound as not_theirs:
        raise missing from not_theirs
    await session.refresh(found)
    return found, pairing, mentee


async def outcome(session: AsyncSession, outcome_id: UUID, within: DepartmentScope) -> Outcome:
    """Return an outcome of a mentee of these departments; raise `NotFound` for any other."""
    return (await _outcome(session, outcome_id, within, lock=False))[0]


async def lock_outcome(
    session: AsyncSession, outcome_id: UUID, within: DepartmentScope
) -> tuple[Outcome, Mentee]:
    """Lock an outcome; return it with its mentee."""
    return await _outcome(session, outcome_id, within, lock=True)


async def _outcome(
    session: AsyncSession, outcome_id: UUID, within: DepartmentScope, *, lock: bool
) -> tuple[Outcome, Mentee]:
    found = await session.get(Outcome, outcome_id, with_for_update=lock)
    mentee = await session.get(Mentee, found.mentee_id) if found else None
    if found is None or mentee is None or not is_within(mentee, within):
        raise NotFound(NO_OUTCOME)
    return found, mentee
