"""`python -m reporting api | worker | migrate | rebuild | retry`."""

from pathlib import Path

from backbone.service import Service
from reporting.app import create_app
from reporting.projections import projections
from reporting.reactions import reactions
from reporting.read_model import ReadModelTable
from reporting.settings import ReportingSettings

SERVICE = Service(
    name="reporting",
    settings=ReportingSettings,
    create_app=create_app,
    migrations=Path(__file__).parents[2] / "migrations",
    projections=projections,
    reactions=reactions,
    read_model=[ReadModelTable.metadata],
)

if __name__ == "__main__":
    SERVICE.main()
