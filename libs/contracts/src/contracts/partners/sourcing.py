"""Events about youths whom organisations refer."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from contracts.base import Event


class YouthReferred(Event):
    """An organisation referred a youth, with consent; `first`: no one had referred them before."""

    topic: ClassVar[str] = "partners.sourcing"
    keyed_by: ClassVar[str] = "youth_id"

    type: Literal["youth-referred.v1"] = "youth-referred.v1"
    referral_id: UUID
    youth_id: UUID
    organisation_id: UUID
    department: str
    first: bool
    referred_on: date
