"""A solution of an assignment problem."""

from dataclasses import dataclass

from matching.solver.assignment.problem import Bools, Ints

NOBODY = -1


@dataclass(frozen=True, slots=True)
class Solution:
    """The mentor of each mentee, -1 for none; and a mark for each pair that is formed.

    `among` marks the pairs among which it was found, if these are not all.
    """

    mentor_of: Ints
    formed: Bools
    among: Bools | None = None
