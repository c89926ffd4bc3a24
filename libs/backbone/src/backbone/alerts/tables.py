"""The columns of an alert, and what makes one too late to be raised."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import DateTime
from sqlmodel import Field, SQLModel

from backbone.errors import Refused
from contracts import Event

LONG_PAST = timedelta(days=60)
INSTANT = DateTime(timezone=True)


class AlertAlreadySettled(Refused, kind="already-settled"):
    """A second settlement of an alert."""


def _now() -> datetime:
    return datetime.now(UTC)


class AlertFields(SQLModel):
    """The fields of each alert; a service adds its rule, its references and the unique key.

    `about_id` is the row that the alert is about. It is settled once its cause has ended, or by a
    person (`settled_by`).
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    about_id: UUID
    due_on: date
    raised_at: datetime = Field(default_factory=_now, sa_type=INSTANT)
    settled_at: datetime | None = Field(default=None, sa_type=INSTANT)
    settled_by: str | None = None

    def settle(self, *, by: str, now: datetime) -> None:
        """Record that `by` has handled it; raise `AlertAlreadySettled`."""
        if self.settled_at is not None:
            raise AlertAlreadySettled("This alert is settled already. There is nothing left to do.")
        self.settled_at, self.settled_by = now, by


class NewAlert(NamedTuple):
    """An alert to raise, and the event to publish, if other services are to be notified."""

    alert: AlertFields
    event: Event | None


def is_long_past(due_on: date, recorded_at: datetime) -> bool:
    """Return whether `due_on` was over 60 days ago when its cause was recorded.

    No alert is raised for it then: loading history raises none.
    """
    return due_on < recorded_at.date() - LONG_PAST
