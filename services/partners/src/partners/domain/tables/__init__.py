"""The tables of partners. A row is the entity: no mapping between the two."""

from partners.domain.tables.alerts import Alert, AlertRule
from partners.domain.tables.base import Table
from partners.domain.tables.board import (
    BoardPresence,
    Decision,
    Meeting,
    MeetingState,
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
from partners.domain.tables.events import (
    Booking,
    ProgrammeEvent,
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
from partners.domain.tables.organisations import DepartmentOpening, Membership, Organisation
from partners.domain.tables.patronage import (
    DonorBenefit,
    Gift,
    Payment,
    Pledge,
    Receipt,
    ReceiptCounter,
)
from partners.domain.tables.profiles import AmbassadorRole, ContactPerson, Establishment, Profile
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
    "Alert",
    "AlertRule",
    "AmbassadorRole",
    "Amendment",
    "BoardPresence",
    "Booking",
    "Commitment",
    "ContactPerson",
    "Convention",
    "ConventionState",
    "Decision",
    "DepartmentOpening",
    "Document",
    "DonorBenefit",
    "Draft",
    "Establishment",
    "Fulfilment",
    "Gift",
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
    "Organisation",
    "Payment",
    "Pledge",
    "Profile",
    "ProgrammeEvent",
    "Receipt",
    "ReceiptCounter",
    "Referral",
    "Registration",
    "RegistrationState",
    "Renewal",
    "Representative",
    "Seat",
    "Session",
    "Signature",
    "Stand",
    "Suspension",
    "Table",
    "Youth",
]
