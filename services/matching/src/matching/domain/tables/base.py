"""The base of matching's tables."""

from backbone.database.entities import Entity
from backbone.database.tables import service_registry


class Table(Entity, registry=service_registry()):
    """A table of matching; no other service reads or writes it."""
