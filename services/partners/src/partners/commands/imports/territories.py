"""Imports of the departments where the programme is open."""

from collections.abc import Sequence
from typing import ClassVar

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.files.fields import Day
from backbone.imports.registry import ImportResult, Imports, ParsedRow, Row
from partners.commands.imports.cells import Department
from partners.commands.territories import OpenDepartment, open_department
from partners.domain.tables import DepartmentOpening

imports = Imports()


class DepartmentRow(Row):
    key: ClassVar[tuple[str, ...]] = ("department",)

    department: Department
    opened_on: Day


@imports.of("departments", DepartmentRow)
async def take_departments(
    session: AsyncSession, lines: Sequence[ParsedRow[DepartmentRow]], tally: ImportResult
) -> None:
    """Import departments where the programme is open; each opens once."""
    for line in lines:
        before = await session.get(DepartmentOpening, line.row.department)
        if before and before.opened_on == line.row.opened_on:
            tally.unchanged += 1
            continue
        with tally.reject_refused(line):
            await open_department(session, OpenDepartment(**line.row.model_dump()))
            tally.created += 1
