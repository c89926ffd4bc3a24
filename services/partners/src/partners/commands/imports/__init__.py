"""The file types that partners imports, each by the rules of its commands.

A file can be sent again: rows that are stored are left unchanged, and a row that differs changes
what a command could change, or is an error that names the difference. Exports have the same
columns.
"""

from backbone.imports.registry import Imports
from partners.commands.imports import (
    board,
    commitments,
    contacts,
    conventions,
    events,
    housing,
    leads,
    networks,
    organisations,
    patronage,
    profiles,
    referrals,
    territories,
)

imports = Imports(
    *(organisations.imports, conventions.imports, leads.imports, territories.imports),
    *(profiles.imports, contacts.imports, commitments.imports, patronage.imports),
    *(events.imports, board.imports, networks.imports, referrals.imports, housing.imports),
)
