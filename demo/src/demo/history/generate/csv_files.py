"""CSV files of the rows: UTF-8, commas, ISO dates, yes and no; columns are the rows' fields."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path

from demo.history.csv_rows import (
    BoardMeeting,
    BoardSeat,
    Commitment,
    Contact,
    ContactPerson,
    Convention,
    Department,
    Event,
    Gift,
    History,
    Lead,
    Membership,
    Mentee,
    Mentor,
    NetworkMember,
    Organisation,
    Outcome,
    Pairing,
    Promoter,
    Stand,
)
from demo.history.statements import uncorrected_history

KINDS = {
    "organisations": Organisation,
    "memberships": Membership,
    "conventions": Convention,
    "departments": Department,
    "leads": Lead,
    "mentors": Mentor,
    "mentees": Mentee,
    "pairings": Pairing,
    "contacts": Contact,
    "outcomes": Outcome,
    "promoters": Promoter,
    "contact-persons": ContactPerson,
    "commitments": Commitment,
    "gifts": Gift,
    "events": Event,
    "stands": Stand,
    "board-seats": BoardSeat,
    "board-meetings": BoardMeeting,
    "network-members": NetworkMember,
}


def write_files(history: History, folder: Path) -> dict[str, int]:
    """Write all uncorrected rows into files; return the number of rows of each."""
    folder.mkdir(parents=True, exist_ok=True)
    stated = uncorrected_history(history)
    for kind, row in KINDS.items():
        columns = [column.name for column in fields(row)]
        _write(folder / f"{kind}.csv", columns, rows_of(stated, kind))
    return {kind: len(rows_of(stated, kind)) for kind in KINDS}


def rows_of(history: History, kind: str) -> Sequence[object]:
    """Return the rows of a kind of file."""
    rows: Sequence[object] = getattr(history, kind.replace("-", "_"))
    return rows


def _write(path: Path, columns: Sequence[str], rows: Iterable[object]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_cell(getattr(row, column)) for column in columns] for row in rows)


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case date():
            return value.isoformat()
        case tuple():
            return " ".join(value)
    return str(value)
