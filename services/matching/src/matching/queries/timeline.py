"""The timeline of a pair or a person: what happened, by date, read from the rows themselves.

Each part is SQL for one type of step: its date, id, pair and details. Nothing is stored twice, so
that a timeline cannot differ from its source.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import TextClause
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col

from matching.domain.tables import Mentee

PAIR = "pairing.id, pairing.mentee_id, pairing.mentor_id"
CORRECTED_OUTCOME = "correction JOIN outcome AS told ON told.id = corrected_id"
OF_PAIR = "JOIN pairing ON pairing.id = told.pairing_id"

PARTS: tuple[tuple[str, str, str, str], ...] = (
    (
        "applied",
        "applied_on, told.id, NULL::uuid, told.id, NULL::uuid",
        "department",
        "mentee AS told",
    ),
    (
        "decided",
        "decided_on, told.id, NULL::uuid, told.id, NULL::uuid",
        "refusal, rule_version",
        "mentee AS told",
    ),
    (
        "neighbourhood_corrected",
        "corrected_on, told.id, NULL::uuid, mentee_id, NULL::uuid",
        "before, after, corrected_by",
        "neighbourhood_correction AS told",
    ),
    (
        "enrolled",
        "enrolled_on, told.id, NULL::uuid, NULL::uuid, told.id",
        "capacity",
        "mentor AS told",
    ),
    (
        "mentor_paused",
        "from_on, told.id, NULL::uuid, NULL::uuid, mentor_id",
        "until_on",
        "mentor_pause AS told",
    ),
    ("proposed", f"proposed_on, pairing.id, {PAIR}", "round_id, answer_by", "pairing"),
    ("accepted_by_mentee", f"mentee_accepted_on, pairing.id, {PAIR}", "", "pairing"),
    ("accepted_by_mentor", f"mentor_accepted_on, pairing.id, {PAIR}", "", "pairing"),
    (
        "declined",
        f"came_to_nothing_on, pairing.id, {PAIR}",
        "declined_by, decline_reason",
        "pairing WHERE state = 'declined'",
    ),
    (
        "expired",
        f"came_to_nothing_on, pairing.id, {PAIR}",
        "",
        "pairing WHERE state = 'expired'",
    ),
    ("began", f"starts_on, pairing.id, {PAIR}", "", "pairing"),
    (
        "first_interview_planned",
        f"planned_on, told.id, {PAIR}",
        "told.state, missing",
        f"appointment AS told {OF_PAIR}",
    ),
    ("first_interview_held", f"first_interview_on, pairing.id, {PAIR}", "", "pairing"),
    (
        "contact",
        f"contact_on, told.id, {PAIR}",
        "medium, minutes, contact_kind, logged_by",
        f"contact AS told {OF_PAIR} WHERE told.state = 'logged' AND made",
    ),
    (
        "contact_attempted",
        f"contact_on, told.id, {PAIR}",
        "medium, logged_by",
        f"contact AS told {OF_PAIR} WHERE told.state = 'logged' AND NOT made",
    ),
    (
        "contact_corrected",
        f"corrected_at::date, correction.id, {PAIR}",
        "corrected_by, before, after, corrected_id",
        f"correction JOIN contact AS told ON told.id = corrected_id {OF_PAIR}",
    ),
    (
        "paused",
        f"from_on, told.id, {PAIR}",
        "until_on",
        f"pairing_pause AS told {OF_PAIR}",
    ),
    (
        "introduced",
        f"introduced_on, told.id, {PAIR}",
        "role, organisation, function, sector",
        f"introduction AS told {OF_PAIR}",
    ),
    (
        "introduction_answered",
        f"answered_on, told.id, {PAIR}",
        "result",
        f"introduction AS told {OF_PAIR}",
    ),
    (
        "check_in",
        f"held_on, told.id, {PAIR}",
        "by, rating, remark",
        f"check_in AS told {OF_PAIR}",
    ),
    (
        "fell_due",
        "due_on, told.id, pairing_id, mentee_id, mentor_id",
        "rule, settled_at, settled_by",
        "due AS told",
    ),
    ("ended", f"ended_on, pairing.id, {PAIR}", "end_reason", "pairing"),
    (
        "outcome",
        "found_on, told.id, told.pairing_id, told.mentee_id, pairing.mentor_id",
        "contract, months, fits_qualification, evidence, sector",
        "outcome AS told LEFT JOIN pairing ON pairing.id = told.pairing_id WHERE NOT withdrawn",
    ),
    (
        "outcome_corrected",
        "corrected_at::date, correction.id, told.pairing_id, told.mentee_id, pairing.mentor_id",
        "corrected_by, before, after, corrected_id",
        f"{CORRECTED_OUTCOME} LEFT JOIN pairing ON pairing.id = told.pairing_id",
    ),
)
"""Each step's name, its `day, id, pairing, mentee, mentor`, its details and their source."""


def _details(columns: str) -> str:
    names = [column for column in columns.split(", ") if column]
    pairs = ", ".join(f"'{name.rpartition('.')[2]}', {name}" for name in names)
    return f"jsonb_strip_nulls(jsonb_build_object({pairs}))"


def _union() -> TextClause:
    names = ", ".join(column.name for column in COLUMNS)
    parts = " UNION ALL ".join(
        f"SELECT {columns}, {rank}, '{name}', {_details(details)} FROM {source}"  # noqa: S608 (ours)
        for rank, (name, columns, details, source) in enumerate(PARTS)
    )
    return sa.text(f"SELECT * FROM ({parts}) AS steps ({names})")  # noqa: S608


COLUMNS = (
    sa.column("happened_on", sa.Date()),
    sa.column("id", sa.Uuid()),
    sa.column("pairing_id", sa.Uuid()),
    sa.column("mentee_id", sa.Uuid()),
    sa.column("mentor_id", sa.Uuid()),
    sa.column("rank", sa.Integer()),
    sa.column("what", sa.String()),
    sa.column("details", JSONB()),
)
STEP = _union().columns(*COLUMNS).subquery("step")
ORDER = (STEP.c.happened_on, STEP.c.rank, STEP.c.id)
"""By date, and on one date in the order in which steps follow from each other."""


def of_pairing(pairing_id: UUID) -> sa.Select[Any]:
    return _where(STEP.c.pairing_id == pairing_id)


def of_mentee(mentee_id: UUID) -> sa.Select[Any]:
    return _where(STEP.c.mentee_id == mentee_id)


def of_mentor(mentor_id: UUID, *, within: Collection[str] | None) -> sa.Select[Any]:
    """Select the steps of a mentor, without those about mentees of other departments."""
    steps = _where(STEP.c.mentor_id == mentor_id)
    if within is None:
        return steps
    here = sa.select(col(Mentee.id)).where(col(Mentee.department).in_(within))
    return steps.where(STEP.c.mentee_id.is_(None) | STEP.c.mentee_id.in_(here))


def _where(condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(STEP).where(condition, STEP.c.happened_on.is_not(None))
