"""What reporting itself keeps: the order in which it learnt of what happens, for the stream."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Identity
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from backbone.db import own_tables


class Table(SQLModel, registry=own_tables()):
    """Tables that reporting owns."""


class Happening(Table, table=True):
    """Something happened. Positions ascend in the order of commits and are never given anew.

    It is a reaction's, not a projection's: a rebuilt read model tells nobody a second time, and
    what a listener has heard up to keeps its meaning.
    """

    position: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=[Identity(always=True)]
    )
    event_id: UUID
    type: str
    occurred_at: datetime = Field(sa_type=DateTime(timezone=True))
    recorded_at: datetime = Field(sa_type=DateTime(timezone=True))
    facts: dict[str, Any] = Field(sa_type=JSONB)
