"""Establishments, contact persons and promotions."""

from uuid import UUID

from sqlmodel import select
from sqlmodel.sql.expression import SelectOfScalar

from partners.domain.tables import ContactPerson, Place, Promotion


def places_of(organisation_id: UUID) -> SelectOfScalar[Place]:
    return select(Place).where(Place.organisation_id == organisation_id)


def contacts_of(organisation_id: UUID) -> SelectOfScalar[ContactPerson]:
    return select(ContactPerson).where(ContactPerson.organisation_id == organisation_id)


def promotions_of(organisation_id: UUID) -> SelectOfScalar[Promotion]:
    return select(Promotion).where(Promotion.organisation_id == organisation_id)
