"""Files of contacts."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.cells import Day, Text
from backbone.imports import Imports, Line, Tally
from backbone.outbox import emit
from contracts.moments import today_in
from contracts.words import Medium
from matching import store
from matching.commands.imports.cells import Minutes, Referenced
from matching.domain import pairings
from matching.domain.tables import Contact, Mentee, Pairing

imports = Imports()


class ContactRow(Referenced):
    """`pairing` is its reference."""

    pairing: Text
    contact_on: Day
    medium: Medium
    minutes: Minutes = None


@imports.of("contacts", ContactRow)
async def take_contacts(
    session: AsyncSession, lines: Sequence[Line[ContactRow]], tally: Tally
) -> None:
    """Take the contacts of pairings from a file; they lie within the pair's dates.

    What is known already is not taken again.
    """
    known = await store.known(session, Contact, [line.row.reference for line in lines])
    new = [line for line in lines if line.row.reference not in known]
    tally.unchanged += len(lines) - len(new)
    pairs = await store.pairs_by_reference(session, [line.row.pairing for line in new])
    for line in new:
        if found := pairs.get(line.row.pairing):
            with tally.taking(line):
                _log(session, line.row, *found)
                tally.created += 1
        else:
            tally.blame(line.number, "No pairing has this reference.", column="pairing")


def _log(session: AsyncSession, row: ContactRow, pairing: Pairing, mentee: Mentee) -> None:
    pairings.require_past(row.contact_on, today=today_in(mentee.department))
    contact, logged = pairings.log_contact(
        pairing, mentee, on=row.contact_on, medium=row.medium, minutes=row.minutes
    )
    contact.reference = row.reference
    session.add(contact)
    emit(session, logged)
