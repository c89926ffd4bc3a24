"""Comparing two sides row by row, both sorted by key, in memory that does not grow with them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from verification.correspondences.model import Correspondence, Side
from verification.databases import Connection, Snapshots

FETCHED = 5_000
Row: TypeAlias = Any  # an asyncpg.Record: the key's columns first, then the others, all as text
Key: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that only one side has (no `column`), or a column that the sides state otherwise."""

    correspondence: Correspondence
    key: Key
    column: str | None
    produced: str | None
    consumed: str | None

    def __str__(self) -> str:
        names = zip(self.correspondence.key, self.key, strict=True)
        row = ", ".join(f"{name} {value}" for name, value in names)
        producers = " and ".join(side.service for side in self.correspondence.producers)
        consumer = self.correspondence.consumer.service
        if self.column is None:
            there, missing = (producers, consumer) if self.produced else (consumer, producers)
            return f"{row}: only in {there}, not in {missing}"
        if self.column in self.correspondence.personal:
            return f"{row}: {self.column} differs (a personal value, not shown)"
        values = [
            value if value is not None else "null" for value in (self.produced, self.consumed)
        ]
        return f"{row}: {self.column} is {values[0]} in {producers}, {values[1]} in {consumer}"


class Rows:
    """The rows of a side in the order of their keys, fetched some at a time."""

    def __init__(self, cursor: Any, width: int) -> None:  # noqa: ANN401  (asyncpg's)
        self.cursor, self.width = cursor, width
        self.rows: Sequence[Row] = ()
        self.at = 0
        self.row: Row | None = None
        self.key: Key | None = None

    async def advance(self) -> None:
        """Go to the next row; after the last one, `row` and `key` are `None`."""
        self.at += 1
        if self.at >= len(self.rows):
            self.rows, self.at = await self.cursor.fetch(FETCHED), 0
        self.row = self.rows[self.at] if self.rows else None
        self.key = None if self.row is None else tuple(self.row)[: self.width]


class Union:
    """The rows of several sides, as one side in the order of their keys."""

    def __init__(self, sides: Sequence[Rows]) -> None:
        self.sides = sides
        self.least = sides[0]

    @property
    def row(self) -> Row | None:
        return self.least.row

    @property
    def key(self) -> Key | None:
        return self.least.key

    async def begin(self) -> None:
        for side in self.sides:
            await side.advance()
        self._choose()

    async def advance(self) -> None:
        await self.least.advance()
        if len(self.sides) > 1:
            self._choose()

    def _choose(self) -> None:
        left = [side for side in self.sides if side.key is not None]
        self.least = min(left, key=lambda side: side.key or (), default=self.sides[0])


def sql_of(correspondence: Correspondence, side: Side, only: str | None = None) -> str:
    """Return a side's query in its normal form: every value as text, sorted by key as bytes.

    With `only`, an id that the key must contain, it takes a parameter.
    """
    keys = [f"coalesce({name}::text, 'null') COLLATE \"C\"" for name in correspondence.key]
    columns = [
        f"md5({name}::text)" if name in correspondence.personal else f"{name}::text"
        for name in correspondence.columns
    ]
    order = ", ".join(str(number + 1) for number in range(len(keys)))
    selected = f"SELECT {', '.join(keys + columns)} FROM ({side.sql}) AS side"
    where = f" WHERE $1 IN ({', '.join(keys)})" if only else ""
    return f"{selected}{where} ORDER BY {order}"


async def rows_of(
    correspondence: Correspondence, side: Side, connection: Connection, only: str | None
) -> Rows:
    parameters = [only] if only else []
    cursor = await connection.cursor(sql_of(correspondence, side, only), *parameters)
    return Rows(cursor, len(correspondence.key))


async def differences(
    correspondence: Correspondence, databases: Snapshots, *, only: str | None = None
) -> AsyncIterator[Difference]:
    """Merge the sides of a correspondence by key; yield what they do not have in common.

    With `only`, an id, just the rows that have it in their key.
    """

    async def side(*sides: Side) -> Union:
        rows = [await rows_of(correspondence, s, databases[s.service], only) for s in sides]
        union = Union(rows)
        await union.begin()
        return union

    produced, consumed = await side(*correspondence.producers), await side(correspondence.consumer)
    while produced.key is not None or consumed.key is not None:
        if produced.row == consumed.row:
            await produced.advance()
            await consumed.advance()
        elif consumed.key is None or (produced.key is not None and produced.key < consumed.key):
            if not correspondence.is_subset:
                yield Difference(correspondence, produced.key or (), None, "row", None)
            await produced.advance()
        elif produced.key is None or consumed.key < produced.key:
            yield Difference(correspondence, consumed.key, None, None, "row")
            await consumed.advance()
        else:
            for difference in _columns(correspondence, produced.row, consumed.row):
                yield difference
            await produced.advance()
            await consumed.advance()


def _columns(correspondence: Correspondence, produced: Row, consumed: Row) -> list[Difference]:
    width = len(correspondence.key)
    return [
        Difference(correspondence, tuple(produced)[:width], name, produced[n], consumed[n])
        for n, name in enumerate(correspondence.columns, start=width)
        if produced[n] != consumed[n]
    ]


def by_correspondence(found: Sequence[Difference]) -> Mapping[str, Sequence[Difference]]:
    """Return differences by the name of their correspondence, in their order."""
    named: dict[str, list[Difference]] = {}
    for difference in found:
        named.setdefault(difference.correspondence.name, []).append(difference)
    return named
