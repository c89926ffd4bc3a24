"""Imports of pairings: each row is the history of a pairing, from the proposal to the end."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BeforeValidator
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.bulk import insert_all
from backbone.files.fields import Day, DayIfAny, Text, blank
from backbone.imports.registry import ImportResult, Imports, ParsedRow
from backbone.messaging.outbox import emit
from contracts import Event
from contracts.enums import DeclineReason, EndReason, Side
from matching import store
from matching.commands.imports.cells import Minutes
from matching.commands.imports.differences import require_same
from matching.commands.imports.referenced import Referenced
from matching.domain import pairing_history
from matching.domain.pairing_history import PairingHistory
from matching.domain.pairings import require_covered, require_not_excluded
from matching.domain.tables import Mentor, Pairing

imports = Imports()


class PairingRow(Referenced):
    """A pairing; `mentee` and `mentor` are references."""

    mentee: Text
    mentor: Text
    proposed_on: Day
    accepted_on: DayIfAny = None
    first_interview_on: DayIfAny = None
    first_interview_minutes: Minutes = None
    ended_on: DayIfAny = None
    end_reason: Annotated[EndReason | None, BeforeValidator(blank)] = None
    declined_on: DayIfAny = None
    declined_by: Annotated[Side | None, BeforeValidator(blank)] = None
    decline_reason: Annotated[DeclineReason | None, BeforeValidator(blank)] = None

    @property
    def history(self) -> PairingHistory:
        return PairingHistory(**self.model_dump(exclude={"reference", "mentee", "mentor"}))


@imports.of("pairings", PairingRow)
async def take_pairings(
    session: AsyncSession, lines: Sequence[ParsedRow[PairingRow]], tally: ImportResult
) -> None:
    """Import pairings by the rules of each step, as of the date of that step.

    On each day from beginning to end, a mentor must have a place, and a mentee one pairing at most,
    with a mentor not excluded. Both must have been imported before. A known pairing is changed only
    by its own commands, never by a file.
    """
    known = await store.known(session, Pairing, [line.row.reference for line in lines])
    await _compare(session, [line for line in lines if line.row.reference in known], known, tally)
    new = [line for line in lines if line.row.reference not in known]
    if not new:
        return
    await store.lock_round_publication(session)
    mentees = await store.mentees_by_reference(session, [line.row.mentee for line in new])
    mentors = await store.by_reference(session, Mentor, [line.row.mentor for line in new])
    occupancies, coverage = (
        await store.occupancies(session, mentees, mentors),
        await store.coverage(session),
    )
    exclusions = await store.exclusions_of(session, {mentee.id for mentee in mentees.values()})
    pairings, events = list[Pairing](), list[Event]()
    for line in new:
        row, mentee = line.row, mentees.get(line.row.mentee)
        mentor = mentors.get(row.mentor)
        if mentee is None:
            tally.add_error(line.number, "No mentee has this reference.", column="mentee")
            continue
        if mentor is None:
            tally.add_error(line.number, "No mentor has this reference.", column="mentor")
            continue
        with tally.reject_refused(line):
            require_covered(coverage.covers(mentor.organisation_id, row.proposed_on))
            require_not_excluded(exclusions.get((mentee.id, mentor.id)), on=row.proposed_on)
            pairing, happened = pairing_history.record_history(
                row.history, mentee, mentor, occupancies
            )
            pairing.reference = row.reference
            pairings.append(pairing)
            events += happened
    tally.created += len(pairings)
    await session.flush()
    await insert_all(session, Pairing, [pairing.model_dump() for pairing in pairings])
    emit(session, *events)


async def _compare(
    session: AsyncSession,
    lines: Sequence[ParsedRow[PairingRow]],
    known: Mapping[str, Pairing],
    tally: ImportResult,
) -> None:
    """Report the rows that differ from the stored pairing; an empty cell is ignored."""
    mentees = await store.mentees_by_reference(session, [line.row.mentee for line in lines])
    mentors = await store.ids_by_reference(session, Mentor, [line.row.mentor for line in lines])
    for line in lines:
        row, pairing = line.row, known[line.row.reference]
        stored: dict[str, object] = {
            "proposed_on": pairing.proposed_on,
            "accepted_on": pairing.starts_on,
            "first_interview_on": pairing.first_interview_on,
            "ended_on": pairing.ended_on,
            "end_reason": pairing.end_reason,
            "declined_on": pairing.came_to_nothing_on,
            "declined_by": pairing.declined_by,
            "decline_reason": pairing.decline_reason,
        }
        if row.mentee in mentees and mentees[row.mentee].id != pairing.mentee_id:
            stored["mentee"] = "another"
        if mentors.get(row.mentor, pairing.mentor_id) != pairing.mentor_id:
            stored["mentor"] = "another"
        given = {name: value for name, value in stored.items() if getattr(row, name) is not None}
        with tally.reject_refused(line):
            require_same(row, given, remedy=f"Take the step at /pairings/{pairing.id}, or not.")
            tally.unchanged += 1
