"""The HTTP API of matching."""

from backbone.imports.api import import_routes
from matching.access import may_coordinate
from matching.api import (
    alerts,
    applications,
    contacts,
    criteria,
    duplicates,
    follow_up,
    mentors,
    outcomes,
    pairings,
    people,
    referrals,
    rounds,
    rules,
    steps,
)
from matching.commands.imports import imports

# The routes of mentors and mentees come first: a path is matched against one route after another,
# which took a tenth of the time of logging a contact.
routers = [
    contacts.router,
    pairings.router,
    follow_up.router,
    outcomes.router,
    alerts.router,
    import_routes(imports, allowed=may_coordinate),
    duplicates.router,
    applications.router,
    people.router,
    referrals.router,
    mentors.router,
    rules.router,
    criteria.router,
    steps.router,
    rounds.router,
]
