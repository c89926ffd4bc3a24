"""Commands on the criteria by which rounds score pairs."""

from pydantic import Field
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import Refused
from backbone.web.schemas import Command, example
from matching.domain.tables import Criteria
from matching.solver.inputs import Weights


class VersionTaken(Refused, kind="version-taken"):
    """Criteria of this version exist, and rounds rest on them."""


class SetCriteria(Command):
    """Weights from 0 to 100; a weight that is left out has its default."""

    model_config = example(version="2026-autumn", weights={"function": 12, "waiting": 8})

    version: str = Field(min_length=1, max_length=40, pattern=r"^[\w.-]+$")
    weights: Weights


async def set_criteria(session: AsyncSession, command: SetCriteria, *, by: str) -> Criteria:
    """Insert criteria under a new version; raise `VersionTaken` if it exists."""
    taken = select(Criteria.version).where(col(Criteria.version) == command.version)
    if (await session.exec(taken)).first() is not None:
        raise VersionTaken(f"There are criteria {command.version} already. Take another name.")
    criteria = Criteria(version=command.version, weights=command.weights.model_dump(), made_by=by)
    session.add(criteria)
    await session.flush()
    await session.refresh(criteria)
    return criteria
