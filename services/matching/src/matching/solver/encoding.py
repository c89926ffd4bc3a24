"""The inputs of a round as arrays, one row a person."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from contracts.territories import region_of
from matching.domain.careers import FIELDS, FUNCTIONS, SECTORS
from matching.solver.inputs import Inputs, Offering, Waiting

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Bits = NDArray[np.uint8]
Points = NDArray[np.int16]
"""The type of levels and scores: at most seven criteria, each of weight 100 at level 10."""

MOST = 10
"""The highest level to which a pair fulfils a criterion."""
RANKS = (10, 8, 6, 5, 4)
"""The levels of the first, second … wish; later wishes have the level of the last."""

FUNCTION = {code: n for n, code in enumerate(FUNCTIONS)}
SECTOR = {code: n for n, code in enumerate(SECTORS)}
FIELD = {code: n for n, code in enumerate(FIELDS)}


@dataclass(frozen=True)
class EncodedInputs:
    """Mentees and mentors by their position in `inputs`; unknown codes map to the last index.

    Levels are tables from a person and a code to 0 … 10, with a last column of zeros for unknown
    codes.
    """

    inputs: Inputs

    @cached_property
    def mentee_at(self) -> dict[UUID, int]:
        return {mentee.id: n for n, mentee in enumerate(self.inputs.mentees)}

    @cached_property
    def mentor_at(self) -> dict[UUID, int]:
        return {mentor.id: n for n, mentor in enumerate(self.inputs.mentors)}

    @cached_property
    def priority(self) -> Bools:
        return np.array([mentee.has_priority for mentee in self.inputs.mentees], bool)

    @cached_property
    def places(self) -> Ints:
        return np.array([mentor.places for mentor in self.inputs.mentors], np.int64)

    @cached_property
    def days_waiting(self) -> Ints:
        return np.array([mentee.days_waiting for mentee in self.inputs.mentees], np.int64)

    @cached_property
    def departments(self) -> tuple[Ints, Ints]:
        return self._coded(lambda person: person.department)

    @cached_property
    def regions(self) -> tuple[Ints, Ints]:
        on = self.inputs.on
        return self._coded(lambda person: region_of(person.department, on).code)

    @cached_property
    def remote(self) -> tuple[Bools, Bools]:
        mentees, mentors = self.inputs.mentees, self.inputs.mentors
        return (
            np.array([person.remote for person in mentees], bool),
            np.array([person.remote for person in mentors], bool),
        )

    @cached_property
    def employers(self) -> tuple[Ints, Ints]:
        """The organisation where a mentee works, -1 for none; the one to which a mentor belongs."""
        number = {m.organisation_id: n for n, m in enumerate(self.inputs.mentors)}
        return (
            _looked_up((mentee.employer_id for mentee in self.inputs.mentees), number, -1),
            _looked_up((mentor.organisation_id for mentor in self.inputs.mentors), number, -1),
        )

    @cached_property
    def spoken(self) -> tuple[Bits, Bits]:
        """The languages of mentees and of mentors: a bit for each language."""
        people: list[Waiting | Offering] = [*self.inputs.mentees, *self.inputs.mentors]
        known = sorted({language for person in people for language in person.languages})
        number = {language: n for n, language in enumerate(known)}
        speaks = np.zeros((len(people), len(known)), bool)
        for row, person in enumerate(people):
            speaks[row, [number[language] for language in person.languages]] = True
        bits = np.packbits(speaks, axis=1)
        return bits[: len(self.inputs.mentees)], bits[len(self.inputs.mentees) :]

    def languages_shared(self, mentees: Ints, mentors: Ints) -> Bits:
        """Return the number of languages that each two share: a row a mentee, a column a mentor.

        Bits are counted, rather than matrices multiplied, since that would occupy the processors
        that other processes need.
        """
        spoken, understood = self.spoken[0][mentees], self.spoken[1][mentors]
        shared = np.zeros((len(mentees), len(mentors)), np.uint8)
        for one, other in zip(spoken.T, understood.T, strict=True):
            shared += np.bitwise_count(one[:, None] & other[None, :])
        return shared

    @cached_property
    def function_levels(self) -> Points:
        """The levels of mentees by function; others of the same domain count for half."""
        wished = [_near(mentee.wished_functions) for mentee in self.inputs.mentees]
        return _levels(wished, FUNCTION)

    @cached_property
    def functions(self) -> Ints:
        codes = (mentor.function for mentor in self.inputs.mentors)
        return _looked_up(codes, FUNCTION, len(FUNCTION))

    @cached_property
    def sector_levels(self) -> Points:
        """The levels of mentees by sector."""
        wished = [_ranked(mentee.wished_sectors) for mentee in self.inputs.mentees]
        return _levels(wished, SECTOR)

    @cached_property
    def sectors(self) -> Ints:
        codes = (mentor.sector for mentor in self.inputs.mentors)
        return _looked_up(codes, SECTOR, len(SECTOR))

    @cached_property
    def field_levels(self) -> Points:
        """The levels of mentors by the degree fields that they prefer."""
        wished = [_ranked(mentor.wished_fields) for mentor in self.inputs.mentors]
        return _levels(wished, FIELD)

    @cached_property
    def experience_levels(self) -> Points:
        """The levels of mentors by the degree fields of their well-ended pairs: two a pair."""
        levels = [
            {field: min(MOST, 2 * pairs) for field, pairs in mentor.experience.items()}
            for mentor in self.inputs.mentors
        ]
        return _levels(levels, FIELD)

    @cached_property
    def fields(self) -> Ints:
        codes = (mentee.degree_field for mentee in self.inputs.mentees)
        return _looked_up(codes, FIELD, len(FIELD))

    def _coded(self, code_of: Callable[[Waiting | Offering], str]) -> tuple[Ints, Ints]:
        mentees = [code_of(person) for person in self.inputs.mentees]
        mentors = [code_of(person) for person in self.inputs.mentors]
        number = {code: n for n, code in enumerate(sorted({*mentees, *mentors}))}
        return _looked_up(mentees, number, -1), _looked_up(mentors, number, -1)


def _looked_up(codes: Iterable[Hashable], number: Mapping[Any, int], otherwise: int) -> Ints:
    return np.array([number.get(one, otherwise) for one in codes], np.int64)


def _ranked(wished: Sequence[str]) -> dict[str, int]:
    """Return the level of each wished code, the dearest first."""
    return {code: RANKS[min(rank, len(RANKS) - 1)] for rank, code in reversed([*enumerate(wished)])}


def _near(wished: Sequence[str]) -> dict[str, int]:
    """Return the level of each function: half for those of the same domain, by its letter."""
    exact, near = _ranked(wished), dict[str, int]()
    for code, level in exact.items():
        for other in FUNCTION:
            if other[0] == code[0]:
                near[other] = max(near.get(other, 0), level // 2)
    return near | exact


def _levels(rows: Sequence[Mapping[str, int]], number: Mapping[str, int]) -> Points:
    levels = np.zeros((len(rows), len(number) + 1), np.int16)
    for row, levels_of in enumerate(rows):
        for code, level in levels_of.items():
            levels[row, number[code]] = level
    return levels
