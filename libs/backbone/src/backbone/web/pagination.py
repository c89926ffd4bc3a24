"""Lists in pages that stay right while rows come and go: each page begins after a key."""

import base64
import binascii
from typing import Annotated, Any, Generic, TypeVar

import orjson
from fastapi import Query
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Select, tuple_
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import InstrumentedAttribute
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from backbone.database.sessions import is_data_error
from backbone.errors import Invalid

UNREADABLE = "This page reference cannot be read. Begin at the first page."

T = TypeVar("T")
Limit = Annotated[int, Query(ge=1, le=200, description="How many items a page has at most.")]
After = Annotated[str | None, Query(description="`next` of the page before.", max_length=500)]


class Page(BaseModel, Generic[T]):
    """A page of items, and where the next one begins; the last has no `next`."""

    model_config = ConfigDict(from_attributes=True)

    items: list[T]
    next: str | None = None


async def paginate(
    session: AsyncSession,
    query: SelectOfScalar[Any] | Select[Any],
    *,
    by: tuple[InstrumentedAttribute[Any] | Any, ...],
    after: str | None,
    limit: int,
) -> Page[Any]:
    """Return a page of `query` in the order of the columns `by`, which must identify a row.

    The query selects one entity, or columns; it has an attribute named like each of `by`, none of
    which is null. Raises `Invalid` for an `after` that no page gave.
    """
    if after is not None:
        query = query.where(tuple_(*by) > tuple_(*_values(after, by)))
    try:
        rows: Any = await session.exec(query.order_by(*by).limit(limit + 1))  # type: ignore[call-overload]
        found = list(rows.all())
    except DBAPIError as wrong:
        if after is not None and is_data_error(wrong):
            raise Invalid(UNREADABLE) from wrong
        raise
    items, more = found[:limit], len(found) > limit
    return Page(items=items, next=_cursor(items[-1], by) if more else None)


def _cursor(row: object, by: tuple[Any, ...]) -> str:
    key = orjson.dumps([getattr(row, column.key) for column in by], default=str)
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


def _values(cursor: str, by: tuple[Any, ...]) -> list[Any]:
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [
            _typed(column.type.python_type, value) for column, value in zip(by, values, strict=True)
        ]
    except (binascii.Error, ValueError, TypeError, AttributeError) as wrong:
        raise Invalid(UNREADABLE) from wrong


def _typed(kind: type[Any], value: object) -> object:
    if kind is object:  # what SQLModel says of its text columns
        return str(value)
    return kind.fromisoformat(value) if hasattr(kind, "fromisoformat") else kind(value)
