"""What partners tells: where the programme is open, who works with it, and what binds them."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict

from contracts.bounds import within_bounds
from contracts.event import Card, Event
from contracts.words import ConventionKind, OrganisationKind


class OrganisationRegistered(Event):
    """An organisation is known to the programme; nothing is signed yet."""

    topic: ClassVar[str] = "partners.organisations"
    keyed_by: ClassVar[str] = "organisation_id"

    type: Literal["organisation-registered.v1"] = "organisation-registered.v1"
    organisation_id: UUID
    organisation_kind: OrganisationKind
    department: str


class UmbrellaJoined(Event):
    """An organisation becomes a member of an umbrella."""

    topic: ClassVar[str] = "partners.organisations"
    keyed_by: ClassVar[str] = "organisation_id"

    type: Literal["umbrella-joined.v1"] = "umbrella-joined.v1"
    organisation_id: UUID
    umbrella_id: UUID
    joined_on: date


class UmbrellaLeft(Event):
    """An organisation is a member of an umbrella, which it joined on a day, for the last time."""

    topic: ClassVar[str] = "partners.organisations"
    keyed_by: ClassVar[str] = "organisation_id"

    type: Literal["umbrella-left.v1"] = "umbrella-left.v1"
    organisation_id: UUID
    umbrella_id: UUID
    joined_on: date
    left_on: date


class Signatory(BaseModel):
    """An organisation that signs a convention, from the day it accedes to it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    organisation_id: UUID
    accedes_on: Annotated[date, AfterValidator(within_bounds)]


class ConventionSigned(Event):
    """One organisation, or several for a framework convention, signed with the programme.

    It is in force from `effective_on` to `ends_on`, both included; without an end, until ended.
    """

    topic: ClassVar[str] = "partners.conventions"
    keyed_by: ClassVar[str] = "convention_id"

    type: Literal["convention-signed.v1"] = "convention-signed.v1"
    convention_id: UUID
    convention_kind: ConventionKind
    signed_on: date
    effective_on: date
    ends_on: date | None
    signatories: tuple[Signatory, ...]


class ConventionAcceded(Event):
    """One more organisation signs a framework convention that already stands."""

    topic: ClassVar[str] = "partners.conventions"
    keyed_by: ClassVar[str] = "convention_id"

    type: Literal["convention-acceded.v1"] = "convention-acceded.v1"
    convention_id: UUID
    organisation_id: UUID
    accedes_on: Annotated[date, AfterValidator(within_bounds)]


class ConventionEnded(Event):
    """A convention is in force for the last time on `ended_on`; running pairings go on."""

    topic: ClassVar[str] = "partners.conventions"
    keyed_by: ClassVar[str] = "convention_id"

    type: Literal["convention-ended.v1"] = "convention-ended.v1"
    convention_id: UUID
    ended_on: date


class DepartmentOpened(Event):
    """The programme is open in a department, by its INSEE code, from `opened_on` on."""

    topic: ClassVar[str] = "partners.territories"
    keyed_by: ClassVar[str] = "department"

    type: Literal["department-opened.v1"] = "department-opened.v1"
    department: str
    opened_on: date


class OrganisationsMerged(Event):
    """Several organisations were one, which is `organisation_id` from now on.

    `duplicates` are all the others there ever were of it, so that the latest fact says it all, in
    whatever order facts arrive.
    """

    topic: ClassVar[str] = "partners.organisations"
    keyed_by: ClassVar[str] = "organisation_id"

    type: Literal["organisations-merged.v1"] = "organisations-merged.v1"
    organisation_id: UUID
    duplicates: tuple[UUID, ...]
    merged_on: date


class OrganisationCard(Card):
    """How an organisation is called and known in the company register."""

    topic: ClassVar[str] = "partners.contacts"
    keyed_by: ClassVar[str] = "organisation_id"

    type: Literal["organisation-card.v1"] = "organisation-card.v1"
    organisation_id: UUID
    name: str
    siren: str
