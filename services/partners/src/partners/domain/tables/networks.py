"""Named groups of organisations, what they do together and what came of it."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import String
from sqlmodel import Field

from contracts.words import ActionMeasure
from partners.domain.tables.base import Table


class Network(Table, table=True):
    """A named group of organisations, such as that of the landlords."""

    __tablename__ = "network"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    name: str = Field(unique=True)


class NetworkMember(Table, table=True):
    """An organisation is of a network from a day to another, both included."""

    __tablename__ = "network_member"

    network_id: UUID = Field(primary_key=True, foreign_key="network.id")
    organisation_id: UUID = Field(primary_key=True, foreign_key="organisation.id", index=True)
    joined_on: date = Field(primary_key=True)
    left_on: date | None = None

    def lasts(self, on: date) -> bool:
        return self.joined_on <= on and (self.left_on is None or on <= self.left_on)


class JointAction(Table, table=True):
    """What organisations of a network do together; it may be at an event."""

    __tablename__ = "joint_action"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    network_id: UUID = Field(foreign_key="network.id", index=True)
    name: str
    begun_on: date
    event_id: UUID | None = Field(default=None, foreign_key="event.id")


class ActionPart(Table, table=True):
    """An organisation takes part in a joint action."""

    __tablename__ = "action_part"

    action_id: UUID = Field(primary_key=True, foreign_key="joint_action.id")
    organisation_id: UUID = Field(primary_key=True, foreign_key="organisation.id", index=True)


class ActionCount(Table, table=True):
    """What a joint action came to, the latest count of each measure."""

    __tablename__ = "action_count"

    action_id: UUID = Field(primary_key=True, foreign_key="joint_action.id")
    measure: ActionMeasure = Field(primary_key=True, sa_type=String)
    quantity: int
    counted_on: date
