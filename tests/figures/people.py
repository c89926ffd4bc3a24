"""Mentees and mentors: who was admitted, who waits, who has room, where they belong."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from uuid import UUID

from contracts import (
    MenteeAdmitted,
    MenteeErased,
    MenteePaired,
    MentorCapacityChanged,
    MentorEnrolled,
    PairingDeclined,
    PairingExpired,
    PairingProposed,
    PriorityNeighbourhoodCorrected,
)
from contracts.enums import EndReason, PriorityNeighbourhood
from tests.figures import pairs
from tests.figures.facts import Known, Programme, derived

PROMISED = timedelta(days=20)
LASTING = {EndReason.COMPLETED, EndReason.EARLY_SUCCESS}


@derived
def departments(known: Known) -> dict[UUID, str]:
    """Return the department of each mentee, whenever they were admitted."""
    return {m.mentee_id: m.department for m in known.published.all(MenteeAdmitted)}


@derived
def employers(known: Known) -> dict[UUID, UUID]:
    """Return the organisation of each mentor, whenever they enrolled."""
    enrolled = known.published.all(MentorEnrolled)
    return {mentor.mentor_id: known.organisation(mentor.organisation_id) for mentor in enrolled}


def neighbourhood(programme: Programme, mentee: MenteeAdmitted) -> PriorityNeighbourhood:
    """Return what is known of where a mentee lived when admitted, as it was last corrected."""
    corrected = _corrected_neighbourhoods(programme.known)
    return corrected.get(mentee.mentee_id, mentee.priority_neighbourhood)


@derived
def _corrected_neighbourhoods(known: Known) -> dict[UUID, PriorityNeighbourhood]:
    return {c.mentee_id: c.after for c in known.all(PriorityNeighbourhoodCorrected)}


def in_fitting_work(programme: Programme) -> set[UUID]:
    """Return the mentees who had found a job that fits."""
    return {found.mentee_id for found in pairs.outcomes(programme) if found.is_fitting_work}


def waiting(programme: Programme) -> list[MenteeAdmitted]:
    """Return the mentees who wait for a mentor; what ends on the day has ended."""
    ends = pairs.ends(programme)
    begun = {p.pairing_id for p in programme.happened(MenteePaired)}
    declined = {p.pairing_id for p in programme.happened(PairingDeclined)}
    expired = {p.pairing_id for p in programme.happened(PairingExpired)}
    answered = begun | declined | expired
    served = in_fitting_work(programme) | {m.mentee_id for m in programme.happened(MenteeErased)}
    for pairing in programme.happened(MenteePaired):
        end = ends.get(pairing.pairing_id)
        if end is None or end.reason in LASTING:
            served.add(pairing.mentee_id)
    for proposal in programme.happened(PairingProposed):
        if proposal.pairing_id not in answered:
            served.add(proposal.mentee_id)
    return [m for m in programme.happened(MenteeAdmitted) if m.mentee_id not in served]


def without_mentor_in_time(programme: Programme) -> list[tuple[MenteeAdmitted, date]]:
    """Return the mentees without a pairing within the days promised, and the last of these."""
    begun = defaultdict[UUID, list[date]](list)
    for pairing in programme.happened(MenteePaired):
        begun[pairing.mentee_id].append(pairing.starts_on)
    broken = list[tuple[MenteeAdmitted, date]]()
    for mentee in programme.happened(MenteeAdmitted):
        due_on = mentee.admitted_on + PROMISED
        if due_on < programme.as_of and not any(on <= due_on for on in begun[mentee.mentee_id]):
            broken.append((mentee, due_on))
    return broken


def with_room(programme: Programme) -> list[MentorEnrolled]:
    """Return the mentors who accompany fewer mentees than they have offered to."""
    mentees = Counter(pairing.mentor_id for pairing in pairs.active(programme))
    offered = {mentor.mentor_id: mentor.capacity for mentor in programme.happened(MentorEnrolled)}
    changes = programme.happened(MentorCapacityChanged)
    for change in sorted(changes, key=lambda change: change.occurred_at):
        offered[change.mentor_id] = change.capacity
    enrolled = programme.happened(MentorEnrolled)
    return [m for m in enrolled if mentees[m.mentor_id] < offered[m.mentor_id]]
