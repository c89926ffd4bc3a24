"""`python -m notifications api | worker | migrate | rebuild | retry`."""

from pathlib import Path

from backbone.service import Service
from notifications.app import create_app
from notifications.projections import projections
from notifications.reactions import reactions
from notifications.read_model import ReadModelTable
from notifications.settings import NotificationsSettings
from notifications.worker import tasks

SERVICE = Service(
    name="notifications",
    settings=NotificationsSettings,
    create_app=create_app,
    migrations=Path(__file__).parents[2] / "migrations",
    projections=projections,
    reactions=reactions,
    read_model=[ReadModelTable.metadata],
    tasks=tasks,
)

if __name__ == "__main__":
    SERVICE.main()
