"""Loading what matching owns and knows. A function that locks says so in its name."""

from matching.store.organisations import (
    coverage,
    organisations_by_siren,
)
from matching.store.pairings import (
    known,
    mentor_of_to_change,
    open_pairing_of,
    pairing,
    pairing_to_change,
    pairs_by_reference,
    stays,
)
from matching.store.people import (
    Departments,
    by_reference,
    mentee,
    mentee_to_change,
    mentees_by_reference,
    mentor,
    mentor_to_change,
    rules,
)
from matching.store.rounds import (
    declined_pairs,
    hold_round,
    mentors_with_room,
    waiting_mentees,
)

__all__ = [
    "Departments",
    "by_reference",
    "coverage",
    "declined_pairs",
    "hold_round",
    "known",
    "mentee",
    "mentee_to_change",
    "mentees_by_reference",
    "mentor",
    "mentor_of_to_change",
    "mentor_to_change",
    "mentors_with_room",
    "open_pairing_of",
    "organisations_by_siren",
    "pairing",
    "pairing_to_change",
    "pairs_by_reference",
    "rules",
    "stays",
    "waiting_mentees",
]
