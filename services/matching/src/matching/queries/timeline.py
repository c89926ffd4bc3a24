"""The timeline of a pair or a person: what happened, by date, read from the rows themselves.

Each step is about a pair, a mentee, a mentor, or several of them.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from backbone.timelines import Step, Timeline
from matching.domain.tables import Mentee

PAIR = "pairing.id, pairing.mentee_id, pairing.mentor_id"
CORRECTED_OUTCOME = "correction JOIN outcome AS source ON source.id = corrected_id"
OF_PAIR = "JOIN pairing ON pairing.id = source.pairing_id"

STEPS = (
    Step(
        "applied",
        "applied_on, source.id, NULL::uuid, source.id, NULL::uuid",
        "department",
        "mentee AS source",
    ),
    Step(
        "decided",
        "decided_on, source.id, NULL::uuid, source.id, NULL::uuid",
        "refusal, rule_version",
        "mentee AS source",
    ),
    Step(
        "neighbourhood_corrected",
        "corrected_on, source.id, NULL::uuid, mentee_id, NULL::uuid",
        "before, after, corrected_by",
        "neighbourhood_correction AS source",
    ),
    Step(
        "enrolled",
        "enrolled_on, source.id, NULL::uuid, NULL::uuid, source.id",
        "capacity",
        "mentor AS source",
    ),
    Step(
        "mentor_paused",
        "from_on, source.id, NULL::uuid, NULL::uuid, mentor_id",
        "until_on",
        "mentor_pause AS source",
    ),
    Step("proposed", f"proposed_on, pairing.id, {PAIR}", "round_id, answer_by", "pairing"),
    Step("accepted_by_mentee", f"mentee_accepted_on, pairing.id, {PAIR}", "", "pairing"),
    Step("accepted_by_mentor", f"mentor_accepted_on, pairing.id, {PAIR}", "", "pairing"),
    Step(
        "declined",
        f"came_to_nothing_on, pairing.id, {PAIR}",
        "declined_by, decline_reason",
        "pairing WHERE state = 'declined'",
    ),
    Step(
        "expired",
        f"came_to_nothing_on, pairing.id, {PAIR}",
        "",
        "pairing WHERE state = 'expired'",
    ),
    Step("began", f"starts_on, pairing.id, {PAIR}", "", "pairing"),
    Step(
        "first_interview_planned",
        f"planned_on, source.id, {PAIR}",
        "source.state, missing",
        f"appointment AS source {OF_PAIR}",
    ),
    Step("first_interview_held", f"first_interview_on, pairing.id, {PAIR}", "", "pairing"),
    Step(
        "contact",
        f"contact_on, source.id, {PAIR}",
        "medium, minutes, contact_kind, logged_by",
        f"contact AS source {OF_PAIR} WHERE source.state = 'logged' AND made",
    ),
    Step(
        "contact_attempted",
        f"contact_on, source.id, {PAIR}",
        "medium, logged_by",
        f"contact AS source {OF_PAIR} WHERE source.state = 'logged' AND NOT made",
    ),
    Step(
        "contact_corrected",
        f"corrected_at::date, correction.id, {PAIR}",
        "corrected_by, before, after, corrected_id",
        f"correction JOIN contact AS source ON source.id = corrected_id {OF_PAIR}",
    ),
    Step(
        "paused",
        f"from_on, source.id, {PAIR}",
        "until_on",
        f"pairing_pause AS source {OF_PAIR}",
    ),
    Step(
        "introduced",
        f"introduced_on, source.id, {PAIR}",
        "role, organisation, function, sector",
        f"introduction AS source {OF_PAIR}",
    ),
    Step(
        "introduction_answered",
        f"answered_on, source.id, {PAIR}",
        "result",
        f"introduction AS source {OF_PAIR}",
    ),
    Step(
        "check_in",
        f"held_on, source.id, {PAIR}",
        "by, rating, remark",
        f"check_in AS source {OF_PAIR}",
    ),
    Step(
        "fell_due",
        "due_on, source.id, pairing_id, mentee_id, mentor_id",
        "rule, settled_at, settled_by",
        "due AS source",
    ),
    Step("ended", f"ended_on, pairing.id, {PAIR}", "end_reason", "pairing"),
    Step(
        "outcome",
        "found_on, source.id, source.pairing_id, source.mentee_id, pairing.mentor_id",
        "contract, months, fits_qualification, evidence, sector",
        "outcome AS source LEFT JOIN pairing ON pairing.id = source.pairing_id WHERE NOT withdrawn",
    ),
    Step(
        "outcome_corrected",
        "corrected_at::date, correction.id, source.pairing_id, source.mentee_id, pairing.mentor_id",
        "corrected_by, before, after, corrected_id",
        f"{CORRECTED_OUTCOME} LEFT JOIN pairing ON pairing.id = source.pairing_id",
    ),
)
TIMELINE = Timeline(STEPS, about=("pairing_id", "mentee_id", "mentor_id"))
ORDER = TIMELINE.order


def of_pairing(pairing_id: UUID) -> sa.Select[Any]:
    return TIMELINE.where(TIMELINE.columns.pairing_id == pairing_id)


def of_mentee(mentee_id: UUID) -> sa.Select[Any]:
    return TIMELINE.where(TIMELINE.columns.mentee_id == mentee_id)


def of_mentor(mentor_id: UUID, *, within: Collection[str] | None) -> sa.Select[Any]:
    """Select the steps of a mentor, without those about mentees of other departments."""
    steps = TIMELINE.where(TIMELINE.columns.mentor_id == mentor_id)
    if within is None:
        return steps
    here = sa.select(col(Mentee.id)).where(col(Mentee.department).in_(within))
    return steps.where(TIMELINE.columns.mentee_id.is_(None) | TIMELINE.columns.mentee_id.in_(here))
