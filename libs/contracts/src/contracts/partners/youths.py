"""The card of a referred youth."""

from typing import ClassVar, Literal
from uuid import UUID

from contracts.base import Card
from contracts.enums import Language


class YouthCard(Card):
    """The name and contact details of a referred youth, as long as they consent: personal data."""

    topic: ClassVar[str] = "partners.youths"
    keyed_by: ClassVar[str] = "youth_id"

    type: Literal["youth-card.v1"] = "youth-card.v1"
    youth_id: UUID
    given_name: str
    family_name: str
    email: str | None
    phone: str | None
    language: Language
    department: str
