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
from partners.queries.leads import Pipeline, introductions, leads, moves_of, pipeline
from partners.queries.organisations import (
    Coverage,
    coverage_of,
    members_at,
    members_of,
    organisations,
    umbrellas_of,
)

__all__ = [
    "Balance",
    "Coverage",
    "Owed",
    "Pipeline",
    "Sums",
    "alerts",
    "amendments_of",
    "balances",
    "conventions",
    "coverage_of",
    "documents_of",
    "drafts",
    "introductions",
    "leads",
    "members_at",
    "members_of",
    "moves_of",
    "organisations",
    "owed",
    "pipeline",
    "sums",
    "umbrellas_of",
]
