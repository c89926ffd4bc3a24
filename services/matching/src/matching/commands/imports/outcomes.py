"""Files of outcomes."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.cells import Day, Text, YesNoUnknown, blank
from backbone.db import add_rows
from backbone.imports import Imports, Line, Tally
from backbone.outbox import emit
from contracts.moments import today_in
from contracts.words import Contract, Evidence
from matching import store
from matching.commands.imports.cells import Months, Sector
from matching.commands.imports.referenced import Referenced, new_ones
from matching.domain import outcomes, pairings
from matching.domain.tables import Mentee, Outcome, Pairing

imports = Imports()


class OutcomeRow(Referenced):
    """`mentee` and, where it is known, `pairing` are references."""

    mentee: Text
    pairing: Annotated[str | None, BeforeValidator(blank)] = None
    found_on: Day
    contract: Contract
    months: Months = None
    fits_qualification: YesNoUnknown = None
    evidence: Evidence
    sector: Sector = None


@imports.of("outcomes", OutcomeRow)
async def take_outcomes(
    session: AsyncSession, lines: Sequence[Line[OutcomeRow]], tally: Tally
) -> None:
    """Take what mentees found from a file. What is known already is not taken again."""
    new = await new_ones(session, Outcome, lines, tally)
    mentees = await store.mentees_by_reference(session, [line.row.mentee for line in new])
    named = [line.row.pairing for line in new if line.row.pairing]
    pairs = await store.pairs_by_reference(session, named)
    found = list[Outcome]()
    for line in new:
        mentee, pair = mentees.get(line.row.mentee), pairs.get(line.row.pairing or "")
        if mentee is None:
            tally.blame(line.number, "No mentee has this reference.", column="mentee")
        elif line.row.pairing and (pair is None or pair[0].mentee_id != mentee.id):
            reason = "This mentee has no pairing of this reference."
            tally.blame(line.number, reason, column="pairing")
        else:
            with tally.taking(line):
                found.append(_record(session, line.row, mentee, pair[0] if pair else None))
    tally.created += len(found)
    await add_rows(session, Outcome, [outcome.model_dump() for outcome in found])


def _record(
    session: AsyncSession, row: OutcomeRow, mentee: Mentee, pairing: Pairing | None
) -> Outcome:
    pairings.require_past(row.found_on, today=today_in(mentee.department))
    outcome, recorded = outcomes.record(
        mentee,
        pairing_id=pairing.id if pairing else None,
        **row.model_dump(exclude={"reference", "mentee", "pairing"}),
    )
    outcome.reference = row.reference
    emit(session, recorded)
    return outcome
