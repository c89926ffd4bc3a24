"""Files of mentees, on whom the rule decides, and of mentors."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.cells import Day, DayIfAny, Text, YesNo, blank
from backbone.db import add_rows
from backbone.erased import erased_days, readmit, require_unknown
from backbone.imports import Imports, Line, Tally
from backbone.outbox import emit
from contracts import Message
from contracts.addresses import EmailAddress
from contracts.moments import today_in
from contracts.words import Established, Language, PriorityNeighbourhood, Side
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
from matching.commands.persons import dialled
from matching.domain import eligibility, intake, neighbourhoods, pairings, people
from matching.domain.coverage import Coverage
from matching.domain.tables import EligibilityRule, Gender, Mentee, Mentor

imports = Imports()


def _unspaced(said: object) -> str:
    return str(said).replace(" ", "")


class PersonRow(Referenced):
    """A line of a file, as both kinds of files have it."""

    given_name: Text
    family_name: Text
    email: Annotated[EmailAddress | None, BeforeValidator(blank)] = None
    department: Department
    phone: Annotated[str | None, BeforeValidator(blank)] = None
    language: Annotated[Language, BeforeValidator(lambda v: v or "fr")] = Language.FRENCH
    remote: YesNo = False
    languages: Languages = Field(default_factory=lambda: ["fr"])
    consented_again: YesNo = False

    @field_validator("phone")
    @classmethod
    def as_dialled_from_anywhere(cls, phone: str | None, info: ValidationInfo) -> str | None:
        """Read the number as it is written where the person lives."""
        department = info.data.get("department")
        return dialled(phone, department) if phone and department else phone

    side: ClassVar[Side]
    renewed: ClassVar[tuple[str, ...]] = (
        *("given_name", "family_name", "email", "phone", "language", "remote", "languages"),
    )
    """What may change from one import to the next."""

    @property
    def news(self) -> dict[str, object]:
        """What the line says of what may change; a column that is not in the file says nothing."""
        return self.model_dump(include={*self.renewed} & self.model_fields_set)

    @property
    def keys(self) -> frozenset[str]:
        """The hashes by which someone who was erased is recognised."""
        return store.keys_of(
            self.side, reference=self.reference, email=self.email, phone=self.phone
        )


class MenteeRow(PersonRow):
    side: ClassVar[Side] = Side.MENTEE
    renewed: ClassVar[tuple[str, ...]] = (
        *PersonRow.renewed,
        *("gender", "degree_field", "wished_functions", "wished_sectors"),
    )

    gender: Annotated[Gender | None, BeforeValidator(blank)] = None
    employer_siren: Annotated[str | None, BeforeValidator(lambda v: _unspaced(v) or None)] = None
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
    side: ClassVar[Side] = Side.MENTOR
    renewed: ClassVar[tuple[str, ...]] = (
        *PersonRow.renewed,
        *("sector", "function", "wished_fields", "charter_accepted_on", "training_done_on"),
    )

    sector: Sector = None
    function: Function = None
    wished_fields: DegreeFields = Field(default_factory=list)
    charter_accepted_on: DayIfAny = None
    training_done_on: DayIfAny = None
    organisation_siren: Annotated[str, BeforeValidator(_unspaced)]
    capacity: Annotated[int, Field(ge=1, le=5)]
    enrolled_on: Day


@imports.of("mentees", MenteeRow)
async def take_mentees(
    session: AsyncSession, lines: Sequence[Line[MenteeRow]], tally: Tally
) -> None:
    """Take mentees from a file and decide on each; wrong rows are named and left out."""
    rules, sirens = await store.rules(session), await store.organisations_by_siren(session)
    known = await store.by_reference(session, Mentee, [line.row.reference for line in lines])
    erased = await _erased_days(session, lines)
    mentees = list[Mentee]()
    for line in lines:
        if not _knows_employer(line, sirens, tally):
            continue
        if person := known.get(line.row.reference):
            with tally.taking(line):
                news = line.row.news | _employer(line.row, sirens)
                require_unknown(store.keys_of_news(person, news), erased)
                _renew(session, person, news, tally)
            continue
        with tally.taking(line):
            require_unknown(line.row.keys, erased)
            mentee, told = _decide(line.row, rules)
            mentee.employer_id = sirens.get(line.row.employer_siren or "")
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
    erased = await _erased_days(session, lines)
    mentors = list[Mentor]()
    for line in lines:
        with tally.taking(line):
            if person := known.get(line.row.reference):
                require_unknown(store.keys_of_news(person, line.row.news), erased)
                _renew(session, person, line.row.news, tally)
                continue
            require_unknown(line.row.keys, erased)
            if mentor := _enrol(line, sirens, coverage, tally):
                mentors.append(mentor)
                emit(session, people.enrolled(mentor), people.card(mentor))
    tally.created += len(mentors)
    await add_rows(session, Mentor, [mentor.model_dump() for mentor in mentors])


async def _erased_days(
    session: AsyncSession, lines: Sequence[Line[MenteeRow]] | Sequence[Line[MentorRow]]
) -> Mapping[str, date]:
    """When those in these lines were erased who do not ask to be taken in again."""
    again = {key for line in lines if line.row.consented_again for key in line.row.keys}
    if again:
        await readmit(session, again)
    return await erased_days(session, {key for line in lines for key in line.row.keys})


def _decide(row: MenteeRow, rules: Sequence[EligibilityRule]) -> tuple[Mentee, Sequence[Message]]:
    pairings.require_past(row.applied_on, today=today_in(row.department))
    decision = eligibility.decide(
        eligibility.rule_on(rules, row.applied_on),
        department=row.department,
        degree_level=row.degree_level,
        birth_date=row.birth_date,
        on=row.applied_on,
    )
    mentee = Mentee(**row.model_dump(exclude={"employer_siren", "consented_again"}))
    known = neighbourhoods.said(row.priority_neighbourhood, None, None, Established.DECLARED)
    neighbourhoods.establish(mentee, known)
    intake.keep(mentee, decision, on=row.applied_on)
    told = people.decided(mentee, decision, on=row.applied_on)
    return mentee, (told, people.card(mentee))


def _knows_employer(line: Line[MenteeRow], sirens: dict[str, UUID], tally: Tally) -> bool:
    siren = line.row.employer_siren
    if siren is None or siren in sirens:
        return True
    reason = f"No organisation with SIREN {siren} is known. Register it first, or leave it out."
    tally.blame(line.number, reason, column="employer_siren")
    return False


def _employer(row: MenteeRow, sirens: dict[str, UUID]) -> dict[str, object]:
    """What the line says of where someone works; without the column, nothing."""
    if "employer_siren" not in row.model_fields_set:
        return {}
    return {"employer_id": sirens.get(row.employer_siren or "")}


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
    fields = row.model_dump(exclude={"organisation_siren", "consented_again"})
    return Mentor(**fields, organisation_id=organisation_id)


def _renew(
    session: AsyncSession, person: Mentee | Mentor, news: dict[str, object], tally: Tally
) -> None:
    """Take over what is new of someone known; a new way to reach them is announced.

    Of an application that was merged into another nothing is taken over.
    """
    told = None if person.erased else people.renew(person, news)
    if told is None:
        tally.unchanged += 1
        return
    tally.updated += 1
    emit(session, *told)
