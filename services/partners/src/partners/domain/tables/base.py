"""The base class of the tables of partners."""

from datetime import UTC, datetime

from sqlalchemy import DateTime

from backbone.database.entities import Entity
from backbone.database.tables import service_registry

INSTANT = DateTime(timezone=True)


def now() -> datetime:
    return datetime.now(UTC)


class Table(Entity, registry=service_registry()):
    """A table that partners owns; no other service accesses it."""
