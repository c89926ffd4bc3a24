"""Partners over HTTP."""

from partners.api import conventions, organisations

routers = [organisations.router, conventions.router]
