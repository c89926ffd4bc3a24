"""The timeline of a convention, read from the tables that store each step.

Each part is SQL for one kind of step: date, id, convention and details. Nothing is stored twice, so
a timeline cannot differ from its sources.
"""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import TextClause
from sqlalchemy.dialects.postgresql import JSONB

OWED = "JOIN commitment AS owed ON owed.id = commitment_id"

PARTS: tuple[tuple[str, str, str, str], ...] = (
    ("signed", "signed_on, id, id", "kind, effective_on", "convention AS source"),
    ("took_effect", "effective_on, id, id", "", "convention AS source"),
    (
        "acceded",
        "accedes_on, organisation_id, convention_id",
        "organisation_id, name",
        "signature JOIN organisation ON organisation.id = organisation_id",
    ),
    (
        "committed",
        "made_on, source.id, convention_id",
        "organisation_id, party, kind, quantity, due_on",
        "commitment AS source",
    ),
    (
        "given",
        "given_on, source.id, owed.convention_id",
        "owed.organisation_id, owed.party, owed.kind, source.quantity",
        f"fulfilment AS source {OWED} WHERE NOT withdrawn",
    ),
    (
        "commitment_withdrawn",
        "withdrawn_on, source.id, convention_id",
        "organisation_id, party, kind",
        "commitment AS source",
    ),
    (
        "amended",
        "amended_on, convention_id, convention_id",
        "number, summary, before, after, amended_by",
        "amendment",
    ),
    ("suspended", "from_on, convention_id, convention_id", "until_on, reason", "suspension"),
    ("resumed", "until_on + 1, convention_id, convention_id", "", "suspension"),
    (
        "warned_of_end",
        "due_on, about_id, convention_id",
        "settled_at",
        "due WHERE rule = 'convention_expiring'",
    ),
    ("notice_given", "notice_given_on, id, id", "ends_on", "convention AS source"),
    (
        "renewed",
        "renewed_on, convention_id, convention_id",
        "previous_ends_on, ends_on, tacit",
        "renewal",
    ),
    (
        "withdrew",
        "withdrawn_on, organisation_id, convention_id",
        "organisation_id, name",
        "signature JOIN organisation ON organisation.id = organisation_id",
    ),
    (
        "document_attached",
        "added_at::date, source.id, convention_id",
        "name, media_type, bytes, added_by",
        "document AS source",
    ),
    ("ended", "coalesce(ended_on, ends_on), id, id", "", "convention AS source"),
)
"""The name of each step, its columns `date, id, convention`, its details and its source."""


def _details(columns: str) -> str:
    names = [column for column in columns.split(", ") if column]
    pairs = ", ".join(f"'{name.rpartition('.')[2]}', {name}" for name in names)
    return f"jsonb_strip_nulls(jsonb_build_object({pairs}))"


def _union() -> TextClause:
    names = ", ".join(column.name for column in COLUMNS)
    parts = " UNION ALL ".join(
        f"SELECT {keys}, {rank}, '{name}', {_details(details)} FROM {source}"  # noqa: S608 (ours)
        for rank, (name, keys, details, source) in enumerate(PARTS)
    )
    return sa.text(f"SELECT * FROM ({parts}) AS steps ({names})")  # noqa: S608


COLUMNS = (
    sa.column("happened_on", sa.Date()),
    sa.column("id", sa.Uuid()),
    sa.column("convention_id", sa.Uuid()),
    sa.column("rank", sa.Integer()),
    sa.column("what", sa.String()),
    sa.column("details", JSONB()),
)
STEP = _union().columns(*COLUMNS).subquery("step")
ORDER = (STEP.c.happened_on, STEP.c.rank, STEP.c.id)
"""By date, then by the logical order of steps on one day."""


def of_convention(convention_id: UUID) -> sa.Select[Any]:
    """Select the past and agreed future steps of a convention."""
    condition = (STEP.c.convention_id == convention_id) & STEP.c.happened_on.is_not(None)
    return sa.select(STEP).where(condition)
