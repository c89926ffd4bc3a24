"""Commands on applications: apply, link a referral, change, decide."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar, Self
from uuid import UUID, uuid4

from pydantic import Field, model_validator
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import Invalid
from backbone.messaging.outbox import emit
from backbone.privacy.erased_persons import require_not_erased
from backbone.web.etags import ExpectedVersion
from backbone.web.schemas import Command, example, examples
from contracts import Message
from contracts.bounds import Day
from contracts.enums import Established, RefusalReason, TurnDownReason
from contracts.local_time import today_in
from matching import store
from matching.commands.neighbourhoods import NeighbourhoodStatement
from matching.commands.person_fields import (
    DepartmentCode,
    FieldCode,
    FunctionCodes,
    NewPerson,
    PersonChanges,
    Ranked,
    SectorCodes,
    to_e164,
)
from matching.domain import applications, duplicates, eligibility, neighbourhoods, pairings, people
from matching.domain.neighbourhoods import Finding
from matching.domain.tables import EligibilityRule, Gender, Mentee, ReferralLink
from matching.store import DepartmentScope

DegreeLevel = Field(default=None, ge=0, le=12, description="Years after the baccalauréat.")


class ElsewhereThanYours(Invalid, kind="elsewhere-than-yours"):
    """The department is outside the coordinator's regions."""


class Apply(NewPerson, NeighbourhoodStatement):
    model_config = example(
        given_name="Amina",
        family_name="Diallo",
        email="amina.diallo@example.org",
        department="93",
        birth_date="2001-05-04",
        degree_level=5,
        degree_field="04",
        wished_functions=["M15", "M12"],
        wished_sectors=["L", "K"],
        languages=["fr", "ar"],
    )

    birth_date: Day | None = None
    gender: Gender | None = None
    degree_level: int | None = DegreeLevel
    degree_field: FieldCode | None = None
    wished_functions: FunctionCodes = Ranked
    wished_sectors: SectorCodes = Ranked
    employer_id: UUID | None = None
    address: str | None = Field(
        default=None,
        min_length=5,
        max_length=300,
        description="Looked up in the list of priority neighbourhoods, and not stored.",
    )
    applied_on: Day | None = Field(default=None, description="Today, unless it is said.")
    confirmed: bool = Field(
        default=False,
        description="The applicant is not one of those found. Applications refused or turned "
        "down are closed: such an applicant applies again without this.",
    )
    youth_id: UUID | None = Field(default=None, description="The referred youth who applies.")


class TakeReferral(Command):
    model_config = example(youth_id="b7a4b9f2-6f7f-4c39-8a53-0de3a8b6d1c5")

    youth_id: UUID


class ChangeMentee(PersonChanges, NeighbourhoodStatement):
    """Changes of a mentee; what a decision rests on can no longer be changed after it."""

    model_config = example(email="amina@example.org", wished_sectors=["L"])
    nullable: ClassVar[frozenset[str]] = PersonChanges.nullable | {
        *("gender", "degree_field", "employer_id", "birth_date", "degree_level"),
        *("area_code", "area_vintage"),
    }
    decided_on: ClassVar[frozenset[str]] = frozenset(
        {"department", "birth_date", "degree_level", *Finding.__slots__}
    )

    department: DepartmentCode | None = None
    birth_date: Day | None = None
    gender: Gender | None = None
    degree_level: int | None = DegreeLevel
    degree_field: FieldCode | None = None
    wished_functions: FunctionCodes | None = Field(default=None, max_length=10)
    wished_sectors: SectorCodes | None = Field(default=None, max_length=10)
    employer_id: UUID | None = None


class Decide(Command):
    """The decision: admission, or refusal with the rule's reason or one that no rule checks."""

    model_config = examples({"admit": True}, {"admit": False, "reason": "found_work"})

    admit: bool
    reason: RefusalReason | TurnDownReason | None = None
    decided_on: Day | None = Field(default=None, description="Today, unless it is said.")

    @model_validator(mode="after")
    def has_a_reason_if_refused(self) -> Self:
        if self.admit == (self.reason is not None):
            raise ValueError("A refusal has a reason, and an admission has none.")
        return self


async def apply(
    session: AsyncSession, command: Apply, within: DepartmentScope, areas: store.Neighbourhoods
) -> Mentee:
    """Create an application, undecided; only its contact card is published.

    The neighbourhood found from the address takes precedence over the declared one.
    """
    require_yours(command.department, within)
    today = today_in(command.department)
    mentee = Mentee(**as_kept(command, today))
    people.note_name(mentee)
    pairings.require_past(mentee.applied_on, today=today)
    applications.require_born(mentee.birth_date, mentee.applied_on)
    if command.address:
        on, department = mentee.applied_on, mentee.department
        found = await areas.find(session, command.address, department=department, on=on)
        if found != neighbourhoods.NOTHING:
            neighbourhoods.establish(mentee, found)
    keys = store.keys_of_person(mentee)
    await require_not_erased(session, keys, consented_again=command.consented_again)
    await store.require_new_reference(session, Mentee, mentee.reference)
    if not command.confirmed:
        earlier = await store.applied_before(session, [mentee], within)
        duplicates.require_new(earlier.get(mentee.id))
    session.add(mentee)
    emit(session, people.card(mentee))
    if command.youth_id is not None:
        await session.flush()
        await _take(session, mentee, command.youth_id)
    return mentee


async def take_referral(
    session: AsyncSession, mentee_id: UUID, command: TakeReferral, within: DepartmentScope
) -> Mentee:
    """Record that a referred youth is a mentee who applied earlier."""
    mentee = await store.lock_mentee(session, mentee_id, within)
    people.require_remembered(mentee)
    await _take(session, mentee, command.youth_id)
    return mentee


async def _take(session: AsyncSession, mentee: Mentee, youth_id: UUID) -> None:
    await store.require_waiting(session, youth_id)
    session.add(ReferralLink(youth_id=youth_id, mentee_id=mentee.id))
    emit(session, applications.take(mentee, youth_id))


def as_kept(command: Apply, today: date) -> dict[str, Any]:
    values: dict[str, Any] = command.model_dump(
        exclude={"address", "confirmed", "consented_again", "youth_id"}
    ) | {"id": uuid4()}
    values |= command.finding(Established.DECLARED).columns
    values["reference"] = command.reference or str(values["id"])
    values["applied_on"] = command.applied_on or today
    if command.phone:
        values["phone"] = to_e164(command.phone, command.department)
    return values


async def change_mentee(
    session: AsyncSession,
    mentee_id: UUID,
    command: ChangeMentee,
    match: ExpectedVersion,
    within: DepartmentScope,
) -> Mentee:
    """Change a mentee's data; publish the contact card if it changed."""
    mentee = await store.lock_mentee(session, mentee_id, within)
    match.require(mentee.version)
    keys = store.keys_of_changes(mentee, command.changes)
    await require_not_erased(session, keys, consented_again=command.consented_again)
    emit(session, *changed(mentee, command, within, Established.COORDINATOR))
    return mentee


def changed(
    mentee: Mentee, command: ChangeMentee, within: DepartmentScope, by: Established
) -> Sequence[Message]:
    """Change the fields that the command names; return the messages to publish."""
    people.require_remembered(mentee)
    changes = command.changes
    if changes.keys() & command.decided_on:
        applications.require_undecided(mentee)
    if changes.keys() & {*Finding.__slots__}:
        changes |= command.finding(by).columns
    department = changes.get("department", mentee.department)
    require_yours(department, within)
    applications.require_born(changes.get("birth_date"), mentee.applied_on)
    if changes.get("phone"):
        changes["phone"] = to_e164(changes["phone"], department)
    return people.renew(mentee, changes) or ()


async def decide(
    session: AsyncSession, mentee_id: UUID, command: Decide, within: DepartmentScope
) -> Mentee:
    """Admit or refuse an applicant, once."""
    mentee = await store.lock_mentee(session, mentee_id, within)
    today = today_in(mentee.department)
    on = command.decided_on or today
    pairings.require_past(on, today=today)
    rule = eligibility.rule_on(await store.rules(session), on)
    emit(session, _decided(mentee, rule, command.reason, on))
    mentee.version += 1
    return mentee


def _decided(
    mentee: Mentee, rule: EligibilityRule, reason: RefusalReason | TurnDownReason | None, on: date
) -> Message:
    if reason is None:
        return applications.admit(mentee, rule, on=on)
    if isinstance(reason, RefusalReason):
        return applications.refuse(mentee, rule, reason, on=on)
    return applications.turn_down(mentee, rule, reason, on=on)


def require_yours(department: str, within: DepartmentScope) -> None:
    if within is not None and department not in within:
        raise ElsewhereThanYours(
            f"Department {department} is in none of your regions. Let its coordinators take it."
        )
