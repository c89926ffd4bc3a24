"""Networks of organisations, their joint actions and the results of these."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import String
from sqlmodel import Field

from contracts.enums import ActionMeasure
from partners.domain.tables.base import Table


class Network(Table, table=True):
    """A named group of organisations, such as the landlords' network."""

    __tablename__ = "network"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    name: str = Field(unique=True)


class NetworkMember(Table, table=True):
    """A membership in a network, from `joined_on` to `left_on`, both included."""

    __tablename__ = "network_member"

    network_id: UUID = Field(primary_key=True, foreign_key="network.id")
    organisation_id: UUID = Field(primary_key=True, foreign_key="organisation.id", index=True)
    joined_on: date = Field(primary_key=True)
    left_on: date | None = None

    def lasts(self, on: date) -> bool:
        return self.joined_on <= on and (self.left_on is None or on <= self.left_on)


class JointAction(Table, table=True):
    """A joint action of members of a network, at an event if `event_id` is given."""

    __tablename__ = "joint_action"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    network_id: UUID = Field(foreign_key="network.id", index=True)
    name: str
    begun_on: date
    event_id: UUID | None = Field(default=None, foreign_key="event.id")


class ActionPart(Table, table=True):
    """The participation of an organisation in a joint action."""

    __tablename__ = "action_part"

    action_id: UUID = Field(primary_key=True, foreign_key="joint_action.id")
    organisation_id: UUID = Field(primary_key=True, foreign_key="organisation.id", index=True)


class ActionCount(Table, table=True):
    """A result of a joint action: the latest count of a measure."""

    __tablename__ = "action_count"

    action_id: UUID = Field(primary_key=True, foreign_key="joint_action.id")
    measure: ActionMeasure = Field(primary_key=True, sa_type=String)
    quantity: int
    counted_on: date
