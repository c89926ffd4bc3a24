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
from partners.domain.tables.patronage import (
    Gift,
    Payment,
    Pledge,
    Receipt,
    Register,
    Return,
)
from partners.domain.tables.profiles import ContactPerson, Place, Profile, Promotion

__all__ = [
    "HOME",
    "Amendment",
    "Commitment",
    "ContactPerson",
    "Convention",
    "ConventionState",
    "Document",
    "Draft",
    "Due",
    "DueRule",
    "Fulfilment",
    "Gift",
    "Lead",
    "LeadMove",
    "Membership",
    "Opening",
    "Organisation",
    "Payment",
    "Place",
    "Pledge",
    "Profile",
    "Promotion",
    "Receipt",
    "Register",
    "Renewal",
    "Return",
    "Signature",
    "Suspension",
    "Table",
]
