"""The corrections of contacts and outcomes."""

from uuid import UUID

from sqlmodel import select
from sqlmodel.sql.expression import SelectOfScalar

from matching.domain.tables import Correction


def corrections_to(corrected_id: UUID) -> SelectOfScalar[Correction]:
    return select(Correction).where(Correction.corrected_id == corrected_id)
