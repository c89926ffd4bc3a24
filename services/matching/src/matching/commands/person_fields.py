"""Fields of mentees and mentors in the bodies of requests."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar

import phonenumbers
from pydantic import (
    AfterValidator,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from backbone.errors import Invalid
from backbone.web.schemas import Command
from contracts.addresses import EmailAddress
from contracts.enums import Language
from contracts.territories import DEPARTMENTS, phone_region_of
from matching.commands.base import Change
from matching.domain.careers import FIELDS, FUNCTIONS, SECTORS

LONGEST_LIST = 10


class PhoneUnreadable(Invalid, ValueError, kind="phone-unreadable"):
    """Not a phone number in the person's department."""


def to_e164(phone: str, department: str) -> str:
    """Return a number in international format (E.164), read as written in that department."""
    try:
        number = phonenumbers.parse(phone, phone_region_of(department))
    except phonenumbers.NumberParseException as wrong:
        raise PhoneUnreadable(
            "Not a valid phone number for that department. Write it as it is dialled there."
        ) from wrong
    if not phonenumbers.is_possible_number(number):
        raise PhoneUnreadable("A phone number there has more digits, or fewer.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _of(codes: Mapping[str, Any], what: str) -> Callable[[str], str]:
    def known(code: str) -> str:
        if code not in codes:
            raise ValueError(f"This is no code of {what}, such as {next(iter(codes))}.")
        return code

    return known


def _once(codes: list[str]) -> list[str]:
    return list(dict.fromkeys(codes))


def _schema(codes: Mapping[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": list(codes)})


DepartmentCode = Annotated[
    str, AfterValidator(_of(DEPARTMENTS, "a department")), _schema(DEPARTMENTS)
]
SectorCode = Annotated[str, AfterValidator(_of(SECTORS, "NAF's sections")), _schema(SECTORS)]
FunctionCode = Annotated[str, AfterValidator(_of(FUNCTIONS, "ROME's domains")), _schema(FUNCTIONS)]
FieldCode = Annotated[str, AfterValidator(_of(FIELDS, "ISCED-F's broad fields")), _schema(FIELDS)]
LanguageCode = Annotated[str, Field(pattern="^[a-z]{2}$")]
Ranked: Any = Field(default_factory=list, max_length=LONGEST_LIST)
SectorCodes = Annotated[list[SectorCode], AfterValidator(_once)]
FunctionCodes = Annotated[list[FunctionCode], AfterValidator(_once)]
FieldCodes = Annotated[list[FieldCode], AfterValidator(_once)]
LanguageCodes = Annotated[
    list[LanguageCode], Field(min_length=1, max_length=LONGEST_LIST), AfterValidator(_once)
]
PRINTABLE = r"^[^\x00-\x1f\x7f]+$"
Reference = Annotated[str, Field(pattern=PRINTABLE, max_length=100)]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=PRINTABLE)
]
Phone = Annotated[str, Field(min_length=3, max_length=40)]


ConsentedAgain = Field(
    default=False, description="The person was erased and asks to take part again themselves."
)


class NewPerson(Command):
    """A new person; without a reference of the office, the id is the reference."""

    reference: Reference | None = None
    given_name: Name
    family_name: Name
    email: EmailAddress | None = None
    phone: Phone | None = None
    department: DepartmentCode
    language: Language = Language.FRENCH
    remote: bool = False
    languages: LanguageCodes = Field(default_factory=lambda: ["fr"])
    consented_again: bool = ConsentedAgain


class PersonChanges(Change):
    nullable: ClassVar[frozenset[str]] = frozenset({"email", "phone"})

    given_name: Name | None = None
    family_name: Name | None = None
    email: EmailAddress | None = None
    phone: Phone | None = None
    language: Language | None = None
    remote: bool | None = None
    languages: LanguageCodes | None = None
    consented_again: bool = ConsentedAgain

    @property
    def changes(self) -> dict[str, Any]:
        return self.model_dump(include=set(self.model_fields_set) - {"consented_again"})
