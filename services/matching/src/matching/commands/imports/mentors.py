"""Imports of mentors of covered organisations who have accepted the charter."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.bulk import insert_all
from backbone.files.fields import Day, DayIfAny
from backbone.imports.registry import ImportResult, Imports, ParsedRow
from backbone.messaging.outbox import emit
from contracts.enums import Side
from contracts.local_time import today_in
from matching import store
from matching.commands import mentors
from matching.commands.imports.cells import DegreeFields, Function, Places, Sector, Siren
from matching.commands.imports.differences import differences, require_same
from matching.commands.imports.people import PersonRow, erased_among
from matching.commands.mentors import ChangeMentor
from matching.commands.person_fields import Ranked
from matching.domain import pairings, people
from matching.domain.coverage import Coverage
from matching.domain.tables import Mentor

imports = Imports()


class MentorRow(PersonRow):
    """A mentor; `charter_accepted_on` is required of new ones."""

    side: ClassVar[Side] = Side.MENTOR
    changing: ClassVar[tuple[str, ...]] = (
        *PersonRow.changing,
        *("sector", "function", "wished_fields", "charter_accepted_on", "training_done_on"),
        "capacity",
    )

    sector: Sector = None
    function: Function = None
    wished_fields: DegreeFields = Ranked
    charter_accepted_on: DayIfAny = None
    training_done_on: DayIfAny = None
    organisation_siren: Siren
    capacity: Places
    enrolled_on: Day


@imports.of("mentors", MentorRow)
async def take_mentors(
    session: AsyncSession, lines: Sequence[ParsedRow[MentorRow]], tally: ImportResult
) -> None:
    """Import mentors of covered organisations; report invalid rows and leave them out."""
    references = [line.row.reference for line in lines]
    if await store.ids_by_reference(session, Mentor, references):
        await store.lock_round_publication(session)  # publishing a round proposes places too
    sirens, coverage = await store.organisations_by_siren(session), await store.coverage(session)
    known = await store.by_reference(session, Mentor, references)
    erased = await erased_among(session, lines)
    new = list[Mentor]()
    for line in lines:
        organisation_id = sirens.get(line.row.organisation_siren)
        if organisation_id is None:
            reason = f"No organisation with SIREN {line.row.organisation_siren} is known."
            column = "organisation_siren"
            tally.add_error(line.number, f"{reason} Register it first.", column=column)
            continue
        with tally.reject_refused(line):
            known_mentor = known.get(line.row.reference)
            line.row.require_not_erased(known_mentor, erased)
            if known_mentor is not None:
                await _change(session, known_mentor, line.row, organisation_id, tally)
            elif mentor := _enrol(line, organisation_id, coverage, tally):
                new.append(mentor)
                emit(session, people.enrolled(mentor), people.card(mentor))
    tally.created += len(new)
    await insert_all(session, Mentor, [mentor.model_dump() for mentor in new])


async def _change(
    session: AsyncSession,
    mentor: Mentor,
    row: MentorRow,
    organisation_id: UUID,
    tally: ImportResult,
) -> None:
    """Change a known mentor as a coordinator would; an erased one is left as it is.

    An empty cell of a required field is ignored.
    """
    if mentor.erased:
        tally.unchanged += 1
        return
    fixed = {"department": mentor.department, "enrolled_on": mentor.enrolled_on}
    if organisation_id != mentor.organisation_id:
        fixed["organisation_siren"] = "another number"
    require_same(row, fixed, remedy="Correct the file, or enrol them under another reference.")
    differing = differences(row, {name: getattr(mentor, name) for name in row.changing})
    nullable = ChangeMentor.nullable
    changes = {n: v for n, v in differing.items() if v is not None or n in nullable}
    if changes:
        await mentors.change(session, mentor, ChangeMentor(**changes))
    tally.updated += bool(changes)
    tally.unchanged += not changes


def _enrol(
    line: ParsedRow[MentorRow], organisation_id: UUID, coverage: Coverage, tally: ImportResult
) -> Mentor | None:
    row, today = line.row, today_in(line.row.department)
    if row.charter_accepted_on is None:
        reason = "Nobody enrols before they accept the charter. Give the day on which they did."
        tally.add_error(line.number, reason, column="charter_accepted_on")
        return None
    for day in (row.enrolled_on, row.charter_accepted_on, row.training_done_on):
        pairings.require_past(day or today, today=today)
    if not coverage.covers(organisation_id, row.enrolled_on):
        reason = f"The organisation has no convention in force on {row.enrolled_on}."
        tally.add_error(line.number, reason, column="organisation_siren")
        return None
    fields = row.model_dump(exclude={"organisation_siren", "consented_again"})
    return Mentor(**fields, organisation_id=organisation_id)
