"""Types of the cells of matching's files."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from backbone.files.fields import read_whole, whole_if_any
from contracts.spelling import french_phone_number, siren_number
from contracts.territories import department_code, department_name
from matching.domain.careers import FIELDS, FUNCTIONS, SECTORS


def _department(cell: object) -> str:
    code = department_code(str(cell))
    department_name(code)
    return code


def _codes(known: Mapping[str, str], of: str) -> Callable[[object], object]:
    """Return a validator of a list of codes, separated by spaces or commas."""

    def codes(cell: object) -> list[str]:
        found = str(cell or "").replace(",", " ").upper().split()
        if unknown := [code for code in found if code not in known]:
            raise ValueError(f"{unknown[0]} is no code of {of}, such as {next(iter(known))}.")
        return list(dict.fromkeys(found))

    return codes


def _code(known: Mapping[str, str], of: str) -> Callable[[object], object]:
    codes = _codes(known, of)

    def code(cell: object) -> str | None:
        found: Any = codes(cell)
        if len(found) > 1:
            raise ValueError("One code is enough.")
        return found[0] if found else None

    return code


def _siren(written: object) -> str | None:
    return siren_number(written) or None


def _phone(written: object) -> object:
    return french_phone_number(written) if written else None


def _degree_level(written: object) -> int:
    """Return the years of study after the baccalauréat: 5, or Bac+5."""
    text = "".join(str(written).split()).lower()
    return 0 if text == "bac" else read_whole(text.removeprefix("bac+"))


def _languages(cell: object) -> list[str]:
    found = str(cell or "fr").replace(",", " ").lower().split()
    if wrong := [one for one in found if not (len(one) == 2 and one.isascii() and one.isalpha())]:  # noqa: PLR2004
        raise ValueError(f"{wrong[0]} is no language: write two letters (ISO 639-1), such as fr.")
    return list(dict.fromkeys(found))


SECTORS_OF, FUNCTIONS_OF, FIELDS_OF = "NAF's sections", "ROME's domains", "ISCED-F's broad fields"
Sector = Annotated[str | None, BeforeValidator(_code(SECTORS, SECTORS_OF))]
Function = Annotated[str | None, BeforeValidator(_code(FUNCTIONS, FUNCTIONS_OF))]
DegreeField = Annotated[str | None, BeforeValidator(_code(FIELDS, FIELDS_OF))]
Sectors = Annotated[list[str], BeforeValidator(_codes(SECTORS, SECTORS_OF))]
Functions = Annotated[list[str], BeforeValidator(_codes(FUNCTIONS, FUNCTIONS_OF))]
DegreeFields = Annotated[list[str], BeforeValidator(_codes(FIELDS, FIELDS_OF))]
Languages = Annotated[list[str], BeforeValidator(_languages)]
Siren = Annotated[str, BeforeValidator(_siren)]
SirenIfAny = Annotated[str | None, BeforeValidator(_siren)]
Department = Annotated[str, BeforeValidator(_department)]
PhoneIfAny = Annotated[str | None, BeforeValidator(_phone)]
DegreeLevel = Annotated[int, BeforeValidator(_degree_level), Field(ge=0, le=12)]
Places = Annotated[int, BeforeValidator(read_whole), Field(ge=1, le=5)]
Minutes = Annotated[Annotated[int, Field(ge=1, le=600)] | None, BeforeValidator(whole_if_any)]
Months = Annotated[Annotated[int, Field(ge=1, le=120)] | None, BeforeValidator(whole_if_any)]
