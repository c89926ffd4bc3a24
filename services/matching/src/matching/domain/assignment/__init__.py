"""The best assignment of mentees to mentors with places, and the proof that it is the best.

Lexicographic: as many mentees as possible; of these, at least so many with priority, as far as it
can be; then the largest sum of scores. The three never conflict: whoever can be served together can
be served among as many as possible (matchings are a matroid's independent sets).

`solving` finds it; what is here needs no solver.
"""

from matching.domain.assignment.problem import Problem, Unfit
from matching.domain.assignment.proof import Certificate, certificate
from matching.domain.assignment.solution import Solution
from matching.domain.assignment.verifying import faults

__all__ = ["Certificate", "Problem", "Solution", "Unfit", "certificate", "faults"]
