"""Organisations find youths and refer them: whoever does first has the credit, for ever."""

from datetime import date

from backbone.errors import Invalid, Refused
from contracts import YouthCard, YouthReferred
from contracts.moments import moment, today_in
from contracts.spelling import name_words
from contracts.words import Language
from partners.domain.days import require_past
from partners.domain.registers import check_department
from partners.domain.tables import Organisation, Referral, Youth

FORGOTTEN = "…"
COMPARED_DIGITS = 9
"""A French number without its 0 or +33."""


class Unknowable(Invalid, kind="unknowable"):
    """A youth is referred with an address or a number."""


class ConsentMissing(Invalid, kind="consent-missing"):
    """Nobody is referred before they agreed."""


class AlreadyReferred(Refused, kind="already-referred"):
    """An organisation refers a youth once."""


def email_key(email: str | None) -> str | None:
    """What two spellings of one address have in common."""
    return email.strip().lower() if email else None


def phone_key(phone: str | None) -> str | None:
    """What two spellings of one number have in common: its last nine digits."""
    digits = "".join(filter(str.isdigit, phone or ""))
    return digits[-COMPARED_DIGITS:] or None


def are_named_alike(one: Youth, other: Youth) -> bool:
    """Tell whether two names are one person's: the same in one word, or one has all words of both.

    Brothers and sisters share an address or a phone, but no given name.
    """
    first, second = _name_words(one), _name_words(other)
    return "".join(first) == "".join(second) or {*first} <= {*second} or {*first} >= {*second}


def _name_words(youth: Youth) -> list[str]:
    return [*name_words(youth.given_name), *name_words(youth.family_name)]


def describe(  # noqa: PLR0913  (a youth has that many parts)
    *,
    given_name: str,
    family_name: str,
    email: str | None,
    phone: str | None,
    language: Language,
    department: str,
) -> Youth:
    """Someone as whoever refers them knows them. Raises `Unknowable`."""
    if not (email or phone):
        raise Unknowable("Give an e-mail address, a phone number, or both.")
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


def refer(  # noqa: PLR0913  (a referral has that many parts)
    youth: Youth,
    organisation: Organisation,
    *,
    consented_on: date,
    referred_on: date | None,
    is_first: bool,
    by: str,
) -> tuple[Referral, YouthReferred]:
    """Note that an organisation refers a youth; `is_first`: nobody had referred them yet."""
    referred_on = referred_on or today_in(youth.department)
    require_past(referred_on, [youth.department])
    if consented_on > referred_on:
        raise ConsentMissing(
            f"They agreed on {consented_on}, after {referred_on}. Ask them first, then refer them."
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
        occurred_at=moment(referred_on, youth.department),
    )


def card(youth: Youth) -> YouthCard:
    """How to reach a youth; the tombstone of one who is forgotten."""
    if youth.forgotten:
        return YouthCard.erasure(youth.id)
    names = ("given_name", "family_name", "email", "phone", "language", "department")
    return YouthCard(**{name: getattr(youth, name) for name in names}, youth_id=youth.id)


def forget(youth: Youth) -> YouthCard:
    """Forget who a youth is; the credit of whoever referred them stays. The caller holds the row.

    Somebody of the same address is another youth from now on.
    """
    youth.forgotten = True
    youth.given_name = youth.family_name = FORGOTTEN
    youth.email = youth.email_key = youth.phone = youth.phone_key = None
    return card(youth)
