"""Matching over HTTP."""

from matching.api import pairings, people

routers = [people.router, pairings.router]
