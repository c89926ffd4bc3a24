"""Files of rows: what the API keeps of them, and what a service says of each kind.

A file is kept whole, as parts of rows, in the transaction of the request that brings it; the worker
processes it, part after part (`imports.worker`), so that a file of any size needs the memory of one
part and goes on after a kill where it was. Files are taken one after another, as they came.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Generic, Self, TypeAlias, TypeVar
from uuid import UUID, uuid4

import orjson
from pydantic import BaseModel, ConfigDict, field_validator
from sqlalchemy import BigInteger, DateTime, Identity, Index, LargeBinary, String, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.tables import BackboneTable
from backbone.errors import Refused
from backbone.files.reading import SheetRow
from contracts.bounds import plain_text


class ImportState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"


class Import(BackboneTable, table=True):
    """A file that was sent, how far it was taken, and what became of its rows.

    `rows` is how many it has, `taken` how many were looked at. Of these, `created` and `updated`
    changed something, `unchanged` said nothing new, `wrong` were left out. `refused` counts those
    created ones that a rule turned down.
    """

    __tablename__ = "import"

    __table_args__ = (
        Index("ix_import_open", "position", postgresql_where=text("state <> 'done'")),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    position: int | None = Field(
        default=None, unique=True, sa_type=BigInteger, sa_column_args=[Identity(always=True)]
    )
    kind: str
    file: str
    digest: str
    columns: list[str] = Field(sa_type=JSONB)
    unknown_columns: list[str] = Field(
        default_factory=list, sa_type=JSONB, sa_column_kwargs={"server_default": text("'[]'")}
    )
    sent_by: str
    sent_at: datetime = Field(
        default=None,
        sa_type=DateTime(timezone=True),
        sa_column_kwargs={"server_default": func.now()},
    )
    finished_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    state: ImportState = Field(default=ImportState.WAITING, sa_type=String)
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    rows: int = 0
    taken: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    wrong: int = 0


class ImportChunk(BackboneTable, table=True):
    """Rows of a file that are still to be taken, as `packed`; `first` is the line of the first."""

    __tablename__ = "import_part"

    import_id: UUID = Field(primary_key=True)
    first: int = Field(primary_key=True)
    cells: bytes = Field(sa_type=LargeBinary)


def packed(rows: Iterable[SheetRow]) -> bytes:
    """Return rows as a JSON list of [line, cells, fault, column]."""
    return orjson.dumps([tuple(row) for row in rows])


def unpacked(part: ImportChunk) -> list[SheetRow]:
    """Return the rows of a part; those of old parts are mere cells, counted from `first` on."""
    return [
        SheetRow(*row) if isinstance(row[0], int) else SheetRow(line, row)
        for line, row in enumerate(orjson.loads(part.cells), start=part.first)
        if row
    ]


class ImportKey(BackboneTable, table=True):
    """A natural key of a file that is being processed, with its first line."""

    __tablename__ = "import_key"

    import_id: UUID = Field(primary_key=True)
    known_by: str = Field(primary_key=True)
    line: int


class ImportRowError(BackboneTable, table=True):
    """An error of a file. Lines are counted as a spreadsheet does: the header is 1.

    `column` is the invalid column, NULL when the whole row is invalid.
    """

    __tablename__ = "import_fault"

    position: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=[Identity(always=True)]
    )
    import_id: UUID = Field(index=True)
    line: int
    column: str | None
    reason: str


class RejectedRow(BackboneTable, table=True):
    """A row that was left out, as it stood in its file, until it is corrected or too old."""

    __tablename__ = "rejected_row"

    import_id: UUID = Field(primary_key=True)
    line: int = Field(primary_key=True)
    cells: list[str] = Field(sa_type=JSONB)
    rejected_at: datetime = Field(
        default=None,
        index=True,
        sa_type=DateTime(timezone=True),
        sa_column_kwargs={"server_default": func.now()},
    )


class Row(BaseModel):
    """A line of a file, as its kind has it. The fields are the columns."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="ignore")

    key: ClassVar[tuple[str, ...]]
    """The columns that tell the row from all others of a file, and find again what it made."""

    @field_validator("*", mode="before")
    @classmethod
    def holds_plain_text(cls, value: object) -> object:
        return plain_text(value)

    @property
    def natural_key(self) -> str:
        return " ".join(str(getattr(self, column)) for column in self.key)


R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class ParsedRow(Generic[R]):
    """A row that could be read, and where it stands."""

    number: int
    row: R


@dataclass(frozen=True, slots=True)
class RowError:
    line: int
    column: str | None
    reason: str


COUNTED = ("created", "updated", "unchanged", "refused", "wrong")


@dataclass(slots=True)
class ImportResult:
    """The counts of the rows of a chunk; `Import` explains each of them."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    wrong: int = 0
    faults: list[RowError] = field(default_factory=list)

    def add(self, other: "ImportResult") -> None:
        """Count what became of other rows as well."""
        for name in COUNTED:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.faults += other.faults

    def add_error(self, line: int, reason: str, *, column: str | None = None) -> None:
        """Leave a row out."""
        self.wrong += 1
        self.faults.append(RowError(line, column, reason))

    @contextmanager
    def reject_refused(self, line: ParsedRow[Any]) -> Iterator[None]:
        """Leave the row out if a rule refuses what it says, before anything of it is done.

        A row that takes several steps is taken without this: what it raises undoes all of them.
        """
        try:
            yield
        except Refused as refusal:
            self.add_error(line.number, str(refusal))


Take: TypeAlias = Callable[[AsyncSession, Sequence[ParsedRow[R]], ImportResult], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ImportType(Generic[R]):
    """A kind of file: its name in addresses, what a row of it is, and who takes the rows."""

    name: str
    row: type[R]
    take: Take[R]

    @property
    def purpose(self) -> str:
        return " ".join((self.take.__doc__ or "").split())


class Imports:
    """The kinds of files that a service takes."""

    def __init__(self, *parts: Self) -> None:
        self.kinds: dict[str, ImportType[Any]] = {}
        for part in parts:
            self.kinds |= part.kinds

    def of(self, name: str, row: type[R]) -> Callable[[Take[R]], Take[R]]:
        """Register the decorated function as the handler of such rows, some hundreds at a time.

        It is called in a transaction, with rows that are right each for itself, in the order of
        the file, no two of them known by the same. It writes, emits, and tallies each row. What it
        raises undoes the rows it was given; they are tried again fewer at a time, until the one
        that cannot be taken stands alone and is left out.
        """

        def register(take: Take[R]) -> Take[R]:
            self.kinds[name] = ImportType(name, row, take)
            return take

        return register
