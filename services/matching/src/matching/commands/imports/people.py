"""Base of the files of mentees and of mentors."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, ClassVar, TypeVar

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.files.fields import Text, YesNo, blank
from backbone.imports.registry import ParsedRow
from backbone.privacy.erased_persons import erased_days, readmit, require_unknown
from contracts.addresses import EmailAddress
from contracts.enums import Language, Side
from matching import store
from matching.commands.imports.cells import Department, Languages, PhoneIfAny
from matching.commands.imports.referenced import Referenced
from matching.commands.person_fields import LONGEST_LIST, to_e164
from matching.domain.tables import Mentee, Mentor


class PersonRow(Referenced):
    """A row of a person, with the columns that both types of files have."""

    given_name: Text
    family_name: Text
    email: Annotated[EmailAddress | None, BeforeValidator(blank)] = None
    department: Department
    phone: PhoneIfAny = None
    language: Annotated[Language, BeforeValidator(lambda v: v or "fr")] = Language.FRENCH
    remote: YesNo = False
    languages: Languages = Field(default_factory=lambda: ["fr"], max_length=LONGEST_LIST)
    consented_again: YesNo = False

    @field_validator("phone")
    @classmethod
    def as_dialled_from_anywhere(cls, phone: str | None, info: ValidationInfo) -> str | None:
        """Return the number in international format, read as written in the person's department."""
        department = info.data.get("department")
        return to_e164(phone, department) if phone and department else phone

    side: ClassVar[Side]
    changing: ClassVar[tuple[str, ...]] = (
        *("given_name", "family_name", "email", "phone", "language", "remote", "languages"),
    )
    """The columns that change a known person."""

    @property
    def keys(self) -> frozenset[str]:
        """The hashes by which an erased person is recognised."""
        return store.keys_of(
            self.side, reference=self.reference, email=self.email, phone=self.phone
        )

    def require_not_erased(self, known: Mentee | Mentor | None, days: Mapping[str, date]) -> None:
        """Raise `ErasedBefore` if a key that is new in the row is that of an erased person."""
        if known is None:
            require_unknown(self.keys, days)
        else:
            ways = self.model_dump(include={"email", "phone"})
            require_unknown(store.keys_of_changes(known, ways), days)


R = TypeVar("R", bound=PersonRow)


async def erased_among(session: AsyncSession, lines: Sequence[ParsedRow[R]]) -> Mapping[str, date]:
    """Return the dates of erasure of the people in these rows who did not consent again."""
    again = {key for line in lines if line.row.consented_again for key in line.row.keys}
    if again:
        await readmit(session, again)
    return await erased_days(session, {key for line in lines for key in line.row.keys})
