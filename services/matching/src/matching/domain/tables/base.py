"""The base of matching's tables."""

from backbone.database.entities import Entity
from backbone.database.tables import own_tables


class Table(Entity, registry=own_tables()):
    """A table of matching; no other service reads or writes it."""
