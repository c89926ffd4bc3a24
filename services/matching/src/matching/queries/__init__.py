"""Queries of matching."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.orm import defer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from backbone.database.tables import table_of
from backbone.errors import NotFound
from contracts.enums import MenteeStatus, Side
from contracts.local_time import today_in
from contracts.territories import DEPARTMENTS, region_of
from matching import store
from matching.domain.status import has_status, mentee_status
from matching.domain.tables import (
    ALERTS,
    CheckIn,
    Contact,
    ContactState,
    Correction,
    Criteria,
    Due,
    DueRule,
    EligibilityRule,
    Exclusion,
    Introduction,
    Mentee,
    Mentor,
    MentorPause,
    NeighbourhoodCorrection,
    Outcome,
    Pairing,
    PairingPause,
    PairingState,
    Proposal,
    Round,
    RoundState,
)
from matching.solver.comparison import Comparison, compare
from matching.solver.compression import json_of
from matching.solver.draft_review import DraftReview
from matching.solver.explanations import PairExplanation, UnmatchedExplanation, explainer_of


def departments_of(regions: Collection[str] | None, *, on: date) -> frozenset[str] | None:
    """Return the departments of regions given by their codes; `None`, which means all, stays."""
    if regions is None:
        return None
    return frozenset(code for code in DEPARTMENTS if region_of(code, on).code in regions)


def mentees(  # noqa: PLR0913  (each may narrow the list)
    *,
    within: Collection[str] | None,
    waiting: bool | None,
    decided: bool | None,
    department: str | None,
    reference: str | None = None,
    status: MenteeStatus | None = None,
) -> SelectOfScalar[Mentee]:
    query = select(Mentee)
    if reference is not None:
        query = query.where(Mentee.reference == reference)
    if decided is not None:
        known = col(Mentee.decided_on).is_not(None)
        query = query.where(known if decided else ~known & ~col(Mentee.erased))
    if within is not None:
        query = query.where(col(Mentee.department).in_(within))
    if department is not None:
        query = query.where(Mentee.department == department)
    if waiting is not None:
        waits = has_status(MenteeStatus.WAITING)
        query = query.where(waits if waiting else ~waits)
    if status is not None:
        query = query.where(has_status(status))
    return query


async def statuses(
    session: AsyncSession, mentees: Collection[UUID]
) -> dict[UUID, MenteeStatus | None]:
    """Return the status of each of these mentees; see `domain.status`."""
    query = select(Mentee.id, mentee_status()).where(col(Mentee.id).in_(mentees))
    return {
        mentee_id: MenteeStatus(status) if status else None
        for mentee_id, status in (await session.exec(query)).all()
    }


def mentors(*, organisation_id: UUID | None, with_room: bool | None) -> SelectOfScalar[Mentor]:
    query = select(Mentor)
    if organisation_id is not None:
        query = query.where(Mentor.organisation_id == organisation_id)
    if with_room is not None:
        room = store.has_room()
        query = query.where(room if with_room else ~room)
    return query


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


def contacts_of(pairing_id: UUID, *, reader: str) -> SelectOfScalar[Contact]:
    """Select the contacts of a pair, without withdrawn ones and other authors' drafts."""
    is_own_draft = (Contact.state == ContactState.DRAFT) & (Contact.logged_by == reader)
    return select(Contact).where(
        Contact.pairing_id == pairing_id, (Contact.state == ContactState.LOGGED) | is_own_draft
    )


def corrections_to(corrected_id: UUID) -> SelectOfScalar[Correction]:
    return select(Correction).where(Correction.corrected_id == corrected_id)


def pair_pauses_of(pairing_id: UUID) -> SelectOfScalar[PairingPause]:
    return select(PairingPause).where(PairingPause.pairing_id == pairing_id)


def introductions_of(pairing_id: UUID) -> SelectOfScalar[Introduction]:
    return select(Introduction).where(Introduction.pairing_id == pairing_id)


def check_ins_of(pairing_id: UUID) -> SelectOfScalar[CheckIn]:
    return select(CheckIn).where(CheckIn.pairing_id == pairing_id)


def begun_pairings_of(mentee_id: UUID) -> SelectOfScalar[Pairing]:
    """Select the pairings of a mentee that began."""
    begun = col(Pairing.starts_on).is_not(None)
    return select(Pairing).where(Pairing.mentee_id == mentee_id, begun)


def outcomes_of(mentee_id: UUID) -> SelectOfScalar[Outcome]:
    return select(Outcome).where(Outcome.mentee_id == mentee_id, ~col(Outcome.withdrawn))


def pauses_of(mentor_id: UUID) -> SelectOfScalar[MentorPause]:
    return select(MentorPause).where(MentorPause.mentor_id == mentor_id)


def exclusions_of(mentee_id: UUID) -> SelectOfScalar[Exclusion]:
    return select(Exclusion).where(Exclusion.mentee_id == mentee_id)


def corrections_of(mentee_id: UUID) -> SelectOfScalar[NeighbourhoodCorrection]:
    return select(NeighbourhoodCorrection).where(NeighbourhoodCorrection.mentee_id == mentee_id)


def rules() -> SelectOfScalar[EligibilityRule]:
    return select(EligibilityRule)


def criteria() -> SelectOfScalar[Criteria]:
    return select(Criteria)


def rounds(*, within: Collection[str] | None, state: RoundState | None) -> SelectOfScalar[Round]:
    """Select the rounds about these departments or fewer, without their inputs and certificates."""
    heavy = (defer(column) for column in (Round.inputs, Round.certificate))  # type: ignore[arg-type]
    query = select(Round).options(*heavy)  # megabytes a round, which no list needs
    if within is not None:
        query = query.where(table_of(Round).c.departments.contained_by(sorted(within)))
    return query if state is None else query.where(Round.state == state)


def proposals(round_id: UUID) -> SelectOfScalar[Proposal]:
    return select(Proposal).where(Proposal.round_id == round_id)


async def inputs(session: AsyncSession, round_id: UUID, within: Collection[str] | None) -> bytes:
    """Return the inputs of a round as JSON; raise `NotFound` before it is started."""
    found = await store.round_(session, round_id, within)
    return await asyncio.to_thread(json_of, _require_solved(found.inputs))


async def certificate(
    session: AsyncSession, round_id: UUID, within: Collection[str] | None
) -> bytes:
    """Return the certificate of a round as JSON; raise `NotFound` while there is none."""
    found = await store.round_(session, round_id, within)
    return await asyncio.to_thread(json_of, _require_solved(found.certificate))


async def explanation(
    session: AsyncSession,
    round_id: UUID,
    within: Collection[str] | None,
    *,
    mentee_id: UUID,
    mentor_id: UUID,
) -> PairExplanation:
    """Return why a draft proposes a pair, or why not.

    Computed in a thread: the first question about a round takes longer than the loop may block.
    """
    inputs, proof = await _worked_out(session, round_id, within)
    proposed_to = await _proposed_to(session, round_id, mentee_id)

    def explain() -> PairExplanation:
        return explainer_of(inputs, proof).of_pair(mentee_id, mentor_id, proposed_to=proposed_to)

    return await asyncio.to_thread(explain)


async def why_waiting(
    session: AsyncSession, round_id: UUID, within: Collection[str] | None, *, mentee_id: UUID
) -> UnmatchedExplanation:
    """Return why a mentee has no proposal in a draft, or which; computed in a thread."""
    inputs, proof = await _worked_out(session, round_id, within)
    proposed_to = await _proposed_to(session, round_id, mentee_id)

    def explain() -> UnmatchedExplanation:
        return explainer_of(inputs, proof).of_waiting(mentee_id, proposed_to=proposed_to)

    return await asyncio.to_thread(explain)


async def _proposed_to(session: AsyncSession, round_id: UUID, mentee_id: UUID) -> UUID | None:
    proposal = await session.get(Proposal, (round_id, mentee_id))
    return proposal.mentor_id if proposal else None


async def _worked_out(
    session: AsyncSession, round_id: UUID, within: Collection[str] | None
) -> tuple[bytes, bytes]:
    """Return a round's compressed inputs and certificate; raise `NotFound` before it is solved."""
    found = await store.round_(session, round_id, within)
    return _require_solved(found.inputs), _require_solved(found.certificate)


async def comparison(
    session: AsyncSession, round_id: UUID, other: UUID, within: Collection[str] | None
) -> Comparison:
    """Return the comparison of two drafts."""
    for each in (round_id, other):
        _require_solved((await store.round_(session, each, within)).certificate)
    first, second = [await store.chosen_pairs(session, each) for each in (round_id, other)]
    return await asyncio.to_thread(compare, first, second)


def _require_solved(document: bytes | None) -> bytes:
    if document is None:
        raise NotFound("This round is not worked out. Wait until it is a draft, or ask a new one.")
    return document


def alerts(
    *, within: Collection[str] | None, rule: DueRule | None, settled: bool
) -> SelectOfScalar[Due]:
    """Select the open or settled alerts about mentees of these departments."""
    open_ = col(Due.settled_at).is_(None)
    query = select(Due).where(col(Due.rule).in_(ALERTS), ~open_ if settled else open_)
    if within is not None:
        query = query.join(Mentee).where(col(Mentee.department).in_(within))
    return query if rule is None else query.where(Due.rule == rule)


async def candidates(
    session: AsyncSession, mentor_id: UUID, within: Collection[str] | None, *, most: int
) -> Sequence[tuple[UUID, int, dict[str, int]]]:
    """Return the waiting mentees who match a mentor best, by the rules and criteria of today.

    Each with its score and the contributions to it, the best first.
    """
    mentor = await store.mentor(session, mentor_id)
    on = today_in(mentor.department)
    waiting = await store.waiting_mentees(session, on=on, within=within)
    inputs = await store.inputs_for_mentor(session, mentor, waiting, on=on)
    return await asyncio.to_thread(lambda: DraftReview(inputs).best_for(mentor_id, most=most))
