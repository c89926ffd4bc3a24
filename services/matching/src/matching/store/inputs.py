"""Loading of the inputs of a round."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from matching.domain.coverage import Coverage
from matching.domain.tables import Mentee, Mentor, Pairing, Round
from matching.solver.inputs import LONGEST_WAIT, Inputs, Offering, Pair, Waiting, Weights
from matching.store import organisations, rounds


async def inputs(session: AsyncSession, round_: Round) -> Inputs:
    """Return the inputs of a round, as known now for the date of the round."""
    mentees = await rounds.waiting_mentees(session, on=round_.on, within=round_.departments)
    criteria = await rounds.criteria(session, round_.criteria)
    return Inputs(
        on=round_.on,
        mentees=await asyncio.to_thread(_to_all_waiting, mentees, round_.on),
        mentors=await offerings(session, on=round_.on),
        refused=tuple(await rounds.refused_pairs(session, [mentee.id for mentee in mentees])),
        excluded=tuple(await rounds.excluded_pairs(session)),
        locked=_locked(round_, mentees),
        weights=Weights(**criteria.weights),
        min_priority=round_.min_priority,
    )


async def offerings(session: AsyncSession, *, on: date) -> tuple[Offering, ...]:
    """Return the mentors with a free place on `on`; converted in a thread, for they may be many."""
    coverage = await organisations.coverage(session)
    paused = await rounds.paused_mentors(session, on=on)
    experience = await rounds.experience(session)
    with_room = await rounds.mentors_with_room(session, on=on)

    def offered() -> tuple[Offering, ...]:
        return tuple(
            _to_offering(mentor, places, on, coverage, paused, experience.get(mentor.id, {}))
            for mentor, places in with_room
        )

    return await asyncio.to_thread(offered)


async def inputs_for_pair(
    session: AsyncSession, mentee: Mentee, mentor: Mentor, *, on: date
) -> Inputs:
    """Return the inputs of a round of that day for this pair alone, with a place for it."""
    coverage = await organisations.coverage(session)
    paused = await rounds.paused_mentors(session, on=on)
    return Inputs(
        on=on,
        mentees=(to_waiting(mentee, on),),
        mentors=(_to_offering(mentor, 1, on, coverage, paused, {}),),
        refused=tuple(await rounds.refused_pairs(session, [mentee.id])),
        excluded=tuple(await rounds.excluded_pairs(session)),
    )


async def inputs_for_mentor(
    session: AsyncSession, mentor: Mentor, mentees: Sequence[Mentee], *, on: date
) -> Inputs:
    """Return the inputs of a round of that day for some mentees and one mentor with a place."""
    coverage = await organisations.coverage(session)
    paused = await rounds.paused_mentors(session, on=on)
    experience = await rounds.experience(session)
    criteria = await rounds.criteria(session)
    known = experience.get(mentor.id, {})
    return Inputs(
        on=on,
        mentees=await asyncio.to_thread(_to_all_waiting, mentees, on),
        mentors=(_to_offering(mentor, 1, on, coverage, paused, known),),
        refused=tuple(await rounds.refused_pairs(session, [mentee.id for mentee in mentees])),
        excluded=tuple(await rounds.excluded_pairs(session)),
        weights=Weights(**criteria.weights),
    )


async def inputs_for_replacement(
    session: AsyncSession, before: Pairing, mentee: Mentee, *, on: date
) -> Inputs:
    """Return the inputs for a replacement of `before`, by the criteria of its round."""
    round_ = await rounds.round_(session, before.round_id) if before.round_id else None
    criteria = await rounds.criteria(session, round_.criteria if round_ else None)
    return Inputs(
        on=on,
        mentees=(to_waiting(mentee, on),),
        mentors=await offerings(session, on=on),
        refused=tuple(await rounds.refused_pairs(session, [mentee.id])),
        excluded=tuple(await rounds.excluded_pairs(session)),
        weights=Weights(**criteria.weights),
    )


def _to_all_waiting(mentees: Sequence[Mentee], on: date) -> tuple[Waiting, ...]:
    return tuple(to_waiting(mentee, on) for mentee in mentees)


def to_waiting(mentee: Mentee, on: date) -> Waiting:
    """Return a mentee in the form of a round's inputs."""
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


def _to_offering(  # noqa: PLR0913, PLR0917  (what is known of one mentor)
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


def _locked(round_: Round, mentees: Sequence[Mentee]) -> tuple[Pair, ...]:
    """Return the locked pairs of mentees who still wait."""
    still = {mentee.id for mentee in mentees}
    pairs = ((UUID(mentee), UUID(mentor)) for mentee, mentor in round_.locked)
    return tuple((mentee, mentor) for mentee, mentor in pairs if mentee in still)
