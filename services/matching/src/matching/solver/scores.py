"""The criteria of a score, with levels from 0 to 10, each multiplied by its weight.

A score is the sum of the contributions shown, in whole numbers.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum

import numpy as np

from matching.solver.encoding import MOST, EncodedInputs, Ints, Points
from matching.solver.inputs import Weights

SAME_REGION = np.int16(6)
A_LANGUAGE_MORE = np.int16(5)
DAYS_OF_A_LEVEL = 10


class Criterion(StrEnum):
    """The criteria of a pair's score; the names are those of `Weights`."""

    FUNCTION = "function"
    SECTOR = "sector"
    DEGREE_FIELD = "degree_field"
    TERRITORY = "territory"
    LANGUAGES = "languages"
    EXPERIENCE = "experience"
    WAITING = "waiting"


def highest(weights: Weights) -> int:
    """Return the highest score of a pair."""
    return MOST * int(sum(weights.model_dump().values()))


class Scores:
    """The criteria, evaluated for many pairs at a time."""

    def __init__(self, encoded: EncodedInputs) -> None:
        self.encoded = encoded
        self.weights = {
            criterion: np.int16(weight)
            for criterion, weight in encoded.inputs.weights.model_dump().items()
        }

    def contributions(self, mentees: Ints, mentors: Ints) -> Mapping[Criterion, Points]:
        """Return the contribution of each criterion to each pair: a row a mentee."""
        return {
            criterion: self.weights[criterion] * levels
            for criterion, levels in self._levels(mentees, mentors)
        }

    def of(self, mentees: Ints, mentors: Ints) -> Points:
        """Return the scores of all pairs of these."""
        total: Points = np.zeros((len(mentees), len(mentors)), np.int16)
        for criterion, levels in self._levels(mentees, mentors):
            if weight := self.weights[criterion]:
                total += weight * levels
        return total

    def _levels(self, mentees: Ints, mentors: Ints) -> Iterator[tuple[Criterion, Points]]:
        """Yield the level of each criterion; a single row or column stands for all."""
        encoded, fields = self.encoded, self.encoded.fields[mentees]
        waited = np.minimum(MOST, encoded.days_waiting[mentees] // DAYS_OF_A_LEVEL)
        wished, functions = encoded.function_levels[mentees], encoded.functions[mentors]
        yield Criterion.FUNCTION, np.take(wished, functions, axis=1)
        yield (
            Criterion.SECTOR,
            np.take(encoded.sector_levels[mentees], encoded.sectors[mentors], axis=1),
        )
        yield Criterion.DEGREE_FIELD, np.take(encoded.field_levels.T[:, mentors], fields, axis=0)
        yield Criterion.TERRITORY, self._territory(mentees, mentors)
        yield Criterion.LANGUAGES, self._languages(mentees, mentors)
        yield Criterion.EXPERIENCE, np.take(encoded.experience_levels.T[:, mentors], fields, axis=0)
        yield Criterion.WAITING, waited.astype(np.int16)[:, None]

    def _territory(self, mentees: Ints, mentors: Ints) -> Points:
        """Return the level of the region plus that of the department, which lies in one region."""
        (near, department), (region, of) = self.encoded.departments, self.encoded.regions
        around = region[mentees][:, None] == of[mentors][None, :]
        same = near[mentees][:, None] == department[mentors][None, :]
        levels: Points = around * SAME_REGION + same * np.int16(MOST - SAME_REGION)
        return levels

    def _languages(self, mentees: Ints, mentors: Ints) -> Points:
        """Return the level of the languages shared beyond the required one."""
        shared = self.encoded.languages_shared(mentees, mentors)
        more = (np.maximum(shared, 1) - 1).astype(np.int16)
        levels: Points = np.minimum(A_LANGUAGE_MORE * more, MOST)
        return levels
