"""The hard rules of a round: each has a name, and forbids pairs, whatever their score.

A pair is counted under the first rule that forbids it, in the order of `Rule`.
"""

from collections.abc import Mapping
from enum import StrEnum

import numpy as np

from matching.solver.encoding import Bools, EncodedInputs, Ints


class Rule(StrEnum):
    """The reason why a mentee and a mentor are not proposed to each other."""

    NO_PLACE = "no_place"
    NOT_COVERED = "not_covered"
    PAUSED = "paused"
    TOO_FAR = "too_far"
    NO_COMMON_LANGUAGE = "no_common_language"
    OWN_EMPLOYER = "own_employer"
    REFUSED_BEFORE = "refused_before"
    EXCLUDED = "excluded"


SENTENCES: Mapping[Rule, str] = {
    Rule.NO_PLACE: "The mentor has no place left.",
    Rule.NOT_COVERED: "The mentor's organisation has no convention in force on the round's day.",
    Rule.PAUSED: "The mentor takes nobody new on the round's day.",
    Rule.TOO_FAR: "They live in two regions, and not both of them work at a distance.",
    Rule.NO_COMMON_LANGUAGE: "They have no language in common.",
    Rule.OWN_EMPLOYER: "The mentee works for the mentor's organisation.",
    Rule.REFUSED_BEFORE: "They were proposed to each other, or worked together, before.",
    Rule.EXCLUDED: "One of them, or a coordinator, asked not to propose them to each other.",
}


NONE: Bools = np.zeros((1, 1), bool)


class Rules:
    """The rules, evaluated for many pairs at a time."""

    def __init__(self, encoded: EncodedInputs) -> None:
        self.encoded = encoded
        self.of_mentors = {
            Rule.NO_PLACE: encoded.places == 0,
            Rule.NOT_COVERED: np.array([not m.covered for m in encoded.inputs.mentors], bool),
            Rule.PAUSED: np.array([m.paused for m in encoded.inputs.mentors], bool),
        }
        self.free = ~np.logical_or.reduce([*self.of_mentors.values()])
        self._apart = {
            Rule.REFUSED_BEFORE: _by_mentee(encoded, encoded.inputs.refused),
            Rule.EXCLUDED: _by_mentee(encoded, encoded.inputs.excluded),
        }

    def forbidding(self, mentees: Ints, mentors: Ints) -> dict[Rule, Bools]:
        """Return the pairs of these that each rule forbids: a row a mentee, a column a mentor.

        Rules that forbid none of them are left out.
        """
        by_rule = {rule: over[mentors][None, :] for rule, over in self.of_mentors.items()}
        by_rule[Rule.TOO_FAR] = self._too_far(mentees, mentors)
        by_rule[Rule.NO_COMMON_LANGUAGE] = self._no_common_language(mentees, mentors)
        employers, organisations = self.encoded.employers
        by_rule[Rule.OWN_EMPLOYER] = NONE
        if (employers[mentees] >= 0).any():
            same = employers[mentees][:, None] == organisations[mentors][None, :]
            by_rule[Rule.OWN_EMPLOYER] = same
        by_rule |= {rule: _marked(pairs, mentees, mentors) for rule, pairs in self._apart.items()}
        whole = (len(mentees), len(mentors))
        return {rule: np.broadcast_to(over, whole) for rule, over in by_rule.items() if over.any()}

    def forbidden(self, mentees: Ints, mentors: Ints) -> Bools:
        """Return the pairs of these that any rule forbids."""
        nothing: Bools = np.zeros((len(mentees), len(mentors)), bool)
        for over in self.forbidding(mentees, mentors).values():
            nothing |= over
        return nothing

    def _too_far(self, mentees: Ints, mentors: Ints) -> Bools:
        (of_mentees, of_mentors), (remote, far) = self.encoded.regions, self.encoded.remote
        if len({*of_mentees[mentees].tolist()} | {*of_mentors[mentors].tolist()}) == 1:
            return NONE
        apart: Bools = of_mentees[mentees][:, None] != of_mentors[mentors][None, :]
        return apart & ~(remote[mentees][:, None] & far[mentors][None, :])

    def _no_common_language(self, mentees: Ints, mentors: Ints) -> Bools:
        spoken, understood = self.encoded.spoken
        by_all = np.bitwise_and.reduce(spoken[mentees]) & np.bitwise_and.reduce(understood[mentors])
        if by_all.any():
            return NONE
        none_shared: Bools = self.encoded.languages_shared(mentees, mentors) == 0
        return none_shared


def _by_mentee(
    encoded: EncodedInputs, pairs: tuple[tuple[object, object], ...]
) -> dict[int, list[int]]:
    """Return the mentors of each mentee, for people in the round."""
    found: dict[int, list[int]] = {}
    for mentee, mentor in pairs:
        row, column = encoded.mentee_at.get(mentee), encoded.mentor_at.get(mentor)  # type: ignore[call-overload]
        if row is not None and column is not None:
            found.setdefault(row, []).append(column)
    return found


def _marked(pairs: Mapping[int, list[int]], mentees: Ints, mentors: Ints) -> Bools:
    if not pairs.keys() & {*mentees.tolist()}:
        return NONE
    marked = np.zeros((len(mentees), len(mentors)), bool)
    for row, mentee in enumerate(mentees):
        if forbidden := pairs.get(int(mentee)):
            marked[row] = np.isin(mentors, forbidden)
    return marked
