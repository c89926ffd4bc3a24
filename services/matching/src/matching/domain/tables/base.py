"""The base of matching's tables."""

from backbone.db import own_tables
from backbone.entities import Entity


class Table(Entity, registry=own_tables()):
    """A table of matching; no other service reads or writes it."""
