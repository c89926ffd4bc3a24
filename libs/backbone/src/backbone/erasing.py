"""Erasing what the tables that every service has repeat about people.

Answers are stored for a week, faults of files until their rows are sent again: both quote what was
sent. They are found by what they contain; of a week's answers, that is one scan.
"""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

GONE: Final = 410
"""The status under which an erased answer is stored: repeating its request says so."""

SHORTEST_VALUE: Final = 3
"""Signs; less would be found in words that have nothing to do with anybody."""

ERASE_ANSWERS = text("""
UPDATE answered SET status = :gone, headers = '{}', body = ''
WHERE EXISTS (
    SELECT FROM unnest(CAST(:ids AS text[])) AS about (id)
    WHERE position(convert_to(about.id, 'UTF8') IN body) > 0
)
""")

ERASE_FAULTS = text("""
UPDATE import_fault SET reason = 'The row was about somebody who was erased.'
WHERE EXISTS (
    SELECT FROM unnest(CAST(:values AS text[])) AS quoted (value)
    WHERE position(lower(quoted.value) IN lower(reason)) > 0
)
""")


async def erase_answers(session: AsyncSession, ids: Collection[UUID]) -> None:
    """Erase the stored answers that name one of these ids; see `backbone.requests`."""
    values = {"gone": GONE, "ids": [str(each) for each in ids]}
    await (await session.connection()).execute(ERASE_ANSWERS, values)


async def erase_faults(session: AsyncSession, values: Collection[str | None]) -> None:
    """Erase what is said of rows of files where it quotes one of these values."""
    quoted = [value for value in values if value and len(value) >= SHORTEST_VALUE]
    if quoted:
        await (await session.connection()).execute(ERASE_FAULTS, {"values": quoted})
