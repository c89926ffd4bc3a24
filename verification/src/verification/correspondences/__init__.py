"""All correspondences, by topic. docs/verification.md says how to add one."""

from verification.correspondences import (
    contacts,
    conventions,
    networks,
    organisations,
    pairings,
    partnership,
    patronage,
    people,
)
from verification.correspondences.model import Correspondence, Side

__all__ = ["CORRESPONDENCES", "NOT_COMPARED", "Correspondence", "Side"]

CORRESPONDENCES = [
    *conventions.CORRESPONDENCES,
    *organisations.CORRESPONDENCES,
    *people.CORRESPONDENCES,
    *pairings.CORRESPONDENCES,
    *contacts.CORRESPONDENCES,
    *partnership.CORRESPONDENCES,
    *patronage.CORRESPONDENCES,
    *networks.CORRESPONDENCES,
]

NOT_COMPARED = {
    "seen": "how far each key was applied: compared with the producers' streams, row by row",
    "applied": "counts of applied messages, for metrics; a redelivery is in no producer's row",
    "late_month": "derived in reporting from pairs and contacts, which are compared",
    "set_aside": "dead letters: printed before anything else",
}
"""Tables of the schema `read_model` that no correspondence covers, and why."""
