"""Tables of rounds, their proposals and the criteria of the score."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import DateTime, LargeBinary, String, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from matching.domain.tables.base import Table


class RoundState(StrEnum):
    """The state of a round; a draft is reviewed, changed and published or cancelled."""

    WAITING = "waiting"
    RUNNING = "running"
    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    FAILED = "failed"


TO_WORK_OUT = frozenset({RoundState.WAITING, RoundState.RUNNING})


class Round(Table, table=True):
    """A round: its request, progress, inputs and result.

    `departments` confine the mentees; null means everywhere. `inputs` and `certificate` are
    compressed JSON. `changed` says that the draft was changed by hand, so that the certificate is
    about another choice.
    """

    __tablename__ = "round"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    state: RoundState = Field(default=RoundState.WAITING, sa_type=String, index=True)
    on: date
    departments: list[str] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    min_priority: int = 0
    criteria: str
    based_on: UUID | None = Field(default=None, foreign_key="round.id")
    locked: list[list[str]] = Field(default_factory=list, sa_type=JSONB)
    asked_by: str
    asked_at: datetime = Field(
        default=None,
        sa_type=DateTime(timezone=True),
        sa_column_kwargs={"server_default": func.now()},
    )
    step: str = ""
    done: int = 0
    of: int = 0
    finished_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    published_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    inputs: bytes | None = Field(default=None, sa_type=LargeBinary)
    certificate: bytes | None = Field(default=None, sa_type=LargeBinary)
    report: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    changed: bool = False
    failure: str | None = None
    version: int = 1


class Proposal(Table, table=True):
    """A pair that a draft proposes. A locked one stays in a round based on this one."""

    __tablename__ = "round_proposal"

    round_id: UUID = Field(foreign_key="round.id", primary_key=True)
    mentee_id: UUID = Field(foreign_key="mentee.id", primary_key=True)
    mentor_id: UUID = Field(foreign_key="mentor.id")
    score: int
    contributions: dict[str, int] = Field(sa_type=JSONB)
    locked: bool = False


class Criteria(Table, table=True):
    """The weight of each criterion, by version; a round refers to the version it was scored by."""

    __tablename__ = "reference_criteria"

    version: str = Field(primary_key=True)
    weights: dict[str, int] = Field(sa_type=JSONB)
    made_by: str
    made_at: datetime = Field(
        default=None,
        sa_type=DateTime(timezone=True),
        sa_column_kwargs={"server_default": func.now()},
    )
