"""Files of mentees, on whom the rule decides, and of mentors."""

from collections.abc import Sequence
from typing import Annotated, ClassVar
from uuid import UUID

import phonenumbers
from pydantic import BeforeValidator, EmailStr, Field, ValidationInfo, field_validator
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.cells import Day, DayIfAny, Text, YesNo, blank
from backbone.db import add_rows
from backbone.imports import Imports, Line, Tally
from backbone.outbox import emit
from contracts import Message
from contracts.moments import today_in
from contracts.territories import phone_region_of
from contracts.words import Language, PriorityNeighbourhood
from matching import store
from matching.commands.imports.cells import (
    DegreeField,
    DegreeFields,
    Department,
    Function,
    Functions,
    Languages,
    Sector,
    Sectors,
)
from matching.commands.imports.referenced import Referenced
from matching.domain import eligibility, pairings, people
from matching.domain.coverage import Coverage
from matching.domain.tables import EligibilityRule, Gender, Mentee, Mentor

imports = Imports()
CARD = {"given_name", "family_name", "email", "phone", "language"}


class PersonRow(Referenced):
    """A line of a file, as both kinds of files have it."""

    given_name: Text
    family_name: Text
    email: Annotated[EmailStr | None, BeforeValidator(blank)] = None
    department: Department
    phone: Annotated[str | None, BeforeValidator(blank)] = None
    language: Annotated[Language, BeforeValidator(lambda v: v or "fr")] = Language.FRENCH
    remote: YesNo = False
    languages: Languages = Field(default_factory=lambda: ["fr"])

    @field_validator("phone")
    @classmethod
    def as_dialled_from_anywhere(cls, phone: str | None, info: ValidationInfo) -> str | None:
        """Read the number as it is written where the person lives."""
        department = info.data.get("department")
        if phone is None or department is None:
            return phone
        try:
            number = phonenumbers.parse(phone, phone_region_of(department))
        except phonenumbers.NumberParseException as wrong:
            raise ValueError(
                "This is no phone number, as written where the person lives."
            ) from wrong
        if not phonenumbers.is_possible_number(number):
            raise ValueError("A phone number there has more digits, or fewer.")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    renewed: ClassVar[tuple[str, ...]] = (
        *("given_name", "family_name", "email", "phone", "language", "remote", "languages"),
    )
    """What may change from one import to the next."""

    @property
    def news(self) -> dict[str, object]:
        """What the line says of what may change; a column that is not in the file says nothing."""
        return self.model_dump(include={*self.renewed} & self.model_fields_set)


class MenteeRow(PersonRow):
    renewed: ClassVar[tuple[str, ...]] = (
        *PersonRow.renewed,
        *("gender", "degree_field", "wished_functions", "wished_sectors"),
    )

    gender: Annotated[Gender | None, BeforeValidator(blank)] = None
    degree_field: DegreeField = None
    wished_functions: Functions = Field(default_factory=list)
    wished_sectors: Sectors = Field(default_factory=list)
    birth_date: Day
    degree_level: Annotated[int, Field(ge=0, le=12)]
    priority_neighbourhood: Annotated[
        PriorityNeighbourhood, BeforeValidator(lambda v: v or "unknown")
    ] = PriorityNeighbourhood.UNKNOWN
    applied_on: Day


class MentorRow(PersonRow):
    renewed: ClassVar[tuple[str, ...]] = (
        *PersonRow.renewed,
        *("sector", "function", "wished_fields", "charter_accepted_on", "training_done_on"),
    )

    sector: Sector = None
    function: Function = None
    wished_fields: DegreeFields = Field(default_factory=list)
    charter_accepted_on: DayIfAny = None
    training_done_on: DayIfAny = None
    organisation_siren: Annotated[str, BeforeValidator(lambda v: str(v).replace(" ", ""))]
    capacity: Annotated[int, Field(ge=1, le=5)]
    enrolled_on: Day


@imports.of("mentees", MenteeRow)
async def take_mentees(
    session: AsyncSession, lines: Sequence[Line[MenteeRow]], tally: Tally
) -> None:
    """Take mentees from a file and decide on each; wrong rows are named and left out."""
    rules = await store.rules(session)
    known = await store.by_reference(session, Mentee, [line.row.reference for line in lines])
    mentees = list[Mentee]()
    for line in lines:
        if person := known.get(line.row.reference):
            _renew(session, person, line.row, tally)
            continue
        with tally.taking(line):
            mentee, told = _decide(line.row, rules)
            tally.refused += not mentee.is_admitted
            mentees.append(mentee)
            emit(session, *told)
    tally.created += len(mentees)
    await add_rows(session, Mentee, [mentee.model_dump() for mentee in mentees])


@imports.of("mentors", MentorRow)
async def take_mentors(
    session: AsyncSession, lines: Sequence[Line[MentorRow]], tally: Tally
) -> None:
    """Take mentors of covered organisations from a file; wrong rows are named and left out."""
    sirens, coverage = await store.organisations_by_siren(session), await store.coverage(session)
    known = await store.by_reference(session, Mentor, [line.row.reference for line in lines])
    mentors = list[Mentor]()
    for line in lines:
        if person := known.get(line.row.reference):
            _renew(session, person, line.row, tally)
        elif mentor := _enrol(line, sirens, coverage, tally):
            mentors.append(mentor)
            emit(session, people.enrolled(mentor), people.card(mentor))
    tally.created += len(mentors)
    await add_rows(session, Mentor, [mentor.model_dump() for mentor in mentors])


def _decide(row: MenteeRow, rules: Sequence[EligibilityRule]) -> tuple[Mentee, Sequence[Message]]:
    pairings.require_past(row.applied_on, today=today_in(row.department))
    decision = eligibility.decide(
        eligibility.rule_on(rules, row.applied_on),
        department=row.department,
        degree_level=row.degree_level,
        birth_date=row.birth_date,
        on=row.applied_on,
    )
    mentee = Mentee(
        **row.model_dump(exclude={"applied_on"}),
        decided_on=row.applied_on,
        refusal=decision.refusal,
        rule_version=decision.rule_version,
        decision_inputs=decision.inputs,
    )
    return mentee, (people.decided(mentee, decision), people.card(mentee))


def _enrol(
    line: Line[MentorRow], sirens: dict[str, UUID], coverage: Coverage, tally: Tally
) -> Mentor | None:
    row = line.row
    organisation_id = sirens.get(row.organisation_siren)
    if organisation_id is None:
        reason = f"No organisation with SIREN {row.organisation_siren} is known. Register it first."
        tally.blame(line.number, reason, column="organisation_siren")
        return None
    if not coverage.covers(organisation_id, row.enrolled_on):
        reason = f"The organisation has no convention in force on {row.enrolled_on}."
        tally.blame(line.number, reason, column="organisation_siren")
        return None
    fields = row.model_dump(exclude={"organisation_siren"})
    return Mentor(**fields, organisation_id=organisation_id)


def _renew(session: AsyncSession, person: Mentee | Mentor, row: PersonRow, tally: Tally) -> None:
    """Take over what is new of someone known; a new way to reach them is announced."""
    news = {name: value for name, value in row.news.items() if getattr(person, name) != value}
    if not news:
        tally.unchanged += 1
        return
    for name, value in news.items():
        setattr(person, name, value)
    person.version += 1
    tally.updated += 1
    if news.keys() & CARD:
        emit(session, people.card(person))
