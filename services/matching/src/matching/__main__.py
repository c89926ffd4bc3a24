"""`python -m matching api | worker | migrate | rebuild | retry`, and the analysts' tools."""

from pathlib import Path

from backbone.service import Service
from matching.app import create_app
from matching.commands.imports import imports
from matching.projections import projections
from matching.reactions import reactions
from matching.read_model import ReadModelTable
from matching.settings import MatchingSettings
from matching.tools import JOBS, TOOLS
from matching.worker import tasks

SERVICE = Service(
    name="matching",
    settings=MatchingSettings,
    create_app=create_app,
    migrations=Path(__file__).parents[2] / "migrations",
    projections=projections,
    reactions=reactions,
    views=[ReadModelTable.metadata],
    imports=imports,
    tasks=tasks,
    tools=TOOLS,
    jobs=JOBS,
)

if __name__ == "__main__":
    SERVICE.main()
