"""Pairings, within the scope of a reader."""

from uuid import UUID

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from contracts.enums import Side
from matching import store
from matching.domain.tables import Mentee, Pairing, PairingState


def pairings(
    *,
    within: store.Scope,
    state: PairingState | None,
    mentee_id: UUID | None,
    mentor_id: UUID | None,
    round_id: UUID | None,
) -> SelectOfScalar[Pairing]:
    query = select(Pairing)
    if isinstance(within, store.OwnPairs):
        person_id = Pairing.mentee_id if within.side == Side.MENTEE else Pairing.mentor_id
        query = query.where(person_id == within.person_id)
    elif within is not None:
        query = query.join(Mentee).where(col(Mentee.department).in_(within))
    for column, value in (
        (Pairing.state, state),
        (Pairing.mentee_id, mentee_id),
        (Pairing.mentor_id, mentor_id),
        (Pairing.round_id, round_id),
    ):
        if value is not None:
            query = query.where(column == value)
    return query


def begun_pairings_of(mentee_id: UUID) -> SelectOfScalar[Pairing]:
    """Select the pairings of a mentee that began."""
    begun = col(Pairing.starts_on).is_not(None)
    return select(Pairing).where(Pairing.mentee_id == mentee_id, begun)
