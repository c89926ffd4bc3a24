"""Loading and locking of rounds and of their inputs."""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Executable, Uuid, any_, func, literal, or_, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from backbone.database.bulk import in_array
from backbone.errors import NotFound
from contracts.enums import EndReason, MenteeStatus
from matching.domain.status import has_status
from matching.domain.tables import (
    TO_WORK_OUT,
    Criteria,
    Exclusion,
    Mentee,
    Mentor,
    MentorPause,
    Pairing,
    PairingState,
    Proposal,
    Round,
)
from matching.solver.report import Chosen
from matching.store.people import DepartmentScope

LOCK_ROUND_PUBLICATION = text("SELECT pg_advisory_xact_lock(hashtext('round'), 0)")
ROWS = 200
"""Rows that are read at once."""
NO_ROUND = "There is no such round. Look for it in the list of rounds."
WELL = {EndReason.COMPLETED, EndReason.EARLY_SUCCESS}
OVER = {PairingState.DECLINED, PairingState.EXPIRED, PairingState.ENDED}


async def round_(session: AsyncSession, round_id: UUID, within: DepartmentScope = None) -> Round:
    """Return a round about these departments or fewer; raise `NotFound` for any other."""
    return _visible(await session.get(Round, round_id), within)


async def lock_round(
    session: AsyncSession, round_id: UUID, within: DepartmentScope = None
) -> Round:
    """Lock a round, so that the worker and a coordinator do not change its state at once."""
    found = await session.get(Round, round_id, with_for_update=True, populate_existing=True)
    return _visible(found, within)


def _visible(found: Round | None, within: DepartmentScope) -> Round:
    if found is None or not is_about(found.departments, within):
        raise NotFound(NO_ROUND)
    return found


def is_about(departments: DepartmentScope, within: DepartmentScope) -> bool:
    """Return whether `departments` are a part of `within`; `None` means all."""
    return within is None or (departments is not None and set(departments) <= set(within))


async def rounds_to_work_out(session: AsyncSession) -> Sequence[UUID]:
    """Return the rounds that are not solved yet, in the order of their requests."""
    query = select(Round.id).where(col(Round.state).in_(TO_WORK_OUT))
    return (await session.exec(query.order_by(col(Round.asked_at), col(Round.id)))).all()


async def locked_pairs(session: AsyncSession, round_id: UUID) -> Sequence[tuple[UUID, UUID]]:
    """Return the locked pairs of a draft by mentee."""
    pairs = select(Proposal.mentee_id, Proposal.mentor_id)
    query = pairs.where(Proposal.round_id == round_id, col(Proposal.locked))
    return (await session.exec(query.order_by(col(Proposal.mentee_id)))).all()


async def chosen_pairs(session: AsyncSession, round_id: UUID) -> list[Chosen]:
    """Return the pairs of a draft by mentee."""
    columns = col(Proposal.mentee_id), col(Proposal.mentor_id), col(Proposal.score)
    query = select(*columns).where(Proposal.round_id == round_id).order_by(columns[0])
    return [Chosen(*row) async for row in _in_parts(session, query)]


async def _in_parts(session: AsyncSession, query: Executable) -> AsyncIterator[Any]:
    """Yield the rows of a query in batches: loading a whole round would block the event loop."""
    result = await session.stream(query.execution_options(yield_per=ROWS))
    async for part in result.partitions():
        for row in part:
            yield row


async def proposals_of_mentor(
    session: AsyncSession, round_id: UUID, mentor_id: UUID | None, without: UUID
) -> int:
    """Return the number of mentees, `without` not counted, to whom a draft proposes a mentor."""
    query = select(func.count()).where(
        Proposal.round_id == round_id,
        Proposal.mentor_id == mentor_id,
        Proposal.mentee_id != without,
    )
    return (await session.exec(query)).one()


async def criteria(session: AsyncSession, version: str | None = None) -> Criteria:
    """Return the criteria of `version`, else the newest."""
    query = select(Criteria).order_by(col(Criteria.made_at).desc(), col(Criteria.version).desc())
    if version is not None:
        query = query.where(Criteria.version == version)
    found = (await session.exec(query.limit(1))).first()
    if found is None:
        raise NotFound(f"There are no criteria of version {version}. Look at the list of criteria.")
    return found


async def waiting_mentees(
    session: AsyncSession, *, on: date, within: DepartmentScope
) -> Sequence[Mentee]:
    """Return the mentees admitted by `on` whose status is waiting, by reference."""
    query = _waiting(on, within).order_by(col(Mentee.reference))
    return [mentee async for (mentee,) in _in_parts(session, query)]


async def has_waiting_mentee(session: AsyncSession, *, on: date, without: UUID) -> bool:
    """Return whether a mentee other than `without` waits for a mentor."""
    query = _waiting(on, None).where(Mentee.id != without)
    return (await session.exec(query.limit(1))).first() is not None


def _waiting(on: date, within: DepartmentScope) -> SelectOfScalar[Mentee]:
    query = select(Mentee).where(has_status(MenteeStatus.WAITING), col(Mentee.decided_on) <= on)
    return query if within is None else query.where(col(Mentee.department).in_(within))


async def open_proposals(session: AsyncSession, mentor_id: UUID) -> int:
    """Return how many of a mentor's places are proposed to mentees who have not begun."""
    query = select(func.count()).where(
        Pairing.mentor_id == mentor_id, Pairing.state == PairingState.PROPOSED
    )
    return (await session.exec(query)).one()


async def mentors_with_room(session: AsyncSession, *, on: date) -> Sequence[tuple[Mentor, int]]:
    """Return the mentors enrolled by `on`, with their places neither taken nor proposed."""
    proposed = (
        select(Pairing.mentor_id, func.count().label("proposals"))
        .where(Pairing.state == PairingState.PROPOSED)
        .group_by(col(Pairing.mentor_id))
        .subquery()
    )
    free = Mentor.capacity - Mentor.mentees - func.coalesce(proposed.c.proposals, 0)
    query = (
        select(Mentor, free)
        .outerjoin(proposed, proposed.c.mentor_id == Mentor.id)
        .where(~col(Mentor.erased), Mentor.enrolled_on <= on, free > 0)
        .order_by(col(Mentor.reference))
    )
    return [(mentor, int(places)) async for mentor, places in _in_parts(session, query)]


def has_room() -> ColumnElement[bool]:
    """Return the SQL condition that a mentor has a place that is neither taken nor proposed."""
    proposed = (
        select(func.count())
        .where(Pairing.mentor_id == Mentor.id, Pairing.state == PairingState.PROPOSED)
        .correlate(Mentor)
        .scalar_subquery()
    )
    return col(Mentor.mentees) + proposed < col(Mentor.capacity)


async def refused_pairs(
    session: AsyncSession, mentees: Collection[UUID] | None = None
) -> Sequence[tuple[UUID, UUID]]:
    """Return the pairs that were proposed or worked together and will not be proposed again."""
    over = select(Pairing.mentee_id, Pairing.mentor_id).where(col(Pairing.state).in_(OVER))
    if mentees is not None:
        ids = literal([*mentees], ARRAY(Uuid))  # one parameter, however many they are
        over = over.where(col(Pairing.mentee_id) == any_(ids))
    return sorted(set((await session.exec(over)).all()))


async def exclusions_of(
    session: AsyncSession, mentees: Collection[UUID]
) -> dict[tuple[UUID, UUID], date]:
    """Return the exclusions of these mentees: pairs of mentee and mentor, with their date."""
    query = select(Exclusion).where(in_array(Exclusion.mentee_id, mentees))
    return {(each.mentee_id, each.mentor_id): each.asked_on for each in await session.exec(query)}


async def excluded_pairs(session: AsyncSession) -> Sequence[tuple[UUID, UUID]]:
    """Return the excluded pairs."""
    query = select(Exclusion.mentee_id, Exclusion.mentor_id)
    return sorted((await session.exec(query)).all())


async def paused_mentors(session: AsyncSession, *, on: date) -> Collection[UUID]:
    """Return the mentors who are paused on `on`."""
    until = col(MentorPause.until_on)
    query = select(MentorPause.mentor_id).where(
        MentorPause.from_on <= on, or_(until.is_(None), until >= on)
    )
    return set((await session.exec(query)).all())


async def experience(session: AsyncSession) -> Mapping[UUID, Mapping[str, int]]:
    """Return, for each mentor, the number of well-ended pairs by the mentee's degree field."""
    query = (
        select(Pairing.mentor_id, Mentee.degree_field, func.count())
        .join(Mentee, col(Mentee.id) == Pairing.mentee_id)
        .where(
            col(Pairing.end_reason).in_(WELL),
            col(Mentee.degree_field).is_not(None),
        )
        .group_by(col(Pairing.mentor_id), col(Mentee.degree_field))
    )
    found = defaultdict[UUID, dict[str, int]](dict)
    for mentor, field, pairs in (await session.exec(query)).all():
        found[mentor][str(field)] = pairs
    return found


async def lock_round_publication(session: AsyncSession) -> None:
    """Lock the publication of rounds: nobody else proposes pairs until the transaction ends."""
    await (await session.connection()).execute(LOCK_ROUND_PUBLICATION)
