"""The draft of a round: proposals, the certificate of their optimality, and the report."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from matching.solver.certificate import Certificate
from matching.solver.scores import Criterion


class Proposed(BaseModel):
    """A pair, and the contribution of each criterion to its score."""

    model_config = ConfigDict(frozen=True)

    mentee_id: UUID
    mentor_id: UUID
    score: int
    contributions: dict[Criterion, int]
    locked: bool = False


class Draft(BaseModel):
    """The proposals for the mentees of a round, and its report.

    The certificate is about those who are not locked, in the order of the inputs without them.
    """

    model_config = ConfigDict(frozen=True)

    proposed: list[Proposed]
    unmatched: list[UUID] = []
    certificate: Certificate
    counts: dict[str, int] = {}
    report: dict[str, Any] = {}
