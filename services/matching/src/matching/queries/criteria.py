"""The criteria of scores, by version."""

from sqlmodel import select
from sqlmodel.sql.expression import SelectOfScalar

from matching.domain.tables import Criteria


def criteria() -> SelectOfScalar[Criteria]:
    return select(Criteria)
