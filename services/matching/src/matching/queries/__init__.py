"""The queries of matching."""

from matching.queries.alerts import alerts
from matching.queries.contacts import contacts_of
from matching.queries.corrections import corrections_to
from matching.queries.criteria import criteria
from matching.queries.departments import departments_of
from matching.queries.eligibility import rules
from matching.queries.follow_up import check_ins_of, introductions_of, pair_pauses_of
from matching.queries.mentees import corrections_of, exclusions_of, mentees, statuses
from matching.queries.mentors import candidates, mentors, pauses_of
from matching.queries.outcomes import outcomes_of
from matching.queries.pairings import begun_pairings_of, pairings
from matching.queries.rounds import (
    certificate,
    comparison,
    explanation,
    inputs,
    proposals,
    rounds,
    why_waiting,
)

__all__ = [
    "alerts",
    "begun_pairings_of",
    "candidates",
    "certificate",
    "check_ins_of",
    "comparison",
    "contacts_of",
    "corrections_of",
    "corrections_to",
    "criteria",
    "departments_of",
    "exclusions_of",
    "explanation",
    "inputs",
    "introductions_of",
    "mentees",
    "mentors",
    "outcomes_of",
    "pair_pauses_of",
    "pairings",
    "pauses_of",
    "proposals",
    "rounds",
    "rules",
    "statuses",
    "why_waiting",
]
