"""What partners owns. The row is the entity."""

from partners.domain.tables.base import Table
from partners.domain.tables.commitments import Commitment, Fulfilment
from partners.domain.tables.conventions import (
    HOME,
    Amendment,
    Convention,
    ConventionState,
    Document,
    Draft,
    Renewal,
    Signature,
    Suspension,
)
from partners.domain.tables.due import Due, DueRule
from partners.domain.tables.leads import Lead, LeadMove
from partners.domain.tables.organisations import Membership, Opening, Organisation

__all__ = [
    "HOME",
    "Amendment",
    "Commitment",
    "Convention",
    "ConventionState",
    "Document",
    "Draft",
    "Due",
    "DueRule",
    "Fulfilment",
    "Lead",
    "LeadMove",
    "Membership",
    "Opening",
    "Organisation",
    "Renewal",
    "Signature",
    "Suspension",
    "Table",
]
