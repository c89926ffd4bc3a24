"""Cell types of the files, and lookups of organisations by SIREN."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field

from backbone.errors import NotFound
from backbone.files.fields import blank, read_cents
from contracts.addresses import EmailAddress
from contracts.spelling import french_phone_number, siren_number, siret_number
from contracts.territories import department_code
from partners.commands import Name, Note, Phone
from partners.domain.tables import Organisation

BY_FILE = "import"
NUMBERED = re.compile(r"\d(?:\s?\d){8}(?:@\S+)?")
"""A SIREN of nine digits, with an optional `@` and date."""
LARGEST_AMOUNT = 10**12
"""The largest amount, in cents."""


def _cents(written: object) -> int:
    cents = read_cents(written)
    if not 0 < cents <= LARGEST_AMOUNT:
        raise ValueError(f"An amount is more than 0 and at most {LARGEST_AMOUNT // 100:,} euros.")
    return cents


def words(of: Callable[[str], object] = str) -> BeforeValidator:
    """Split a cell into words."""
    return BeforeValidator(lambda cell: [of(word) for word in str(cell).split()])


def sirens(written: object) -> list[str]:
    """Return the SIRENs of a cell, each with its `@date` if it has one.

    A SIREN may itself be written with spaces.
    """
    text = str(written)
    numbers = [found.group() for found in NUMBERED.finditer(text)]
    if NUMBERED.sub("", text).strip():
        return text.split()  # something else stands there: it is named by itself
    return ["".join(number.split()) for number in numbers]


Siren = Annotated[str, BeforeValidator(siren_number), Field(min_length=1, max_length=30)]
Siret = Annotated[str, BeforeValidator(siret_number), Field(min_length=1, max_length=30)]
SirenIfAny = Annotated[Siren | None, BeforeValidator(blank)]
SiretIfAny = Annotated[Siret | None, BeforeValidator(blank)]
PhoneIfAny = Annotated[
    Annotated[Phone, BeforeValidator(french_phone_number)] | None, BeforeValidator(blank)
]
EmailIfAny = Annotated[EmailAddress | None, BeforeValidator(blank)]
Department = Annotated[str, BeforeValidator(department_code), Field(max_length=3)]
NameIfAny = Annotated[Name | None, BeforeValidator(blank)]
Sirens = Annotated[list[Siren], BeforeValidator(sirens)]
NoteIfAny = Annotated[Note | None, BeforeValidator(blank)]
Euros = Annotated[int, BeforeValidator(_cents)]


def siren_of(known: Mapping[str, Organisation], siren: str | None, stored: UUID | None) -> str:
    """Return `siren` if it is the stored organisation's, else a text that says it is another's."""
    organisation = known.get(siren or "")
    return siren if siren and organisation and organisation.id == stored else "another organisation"


def found(known: Mapping[str, Organisation], siren: str) -> Organisation:
    """Return the organisation with this SIREN; raise `NotFound`."""
    if siren not in known:
        raise NotFound(f"No organisation with SIREN {siren} is registered. Register it first.")
    return known[siren]
