"""The tables of partners. A row is the entity: no mapping between the two."""

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
    Booking,
    Happening,
    Registration,
    RegistrationState,
    Session,
    Stand,
)
from partners.domain.tables.leads import Lead, LeadMove
from partners.domain.tables.networks import (
    ActionCount,
    ActionPart,
    JointAction,
    Network,
    NetworkMember,
)
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
from partners.domain.tables.sourcing import (
    HousingNeed,
    HousingOffer,
    OfferState,
    Referral,
    Youth,
)

__all__ = [
    "HOME",
    "ActionCount",
    "ActionPart",
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
    "HousingNeed",
    "HousingOffer",
    "JointAction",
    "Lead",
    "LeadMove",
    "Meeting",
    "MeetingState",
    "Membership",
    "Network",
    "NetworkMember",
    "OfferState",
    "Opening",
    "Organisation",
    "Payment",
    "Place",
    "Pledge",
    "Presence",
    "Profile",
    "Promotion",
    "Receipt",
    "Referral",
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
    "Youth",
]
