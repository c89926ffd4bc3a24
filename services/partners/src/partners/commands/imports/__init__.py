"""The file types that partners imports, each by the rules of its commands.

A file can be sent again: rows that are stored are left unchanged, and a row that differs changes
what a command could change, or is an error that names the difference. Exports have the same
columns.
"""

from backbone.imports.registry import Imports
from partners.commands.imports import contacts, events, given, housing, organisations, people

imports = Imports(
    *(organisations.imports, people.imports, contacts.imports, given.imports),
    *(events.imports, housing.imports),
)
