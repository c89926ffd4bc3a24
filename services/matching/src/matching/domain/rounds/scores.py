"""What speaks for a pair: criteria with levels from 0 to 10, each times its weight.

A score is the sum of what is shown, in whole numbers.
"""

from collections.abc import Mapping
from enum import StrEnum

import numpy as np

from matching.domain.rounds.sides import MOST, Ints, Sides

SAME_REGION = 6
A_LANGUAGE_MORE = 5
DAYS_OF_A_LEVEL = 10


class Criterion(StrEnum):
    """What a pair is scored by; the names are those of `Weights`."""

    FUNCTION = "function"
    SECTOR = "sector"
    DEGREE_FIELD = "degree_field"
    TERRITORY = "territory"
    LANGUAGES = "languages"
    EXPERIENCE = "experience"
    WAITING = "waiting"


class Scores:
    """The criteria, ready to be asked of many pairs at a time."""

    def __init__(self, sides: Sides) -> None:
        self.sides = sides
        self.weights = sides.inputs.weights.model_dump()

    def contributions(self, mentees: Ints, mentors: Ints) -> Mapping[Criterion, Ints]:
        """What each criterion adds for all pairs of these: a row a mentee, a column a mentor."""
        return {
            criterion: self.weights[criterion] * levels
            for criterion, levels in self._levels(mentees, mentors).items()
        }

    def of(self, mentees: Ints, mentors: Ints) -> Ints:
        """The scores of all pairs of these."""
        total = np.zeros((len(mentees), len(mentors)), np.int64)
        for criterion, levels in self._levels(mentees, mentors).items():
            if weight := self.weights[criterion]:
                total += weight * levels
        return total

    def _levels(self, mentees: Ints, mentors: Ints) -> Mapping[Criterion, Ints]:
        sides, fields = self.sides, self.sides.fields[mentees]
        waited = np.minimum(MOST, sides.days_waiting[mentees] // DAYS_OF_A_LEVEL)
        return {
            Criterion.FUNCTION: sides.function_levels[mentees][:, sides.functions[mentors]],
            Criterion.SECTOR: sides.sector_levels[mentees][:, sides.sectors[mentors]],
            Criterion.DEGREE_FIELD: sides.field_levels[mentors][:, fields].T,
            Criterion.TERRITORY: self._territory(mentees, mentors),
            Criterion.LANGUAGES: self._languages(mentees, mentors),
            Criterion.EXPERIENCE: sides.experience_levels[mentors][:, fields].T,
            Criterion.WAITING: np.broadcast_to(waited[:, None], (len(mentees), len(mentors))),
        }

    def _territory(self, mentees: Ints, mentors: Ints) -> Ints:
        (near, theirs), (region, of) = self.sides.departments, self.sides.regions
        same = near[mentees][:, None] == theirs[mentors][None, :]
        around = region[mentees][:, None] == of[mentors][None, :]
        return np.where(same, MOST, np.where(around, SAME_REGION, 0))

    def _languages(self, mentees: Ints, mentors: Ints) -> Ints:
        """Beyond the one that they need."""
        spoken, understood = self.sides.spoken
        shared = (spoken[mentees] @ understood[mentors].T).astype(np.int64)
        return np.clip(A_LANGUAGE_MORE * (shared - 1), 0, MOST)
