"""Erasing what the tables that every service has repeat about people.

Answers are stored for a week, faults of files until their rows are sent again, rows that were left
out for some weeks: all of them repeat what was sent. They are found by what they contain; of a
week's answers, that is one scan.
"""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

STATUS_GONE: Final = 410
"""The status under which an erased answer is stored: repeating its request says so."""

COMPARED_DIGITS: Final = 9
"""A French number without its 0 or +33."""

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

DELETE_REJECTED = text("""
DELETE FROM rejected_row WHERE EXISTS (
    SELECT FROM jsonb_array_elements_text(cells) AS cell
    WHERE lower(btrim(cell)) = ANY(CAST(:values AS text[]))
       OR right(regexp_replace(cell, '[^0-9]', '', 'g'), :length) = ANY(CAST(:numbers AS text[]))
) OR EXISTS (
    SELECT FROM unnest(CAST(:names AS text[])) AS quoted (name)
    WHERE position(quoted.name IN (
        SELECT lower(string_agg(btrim(cell), ' ' ORDER BY nth))
        FROM jsonb_array_elements_text(cells) WITH ORDINALITY AS row (cell, nth)
    )) > 0
)
""")
"""Rows with a reference, an address or a number in a cell, or a name, also over two cells."""


async def erase_answers(session: AsyncSession, ids: Collection[UUID]) -> None:
    """Erase the stored answers that name one of these ids; see `backbone.web.routes`."""
    values = {"gone": STATUS_GONE, "ids": [str(each) for each in ids]}
    await (await session.connection()).execute(ERASE_ANSWERS, values)


async def erase_rows_of_files(session: AsyncSession, values: Collection[str | None]) -> None:
    """Erase what is said of rows of files where it quotes one of these values, and such rows.

    The values are a reference, an address, a phone number, and a name in either order.
    """
    quoted = [value for value in values if value and len(value) >= SHORTEST_VALUE]
    if quoted:
        connection = await session.connection()
        await connection.execute(ERASE_FAULTS, {"values": quoted})
        await connection.execute(DELETE_REJECTED, _searched(quoted))


def _searched(values: Collection[str]) -> dict[str, object]:
    digits = ["".join(filter(str.isdigit, value)) for value in values]
    return {
        "values": [value.lower() for value in values],
        "numbers": [each[-COMPARED_DIGITS:] for each in digits if len(each) >= COMPARED_DIGITS],
        "length": COMPARED_DIGITS,
        "names": [value.lower() for value in values if " " in value],
    }
