"""The files that partners takes: each kind by the rules of the single commands.

A file can be sent again: what is known already is not done again. What is exported has the columns
that are imported.
"""

from backbone.imports import Imports
from partners.commands.imports import given, happening, housing, organisations, people

imports = Imports(
    *(organisations.imports, people.imports, given.imports),
    *(happening.imports, housing.imports),
)
