"""Imports of contacts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from pydantic import BeforeValidator
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.bulk import insert_all
from backbone.files.fields import Day, Text, blank
from backbone.imports.registry import ImportResult, Imports, ParsedRow
from backbone.messaging.outbox import emit
from backbone.web.etags import ExpectedVersion
from contracts import ContactLogged
from contracts.enums import ContactKind, Medium
from contracts.local_time import today_in
from matching import store
from matching.commands.contacts import CorrectContact, correct_contact
from matching.commands.imports.cells import Minutes
from matching.commands.imports.differences import require_same
from matching.commands.imports.referenced import BY_FILE, Referenced, corrections_in
from matching.domain import contacts, pairings
from matching.domain.tables import Contact, Pairing

imports = Imports()


class ContactRow(Referenced):
    """A contact; `pairing` is the reference of its pairing."""

    pairing: Text
    contact_on: Day
    medium: Medium
    minutes: Minutes = None
    contact_kind: Annotated[ContactKind | None, BeforeValidator(blank)] = None


@imports.of("contacts", ContactRow)
async def take_contacts(
    session: AsyncSession, lines: Sequence[ParsedRow[ContactRow]], tally: ImportResult
) -> None:
    """Import contacts within the dates of their pairings; correct known ones that differ."""
    known = await store.known(session, Contact, [line.row.reference for line in lines])
    pairs = await store.pairs_by_reference(session, [line.row.pairing for line in lines])
    for line in lines:
        if contact := known.get(line.row.reference):
            with tally.reject_refused(line):
                await _correct(session, contact, line.row, pairs, tally)
    new = [line for line in lines if line.row.reference not in known]
    logged = list(_logged(new, pairs, tally))
    tally.created += len(logged)
    rows = [contacts.contact_row(event, reference=reference) for reference, event in logged]
    await insert_all(session, Contact, rows)
    emit(session, *(event for _, event in logged))


async def _correct(
    session: AsyncSession,
    contact: Contact,
    row: ContactRow,
    pairs: Mapping[str, tuple[Pairing, str]],
    tally: ImportResult,
) -> None:
    """Correct a contact as one of its pair would; it stays with that pair."""
    pair = pairs.get(row.pairing)
    if pair is None or pair[0].id != contact.pairing_id:
        require_same(row, {"pairing": "another"}, remedy="Withdraw it, or correct the file.")
    if changes := await corrections_in(session, row, contact, contacts.CORRECTED):
        command, any_version = CorrectContact(**changes), ExpectedVersion("*")
        await correct_contact(session, contact.id, command, any_version, None, by=BY_FILE)
    tally.updated += bool(changes)
    tally.unchanged += not changes


def _logged(
    lines: Sequence[ParsedRow[ContactRow]],
    pairs: Mapping[str, tuple[Pairing, str]],
    tally: ImportResult,
) -> Iterator[tuple[str, ContactLogged]]:
    for line in lines:
        row = line.row
        if row.pairing not in pairs:
            tally.add_error(line.number, "No pairing has this reference.", column="pairing")
            continue
        pairing, department = pairs[row.pairing]
        with tally.reject_refused(line):
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
