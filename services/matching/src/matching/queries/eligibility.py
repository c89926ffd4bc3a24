"""The rules of eligibility, by version."""

from sqlmodel import select
from sqlmodel.sql.expression import SelectOfScalar

from matching.domain.tables import EligibilityRule


def rules() -> SelectOfScalar[EligibilityRule]:
    return select(EligibilityRule)
