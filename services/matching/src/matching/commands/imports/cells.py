"""What stands in the cells of matching's files."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from backbone.cells import blank
from contracts.territories import department_code, department_name


def _department(said: object) -> str:
    code = department_code(str(said))
    department_name(code)
    return code


Department = Annotated[str, BeforeValidator(_department)]
Minutes = Annotated[Annotated[int, Field(ge=1, le=600)] | None, BeforeValidator(blank)]
Months = Annotated[Annotated[int, Field(ge=1, le=120)] | None, BeforeValidator(blank)]
