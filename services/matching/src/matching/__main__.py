"""`python -m matching api | worker | migrate | rebuild | retry`, and the analysts' tools."""

from pathlib import Path

from backbone.service import Service
from matching.app import create_app
from matching.commands.imports import imports
from matching.projections import projections
from matching.reactions import reactions
from matching.read_model import ReadModelTable
from matching.settings import MatchingSettings
from matching.tools import DATABASE_COMMANDS, OFFLINE_COMMANDS
from matching.worker import tasks

SERVICE = Service(
    name="matching",
    settings=MatchingSettings,
    create_app=create_app,
    migrations=Path(__file__).parents[2] / "migrations",
    projections=projections,
    reactions=reactions,
    read_model=[ReadModelTable.metadata],
    imports=imports,
    tasks=tasks,
    offline_commands=OFFLINE_COMMANDS,
    database_commands=DATABASE_COMMANDS,
)

if __name__ == "__main__":
    SERVICE.main()
