"""The HTTP API of partners."""

from backbone.imports.api import import_routes
from partners.access import require_national
from partners.api import (
    alerts,
    board,
    commitments,
    conventions,
    documents,
    drafts,
    events,
    exports,
    leads,
    lifecycle,
    networks,
    organisations,
    patronage,
    places,
    profiles,
    scorecards,
    sourcing,
    territories,
)
from partners.commands.imports import imports

routers = [
    import_routes(imports, allowed=require_national),
    organisations.router,
    profiles.router,
    conventions.router,
    drafts.router,
    lifecycle.router,
    commitments.router,
    documents.router,
    events.open_router,
    events.router,
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
