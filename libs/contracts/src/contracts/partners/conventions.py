"""Events about conventions: signature, term, suspension and end."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict

from contracts.base import Event
from contracts.bounds import within_bounds
from contracts.enums import ConventionKind, Party


class ConventionFact(Event):
    """A fact about a signed convention."""

    topic: ClassVar[str] = "partners.conventions"
    keyed_by: ClassVar[str] = "convention_id"

    convention_id: UUID


class Signatory(BaseModel):
    """An organisation that signs a convention, and the day from which it is bound."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    organisation_id: UUID
    accedes_on: Annotated[date, AfterValidator(within_bounds)]


class ConventionSigned(ConventionFact):
    """One organisation, or several for a framework convention, signed with the programme.

    It is in force from `effective_on` to `ends_on`, both included; without an end, until ended.
    """

    type: Literal["convention-signed.v1"] = "convention-signed.v1"
    convention_kind: ConventionKind
    signed_on: date
    effective_on: date
    ends_on: date | None
    signatories: tuple[Signatory, ...]


class ConventionAcceded(ConventionFact):
    """A further organisation acceded to an existing framework convention."""

    type: Literal["convention-acceded.v1"] = "convention-acceded.v1"
    organisation_id: UUID
    accedes_on: Annotated[date, AfterValidator(within_bounds)]


class SignatoryWithdrew(ConventionFact):
    """An organisation withdrew from a convention; `withdrawn_on` is the last day that binds it."""

    type: Literal["signatory-withdrew.v1"] = "signatory-withdrew.v1"
    organisation_id: UUID
    withdrawn_on: date


class ConventionSuspended(ConventionFact):
    """A convention covers no one from `from_on` to `until_on` (both included), or until resumed."""

    type: Literal["convention-suspended.v1"] = "convention-suspended.v1"
    from_on: date
    until_on: date | None


class ConventionResumed(ConventionFact):
    """The suspension that began on `from_on` ends; `until_on` is its last day."""

    type: Literal["convention-resumed.v1"] = "convention-resumed.v1"
    from_on: date
    until_on: date


class ConventionAmended(ConventionFact):
    """Both sides changed the term of a convention: these are its complete new values."""

    type: Literal["convention-amended.v1"] = "convention-amended.v1"
    amended_on: date
    ends_on: date | None
    renews_for_months: int | None
    notice_days: int


class ConventionNoticeGiven(ConventionFact):
    """One side gave notice that the convention is not renewed after its term."""

    type: Literal["convention-notice-given.v1"] = "convention-notice-given.v1"
    party: Party
    given_on: date
    ends_on: date


class ConventionRenewed(ConventionFact):
    """A convention continues after its term, by a signature or tacitly, without objection."""

    type: Literal["convention-renewed.v1"] = "convention-renewed.v1"
    renewed_on: date
    previous_ends_on: date
    ends_on: date
    tacit: bool


class ConventionExpiring(ConventionFact):
    """A convention that is not renewed ends in `days`; published once for each number of days.

    `contacts` are the contact persons of its signatories who are to be notified.
    """

    type: Literal["convention-expiring.v1"] = "convention-expiring.v1"
    days: int
    ends_on: date
    due_on: date
    organisations: tuple[UUID, ...]
    contacts: tuple[UUID, ...] = ()


class ConventionEnded(ConventionFact):
    """A convention ended; `ended_on` is its last day. Running pairings continue."""

    type: Literal["convention-ended.v1"] = "convention-ended.v1"
    ended_on: date
