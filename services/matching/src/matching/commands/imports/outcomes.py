"""Imports of outcomes."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.bulk import insert_all
from backbone.files.fields import Day, Text, YesNoUnknown, blank
from backbone.imports.registry import ImportResult, Imports, ParsedRow
from backbone.messaging.outbox import emit
from backbone.web.etags import ExpectedVersion
from contracts.enums import Contract, Evidence
from contracts.local_time import today_in
from matching import store
from matching.commands.imports.cells import Months, Sector
from matching.commands.imports.differences import require_same
from matching.commands.imports.referenced import BY_FILE, Referenced, corrections_in
from matching.commands.outcomes import CorrectOutcome, correct_outcome
from matching.domain import outcomes, pairings
from matching.domain.tables import Mentee, Outcome, Pairing

imports = Imports()


class OutcomeRow(Referenced):
    """An outcome; `mentee` and the optional `pairing` are references."""

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
    session: AsyncSession, lines: Sequence[ParsedRow[OutcomeRow]], tally: ImportResult
) -> None:
    """Import outcomes of mentees; correct known ones that differ."""
    known = await store.known(session, Outcome, [line.row.reference for line in lines])
    mentees = await store.mentees_by_reference(session, [line.row.mentee for line in lines])
    named = [line.row.pairing for line in lines if line.row.pairing]
    pairs = await store.pairs_by_reference(session, named)
    found = list[Outcome]()
    for line in lines:
        mentee, pair = mentees.get(line.row.mentee), pairs.get(line.row.pairing or "")
        if outcome := known.get(line.row.reference):
            with tally.reject_refused(line):
                _require_whose(line.row, outcome, mentee, pair[0] if pair else None)
                await _correct(session, outcome, line.row, tally)
        elif mentee is None:
            tally.add_error(line.number, "No mentee has this reference.", column="mentee")
        elif line.row.pairing and (pair is None or pair[0].mentee_id != mentee.id):
            reason = "This mentee has no pairing of this reference."
            tally.add_error(line.number, reason, column="pairing")
        else:
            with tally.reject_refused(line):
                found.append(_record(session, line.row, mentee, pair[0] if pair else None))
    tally.created += len(found)
    await insert_all(session, Outcome, [outcome.model_dump() for outcome in found])


def _require_whose(
    row: OutcomeRow, outcome: Outcome, mentee: Mentee | None, pairing: Pairing | None
) -> None:
    """Raise `RowDiffers` if a row names another mentee or pairing than the stored outcome."""
    others = dict[str, str]()
    if mentee is not None and mentee.id not in {outcome.mentee_id, outcome.recorded_for}:
        others["mentee"] = "another"
    if row.pairing and (pairing is None or pairing.id != outcome.pairing_id):
        others["pairing"] = "another"
    require_same(row, others, remedy="Withdraw it, or correct the file.")


async def _correct(
    session: AsyncSession, outcome: Outcome, row: OutcomeRow, tally: ImportResult
) -> None:
    """Correct an outcome as a coordinator would."""
    if changes := await corrections_in(session, row, outcome, outcomes.CORRECTED):
        command, any_version = CorrectOutcome(**changes), ExpectedVersion("*")
        await correct_outcome(session, outcome.id, command, any_version, None, by=BY_FILE)
    tally.updated += bool(changes)
    tally.unchanged += not changes


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
