"""The files that matching imports: each type by the rules of the single commands.

A file can be sent again: `reference` identifies a row, and an unchanged row changes nothing. A
changed row changes the record as a command would, or is an error that names the difference. A
decision is not taken again.
"""

from backbone.imports.registry import Imports
from matching.commands.imports import contacts, mentees, mentors, outcomes, pairings

imports = Imports(
    *(mentees.imports, mentors.imports),
    *(pairings.imports, contacts.imports, outcomes.imports),
)
