"""Mentees and mentors as persons: their events, contact cards, changes and erasure."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from backbone.errors import Refused
from contracts import (
    MenteeAdmitted,
    MenteeErased,
    MenteeRefused,
    MentorCapacityChanged,
    MentorEnrolled,
    MentorErased,
    Message,
    PersonCard,
)
from contracts.enums import Language, Side
from contracts.local_time import noon_in, today_in
from matching.domain import names
from matching.domain.eligibility import Decision
from matching.domain.tables import Mentee, Mentor

ERASED = "…"
ON_CARD = {"given_name", "family_name", "email", "phone", "language", "department"}
BLANKED: Mapping[type[Mentee | Mentor], tuple[str, ...]] = {
    Mentee: (
        *("email", "phone", "birth_date", "gender", "degree_level", "degree_field", "employer_id"),
        *("area_code", "area_vintage", "established", "decision_inputs"),
    ),
    Mentor: ("email", "phone", "sector", "function"),
}
EMPTIED: Mapping[type[Mentee | Mentor], tuple[str, ...]] = {
    Mentee: ("languages", "wished_functions", "wished_sectors"),
    Mentor: ("languages", "wished_fields"),
}
"""The personal data, besides what figures count, that an erasure removes."""


class CapacityBelowMentees(Refused, kind="capacity-below-mentees"):
    """A mentor cannot offer fewer places than are taken."""


class PersonErased(Refused, kind="person-erased"):
    """The person was erased at their request."""


def decided(mentee: Mentee, decision: Decision, *, on: date) -> MenteeAdmitted | MenteeRefused:
    """Return the event that the rule admits or refuses a mentee."""
    fact = admitted if decision.refusal is None else refused
    return fact(mentee, decision, on=on)


def admitted(mentee: Mentee, decision: Decision, *, on: date) -> MenteeAdmitted:
    return MenteeAdmitted(
        mentee_id=mentee.id,
        department=mentee.department,
        degree_level=decision.inputs["degree_level"],
        priority_neighbourhood=mentee.priority_neighbourhood,
        rule_version=decision.rule_version,
        admitted_on=on,
        occurred_at=noon_in(on, mentee.department),
    )


def refused(mentee: Mentee, decision: Decision, *, on: date) -> MenteeRefused:
    assert decision.refusal is not None  # callers check it
    return MenteeRefused(
        mentee_id=mentee.id,
        department=mentee.department,
        reason=decision.refusal,
        rule_version=decision.rule_version,
        refused_on=on,
        occurred_at=noon_in(on, mentee.department),
    )


def enrolled(mentor: Mentor) -> MentorEnrolled:
    """Return the event that a mentor offers to accompany mentees."""
    return MentorEnrolled(
        mentor_id=mentor.id,
        organisation_id=mentor.organisation_id,
        department=mentor.department,
        capacity=mentor.capacity,
        enrolled_on=mentor.enrolled_on,
        occurred_at=noon_in(mentor.enrolled_on, mentor.department),
    )


def card(person: Mentee | Mentor) -> PersonCard:
    """Return the person's current contact card; a tombstone if they were erased."""
    if person.erased:
        return PersonCard.erasure(person.id)
    return PersonCard(
        person_id=person.id,
        side=Side.MENTEE if isinstance(person, Mentee) else Side.MENTOR,
        given_name=person.given_name,
        family_name=person.family_name,
        email=person.email,
        phone=person.phone,
        language=person.language,
        department=person.department,
    )


def renew(person: Mentee | Mentor, changes: Mapping[str, object]) -> Sequence[PersonCard] | None:
    """Apply changes to a person; return their card if it changed, `None` if nothing changes."""
    changed = {name: value for name, value in changes.items() if getattr(person, name) != value}
    if not changed:
        return None
    for name, value in changed.items():
        setattr(person, name, value)
    if isinstance(person, Mentee):
        note_name(person)
    person.version += 1
    return (card(person),) if changed.keys() & ON_CARD else ()


def note_name(mentee: Mentee) -> None:
    """Update the normalised name, by which the mentee is recognised."""
    for column, form in names.forms(mentee.given_name, mentee.family_name).items():
        setattr(mentee, column, form)


def change_capacity(
    mentor: Mentor, capacity: int, *, proposed: int
) -> Sequence[MentorCapacityChanged]:
    """Change the number of places; raise `CapacityBelowMentees` if more are taken or proposed.

    The caller has locked the mentor's row. `proposed` is how many mentees are proposed to the
    mentor.
    """
    if capacity < mentor.mentees + proposed:
        proposals = f" and {proposed} are asked" if proposed else ""
        raise CapacityBelowMentees(
            f"The mentor accompanies {mentor.mentees} mentees{proposals}; {capacity} places are too"
            " few. End a pairing or let a proposal be answered first, or offer more places."
        )
    if capacity == mentor.capacity:
        return ()
    mentor.capacity, mentor.version = capacity, mentor.version + 1
    return (MentorCapacityChanged(mentor_id=mentor.id, capacity=capacity),)


def require_remembered(person: Mentee | Mentor) -> None:
    if person.erased:
        raise PersonErased("They asked to be forgotten: nothing of them can be changed.")


def erase(person: Mentee | Mentor) -> Sequence[Message]:
    """Erase the personal data. Ids, department and dates stay, so that no figure changes."""
    if person.erased:
        return ()
    person.erased, person.version = True, person.version + 1
    person.given_name = person.family_name = ERASED
    person.language, person.remote = Language.FRENCH, False
    for name in BLANKED[type(person)]:
        setattr(person, name, None)
    for name in EMPTIED[type(person)]:
        setattr(person, name, [])
    forget_reference(person)
    if isinstance(person, Mentee):
        person.given_key = person.name_key = person.name_parts = None
    return (card(person),)


def mentee_erased(mentee: Mentee, duplicates: Sequence[UUID]) -> MenteeErased:
    """Return the event that a mentee was erased, with all other applications they ever made."""
    return MenteeErased(
        mentee_id=mentee.id, duplicates=tuple(duplicates), erased_on=today_in(mentee.department)
    )


def mentor_erased(mentor: Mentor) -> MentorErased:
    return MentorErased(mentor_id=mentor.id, erased_on=today_in(mentor.department))


def forget_reference(person: Mentee | Mentor) -> None:
    person.reference = f"erased {person.id}"
