"""Partners over HTTP."""

from backbone.uploads import import_routes
from partners.access import unconfined
from partners.api import conventions, leads, organisations, territories
from partners.commands.imports import imports

routers = [
    import_routes(imports, allowed=unconfined),
    organisations.router,
    conventions.router,
    leads.router,
    territories.router,
]
