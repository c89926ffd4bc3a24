"""The HTTP API of partners."""

from backbone.uploads import import_routes
from partners.access import unconfined
from partners.api import (
    alerts,
    board,
    commitments,
    conventions,
    documents,
    drafts,
    exports,
    happenings,
    leads,
    networks,
    organisations,
    patronage,
    places,
    profiles,
    scorecards,
    sourcing,
    terms,
    territories,
)
from partners.commands.imports import imports

routers = [
    import_routes(imports, allowed=unconfined),
    organisations.router,
    profiles.router,
    conventions.router,
    drafts.router,
    terms.router,
    commitments.router,
    documents.router,
    happenings.open_router,
    happenings.router,
    patronage.router,
    leads.router,
    board.router,
    networks.router,
    sourcing.router,
    scorecards.router,
    exports.router,
    alerts.router,
    territories.router,
    places.router,
]
