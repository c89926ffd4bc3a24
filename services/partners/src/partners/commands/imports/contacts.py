"""Imports of the contact persons of organisations."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import nullcontext
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BeforeValidator, Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import Refused
from backbone.files.fields import DayIfAny
from backbone.imports.registry import ImportResult, Imports, ParsedRow, Row
from backbone.web.etags import ExpectedVersion
from contracts.enums import ContactRole, Language
from contracts.spelling import name_words
from partners import store
from partners.commands import Name
from partners.commands.imports.cells import EmailIfAny, NameIfAny, PhoneIfAny, Siren, found, words
from partners.commands.imports.differences import columns, differences, require_same
from partners.commands.profiles import (
    ChangeContact,
    LetContactGo,
    NoteContact,
    change_contact,
    let_contact_go,
    note_contact,
)
from partners.domain import profiles
from partners.domain.sourcing import email_key, phone_key
from partners.domain.tables import ContactPerson, Organisation

imports = Imports()
CHANGING = ("given_name", "family_name", "function", "email", "phone", "language")
SIGNS: Sequence[Callable[["ContactRow | ContactPerson"], str | None]] = (
    lambda one: email_key(one.email),
    lambda one: phone_key(one.phone),
    lambda one: one.function,
)
"""What identifies a person among those with the same name, the most reliable first."""


class ContactUnclear(Refused, kind="contact-unclear"):
    """A row that may be about a current contact person with the same name."""


class ContactRow(Row):
    """A contact person of an organisation; `roles` are separated by spaces.

    People with the same name are distinguished by e-mail address, else phone, else function.
    """

    key: ClassVar[tuple[str, ...]] = ("siren", "given_name", "family_name", "email", "phone")

    siren: Siren
    given_name: Name
    family_name: Name
    function: NameIfAny = None
    roles: Annotated[list[ContactRole], words(), Field(min_length=1)]
    email: EmailIfAny = None
    phone: PhoneIfAny = None
    language: Annotated[Language, BeforeValidator(lambda cell: cell or "fr")] = Language.FRENCH
    from_on: DayIfAny = None
    until_on: DayIfAny = None


@imports.of("contact-persons", ContactRow)
async def take_contacts(
    session: AsyncSession, lines: Sequence[ParsedRow[ContactRow]], tally: ImportResult
) -> None:
    """Import the contact persons of organisations; change those that are stored."""
    known = await store.by_siren(session, [line.row.siren for line in lines])
    contacts = await store.lock_contacts_of(session, [one.id for one in known.values()])
    people = _known_people(lines, known, contacts)
    taken = {person.id for person in people.values()}
    for line in lines:
        several = line.row.until_on is not None and line.number not in people
        with nullcontext() if several else tally.reject_refused(line):
            organisation = found(known, line.row.siren)
            if person := people.get(line.number):
                await _change(session, organisation, person, line.row, tally)
                continue
            namesakes = _namesakes(line.row, contacts[organisation.id])
            _require_known(each for each in namesakes if each.id not in taken)
            await _note(session, organisation, line.row)
            tally.created += 1


def _known_people(
    lines: Sequence[ParsedRow[ContactRow]],
    known: Mapping[str, Organisation],
    contacts: Mapping[UUID, Sequence[ContactPerson]],
) -> dict[int, ContactPerson]:
    """Return the stored contact by line number: each sign in turn, nobody for two lines."""
    people = dict[int, ContactPerson]()
    for sign in SIGNS:
        taken = {person.id for person in people.values()}
        for line in lines:
            if line.number in people or line.row.siren not in known:
                continue
            others = contacts[known[line.row.siren].id]
            free = [one for one in _namesakes(line.row, others) if one.id not in taken]
            alike = [one for one in free if sign(one) and sign(one) == sign(line.row)]
            if alike:
                people[line.number] = alike[0]
                taken.add(alike[0].id)
    return people


def _require_known(namesakes: Iterable[ContactPerson]) -> None:
    if any(each.until_on is None for each in namesakes):
        raise ContactUnclear(
            "Someone of this name speaks for the organisation, with another address, number and "
            "function. Correct that contact, or note this one by itself."
        )


def _namesakes(row: ContactRow, contacts: Collection[ContactPerson]) -> list[ContactPerson]:
    return [one for one in contacts if _name(one) == _name(row)]


def _name(one: ContactRow | ContactPerson) -> list[str]:
    return [*name_words(one.given_name), *name_words(one.family_name)]


async def _note(session: AsyncSession, organisation: Organisation, row: ContactRow) -> None:
    command = NoteContact(**row.model_dump(exclude={"siren", "until_on"}))
    person = await note_contact(session, organisation.id, command, None)
    await session.flush()
    if row.until_on is not None:
        departure = LetContactGo(until_on=row.until_on)
        await let_contact_go(session, organisation.id, person.id, departure, None)


async def _change(
    session: AsyncSession,
    organisation: Organisation,
    person: ContactPerson,
    row: ContactRow,
    tally: ImportResult,
) -> None:
    """Change a contact as a command would; the first day of activity cannot change."""
    ids = organisation.id, person.id
    leaving = None if person.until_on else row.until_on
    require_same(row, columns(person, "from_on", *(() if leaving else ("until_on",))))
    changes = differences(row, columns(person, *CHANGING))
    if sorted(set(row.roles)) != person.roles:
        changes["roles"] = row.roles
    if phone_key(row.phone) == phone_key(person.phone):
        changes.pop("phone", None)
    if leaving:
        profiles.require_departure(person, organisation, leaving)
    if changes:
        stated = {name: value for name, value in changes.items() if value is not None}
        await change_contact(session, *ids, ChangeContact(**stated), ExpectedVersion("*"), None)
    if leaving:
        await let_contact_go(session, *ids, LetContactGo(until_on=leaving), None)
    tally.updated += bool(changes or leaving)
    tally.unchanged += not (changes or leaving)
