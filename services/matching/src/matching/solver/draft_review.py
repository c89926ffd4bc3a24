"""The review of a draft: single pairs, by the rules and criteria of its round."""

from functools import cached_property
from uuid import UUID

import numpy as np

from backbone.errors import NotFound, Refused
from matching.domain.pairings import MentorFull
from matching.solver.baselines import Serving
from matching.solver.blocks import Blocks
from matching.solver.encoding import EncodedInputs, Ints
from matching.solver.inputs import Inputs
from matching.solver.rules import SENTENCES, Rule


class PairNotEligible(Refused, kind="pair-not-eligible"):
    """A rule of the round forbids the pair."""


class DraftReview:
    """The rules and criteria of a round for single pairs."""

    def __init__(self, inputs: Inputs) -> None:
        self.encoded = EncodedInputs(inputs)

    @cached_property
    def blocks(self) -> Blocks:
        return Blocks(self.encoded)

    def require_in_round(self, mentee_id: UUID) -> None:
        if mentee_id not in self.encoded.mentee_at:
            raise NotFound("This mentee is not in the round. Look at who waited on its day.")

    def require_place(self, mentor_id: UUID, taken: int) -> None:
        """Raise `MentorFull` unless the mentor has more places than the `taken` ones."""
        if mentor_id not in self.encoded.mentor_at:
            raise NotFound("This mentor has no place in the round. Choose another one.")
        places = int(self.encoded.places[self.encoded.mentor_at[mentor_id]])
        if taken >= places:
            raise MentorFull(
                f"The draft proposes this mentor to {taken} mentees, for {places} places. Take one "
                "of these pairs away first, or choose another mentor."
            )

    def forbidding(self, mentee_id: UUID, mentor_id: UUID) -> list[Rule]:
        """Return the rules that forbid a pair."""
        by_rule = self.blocks.rules.forbidding(*self._pair(mentee_id, mentor_id))
        return [rule for rule, forbidden in by_rule.items() if forbidden[0, 0]]

    def require_eligible(self, mentee_id: UUID, mentor_id: UUID) -> None:
        """Raise `PairNotEligible` if a rule forbids the pair."""
        if forbidding := self.forbidding(mentee_id, mentor_id):
            raise PairNotEligible(f"{SENTENCES[forbidding[0]]} Choose another mentor.")

    def scored(self, mentee_id: UUID, mentor_id: UUID) -> tuple[int, dict[str, int]]:
        """Return the score of an eligible pair, and the contributions to it."""
        self.require_eligible(mentee_id, mentor_id)
        levels = self.blocks.scores.contributions(*self._pair(mentee_id, mentor_id))
        contributions = {name.value: int(added[0, 0]) for name, added in levels.items()}
        return sum(contributions.values()), contributions

    def allows(self, mentee_id: UUID, mentor_id: UUID, *, places: int) -> bool:
        """Return whether a pair is eligible, and the mentor has `places`."""
        known = mentee_id in self.encoded.mentee_at and mentor_id in self.encoded.mentor_at
        return (
            known
            and int(self.encoded.places[self.encoded.mentor_at[mentor_id]]) >= places
            and not self.forbidding(mentee_id, mentor_id)
        )

    def best_of(self, mentee_id: UUID) -> UUID | None:
        """Return the eligible mentor with the highest score, of equals the first, or `None`."""
        best = Serving(self.blocks).best(self.encoded.mentee_at[mentee_id])
        return self.encoded.inputs.mentors[best[0]].id if best else None

    def best_for(self, mentor_id: UUID, *, most: int) -> list[tuple[UUID, int, dict[str, int]]]:
        """Return the `most` eligible mentees with the highest scores for a mentor, best first."""
        rows = np.arange(len(self.encoded.inputs.mentees), dtype=np.int64)
        column = np.array([self.encoded.mentor_at[mentor_id]], np.int64)
        if not len(rows):
            return []
        eligible = rows[~self.blocks.rules.forbidden(rows, column)[:, 0]]
        scores = self.blocks.scores.of(eligible, column)[:, 0]
        best = eligible[np.argsort(-scores, kind="stable")[:most]]
        ids = [self.encoded.inputs.mentees[row].id for row in best]
        return [(mentee_id, *self.scored(mentee_id, mentor_id)) for mentee_id in ids]

    def _pair(self, mentee_id: UUID, mentor_id: UUID) -> tuple[Ints, Ints]:
        row, column = self.encoded.mentee_at[mentee_id], self.encoded.mentor_at[mentor_id]
        return np.array([row], np.int64), np.array([column], np.int64)
