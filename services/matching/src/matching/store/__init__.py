"""Loading what matching owns and knows. A function that locks says so in its name."""

from matching.store.inputs import inputs, next_best, single
from matching.store.organisations import (
    coverage,
    organisations_by_siren,
)
from matching.store.pairings import (
    known,
    mentor_of_to_change,
    open_pairing_of,
    overdue_proposals,
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
    criteria,
    hold_round,
    is_about,
    mentors_with_room,
    proposals,
    refused_pairs,
    round_,
    round_to_change,
    rounds_to_work_out,
    waiting_mentees,
)

__all__ = [
    "Departments",
    "by_reference",
    "coverage",
    "criteria",
    "hold_round",
    "inputs",
    "is_about",
    "known",
    "mentee",
    "mentee_to_change",
    "mentees_by_reference",
    "mentor",
    "mentor_of_to_change",
    "mentor_to_change",
    "mentors_with_room",
    "next_best",
    "open_pairing_of",
    "organisations_by_siren",
    "overdue_proposals",
    "pairing",
    "pairing_to_change",
    "pairs_by_reference",
    "proposals",
    "refused_pairs",
    "round_",
    "round_to_change",
    "rounds_to_work_out",
    "rules",
    "single",
    "stays",
    "waiting_mentees",
]
