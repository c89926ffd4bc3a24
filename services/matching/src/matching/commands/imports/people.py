"""What files of mentees and of mentors have in common."""

from typing import Annotated, ClassVar

from pydantic import BeforeValidator, EmailStr, Field, ValidationInfo, field_validator

from backbone.cells import Text, YesNo, blank
from contracts.words import Language
from matching.commands.imports.cells import Department, Languages
from matching.commands.imports.referenced import Referenced
from matching.commands.persons import LONGEST_LIST, dialled


class PersonRow(Referenced):
    """A line of a file, as both kinds of files have it."""

    given_name: Text
    family_name: Text
    email: Annotated[EmailStr | None, BeforeValidator(blank)] = None
    department: Department
    phone: Annotated[str | None, BeforeValidator(blank)] = None
    language: Annotated[Language, BeforeValidator(lambda v: v or "fr")] = Language.FRENCH
    remote: YesNo = False
    languages: Languages = Field(default_factory=lambda: ["fr"], max_length=LONGEST_LIST)

    @field_validator("phone")
    @classmethod
    def as_dialled_from_anywhere(cls, phone: str | None, info: ValidationInfo) -> str | None:
        """Read the number as it is written where the person lives."""
        department = info.data.get("department")
        return dialled(phone, department) if phone and department else phone

    changing: ClassVar[tuple[str, ...]] = (
        *("given_name", "family_name", "email", "phone", "language", "remote", "languages"),
    )
    """The columns that change a person who is known."""
