"""What can be read of partners."""

from partners.queries.activity import Sums, sums
from partners.queries.conventions import (
    Balance,
    Owed,
    alerts,
    amendments_of,
    balances,
    conventions,
    documents_of,
    drafts,
    owed,
)
from partners.queries.happenings import (
    Followed,
    bookings,
    events,
    followed,
    registrations_of,
    stands_of,
)
from partners.queries.leads import Pipeline, introductions, leads, moves_of, pipeline
from partners.queries.organisations import (
    Coverage,
    coverage_of,
    members_at,
    members_of,
    organisations,
    umbrellas_of,
)
from partners.queries.patronage import (
    Declaration,
    PledgePaid,
    declaration,
    gifts,
    patrons,
    pledges,
    receipts,
    returns_of,
)
from partners.queries.profiles import contacts_of, places_of, promotions_of

__all__ = [
    "Balance",
    "Coverage",
    "Declaration",
    "Followed",
    "Owed",
    "Pipeline",
    "PledgePaid",
    "Sums",
    "alerts",
    "amendments_of",
    "balances",
    "bookings",
    "contacts_of",
    "conventions",
    "coverage_of",
    "declaration",
    "documents_of",
    "drafts",
    "events",
    "followed",
    "gifts",
    "introductions",
    "leads",
    "members_at",
    "members_of",
    "moves_of",
    "organisations",
    "owed",
    "patrons",
    "pipeline",
    "places_of",
    "pledges",
    "promotions_of",
    "receipts",
    "registrations_of",
    "returns_of",
    "stands_of",
    "sums",
    "umbrellas_of",
]
