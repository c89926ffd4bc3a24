"""Profiles, establishments and contact persons of organisations, and their promoter roles."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from contracts.enums import ContactRole, Language, PromoterRole
from partners.domain.tables.base import Table


class Profile(Table, table=True):
    """The official numbers, address and further departments of an organisation."""

    __tablename__ = "profile"

    organisation_id: UUID = Field(primary_key=True, foreign_key="organisation.id")
    legal_form: str | None = None
    rna: str | None = Field(default=None, unique=True)
    naf: str | None = None
    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    departments: list[str] = Field(default_factory=list, sa_type=JSONB)
    version: int = 1

    @property
    def has_address(self) -> bool:
        return bool(self.street and self.postal_code and self.city)


class Establishment(Table, table=True):
    """An establishment of an organisation, identified by its SIRET."""

    __tablename__ = "place"

    siret: str = Field(primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    name: str
    department: str


class ContactPerson(Table, table=True):
    """A contact person of an organisation for some matters, from `from_on` to `until_on`.

    After an erasure only the dates remain.
    """

    __tablename__ = "contact_person"
    __table_args__ = (Index(None, "organisation_id", "family_name", "id"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id")
    given_name: str
    family_name: str
    function: str | None = None
    roles: list[ContactRole] = Field(sa_type=JSONB)
    email: str | None = None
    phone: str | None = None
    language: Language = Field(default=Language.FRENCH, sa_type=String)
    from_on: date
    until_on: date | None = None
    erased: bool = False
    version: int = 1


class AmbassadorRole(Table, table=True):
    """A role of an organisation as ambassador or relay of the programme, from `named_on` on."""

    __tablename__ = "promotion"

    organisation_id: UUID = Field(primary_key=True, foreign_key="organisation.id")
    role: PromoterRole = Field(primary_key=True, sa_type=String)
    named_on: date
