"""Loading all that a round looks at."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from matching.domain.coverage import Coverage
from matching.domain.rounds.inputs import LONGEST_WAIT, Inputs, Offering, Pair, Waiting, Weights
from matching.domain.tables import Mentee, Mentor, Pairing, Round
from matching.store import organisations, rounds


async def inputs(session: AsyncSession, asked: Round) -> Inputs:
    """What a round is decided on, as it is known now for the day of the round."""
    mentees = await rounds.waiting_mentees(session, on=asked.on, within=asked.departments)
    criteria = await rounds.criteria(session, asked.criteria)
    return Inputs(
        on=asked.on,
        mentees=await asyncio.to_thread(_all_waiting, mentees, asked.on),
        mentors=await offerings(session, on=asked.on),
        refused=tuple(await rounds.refused_pairs(session, [mentee.id for mentee in mentees])),
        excluded=tuple(await rounds.excluded_pairs(session)),
        locked=_locked(asked, mentees),
        weights=Weights(**criteria.weights),
        min_priority=asked.min_priority,
    )


async def offerings(session: AsyncSession, *, on: date) -> tuple[Offering, ...]:
    """The mentors with room, as a round looks at them; a thread looks, for they may be many."""
    coverage = await organisations.coverage(session)
    paused = await rounds.paused_mentors(session, on=on)
    experience = await rounds.experience(session)
    with_room = await rounds.mentors_with_room(session, on=on)

    def offered() -> tuple[Offering, ...]:
        return tuple(
            _offering(mentor, places, on, coverage, paused, experience.get(mentor.id, {}))
            for mentor, places in with_room
        )

    return await asyncio.to_thread(offered)


async def single(session: AsyncSession, mentee: Mentee, mentor: Mentor, *, on: date) -> Inputs:
    """What a round of that day would look at of these two alone, with a place for them."""
    coverage = await organisations.coverage(session)
    paused = await rounds.paused_mentors(session, on=on)
    return Inputs(
        on=on,
        mentees=(waiting(mentee, on),),
        mentors=(_offering(mentor, 1, on, coverage, paused, {}),),
        refused=tuple(await rounds.refused_pairs(session, [mentee.id])),
        excluded=tuple(await rounds.excluded_pairs(session)),
    )


async def for_mentor(
    session: AsyncSession, mentor: Mentor, mentees: Sequence[Mentee], *, on: date
) -> Inputs:
    """What a round of that day would look at of a mentor and some mentees, with a place free."""
    coverage = await organisations.coverage(session)
    paused = await rounds.paused_mentors(session, on=on)
    experience = await rounds.experience(session)
    criteria = await rounds.criteria(session)
    known = experience.get(mentor.id, {})
    return Inputs(
        on=on,
        mentees=await asyncio.to_thread(_all_waiting, mentees, on),
        mentors=(_offering(mentor, 1, on, coverage, paused, known),),
        refused=tuple(await rounds.refused_pairs(session, [mentee.id for mentee in mentees])),
        excluded=tuple(await rounds.excluded_pairs(session)),
        weights=Weights(**criteria.weights),
    )


async def next_best(session: AsyncSession, before: Pairing, mentee: Mentee, *, on: date) -> Inputs:
    """What the round that proposed a pairing would look at for its mentee alone, on that day."""
    asked = await rounds.round_(session, before.round_id) if before.round_id else None
    criteria = await rounds.criteria(session, asked.criteria if asked else None)
    return Inputs(
        on=on,
        mentees=(waiting(mentee, on),),
        mentors=await offerings(session, on=on),
        refused=tuple(await rounds.refused_pairs(session, [mentee.id])),
        excluded=tuple(await rounds.excluded_pairs(session)),
        weights=Weights(**criteria.weights),
    )


def _all_waiting(mentees: Sequence[Mentee], on: date) -> tuple[Waiting, ...]:
    return tuple(waiting(mentee, on) for mentee in mentees)


def waiting(mentee: Mentee, on: date) -> Waiting:
    """A mentee as a round of that day looks at them."""
    return Waiting(
        id=mentee.id,
        department=mentee.department,
        remote=mentee.remote,
        languages=tuple(mentee.languages),
        priority_neighbourhood=mentee.priority_neighbourhood,
        gender=mentee.gender,
        degree_field=mentee.degree_field,
        wished_functions=tuple(mentee.wished_functions),
        wished_sectors=tuple(mentee.wished_sectors),
        employer_id=mentee.employer_id,
        days_waiting=max(0, min(LONGEST_WAIT, (on - (mentee.decided_on or on)).days)),
    )


def _offering(  # noqa: PLR0913, PLR0917  (what is known of one mentor)
    mentor: Mentor,
    places: int,
    on: date,
    coverage: Coverage,
    paused: Collection[UUID],
    experience: Mapping[str, int],
) -> Offering:
    return Offering(
        id=mentor.id,
        organisation_id=mentor.organisation_id,
        department=mentor.department,
        remote=mentor.remote,
        languages=tuple(mentor.languages),
        places=places,
        covered=coverage.covers(mentor.organisation_id, on),
        paused=mentor.id in paused,
        sector=mentor.sector,
        function=mentor.function,
        wished_fields=tuple(mentor.wished_fields),
        experience=experience,
    )


def _locked(asked: Round, mentees: Sequence[Mentee]) -> tuple[Pair, ...]:
    """The locked pairs of those who still wait."""
    still = {mentee.id for mentee in mentees}
    pairs = ((UUID(mentee), UUID(mentor)) for mentee, mentor in asked.locked)
    return tuple((mentee, mentor) for mentee, mentor in pairs if mentee in still)
