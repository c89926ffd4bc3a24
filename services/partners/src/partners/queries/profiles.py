"""Establishments, contact persons and promotions."""

from uuid import UUID

from sqlmodel import select
from sqlmodel.sql.expression import SelectOfScalar

from partners.domain.tables import AmbassadorRole, ContactPerson, Establishment


def places_of(organisation_id: UUID) -> SelectOfScalar[Establishment]:
    return select(Establishment).where(Establishment.organisation_id == organisation_id)


def contacts_of(organisation_id: UUID) -> SelectOfScalar[ContactPerson]:
    return select(ContactPerson).where(ContactPerson.organisation_id == organisation_id)


def promotions_of(organisation_id: UUID) -> SelectOfScalar[AmbassadorRole]:
    return select(AmbassadorRole).where(AmbassadorRole.organisation_id == organisation_id)
