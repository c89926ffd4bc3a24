"""Events about organisations, conventions and departments, and the card of an organisation."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict

from contracts.bounds import within_bounds
from contracts.event import Card, Event
from contracts.words import ConventionKind, OrganisationKind


class OrganisationRegistered(Event):
    """An organisation was registered; nothing is signed yet."""

    topic: ClassVar[str] = "partners.organisations"
    keyed_by: ClassVar[str] = "organisation_id"

    type: Literal["organisation-registered.v1"] = "organisation-registered.v1"
    organisation_id: UUID
    organisation_kind: OrganisationKind
    department: str


class UmbrellaJoined(Event):
    """An organisation became a member of an umbrella on `joined_on`."""

    topic: ClassVar[str] = "partners.organisations"
    keyed_by: ClassVar[str] = "organisation_id"

    type: Literal["umbrella-joined.v1"] = "umbrella-joined.v1"
    organisation_id: UUID
    umbrella_id: UUID
    joined_on: date


class UmbrellaLeft(Event):
    """An organisation, a member since `joined_on`, left an umbrella; `left_on` is its last day."""

    topic: ClassVar[str] = "partners.organisations"
    keyed_by: ClassVar[str] = "organisation_id"

    type: Literal["umbrella-left.v1"] = "umbrella-left.v1"
    organisation_id: UUID
    umbrella_id: UUID
    joined_on: date
    left_on: date


class Signatory(BaseModel):
    """An organisation that signs a convention, and the day from which it is bound."""

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
    """A further organisation acceded to an existing framework convention."""

    topic: ClassVar[str] = "partners.conventions"
    keyed_by: ClassVar[str] = "convention_id"

    type: Literal["convention-acceded.v1"] = "convention-acceded.v1"
    convention_id: UUID
    organisation_id: UUID
    accedes_on: Annotated[date, AfterValidator(within_bounds)]


class ConventionEnded(Event):
    """A convention ended; `ended_on` is its last day. Running pairings continue."""

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
    """Duplicates of an organisation were merged into `organisation_id`.

    `duplicates` are all other records that it ever had, so that the latest event is complete, in
    whatever order events arrive.
    """

    topic: ClassVar[str] = "partners.organisations"
    keyed_by: ClassVar[str] = "organisation_id"

    type: Literal["organisations-merged.v1"] = "organisations-merged.v1"
    organisation_id: UUID
    duplicates: tuple[UUID, ...]
    merged_on: date


class OrganisationCard(Card):
    """The name of an organisation and its number in the company register."""

    topic: ClassVar[str] = "partners.contacts"
    keyed_by: ClassVar[str] = "organisation_id"

    type: Literal["organisation-card.v1"] = "organisation-card.v1"
    organisation_id: UUID
    name: str
    siren: str
