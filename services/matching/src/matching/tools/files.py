"""CSV files of mentees, mentors and pairs; every fault is reported with its line and column."""

import csv
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from matching.solver.assignment import InvalidProblem, Problem
from matching.solver.assignment.problem import Ints

MENTEES, MENTORS, PAIRS = "mentees.csv", "mentors.csv", "pairs.csv"
COLUMNS = {
    MENTEES: ("mentee_id", "priority"),
    MENTORS: ("mentor_id", "capacity"),
    PAIRS: ("mentee_id", "mentor_id", "score"),
}
MOST_FAULTS = 20
MOST_PLACES = 1_000_000


class InvalidFile(Exception):
    """Files that cannot be read; each line of the message names a fault and its correction."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))


@dataclass
class Faults:
    """The faults of some files, up to `MOST_FAULTS`."""

    found: list[str] = field(default_factory=list)
    more: int = 0

    def add(self, path: Path, line: int, column: str, reason: str) -> None:
        if len(self.found) < MOST_FAULTS:
            where = f"line {line}, column {column}" if column else f"line {line}"
            self.found.append(f"{path}, {where}: {reason}")
        else:
            self.more += 1

    def stop(self) -> None:
        """Raise `InvalidFile` if there are any."""
        if self.more:
            self.found.append(f"… and {self.more} more.")
        if self.found:
            raise InvalidFile(self.found)


@dataclass(frozen=True)
class Files:
    """A problem, and the ids of its mentees and mentors in the order of the problem."""

    problem: Problem
    mentees: Sequence[str]
    mentors: Sequence[str]


def read(mentees: Path, mentors: Path, pairs: Path, *, min_priority: int) -> Files:
    """Return the problem of three files; raise `InvalidFile` with all their faults.

    Mentees and mentors are sorted by id, so that the order of the lines does not matter.
    """
    faults = Faults()
    priority = _numbers(mentees, MENTEES, faults, _bit)
    capacity = _numbers(mentors, MENTORS, faults, _places)
    found = _pairs(pairs, priority, capacity, faults)
    faults.stop()
    first, places = sorted(priority), sorted(capacity)
    try:
        problem = Problem(
            priority=np.array([priority[one] for one in first], bool),
            capacity=np.array([capacity[one] for one in places], np.int64),
            mentee=_placed(found.mentee, priority, first),
            mentor=_placed(found.mentor, capacity, places),
            score=np.asarray(found.score),
            min_priority=min_priority,
        )
    except InvalidProblem as unfit:
        raise InvalidFile([f"{pairs}: {unfit}"]) from unfit
    return Files(problem, first, places)


def lines(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and these cells of each line; raise `InvalidFile` if they are unreadable."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            header = [name.strip() for name in next(rows, [])]
            at = [_column(path, header, name) for name in columns]
            for cells in rows:
                if not cells:
                    continue
                if len(cells) != len(header):
                    reason = f"it has {len(cells)} cells, and the header {len(header)}."
                    raise InvalidFile([f"{path}, line {rows.line_num}: {reason}"])
                yield rows.line_num, [cells[place].strip() for place in at]
    except OSError as missing:
        raise InvalidFile([f"{path} cannot be read: {missing.strerror}."]) from missing
    except UnicodeDecodeError as wrong:
        raise InvalidFile([f"{path} is not UTF-8: save it as CSV UTF-8."]) from wrong
    except csv.Error as wrong:
        raise InvalidFile([f"{path}, line {rows.line_num}: {wrong}."]) from wrong


def _column(path: Path, header: Sequence[str], name: str) -> int:
    if name not in header:
        columns = ", ".join(header) or "nothing"
        raise InvalidFile(
            [f"{path}, line 1, column {name}: it is missing; the header has {columns}."]
        )
    return header.index(name)


def _numbers(path: Path, kind: str, faults: Faults, number: Callable[[str], int]) -> dict[str, int]:
    """Return the number in the second column of each id."""
    found, column = dict[str, int](), COLUMNS[kind]
    for line, (name, cell) in lines(path, column):
        if not name:
            faults.add(path, line, column[0], "it is empty.")
        elif name in found:
            faults.add(path, line, column[0], f"{name} stands above already.")
        else:
            try:
                found[name] = number(cell)
            except ValueError as wrong:
                found[name] = 0
                faults.add(path, line, column[1], str(wrong))
    if not found and not faults.found:
        faults.add(path, 1, "", "there is nobody in it.")
    return found


def _bit(cell: str) -> int:
    if cell not in {"0", "1"}:
        raise ValueError(f"{cell!r} is neither 0 nor 1.")
    return int(cell)


def _places(cell: str) -> int:
    places = _whole(cell)
    if not 0 <= places <= MOST_PLACES:
        raise ValueError(f"{cell} is not between 0 and {MOST_PLACES}.")
    return places


def _whole(cell: str) -> int:
    digits = cell.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):  # noqa: PLR2004  (64 bits)
        raise ValueError(f"{cell!r} is no whole number.")
    return int(cell)


@dataclass
class Pairs:
    """The columns of the file of pairs: positions of mentees and mentors, scores, line numbers."""

    mentee: "array[int]" = field(default_factory=lambda: array("q"))
    mentor: "array[int]" = field(default_factory=lambda: array("q"))
    score: "array[int]" = field(default_factory=lambda: array("q"))
    line: "array[int]" = field(default_factory=lambda: array("q"))


def _pairs(path: Path, mentees: dict[str, int], mentors: dict[str, int], faults: Faults) -> Pairs:
    of_mentee, of_mentor, found = _places_in(mentees), _places_in(mentors), Pairs()
    for line, (mentee, mentor, cell) in lines(path, COLUMNS[PAIRS]):
        one, other, score = of_mentee.get(mentee), of_mentor.get(mentor), _score(cell)
        if one is None:
            faults.add(path, line, "mentee_id", f"{mentee!r} is in no line of the mentees.")
        if other is None:
            faults.add(path, line, "mentor_id", f"{mentor!r} is in no line of the mentors.")
        if score is None:
            faults.add(path, line, "score", f"{cell!r} is no whole number.")
        if one is not None and other is not None and score is not None:
            found.mentee.append(one)
            found.mentor.append(other)
            found.score.append(score)
            found.line.append(line)
    _blame_repeats(path, found, len(mentors), faults)
    return found


def _blame_repeats(path: Path, found: Pairs, mentors: int, faults: Faults) -> None:
    """Add a fault for each line whose pair occurs earlier in the file."""
    pair = np.asarray(found.mentee) * mentors + np.asarray(found.mentor)
    order = np.argsort(pair, kind="stable")
    for at in sorted(order[1:][np.diff(pair[order]) == 0].tolist()):
        faults.add(path, found.line[at], "mentor_id", "this pair stands above already.")


def _score(cell: str) -> int | None:
    try:
        return _whole(cell)
    except ValueError:
        return None


def _places_in(found: dict[str, int]) -> dict[str, int]:
    return {name: place for place, name in enumerate(found)}


def _placed(column: "array[int]", found: dict[str, int], ordered: Sequence[str]) -> Ints:
    """Return positions in the file as positions in the order of the ids."""
    place = {name: nth for nth, name in enumerate(ordered)}
    placed: Ints = np.array([place[name] for name in found], np.int64)[np.asarray(column)]
    return placed
