"""Events about the departments in which the programme is open."""

from datetime import date
from typing import ClassVar, Literal

from contracts.base import Event


class DepartmentOpened(Event):
    """The programme is open in a department, by its INSEE code, from `opened_on` on."""

    topic: ClassVar[str] = "partners.territories"
    keyed_by: ClassVar[str] = "department"

    type: Literal["department-opened.v1"] = "department-opened.v1"
    department: str
    opened_on: date
