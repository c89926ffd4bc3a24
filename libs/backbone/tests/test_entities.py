from uuid import UUID, uuid4

import pytest
from sqlmodel import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.entities import Entity
from backbone.database.tables import service_registry


class Table(Entity, registry=service_registry()):
    pass


class Pencil(Table, table=True):
    __tablename__ = "pencil"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    colour: str
    length: int = 10
    owner: str | None = None


def test_a_row_has_what_was_said_and_the_defaults_of_the_rest() -> None:
    pencil = Pencil(colour="red")

    assert (pencil.colour, pencil.length, pencil.owner) == ("red", 10, None)
    assert pencil.model_dump() == {"id": pencil.id, "colour": "red", "length": 10, "owner": None}


def test_each_row_makes_its_own_defaults() -> None:
    assert Pencil(colour="red").id != Pencil(colour="red").id


def test_a_name_that_the_table_does_not_have_is_an_error() -> None:
    with pytest.raises(TypeError, match="Pencil has no color"):
        Pencil(color="red")


def test_a_table_without_a_name_cannot_be_defined() -> None:
    with pytest.raises(TypeError, match="Nameless has no name in the database"):

        class _Nameless(Table, table=True):
            id: UUID = Field(primary_key=True)


async def test_a_row_is_stored_changed_and_found_again(db: AsyncSession) -> None:
    connection = await db.connection()
    await connection.run_sync(Table.metadata.create_all)
    pencil = Pencil(colour="red", length=12)
    db.add(pencil)
    await db.flush()
    pencil.length = 9
    await db.flush()
    db.expunge_all()

    found = await db.get_one(Pencil, pencil.id)

    assert (found.colour, found.length, found.owner) == ("red", 9, None)
    await db.rollback()
