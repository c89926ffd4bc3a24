"""Imports of mentees, who are decided on by the rule."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, NamedTuple
from uuid import UUID

from pydantic import BeforeValidator, ValidationInfo, field_validator
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.bulk import insert_all
from backbone.files.fields import Day, YesNo, blank
from backbone.imports.registry import ImportResult, Imports, ParsedRow
from backbone.messaging.outbox import emit
from contracts import Message
from contracts.enums import Established, PriorityNeighbourhood, Side
from contracts.local_time import today_in
from matching import store
from matching.commands.applications import ChangeMentee, changed
from matching.commands.imports.cells import DegreeField, DegreeLevel, Functions, Sectors, SirenIfAny
from matching.commands.imports.differences import differences, require_same
from matching.commands.imports.people import PersonRow, erased_among
from matching.commands.person_fields import Ranked
from matching.domain import applications, duplicates, eligibility, neighbourhoods, pairings, people
from matching.domain.tables import EligibilityRule, Gender, Mentee

imports = Imports()


class MenteeRow(PersonRow):
    """An applicant; `confirmed` says that they are not the author of a similar open application."""

    side: ClassVar[Side] = Side.MENTEE
    changing: ClassVar[tuple[str, ...]] = (
        *PersonRow.changing,
        *("gender", "degree_field", "wished_functions", "wished_sectors"),
        *("birth_date", "degree_level", "department"),
    )

    gender: Annotated[Gender | None, BeforeValidator(blank)] = None
    employer_siren: SirenIfAny = None
    degree_field: DegreeField = None
    wished_functions: Functions = Ranked
    wished_sectors: Sectors = Ranked
    applied_on: Day
    birth_date: Day
    degree_level: DegreeLevel
    priority_neighbourhood: Annotated[
        PriorityNeighbourhood, BeforeValidator(lambda v: v or "unknown")
    ] = PriorityNeighbourhood.UNKNOWN
    confirmed: YesNo = False

    @field_validator("birth_date")
    @classmethod
    def is_born_before_they_apply(cls, birth_date: Any, info: ValidationInfo) -> Any:  # noqa: ANN401
        """Refuse a birth date that no applicant can have."""
        if applied_on := info.data.get("applied_on"):
            applications.require_born(birth_date, applied_on)
        return birth_date


class Applicant(NamedTuple):
    """A new mentee and the messages to publish about them."""

    line: ParsedRow[MenteeRow]
    mentee: Mentee
    messages: Sequence[Message]


@imports.of("mentees", MenteeRow)
async def take_mentees(
    session: AsyncSession, lines: Sequence[ParsedRow[MenteeRow]], tally: ImportResult
) -> None:
    """Import mentees and decide on each; report invalid rows and leave them out.

    A row that resembles an open application is left out too, until it is `confirmed`.
    """
    rules, sirens = await store.rules(session), await store.organisations_by_siren(session)
    known = await store.by_reference(session, Mentee, [line.row.reference for line in lines])
    erased = await erased_among(session, lines)
    applicants = list[Applicant]()
    for line in lines:
        if not _knows_employer(line, sirens, tally):
            continue
        with tally.reject_refused(line):
            mentee = known.get(line.row.reference)
            line.row.require_not_erased(mentee, erased)
            if mentee is not None:
                _change(session, mentee, line.row, sirens, tally)
            else:
                applicants.append(_decide(line, rules, sirens))
    new = await _without_duplicates(session, applicants, tally)
    tally.created += len(new)
    tally.refused += sum(not applicant.mentee.is_admitted for applicant in new)
    await insert_all(session, Mentee, [applicant.mentee.model_dump() for applicant in new])
    emit(session, *(message for applicant in new for message in applicant.messages))


def _decide(
    line: ParsedRow[MenteeRow], rules: Sequence[EligibilityRule], sirens: Mapping[str, UUID]
) -> Applicant:
    row = line.row
    pairings.require_past(row.applied_on, today=today_in(row.department))
    decision = eligibility.decide(
        eligibility.rule_on(rules, row.applied_on),
        department=row.department,
        degree_level=row.degree_level,
        birth_date=row.birth_date,
        on=row.applied_on,
    )
    mentee = Mentee(**row.model_dump(exclude={"employer_siren", "confirmed", "consented_again"}))
    mentee.employer_id = sirens.get(row.employer_siren or "")
    people.note_name(mentee)
    known = neighbourhoods.declared(row.priority_neighbourhood, None, None, Established.DECLARED)
    neighbourhoods.establish(mentee, known)
    applications.record_decision(mentee, decision, on=row.applied_on)
    decided = people.decided(mentee, decision, on=row.applied_on)
    return Applicant(line, mentee, (decided, people.card(mentee)))


async def _without_duplicates(
    session: AsyncSession, applicants: Sequence[Applicant], tally: ImportResult
) -> Sequence[Applicant]:
    """Return the applicants without a similar open application or confirmed; report the others."""
    if all(applicant.line.row.confirmed for applicant in applicants):
        return applicants
    mentees = [applicant.mentee for applicant in applicants]
    earlier = await store.applied_before(session, mentees, None)
    line_of = {applicant.mentee.id: applicant.line.number for applicant in applicants}
    new = list[Applicant]()
    for applicant in applicants:
        earlier_one = earlier.get(applicant.mentee.id)
        if earlier_one is None or applicant.line.row.confirmed:
            new.append(applicant)
        else:
            reason = duplicates.held_reason(earlier_one, line=line_of.get(earlier_one.id))
            tally.add_error(applicant.line.number, reason, column="confirmed")
    return new


def _knows_employer(
    line: ParsedRow[MenteeRow], sirens: Mapping[str, UUID], tally: ImportResult
) -> bool:
    siren = line.row.employer_siren
    if siren is None or siren in sirens:
        return True
    reason = f"No organisation with SIREN {siren} is known. Register it first, or leave it out."
    tally.add_error(line.number, reason, column="employer_siren")
    return False


def _change(
    session: AsyncSession,
    mentee: Mentee,
    row: MenteeRow,
    sirens: Mapping[str, UUID],
    tally: ImportResult,
) -> None:
    """Change a known mentee as a coordinator would.

    Of one who was erased, or merged into another application, nothing is stored to compare with.
    """
    if mentee.erased:
        tally.unchanged += 1
        return
    _require_decided_alike(mentee, row)
    changes = differences(row, {name: getattr(mentee, name) for name in row.changing})
    if (employer := sirens.get(row.employer_siren or "")) != mentee.employer_id:
        changes |= {"employer_id": employer} if "employer_siren" in row.model_fields_set else {}
    if row.priority_neighbourhood not in {PriorityNeighbourhood.UNKNOWN, *_neighbourhoods(mentee)}:
        changes["priority_neighbourhood"] = row.priority_neighbourhood
    if changes:
        emit(session, *changed(mentee, ChangeMentee(**changes), None, Established.DECLARED))
    tally.updated += bool(changes)
    tally.unchanged += not changes


def _require_decided_alike(mentee: Mentee, row: MenteeRow) -> None:
    """Raise `RowDiffers` if a row changes the date of the application, or what was decided on."""
    frozen = ("applied_on", "department", "birth_date", "degree_level")
    stored = {name: getattr(mentee, name) for name in (frozen if mentee.is_decided else frozen[:1])}
    remedy = "When they applied, and what a decision rests on, stays. Correct the file."
    require_same(row, stored, remedy=remedy)
    neighbourhood = row.priority_neighbourhood
    if mentee.is_decided and neighbourhood != PriorityNeighbourhood.UNKNOWN:
        known = _neighbourhoods(mentee)
        stored = {} if neighbourhood in known else {"priority_neighbourhood": known[0]}
        remedy = f"Correct it at /mentees/{mentee.id}/neighbourhood-corrections, or in the file."
        require_same(row, stored, remedy=remedy)


def _neighbourhoods(mentee: Mentee) -> Sequence[str]:
    """Return the neighbourhood as known now, and as it was at the decision."""
    decided_on = (mentee.decision_inputs or {}).get("priority_neighbourhood")
    return [mentee.priority_neighbourhood, *([decided_on] if decided_on else [])]
