"""The numbers and names under which organisations are known."""

import unicodedata

from stdnum.exceptions import ValidationError
from stdnum.fr import siren as siren_number
from stdnum.fr import siret as siret_number

from backbone.errors import Invalid
from contracts.spelling import register_number
from contracts.territories import UnknownDepartment, department_name

ALIKE = str.maketrans({"œ": "oe", "æ": "ae", "\N{RIGHT SINGLE QUOTATION MARK}": "'"})


class SirenMissing(Invalid, kind="siren-missing"):
    """An organisation is known by its SIREN."""


class SirenWrong(Invalid, kind="siren-wrong"):
    """No organisation can have this SIREN."""


class SiretWrong(Invalid, kind="siret-wrong"):
    """No establishment can have this SIRET."""


class SiretOfAnother(Invalid, kind="siret-of-another"):
    """A SIRET begins with the SIREN of the organisation whose establishment it numbers."""


class DepartmentUnknown(Invalid, kind="department-unknown"):
    """No department has this code."""


def identify(siren: str | None, siret: str | None) -> tuple[str, str | None]:
    """Check the numbers, which may be written with spaces, and answer them bare.

    A SIRET alone is enough: it begins with the SIREN.
    """
    if siret is None:
        if siren is None:
            raise SirenMissing("Give the organisation's SIREN (9 digits) or its SIRET (14 digits).")
        return _checked_siren(siren), None
    establishment = _checked_siret(siret)
    if siren is not None and _checked_siren(siren) != establishment[:9]:
        raise SiretOfAnother(
            f"SIRET {establishment} belongs to SIREN {establishment[:9]}, not to {siren}. "
            "Check which of the two is wrong."
        )
    return establishment[:9], establishment


def identify_place(siret: str) -> tuple[str, str]:
    """Check an establishment's number; answer the SIREN that it begins with, and itself, bare."""
    number = _checked_siret(siret)
    return number[:9], number


def _checked_siren(number: str) -> str:
    try:
        return str(siren_number.validate(register_number(number)))
    except ValidationError as wrong:
        raise SirenWrong(
            f"{number} is no SIREN: it has 9 digits, the last of which checks the others. "
            "Copy it from the company register."
        ) from wrong


def _checked_siret(number: str) -> str:
    try:
        return str(siret_number.validate(register_number(number)))
    except ValidationError as wrong:
        raise SiretWrong(
            f"{number} is no SIRET: it has 14 digits, the last of which checks the others. "
            "Copy it from the company register."
        ) from wrong


def check_department(code: str) -> None:
    """Raise `DepartmentUnknown` unless there is a department of that code."""
    try:
        department_name(code)
    except UnknownDepartment as unknown:
        raise DepartmentUnknown(str(unknown)) from unknown


def fold(name: str) -> str:
    """The name without case, accents and ligatures: « Œuvre d'Été » is « oeuvre d'ete »."""
    parts = unicodedata.normalize("NFKD", name.casefold().translate(ALIKE))
    return "".join(part for part in parts if not unicodedata.combining(part))
