"""Referrals of youths by organisations: the first to refer a youth has the credit for good."""

from datetime import date

from backbone.errors import Invalid, Refused
from contracts import YouthCard, YouthReferred
from contracts.enums import Language
from contracts.local_time import noon_in, today_in
from contracts.spelling import name_words
from partners.domain.dates import require_past
from partners.domain.identifiers import check_department
from partners.domain.tables import Organisation, Referral, Youth

FORGOTTEN = "…"
COMPARED_DIGITS = 9
"""The digits of a French phone number without its 0 or +33."""


class ContactDetailsMissing(Invalid, kind="unknowable"):
    """A youth without e-mail address and phone number."""


class ConsentMissing(Invalid, kind="consent-missing"):
    """A referral before the youth's consent."""


class AlreadyReferred(Refused, kind="already-referred"):
    """A second referral of a youth by the same organisation."""


def email_key(email: str | None) -> str | None:
    """Return the normal form of an e-mail address, to compare spellings."""
    return email.strip().lower() if email else None


def phone_key(phone: str | None) -> str | None:
    """Return the last nine digits of a phone number, to compare spellings."""
    digits = "".join(filter(str.isdigit, phone or ""))
    return digits[-COMPARED_DIGITS:] or None


def are_named_alike(one: Youth, other: Youth) -> bool:
    """Return whether two names may be one person's: equal, or one has all words of the other.

    Brothers and sisters share an address or a phone, but no given name.
    """
    first, second = _name_words(one), _name_words(other)
    return "".join(first) == "".join(second) or {*first} <= {*second} or {*first} >= {*second}


def _name_words(youth: Youth) -> list[str]:
    return [*name_words(youth.given_name), *name_words(youth.family_name)]


def describe(
    *,
    given_name: str,
    family_name: str,
    email: str | None,
    phone: str | None,
    language: Language,
    department: str,
) -> Youth:
    """Return a youth as described by the referring organisation; raise `ContactDetailsMissing`."""
    if not (email or phone):
        raise ContactDetailsMissing("Give an e-mail address, a phone number, or both.")
    check_department(department)
    return Youth(
        given_name=given_name,
        family_name=family_name,
        email=email,
        email_key=email_key(email),
        phone=phone,
        phone_key=phone_key(phone),
        language=language,
        department=department,
    )


def refer(
    youth: Youth,
    organisation: Organisation,
    *,
    consented_on: date,
    referred_on: date | None,
    is_first: bool,
    by: str,
) -> tuple[Referral, YouthReferred]:
    """Record a referral; `is_first` if no organisation referred the youth before."""
    referred_on = referred_on or today_in(youth.department)
    require_past(referred_on, [youth.department])
    if consented_on > referred_on:
        raise ConsentMissing(
            f"They consented on {consented_on}, after {referred_on}. Ask them first, then refer."
        )
    referral = Referral(
        youth_id=youth.id,
        organisation_id=organisation.id,
        is_first=is_first,
        consented_on=consented_on,
        referred_on=referred_on,
        noted_by=by,
    )
    return referral, YouthReferred(
        referral_id=referral.id,
        youth_id=youth.id,
        organisation_id=organisation.id,
        department=youth.department,
        first=is_first,
        referred_on=referred_on,
        occurred_at=noon_in(referred_on, youth.department),
    )


def card(youth: Youth) -> YouthCard:
    """Return the youth's card, or its tombstone if the youth was erased."""
    if youth.forgotten:
        return YouthCard.erasure(youth.id)
    names = ("given_name", "family_name", "email", "phone", "language", "department")
    return YouthCard(**{name: getattr(youth, name) for name in names}, youth_id=youth.id)


def forget(youth: Youth) -> YouthCard:
    """Erase the personal data of a youth; the credit for the referral remains.

    From then on a person with the same address is another youth. The caller has locked the row.
    """
    youth.forgotten = True
    youth.given_name = youth.family_name = FORGOTTEN
    youth.email = youth.email_key = youth.phone = youth.phone_key = None
    return card(youth)
