"""Loading and locking of mentees, mentors and eligibility rules."""

from collections.abc import Collection, Sequence
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import load_only
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.bulk import in_array
from backbone.errors import NotFound, Refused
from contracts.enums import Side
from matching.domain.tables import EligibilityRule, Mentee, Mentor, MentorPause, Pairing, Person

P = TypeVar("P", Mentee, Mentor)
LOOKED_AT = (
    *(Mentee.reference, Mentee.department, Mentee.decided_on, Mentee.refusal),
    Mentee.merged_into,
)
LOCK_RULES = text("LOCK TABLE reference_eligibility_rule IN SHARE ROW EXCLUSIVE MODE")
DepartmentScope = Collection[str] | None


class OwnPairs(NamedTuple):
    """The scope of a mentor or a mentee: their own pairings only."""

    side: Side
    person_id: UUID

    def has(self, pairing: Pairing) -> bool:
        person_id = pairing.mentee_id if self.side == Side.MENTEE else pairing.mentor_id
        return person_id == self.person_id


Scope = DepartmentScope | OwnPairs


class ReferenceTaken(Refused, kind="reference-taken"):
    """A reference identifies one person at an office."""


def is_visible(pairing: Pairing, mentee: Mentee | None, within: Scope) -> bool:
    """Return whether a pairing is one's own, or its mentee lives in these departments."""
    if isinstance(within, OwnPairs):
        return within.has(pairing)
    return is_within(mentee, within)


def is_within(person: Person | None, departments: DepartmentScope) -> bool:
    return person is not None and (departments is None or person.department in departments)


async def mentee(session: AsyncSession, mentee_id: UUID, within: DepartmentScope = None) -> Mentee:
    """Return a mentee of these departments; raise `NotFound` for any other."""
    found = await session.get(Mentee, mentee_id)
    if found is None or not is_within(found, within):
        raise NotFound("There is no such mentee. Look for them in the list of mentees.")
    return found


async def mentor(session: AsyncSession, mentor_id: UUID) -> Mentor:
    found = await session.get(Mentor, mentor_id)
    if found is None:
        raise NotFound("There is no such mentor. Look for them in the list of mentors.")
    return found


async def lock_mentee(
    session: AsyncSession, mentee_id: UUID, within: DepartmentScope = None
) -> Mentee:
    """Lock a mentee, so that no two decisions, merges or proposals about them interleave."""
    found = await session.get(Mentee, mentee_id, with_for_update=True, populate_existing=True)
    if found is None or not is_within(found, within):
        raise NotFound("There is no such mentee. Look for them in the list of mentees.")
    return found


async def lock_mentor(session: AsyncSession, mentor_id: UUID) -> Mentor:
    """Lock a mentor, so that two pairs cannot take the same last place."""
    found = await session.get(Mentor, mentor_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("There is no such mentor. Look for them in the list of mentors.")
    return found


async def by_reference(
    session: AsyncSession, person: type[P], references: Sequence[str]
) -> dict[str, P]:
    """Lock the people who were imported earlier until the transaction ends; return them."""
    known = select(person).where(in_array(person.reference, references)).order_by(col(person.id))
    known = known.with_for_update()
    return {found.reference: found for found in (await session.exec(known)).all()}


async def ids_by_reference(
    session: AsyncSession, person: type[P], references: Sequence[str]
) -> dict[str, UUID]:
    """Return the ids of the people who were imported earlier."""
    known = select(person.reference, person.id).where(in_array(person.reference, references))
    return dict((await session.exec(known)).all())


async def mentees_by_reference(
    session: AsyncSession, references: Sequence[str]
) -> dict[str, Mentee]:
    """Return the mentees imported earlier, with only the columns that the rules use.

    For a merged mentee, return the one it was merged into.
    """
    query = select(Mentee).options(load_only(*LOOKED_AT))  # type: ignore[arg-type]
    named = await session.exec(query.where(in_array(Mentee.reference, references)))
    found = {mentee.reference: mentee for mentee in named}
    merged = {mentee.merged_into for mentee in found.values() if mentee.merged_into}
    if not merged:
        return found
    others = {
        other.id: other for other in await session.exec(query.where(in_array(Mentee.id, merged)))
    }
    return {name: others.get(one.merged_into or one.id, one) for name, one in found.items()}


async def rules(session: AsyncSession) -> Sequence[EligibilityRule]:
    return (await session.exec(select(EligibilityRule))).all()


async def lock_rules(session: AsyncSession) -> Sequence[EligibilityRule]:
    """Lock the eligibility rules until the transaction ends; return them."""
    await (await session.connection()).execute(LOCK_RULES)
    return await rules(session)


async def require_new_reference(session: AsyncSession, person: type[P], reference: str) -> None:
    """Raise `ReferenceTaken` if another person has this reference."""
    taken = select(person.id).where(col(person.reference) == reference)
    if (await session.exec(taken)).first() is not None:
        raise ReferenceTaken("This reference is taken. Choose another, or leave it out.")


async def pauses_of(session: AsyncSession, mentor_id: UUID) -> Sequence[MentorPause]:
    query = select(MentorPause).where(MentorPause.mentor_id == mentor_id)
    return (await session.exec(query)).all()


async def pause(session: AsyncSession, mentor_id: UUID, pause_id: UUID) -> MentorPause:
    found = await session.get(MentorPause, pause_id)
    if found is None or found.mentor_id != mentor_id:
        raise NotFound("There is no such pause. Look at the mentor's pauses.")
    return found
