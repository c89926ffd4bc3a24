"""Files of contacts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from pydantic import BeforeValidator
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.cells import Day, Text, blank
from backbone.db import add_rows
from backbone.imports import Imports, Line, Tally
from backbone.outbox import emit
from contracts import ContactLogged
from contracts.moments import today_in
from contracts.words import ContactKind, Medium
from matching import store
from matching.commands.imports.cells import Minutes
from matching.commands.imports.referenced import Referenced, new_ones
from matching.domain import contacts, pairings
from matching.domain.tables import Contact, Pairing

imports = Imports()


class ContactRow(Referenced):
    """`pairing` is its reference."""

    pairing: Text
    contact_on: Day
    medium: Medium
    minutes: Minutes = None
    contact_kind: Annotated[ContactKind | None, BeforeValidator(blank)] = None


@imports.of("contacts", ContactRow)
async def take_contacts(
    session: AsyncSession, lines: Sequence[Line[ContactRow]], tally: Tally
) -> None:
    """Take the contacts of pairings from a file; they lie within the pair's dates.

    What is known already is not taken again.
    """
    new = await new_ones(session, Contact, lines, tally)
    pairs = await store.pairs_by_reference(session, [line.row.pairing for line in new])
    logged = list(_logged(new, pairs, tally))
    tally.created += len(logged)
    rows = [contacts.contact_row(event, reference=reference) for reference, event in logged]
    await add_rows(session, Contact, rows)
    emit(session, *(event for _, event in logged))


def _logged(
    lines: Sequence[Line[ContactRow]], pairs: Mapping[str, tuple[Pairing, str]], tally: Tally
) -> Iterator[tuple[str, ContactLogged]]:
    for line in lines:
        row = line.row
        if row.pairing not in pairs:
            tally.blame(line.number, "No pairing has this reference.", column="pairing")
            continue
        pairing, department = pairs[row.pairing]
        with tally.taking(line):
            pairings.require_past(row.contact_on, today=today_in(department))
            yield (
                row.reference,
                contacts.log_contact(
                    pairing,
                    department,
                    on=row.contact_on,
                    medium=row.medium,
                    minutes=row.minutes,
                    kind=row.contact_kind,
                ),
            )
