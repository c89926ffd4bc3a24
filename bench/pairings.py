"""Running pairings of matching's, each of its own mentee and mentor, to log contacts of."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from backbone.database.sessions import Sessions, transaction
from contracts.enums import PriorityNeighbourhood
from matching.domain.tables import Mentee, Mentor, Pairing, PairingState

STARTED = date(2013, 9, 12)


async def running_pairings(sessions: Sessions, number: int) -> Sequence[UUID]:
    """Pairings in which contact after contact can be logged without changing their state."""
    mentees = [new_mentee(nth, uuid4()) for nth in range(number)]
    mentors = [new_mentor(nth, uuid4(), organisation_id=uuid4()) for nth in range(number)]
    pairings = [
        Pairing(
            reference=f"R{nth}",
            mentee_id=mentee.id,
            mentor_id=mentor.id,
            state=PairingState.ACTIVE,
            proposed_on=STARTED,
            starts_on=STARTED,
        )
        for nth, (mentee, mentor) in enumerate(zip(mentees, mentors, strict=True))
    ]
    for rows in (mentees, mentors, pairings):
        async with transaction(sessions) as session:
            session.add_all(rows)
    return [pairing.id for pairing in pairings]


def new_mentee(number: int, mentee_id: UUID) -> Mentee:
    """Return a mentee who was admitted, the `number`-th of them."""
    return Mentee(
        id=mentee_id,
        reference=f"F{number}",
        given_name="Amina",
        family_name="Diallo",
        department="93",
        birth_date=date(1990, 5, 4),
        degree_level=5,
        priority_neighbourhood=PriorityNeighbourhood.IN,
        applied_on=STARTED,
        decided_on=STARTED,
        rule_version="2005-1",
        decision_inputs={},
    )


def new_mentor(number: int, mentor_id: UUID, *, organisation_id: UUID) -> Mentor:
    """Return a mentor with one mentee, the `number`-th of them."""
    return Mentor(
        id=mentor_id,
        reference=f"P{number}",
        given_name="Jo",
        family_name="Martin",
        department="75",
        organisation_id=organisation_id,
        capacity=1,
        mentees=1,
        enrolled_on=STARTED,
    )
