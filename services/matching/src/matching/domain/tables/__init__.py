"""What matching owns. The row is the entity."""

from matching.domain.tables.base import Table
from matching.domain.tables.pairings import (
    OPEN,
    OPEN_STATES,
    RUNNING,
    Contact,
    Outcome,
    Pairing,
    PairingState,
)
from matching.domain.tables.people import (
    AskedBy,
    EligibilityRule,
    Exclusion,
    Gender,
    Mentee,
    Mentor,
    MentorPause,
    NeighbourhoodCorrection,
    Person,
    PriorityArea,
)
from matching.domain.tables.rounds import TO_WORK_OUT, Criteria, Proposal, Round, RoundState

__all__ = [
    "OPEN",
    "OPEN_STATES",
    "RUNNING",
    "TO_WORK_OUT",
    "AskedBy",
    "Contact",
    "Criteria",
    "EligibilityRule",
    "Exclusion",
    "Gender",
    "Mentee",
    "Mentor",
    "MentorPause",
    "NeighbourhoodCorrection",
    "Outcome",
    "Pairing",
    "PairingState",
    "Person",
    "PriorityArea",
    "Proposal",
    "Round",
    "RoundState",
    "Table",
]
