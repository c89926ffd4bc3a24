"""The outcomes of a mentee."""

from uuid import UUID

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from matching.domain.tables import Outcome


def outcomes_of(mentee_id: UUID) -> SelectOfScalar[Outcome]:
    return select(Outcome).where(Outcome.mentee_id == mentee_id, ~col(Outcome.withdrawn))
