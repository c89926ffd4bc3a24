"""The files that partners takes: each kind by the rules of the single commands.

A file can be sent again: what is known already is not done again, and a row that says something new
changes it as a command would, or is a fault that names the difference. What is exported has the
columns that are imported.
"""

from backbone.imports import Imports
from partners.commands.imports import contacts, given, happening, housing, organisations, people

imports = Imports(
    *(organisations.imports, people.imports, contacts.imports, given.imports),
    *(happening.imports, housing.imports),
)
