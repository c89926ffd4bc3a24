"""The draft of a round: proposals, the certificate of their optimality, and the report."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from matching.solver.certificate import Certificate
from matching.solver.scores import Criterion


class Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Proposed(Part):
    """A pair, and the contribution of each criterion to its score."""

    mentee_id: UUID
    mentor_id: UUID
    score: int
    contributions: dict[Criterion, int]
    locked: bool = False


class Draft(Part):
    """The proposals for the mentees of a round, and its report.

    The certificate is about those who are not locked, in the order of the inputs without them.
    """

    proposed: list[Proposed]
    unmatched: list[UUID] = []
    certificate: Certificate
    counts: dict[str, int] = {}
    report: dict[str, Any] = {}
