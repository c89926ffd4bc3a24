"""The two kinds of tables a service has, and how their constraints are named.

A service's own tables live in schema `public`; data derived from other services' events lives in
schema `read_model`, which `backbone.messaging.rebuild` can rebuild next to the live one and swap.
"""

from sqlalchemy import MetaData, Table
from sqlalchemy.orm import declared_attr, registry
from sqlmodel import SQLModel

READ_MODEL = "read_model"
NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def service_registry() -> registry:
    """A registry for the tables that a service owns."""
    return registry(metadata=MetaData(naming_convention=NAMING_CONVENTION))


def read_model_registry() -> registry:
    """A registry for the tables that hold what a service was told."""
    return registry(metadata=MetaData(schema=READ_MODEL, naming_convention=NAMING_CONVENTION))


class NamedTable(SQLModel):
    """What every table inherits from: it is called as it says, whatever its class is called."""

    @declared_attr.directive
    @classmethod
    def __tablename__(cls) -> str:
        raise TypeError(f"{cls.__name__} has no name in the database. Give it a __tablename__.")


class BackboneTable(NamedTable, registry=service_registry()):
    """Tables that every service's database has beside its own."""


class InboxTable(NamedTable, registry=read_model_registry()):
    """Tables that every read model has, because they say how far it was told."""


def table_of(model: type[SQLModel]) -> Table:
    table = model.__dict__["__table__"]
    assert isinstance(table, Table)  # noqa: S101
    return table
