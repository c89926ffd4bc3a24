"""Events about homes that mentees need."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from contracts.base import Event
from contracts.enums import HousingEnd


class HousingFact(Event):
    """A fact about a home that a mentee needs."""

    topic: ClassVar[str] = "partners.housing"
    keyed_by: ClassVar[str] = "need_id"

    need_id: UUID
    department: str


class HousingNeeded(HousingFact):
    """A mentee, with consent, needs a home; these landlords of the department are asked.

    `contacts` are the contact persons of the landlords; they are to be notified.
    """

    type: Literal["housing-needed.v1"] = "housing-needed.v1"
    mentee_id: UUID
    organisations: tuple[UUID, ...]
    needed_by: date | None
    asked_on: date
    contacts: tuple[UUID, ...] = ()


class HousingOffered(HousingFact):
    """A landlord offers a home to the mentee."""

    type: Literal["housing-offered.v1"] = "housing-offered.v1"
    offer_id: UUID
    organisation_id: UUID
    offered_on: date


class HousingAnswered(HousingFact):
    """The mentee takes the home that was offered, or does not."""

    type: Literal["housing-answered.v1"] = "housing-answered.v1"
    offer_id: UUID
    organisation_id: UUID
    accepted: bool
    answered_on: date


class HousingClosed(HousingFact):
    """The mentee moved into a landlord's home, or the need ended otherwise."""

    type: Literal["housing-closed.v1"] = "housing-closed.v1"
    end: HousingEnd
    organisation_id: UUID | None
    closed_on: date
