"""The files that matching takes: each kind by the rules of the single commands.

A file can be sent again: a row is known by its `reference`, and one that says nothing new changes
nothing. What was decided is not decided again.
"""

from backbone.imports import Imports
from matching.commands.imports import contacts, outcomes, pairings, people

imports = Imports(people.imports, pairings.imports, contacts.imports, outcomes.imports)
