"""What stands in the cells of matching's files."""

from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from backbone.cells import Text, blank
from backbone.imports import Row
from contracts.territories import department_name


def _department(code: object) -> str:
    code = str(code).strip().upper().zfill(2)
    department_name(code)
    return code


Department = Annotated[str, BeforeValidator(_department)]
Minutes = Annotated[Annotated[int, Field(ge=1, le=600)] | None, BeforeValidator(blank)]
Months = Annotated[Annotated[int, Field(ge=1, le=120)] | None, BeforeValidator(blank)]


class Referenced(Row):
    """A row that its office calls by a reference of its own."""

    key: ClassVar[tuple[str, ...]] = ("reference",)

    reference: Text
