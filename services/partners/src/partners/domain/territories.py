"""Openings of the programme in departments; a region is covered once all of its own are open."""

from datetime import date

from backbone.errors import Refused
from contracts import DepartmentOpened
from contracts.local_time import noon_in
from partners.domain.dates import require_past
from partners.domain.identifiers import check_department
from partners.domain.tables import DepartmentOpening


class DepartmentOpen(Refused, kind="department-open"):
    """A second opening of a department."""


def open_department(department: str, opened_on: date) -> tuple[DepartmentOpening, DepartmentOpened]:
    """Open the programme in a department."""
    check_department(department)
    require_past(opened_on, [department])
    opened = DepartmentOpened(
        department=department, opened_on=opened_on, occurred_at=noon_in(opened_on, department)
    )
    return DepartmentOpening(department=department, opened_on=opened_on), opened
