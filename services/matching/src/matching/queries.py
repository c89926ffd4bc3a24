"""What can be read of matching."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from contracts.territories import DEPARTMENTS, region_of
from matching.domain.tables import Contact, Mentee, Mentor, Outcome, Pairing, PairingState


def departments_of(regions: Collection[str] | None, *, on: date) -> frozenset[str] | None:
    """The departments of regions given by their codes; `None`, which does not confine, stays."""
    if regions is None:
        return None
    return frozenset(code for code in DEPARTMENTS if region_of(code, on).code in regions)


def mentees(
    *, within: Collection[str] | None, waiting: bool | None, department: str | None
) -> SelectOfScalar[Mentee]:
    query = select(Mentee)
    if within is not None:
        query = query.where(col(Mentee.department).in_(within))
    if department is not None:
        query = query.where(Mentee.department == department)
    if waiting is not None:
        open_ = select(Pairing.id).where(
            Pairing.mentee_id == Mentee.id,
            col(Pairing.state).not_in({PairingState.DECLINED, PairingState.ENDED}),
        )
        waits = col(Mentee.refusal).is_(None) & ~open_.exists()
        query = query.where(waits if waiting else ~waits)
    return query


def mentors(*, organisation_id: UUID | None, with_room: bool | None) -> SelectOfScalar[Mentor]:
    query = select(Mentor)
    if organisation_id is not None:
        query = query.where(Mentor.organisation_id == organisation_id)
    if with_room is not None:
        room = col(Mentor.mentees) < col(Mentor.capacity)
        query = query.where(room if with_room else ~room)
    return query


def pairings(
    *,
    within: Collection[str] | None,
    state: PairingState | None,
    mentee_id: UUID | None,
    mentor_id: UUID | None,
) -> SelectOfScalar[Pairing]:
    query = select(Pairing)
    if within is not None:
        query = query.join(Mentee).where(col(Mentee.department).in_(within))
    for column, value in (
        (Pairing.state, state),
        (Pairing.mentee_id, mentee_id),
        (Pairing.mentor_id, mentor_id),
    ):
        if value is not None:
            query = query.where(column == value)
    return query


def contacts_of(pairing_id: UUID) -> SelectOfScalar[Contact]:
    return select(Contact).where(Contact.pairing_id == pairing_id)


def outcomes_of(mentee_id: UUID) -> SelectOfScalar[Outcome]:
    return select(Outcome).where(Outcome.mentee_id == mentee_id)
