"""Referred youths, referrals, housing needs and offers."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from contracts.enums import HousingEnd, Language
from partners.domain.tables.base import INSTANT, Table, now


class Youth(Table, table=True):
    """A referred person, identified by name and address or number until erased on request."""

    __tablename__ = "referred_youth"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    given_name: str
    family_name: str
    email: str | None = None
    email_key: str | None = Field(default=None, index=True)
    phone: str | None = None
    phone_key: str | None = Field(default=None, index=True)
    language: Language = Field(default=Language.FRENCH, sa_type=String)
    department: str
    forgotten: bool = False


class Referral(Table, table=True):
    """A referral of a youth by an organisation; `is_first` gives it the credit for good."""

    __tablename__ = "referral"

    __table_args__ = (
        Index(None, "organisation_id", "referred_on", "id"),
        Index("uq_referral_youth_id_organisation_id", "youth_id", "organisation_id", unique=True),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    youth_id: UUID = Field(foreign_key="referred_youth.id")
    organisation_id: UUID = Field(foreign_key="organisation.id")
    is_first: bool
    consented_on: date
    referred_on: date
    noted_at: datetime = Field(default_factory=now, sa_type=INSTANT)
    noted_by: str


class OfferState(StrEnum):
    """The state of an offered home."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"


class HousingNeed(Table, table=True):
    """A mentee's need of a home, and the landlords that were invited to make offers."""

    __tablename__ = "housing_need"
    __table_args__ = (Index(None, "asked_on", "id"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    mentee_id: UUID = Field(index=True)
    department: str
    rooms: int | None = None
    most_rent: int | None = None
    needed_by: date | None = None
    consented_on: date
    asked_on: date
    invited: list[str] = Field(sa_type=JSONB, sa_column_kwargs={"name": "asked"})
    end: HousingEnd | None = Field(default=None, sa_type=String)
    closed_on: date | None = None
    housed_by: UUID | None = Field(default=None, foreign_key="organisation.id", index=True)
    version: int = 1

    def is_invited(self, organisation_id: UUID) -> bool:
        return str(organisation_id) in self.invited


class HousingOffer(Table, table=True):
    """A landlord's offer of a home and the mentee's answer; rent in cents a month."""

    __tablename__ = "housing_offer"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    need_id: UUID = Field(foreign_key="housing_need.id", index=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    description: str
    rooms: int | None = None
    rent: int | None = None
    free_on: date | None = None
    offered_on: date
    state: OfferState = Field(default=OfferState.OPEN, sa_type=String)
    answered_on: date | None = None
