"""The timeline of a convention, read from the tables that store each step."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backbone.timelines import Step, Timeline

OWED = "JOIN commitment AS owed ON owed.id = commitment_id"

STEPS = (
    Step("signed", "signed_on, id, id", "kind, effective_on", "convention AS source"),
    Step("took_effect", "effective_on, id, id", "", "convention AS source"),
    Step(
        "acceded",
        "accedes_on, organisation_id, convention_id",
        "organisation_id, name",
        "signature JOIN organisation ON organisation.id = organisation_id",
    ),
    Step(
        "committed",
        "made_on, source.id, convention_id",
        "organisation_id, party, kind, quantity, due_on",
        "commitment AS source",
    ),
    Step(
        "given",
        "given_on, source.id, owed.convention_id",
        "owed.organisation_id, owed.party, owed.kind, source.quantity",
        f"fulfilment AS source {OWED} WHERE NOT withdrawn",
    ),
    Step(
        "commitment_withdrawn",
        "withdrawn_on, source.id, convention_id",
        "organisation_id, party, kind",
        "commitment AS source",
    ),
    Step(
        "amended",
        "amended_on, convention_id, convention_id",
        "number, summary, before, after, amended_by",
        "amendment",
    ),
    Step("suspended", "from_on, convention_id, convention_id", "until_on, reason", "suspension"),
    Step("resumed", "until_on + 1, convention_id, convention_id", "", "suspension"),
    Step(
        "warned_of_end",
        "due_on, about_id, convention_id",
        "settled_at",
        "due WHERE rule = 'convention_expiring'",
    ),
    Step("notice_given", "notice_given_on, id, id", "ends_on", "convention AS source"),
    Step(
        "renewed",
        "renewed_on, convention_id, convention_id",
        "previous_ends_on, ends_on, tacit",
        "renewal",
    ),
    Step(
        "withdrew",
        "withdrawn_on, organisation_id, convention_id",
        "organisation_id, name",
        "signature JOIN organisation ON organisation.id = organisation_id",
    ),
    Step(
        "document_attached",
        "added_at::date, source.id, convention_id",
        "name, media_type, bytes, added_by",
        "document AS source",
    ),
    Step("ended", "coalesce(ended_on, ends_on), id, id", "", "convention AS source"),
)
TIMELINE = Timeline(STEPS, about=("convention_id",))
ORDER = TIMELINE.order


def of_convention(convention_id: UUID) -> sa.Select[Any]:
    """Select the past and agreed future steps of a convention."""
    return TIMELINE.where(TIMELINE.columns.convention_id == convention_id)
