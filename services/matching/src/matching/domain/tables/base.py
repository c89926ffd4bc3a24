"""The base of matching's tables."""

from backbone.db import own_tables
from backbone.entities import Entity


class Table(Entity, registry=own_tables()):
    """The tables that matching owns; nobody else reads or writes them."""
