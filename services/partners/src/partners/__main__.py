"""The command line: `python -m partners api | worker | migrate | rebuild | retry`."""

from pathlib import Path

from backbone.service import Service
from partners.app import create_app
from partners.commands.imports import imports
from partners.projections import projections
from partners.reactions import reactions
from partners.read_model import ReadModelTable
from partners.settings import PartnersSettings
from partners.worker import tasks

SERVICE = Service(
    name="partners",
    settings=PartnersSettings,
    create_app=create_app,
    migrations=Path(__file__).parents[2] / "migrations",
    projections=projections,
    reactions=reactions,
    read_model=[ReadModelTable.metadata],
    imports=imports,
    tasks=tasks,
)

if __name__ == "__main__":
    SERVICE.main()
