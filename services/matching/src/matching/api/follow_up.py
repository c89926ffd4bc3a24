from typing import Any
from uuid import UUID

from fastapi import APIRouter

from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from matching import queries, store
from matching.access import Coordinator, Party, departments, pairs
from matching.api.follow_up_views import (
    AppointmentView,
    CheckInView,
    IntroductionView,
    PairPauseView,
    StepView,
)
from matching.api.views import PairingView
from matching.commands import follow_up, interviews
from matching.commands.base import Pause
from matching.commands.follow_up import AnswerIntroduction, HoldCheckIn, Introduce, Resume
from matching.commands.interviews import (
    HoldFirstInterview,
    MissFirstInterview,
    PlanFirstInterview,
)
from matching.domain.tables import Appointment, CheckIn, Introduction, Pairing, PairingPause
from matching.queries import timeline

router = APIRouter(route_class=TransactionalRoute, tags=["pairs' lives"])


@router.put("/pairings/{pairing_id}/first-interview/plan", response_model=AppointmentView)
async def plan_first_interview(
    pairing_id: UUID, command: PlanFirstInterview, session: Session, by: Party
) -> Appointment:
    """Plan the first interview, or move it to another date."""
    return await interviews.plan_first_interview(session, pairing_id, command, pairs(by))


@router.post("/pairings/{pairing_id}/first-interview/no-show", response_model=AppointmentView)
async def miss_first_interview(
    pairing_id: UUID, command: MissFirstInterview, session: Session, by: Party
) -> Appointment:
    """Record that the planned interview did not take place, and who did not come."""
    return await interviews.miss_first_interview(session, pairing_id, command, pairs(by))


@router.post("/pairings/{pairing_id}/first-interview", response_model=PairingView)
async def hold_first_interview(
    pairing_id: UUID, command: HoldFirstInterview, session: Session, by: Party
) -> Pairing:
    """Record that the pair met for the first time."""
    return await interviews.hold_first_interview(session, pairing_id, command, pairs(by))


@router.post("/pairings/{pairing_id}/pauses", status_code=201, response_model=PairPauseView)
async def pause_pairing(
    pairing_id: UUID, command: Pause, session: Session, by: Party
) -> PairingPause:
    """Pause a pair: no contact is expected on these days."""
    return await follow_up.pause_pairing(session, pairing_id, command, pairs(by))


@router.post("/pairings/{pairing_id}/resumption", status_code=204)
async def resume_pairing(pairing_id: UUID, command: Resume, session: Session, by: Party) -> None:
    """End the pause in force on `resumed_on`."""
    await follow_up.resume_pairing(session, pairing_id, command, pairs(by))


@router.get("/pairings/{pairing_id}/pauses", response_model=Page[PairPauseView])
async def list_pair_pauses(
    pairing_id: UUID, session: Session, by: Party, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the pauses of a pair by date."""
    await store.pairing(session, pairing_id, pairs(by))
    order = (PairingPause.from_on, PairingPause.id)
    query = queries.pair_pauses_of(pairing_id)
    return await paginate(session, query, by=order, after=after, limit=limit)


@router.post(
    "/pairings/{pairing_id}/introductions", status_code=201, response_model=IntroductionView
)
async def introduce(
    pairing_id: UUID, command: Introduce, session: Session, by: Party
) -> Introduction:
    """Record to whom the mentor introduced the mentee, with that person's agreement."""
    return await follow_up.introduce(session, pairing_id, command, pairs(by))


@router.get("/pairings/{pairing_id}/introductions", response_model=Page[IntroductionView])
async def list_introductions(
    pairing_id: UUID, session: Session, by: Party, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the introductions of a pair by date."""
    await store.pairing(session, pairing_id, pairs(by))
    order = (Introduction.introduced_on, Introduction.id)
    query = queries.introductions_of(pairing_id)
    return await paginate(session, query, by=order, after=after, limit=limit)


@router.put("/introductions/{introduction_id}/answer", response_model=IntroductionView)
async def answer_introduction(
    introduction_id: UUID, command: AnswerIntroduction, session: Session, by: Party
) -> Introduction:
    """Record the result of an introduction; a later answer replaces an earlier one."""
    return await follow_up.answer_introduction(session, introduction_id, command, pairs(by))


@router.post("/pairings/{pairing_id}/check-ins", status_code=201, response_model=CheckInView)
async def hold_check_in(
    pairing_id: UUID, command: HoldCheckIn, session: Session, by: Party
) -> CheckIn:
    """Record how it goes, from 1 to 5; visible to coordinators only."""
    return await follow_up.hold_check_in(session, pairing_id, command, pairs(by))


@router.get("/pairings/{pairing_id}/check-ins", response_model=Page[CheckInView])
async def list_check_ins(
    pairing_id: UUID, session: Session, by: Coordinator, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the check-ins of a pair by date."""
    await store.pairing(session, pairing_id, departments(by))
    order = (CheckIn.held_on, CheckIn.id)
    query = queries.check_ins_of(pairing_id)
    return await paginate(session, query, by=order, after=after, limit=limit)


@router.get("/pairings/{pairing_id}/timeline", response_model=Page[StepView])
async def pairing_timeline(
    pairing_id: UUID, session: Session, by: Coordinator, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the events of a pair by date."""
    await store.pairing(session, pairing_id, departments(by))
    steps = timeline.of_pairing(pairing_id)
    return await paginate(session, steps, by=timeline.ORDER, after=after, limit=limit)


@router.get("/mentees/{mentee_id}/timeline", response_model=Page[StepView])
async def mentee_timeline(
    mentee_id: UUID, session: Session, by: Coordinator, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the events of a mentee by date, from the application to the outcome."""
    await store.mentee(session, mentee_id, departments(by))
    steps = timeline.of_mentee(mentee_id)
    return await paginate(session, steps, by=timeline.ORDER, after=after, limit=limit)


@router.get("/mentors/{mentor_id}/timeline", response_model=Page[StepView])
async def mentor_timeline(
    mentor_id: UUID, session: Session, by: Coordinator, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the events of a mentor and their pairs by date, for the caller's regions."""
    await store.mentor(session, mentor_id)
    steps = timeline.of_mentor(mentor_id, within=departments(by))
    return await paginate(session, steps, by=timeline.ORDER, after=after, limit=limit)
