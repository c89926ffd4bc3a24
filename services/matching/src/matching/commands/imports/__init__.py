"""The files that matching takes: each kind by the rules of the single commands.

A file can be sent again: a row is known by its `reference`, and one that says nothing new changes
nothing. One that says something new changes it as a command would, or is a fault that names the
difference. What was decided is not decided again.
"""

from backbone.imports import Imports
from matching.commands.imports import contacts, mentees, mentors, outcomes, pairings

imports = Imports(
    *(mentees.imports, mentors.imports),
    *(pairings.imports, contacts.imports, outcomes.imports),
)
