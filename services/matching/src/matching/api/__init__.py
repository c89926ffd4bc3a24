"""Matching over HTTP."""

from backbone.uploads import import_routes
from matching.access import may_coordinate
from matching.api import (
    alerts,
    contacts,
    criteria,
    duplicates,
    enrolment,
    intake,
    lives,
    outcomes,
    pairings,
    people,
    referrals,
    rounds,
    rules,
    steps,
)
from matching.commands.imports import imports

routers = [
    import_routes(imports, allowed=may_coordinate),
    duplicates.router,
    intake.router,
    people.router,
    referrals.router,
    enrolment.router,
    rules.router,
    criteria.router,
    steps.router,
    rounds.router,
    pairings.router,
    contacts.router,
    lives.router,
    outcomes.router,
    alerts.router,
]
