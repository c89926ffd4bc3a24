"""The transfer of everything that refers to a duplicate organisation."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Table as SqlTable
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.tables import table_of
from contracts.enums import AttendeeKind
from partners.domain.tables import (
    ContactPerson,
    HousingNeed,
    Organisation,
    Referral,
    Registration,
    RegistrationState,
    Table,
)


async def merged_before(session: AsyncSession, organisation_id: UUID) -> Sequence[UUID]:
    """Return the ids that were merged into an organisation before."""
    query = select(Organisation.id).where(Organisation.merged_into == organisation_id)
    return (await session.exec(query.order_by(col(Organisation.id)))).all()


async def move_links(session: AsyncSession, *, source: UUID, to: UUID) -> Sequence[ContactPerson]:
    """Re-point all references from `source` to `to`; return the contact persons that moved.

    Where a unique key allows one row only (a signature of one convention, a role, a profile), the
    row of `to` remains.
    """
    people = select(ContactPerson).where(ContactPerson.organisation_id == source)
    moved = (await session.exec(people)).all()
    connection = await session.connection()
    await _keep_credit(connection, source, to)
    for table, column in _links():
        for others in _unique_with(table, column):
            same = table.alias("same")
            alike = [same.c[column] == to, *(same.c[o] == table.c[o] for o in others)]
            await connection.execute(
                sa.delete(table).where(table.c[column] == source, sa.exists().where(*alike))
            )
        moving = sa.update(table).where(table.c[column] == source)
        await connection.execute(moving.values({column: to}))
    await _move_registrations(connection, source, to)
    need = table_of(HousingNeed)
    replaced = sa.func.replace(sa.cast(need.c.asked, sa.String), str(source), str(to))
    was_invited = need.c.asked.contains([str(source)])
    await connection.execute(
        sa.update(need).where(was_invited).values(asked=sa.cast(replaced, need.c.asked.type))
    )
    for person in moved:
        await session.refresh(person)
    return moved


async def _keep_credit(connection: AsyncConnection, source: UUID, to: UUID) -> None:
    """Pass the credit for a youth on to the referral that remains, if either had it."""
    table = table_of(Referral)
    same = table.alias("same")
    first = sa.exists().where(
        same.c.organisation_id == source, same.c.youth_id == table.c.youth_id, same.c.is_first
    )
    condition = table.c.organisation_id == to, first
    await connection.execute(sa.update(table).where(*condition).values(is_first=True))


def _links() -> Iterator[tuple[SqlTable, str]]:
    """Yield each column of the tables that references an organisation."""
    organisation = table_of(Organisation)
    for table in Table.metadata.sorted_tables:
        for column in table.columns:
            names = any(key.column is organisation.c.id for key in column.foreign_keys)
            if names and not (table is organisation and column.name == "merged_into"):
                yield table, column.name
    yield organisation, "merged_into"


def _unique_with(table: SqlTable, column: str) -> Iterator[list[str]]:
    """Yield, for each unique key that contains `column`, its other columns."""
    keys = [list(table.primary_key.columns)]
    keys += [list(index.columns) for index in table.indexes if index.unique]
    for key in keys:
        names = [each.name for each in key]
        if column in names:
            yield [name for name in names if name != column]


async def _move_registrations(connection: AsyncConnection, source: UUID, to: UUID) -> None:
    """Re-point registrations unless both organisations have a valid one for the same session."""
    table = table_of(Registration)
    same = table.alias("same")
    going = table.c.state != RegistrationState.CANCELLED
    twice = sa.exists().where(
        same.c.session_id == table.c.session_id,
        same.c.attendee_id == to,
        same.c.state != RegistrationState.CANCELLED,
    )
    of_source = (
        table.c.attendee_kind == AttendeeKind.ORGANISATION,
        table.c.attendee_id == source,
    )
    await connection.execute(
        sa.update(table).where(*of_source, ~(going & twice)).values(attendee_id=to)
    )
