"""Profiles, establishments and contact persons of organisations, and their promoter roles."""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from backbone.errors import Invalid, Refused
from contracts import ContactPersonCard, PromoterNamed
from contracts.enums import ContactRole, Language, OrganisationKind, PromoterRole
from contracts.local_time import noon_in, today_in
from contracts.spelling import register_number
from partners.domain.dates import require_past
from partners.domain.identifiers import check_department, parse_siret
from partners.domain.sourcing import FORGOTTEN
from partners.domain.tables import (
    AmbassadorRole,
    ContactPerson,
    Establishment,
    Organisation,
    Profile,
)

RNA = re.compile(r"W[0-9][0-9A-Z][0-9]{7}")
"""A number in the national register of associations: W, the prefecture's number, seven digits."""
NAF = re.compile(r"([0-9]{2})\.?([0-9]{2}[A-Z])")
"""A class of the French nomenclature of activities, such as 68.20A."""
ALSACE_MOSELLE = frozenset({"57", "67", "68"})
"""Departments whose associations are registered at a court and have no RNA."""
BAN = re.compile(r"[0-9]{5}")


class RnaWrong(Invalid, kind="rna-wrong"):
    """A malformed RNA number."""


class RnaNotApplicable(Invalid, kind="rna-of-none"):
    """An RNA of an organisation that is no association, or is one of Alsace-Moselle."""


class NafWrong(Invalid, kind="naf-wrong"):
    """A malformed NAF code."""


class PostalCodeWrong(Invalid, kind="postal-code-wrong"):
    """A postal code that is not five digits."""


class PlaceOfAnother(Invalid, kind="place-of-another"):
    """A SIRET that does not begin with the SIREN of the organisation."""


class Unreachable(Invalid, kind="unreachable"):
    """A contact person without e-mail address and phone number."""


class AlreadyPromoter(Refused, kind="already-promoter"):
    """A promoter role that the organisation has."""


class ContactErased(Refused, kind="contact-erased"):
    """A change of a contact person who was erased."""


class AlreadyOver(Refused, kind="already-over"):
    """A change of a contact person who has left."""


def describe(
    profile: Profile,
    organisation: Organisation,
    *,
    legal_form: str | None,
    rna: str | None,
    naf: str | None,
    street: str | None,
    postal_code: str | None,
    city: str | None,
    departments: Iterable[str],
) -> None:
    """Replace the profile of an organisation; omitted values become unknown."""
    profile.rna = _checked_rna(rna, organisation) if rna else None
    profile.naf = _checked_naf(naf) if naf else None
    if postal_code and not BAN.fullmatch(postal_code):
        raise PostalCodeWrong(f"{postal_code} is no postal code: it has five digits.")
    present = sorted({*departments} - {organisation.department})
    for code in present:
        check_department(code)
    profile.legal_form, profile.departments = legal_form, present
    profile.street, profile.postal_code, profile.city = street, postal_code, city
    profile.version += 1


def _checked_rna(rna: str, organisation: Organisation) -> str:
    number = register_number(rna).upper()
    if organisation.kind != OrganisationKind.ASSOCIATION:
        raise RnaNotApplicable(
            f"{organisation.name} is no association and has no RNA. Leave it out."
        )
    if organisation.department in ALSACE_MOSELLE:
        raise RnaNotApplicable(
            "Associations of Alsace-Moselle are in the register of their court and have no RNA."
            " Leave it out."
        )
    if not RNA.fullmatch(number):
        raise RnaWrong(f"{rna} is no RNA: it is W and nine signs, such as W751234567.")
    return number


def _checked_naf(naf: str) -> str:
    found = NAF.fullmatch(naf.strip().upper())
    if found is None:
        raise NafWrong(f"{naf} is no NAF code: it is four digits and a letter, such as 68.20A.")
    return ".".join(found.groups())


def locate(organisation: Organisation, *, siret: str, name: str, department: str) -> Establishment:
    """Add an establishment to an organisation; raise `PlaceOfAnother`."""
    siren, number = parse_siret(siret)
    if siren != organisation.siren:
        raise PlaceOfAnother(
            f"SIRET {number} belongs to SIREN {siren}; {organisation.name} has"
            f" {organisation.siren}. Check which of the two is wrong."
        )
    check_department(department)
    return Establishment(
        siret=number, organisation_id=organisation.id, name=name, department=department
    )


def introduce(
    organisation: Organisation,
    *,
    given_name: str,
    family_name: str,
    function: str | None,
    roles: Iterable[ContactRole],
    email: str | None,
    phone: str | None,
    language: Language,
    from_on: date | None,
) -> tuple[ContactPerson, ContactPersonCard]:
    """Add a contact person, active from `from_on` or today."""
    if not (email or phone):
        raise Unreachable("Give an e-mail address, a phone number, or both.")
    from_on = from_on or today_in(organisation.department)
    require_past(from_on, [organisation.department])
    person = ContactPerson(
        organisation_id=organisation.id,
        given_name=given_name,
        family_name=family_name,
        function=function,
        roles=sorted(set(roles)),
        email=email,
        phone=phone,
        language=language,
        from_on=from_on,
    )
    return person, card(person, organisation)


def card(person: ContactPerson, organisation: Organisation) -> ContactPersonCard:
    names = ("given_name", "family_name", "roles", "email", "phone", "language")
    return ContactPersonCard(
        **{name: getattr(person, name) for name in names},
        person_id=person.id,
        organisation_id=person.organisation_id,
        department=organisation.department,
    )


def correct(
    person: ContactPerson, organisation: Organisation, changes: Mapping[str, object]
) -> ContactPersonCard | None:
    """Change a contact person; return the new card, or `None` if there is nothing to publish.

    The caller has locked the row. Raises `Unreachable` if no address and no number would be left.
    """
    require_remembered(person)
    changed = {name: value for name, value in changes.items() if getattr(person, name) != value}
    if not changed:
        return None
    for name, value in changed.items():
        setattr(person, name, value)
    if not (person.email or person.phone):
        raise Unreachable("Leave an e-mail address, a phone number, or both.")
    person.version += 1
    return card(person, organisation) if person.until_on is None else None


def require_remembered(person: ContactPerson) -> None:
    if person.erased:
        raise ContactErased("This contact was erased and cannot be changed. Add a new one.")


def erase(person: ContactPerson, *, on: date) -> ContactPersonCard:
    """Erase the personal data of a contact; the dates of activity remain.

    The caller has locked the row.
    """
    person.erased, person.version = True, person.version + 1
    person.given_name = person.family_name = FORGOTTEN
    person.function = person.email = person.phone = None
    person.roles, person.language = [], Language.FRENCH
    person.until_on = person.until_on or max(on, person.from_on)
    return ContactPersonCard.erasure(person.id)


def require_speaking(person: ContactPerson) -> None:
    """Raise `AlreadyOver` if the contact person has left."""
    require_remembered(person)
    if person.until_on is not None:
        raise AlreadyOver(f"This contact left on {person.until_on}. Add a new one.")


def let_go(person: ContactPerson, organisation: Organisation, until_on: date) -> ContactPersonCard:
    """End the activity of a contact person on `until_on`; the card's tombstone stops all messages.

    The name remains here and is erased in all other services. The caller has locked the row.
    """
    require_departure(person, organisation, until_on)
    person.until_on, person.version = until_on, person.version + 1
    return ContactPersonCard.erasure(person.id)


def require_departure(person: ContactPerson, organisation: Organisation, until_on: date) -> None:
    """Raise a refusal unless the activity of a contact can end on `until_on`."""
    require_speaking(person)
    require_past(until_on, [organisation.department])
    if until_on < person.from_on:
        raise Invalid(f"This contact began on {person.from_on}. Give that date or later.")


def promote(
    organisation: Organisation, *, role: PromoterRole, named_on: date, before: AmbassadorRole | None
) -> tuple[AmbassadorRole, PromoterNamed]:
    """Make an organisation an ambassador or relay; `before` is the same role, if it has it."""
    if before is not None:
        raise AlreadyPromoter(f"{organisation.name} is {role} since {before.named_on}.")
    require_past(named_on, [organisation.department])
    promotion = AmbassadorRole(organisation_id=organisation.id, role=role, named_on=named_on)
    return promotion, PromoterNamed(
        organisation_id=organisation.id,
        role=role,
        named_on=named_on,
        occurred_at=noon_in(named_on, organisation.department),
    )
