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
    """Return a registry for the tables that a service owns."""
    return registry(metadata=MetaData(naming_convention=NAMING_CONVENTION))


def read_model_registry() -> registry:
    """Return a registry for the tables derived from other services' events."""
    return registry(metadata=MetaData(schema=READ_MODEL, naming_convention=NAMING_CONVENTION))


class NamedTable(SQLModel):
    """The base of every table: its name is a literal, independent of the class name."""

    @declared_attr.directive
    @classmethod
    def __tablename__(cls) -> str:
        raise TypeError(f"{cls.__name__} has no name in the database. Give it a __tablename__.")


class BackboneTable(NamedTable, registry=service_registry()):
    """The base of the tables that every service's database has."""


class InboxTable(NamedTable, registry=read_model_registry()):
    """The base of the tables that every read model has: sequences applied, and dead letters."""


def table_of(model: type[SQLModel]) -> Table:
    table = model.__dict__["__table__"]
    assert isinstance(table, Table)
    return table
