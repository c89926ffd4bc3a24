"""Official numbers of organisations, departments, and the normal form of names."""

import unicodedata

from stdnum.exceptions import ValidationError
from stdnum.fr import siren as siren_number
from stdnum.fr import siret as siret_number

from backbone.errors import Invalid
from contracts.spelling import register_number
from contracts.territories import UnknownDepartment, department_name

ALIKE = str.maketrans({"œ": "oe", "æ": "ae", "\N{RIGHT SINGLE QUOTATION MARK}": "'"})


class SirenMissing(Invalid, kind="siren-missing"):
    """An organisation without SIREN and SIRET."""


class SirenWrong(Invalid, kind="siren-wrong"):
    """A malformed SIREN."""


class SiretWrong(Invalid, kind="siret-wrong"):
    """A malformed SIRET."""


class SiretOfAnother(Invalid, kind="siret-of-another"):
    """A SIRET that does not begin with the given SIREN."""


class DepartmentUnknown(Invalid, kind="department-unknown"):
    """An unknown department code."""


def parse_siren_siret(siren: str | None, siret: str | None) -> tuple[str, str | None]:
    """Validate the numbers and return them without spaces.

    A SIRET is enough: its first nine digits are the SIREN.
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


def parse_siret(siret: str) -> tuple[str, str]:
    """Validate the SIRET of an establishment; return its SIREN and the SIRET, without spaces."""
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
    """Raise `DepartmentUnknown` unless `code` is a department's."""
    try:
        department_name(code)
    except UnknownDepartment as unknown:
        raise DepartmentUnknown(str(unknown)) from unknown


def normalise_name(name: str) -> str:
    """Return the name without case, accents and ligatures: « Œuvre d'Été » is « oeuvre d'ete »."""
    parts = unicodedata.normalize("NFKD", name.casefold().translate(ALIKE))
    return "".join(part for part in parts if not unicodedata.combining(part))
