"""What partners owns. The row is the entity."""

from partners.domain.tables.base import Table
from partners.domain.tables.board import (
    Decision,
    Meeting,
    MeetingState,
    Presence,
    Representative,
    Seat,
)
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
from partners.domain.tables.events import (
    HOLDING,
    Booking,
    Happening,
    Registration,
    RegistrationState,
    Session,
    Stand,
)
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
    "HOLDING",
    "HOME",
    "Amendment",
    "Booking",
    "Commitment",
    "ContactPerson",
    "Convention",
    "ConventionState",
    "Decision",
    "Document",
    "Draft",
    "Due",
    "DueRule",
    "Fulfilment",
    "Gift",
    "Happening",
    "Lead",
    "LeadMove",
    "Meeting",
    "MeetingState",
    "Membership",
    "Opening",
    "Organisation",
    "Payment",
    "Place",
    "Pledge",
    "Presence",
    "Profile",
    "Promotion",
    "Receipt",
    "Register",
    "Registration",
    "RegistrationState",
    "Renewal",
    "Representative",
    "Return",
    "Seat",
    "Session",
    "Signature",
    "Stand",
    "Suspension",
    "Table",
]
