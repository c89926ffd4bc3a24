"""Commands on mentors: enrol, change, pause."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID, uuid4

from pydantic import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.messaging.outbox import emit
from backbone.privacy.erased_persons import require_not_erased
from backbone.web.etags import ExpectedVersion
from backbone.web.schemas import example
from contracts.bounds import Day
from contracts.local_time import today_in
from matching import store
from matching.commands.base import Pause
from matching.commands.person_fields import (
    FieldCodes,
    FunctionCode,
    NewPerson,
    PersonChanges,
    Ranked,
    SectorCode,
    to_e164,
)
from matching.domain import pairings, pauses, people
from matching.domain.tables import Mentor, MentorPause


class Enrol(NewPerson):
    """An executive of a covered organisation who has accepted the charter."""

    model_config = example(
        given_name="Jo",
        family_name="Martin",
        email="jo.martin@example.org",
        department="75",
        organisation_id="8c2d1f5e-33a0-4a55-9d9e-6a1c0f7d2b11",
        capacity=2,
        sector="L",
        function="M15",
        wished_fields=["04", "03"],
        charter_accepted_on="2026-09-01",
    )

    organisation_id: UUID
    capacity: int = Field(ge=1, le=5)
    enrolled_on: Day | None = Field(default=None, description="Today, unless it is said.")
    sector: SectorCode | None = None
    function: FunctionCode | None = None
    wished_fields: FieldCodes = Ranked
    charter_accepted_on: Day
    training_done_on: Day | None = None


class ChangeMentor(PersonChanges):
    model_config = example(capacity=3, training_done_on="2026-10-02")
    nullable: ClassVar[frozenset[str]] = PersonChanges.nullable | {
        *("sector", "function", "training_done_on"),
    }

    capacity: int | None = Field(default=None, ge=1, le=5)
    sector: SectorCode | None = None
    function: FunctionCode | None = None
    wished_fields: FieldCodes | None = Field(default=None, max_length=10)
    charter_accepted_on: Day | None = None
    training_done_on: Day | None = None


async def enrol(session: AsyncSession, command: Enrol) -> Mentor:
    """Enrol a mentor; raise `OrganisationNotCovered` without a convention in force."""
    today = today_in(command.department)
    mentor = Mentor(**_as_kept(command, today))
    for day in (mentor.enrolled_on, mentor.charter_accepted_on, mentor.training_done_on):
        pairings.require_past(day or today, today=today)
    coverage = await store.coverage(session)
    pairings.require_covered(coverage.covers(mentor.organisation_id, mentor.enrolled_on))
    keys = store.keys_of_person(mentor)
    await require_not_erased(session, keys, consented_again=command.consented_again)
    await store.require_new_reference(session, Mentor, mentor.reference)
    session.add(mentor)
    emit(session, people.enrolled(mentor), people.card(mentor))
    return mentor


def _as_kept(command: Enrol, today: date) -> dict[str, Any]:
    values: dict[str, Any] = command.model_dump(exclude={"consented_again"}) | {"id": uuid4()}
    values["reference"] = command.reference or str(values["id"])
    values["enrolled_on"] = command.enrolled_on or today
    if command.phone:
        values["phone"] = to_e164(command.phone, command.department)
    return values


async def change_mentor(
    session: AsyncSession, mentor_id: UUID, command: ChangeMentor, match: ExpectedVersion
) -> Mentor:
    """Change a mentor's data; publish a changed capacity or contact card."""
    if command.capacity is not None:
        await store.lock_round_publication(session)  # publishing a round proposes places too
    mentor = await store.lock_mentor(session, mentor_id)
    match.require(mentor.version)
    await change(session, mentor, command)
    return mentor


async def change(session: AsyncSession, mentor: Mentor, command: ChangeMentor) -> None:
    """Change the fields that the command names.

    The caller has locked the mentor and, for a capacity, the publication of rounds.
    """
    people.require_remembered(mentor)
    changes, today = command.changes, today_in(mentor.department)
    for name in ("charter_accepted_on", "training_done_on"):
        pairings.require_past(changes.get(name) or today, today=today)
    if changes.get("phone"):
        changes["phone"] = to_e164(changes["phone"], mentor.department)
    keys = store.keys_of_changes(mentor, changes)
    await require_not_erased(session, keys, consented_again=command.consented_again)
    if capacity := changes.pop("capacity", None):
        proposed = await store.open_proposals(session, mentor.id)
        emit(session, *people.change_capacity(mentor, capacity, proposed=proposed))
    emit(session, *people.renew(mentor, changes) or ())


async def pause(session: AsyncSession, mentor_id: UUID, command: Pause) -> MentorPause:
    """Propose no new mentee to a mentor on these days; running pairs continue."""
    mentor = await store.lock_mentor(session, mentor_id)
    people.require_remembered(mentor)
    mentor_pause = MentorPause(mentor_id=mentor.id, **command.model_dump())
    pauses.require_apart(mentor_pause, await store.pauses_of(session, mentor.id))
    session.add(mentor_pause)
    return mentor_pause


async def take_back_pause(session: AsyncSession, mentor_id: UUID, pause_id: UUID) -> None:
    await session.delete(await store.pause(session, mentor_id, pause_id))
