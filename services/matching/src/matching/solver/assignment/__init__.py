"""The optimal assignment of mentees to mentors with places, and its certificate of optimality.

Lexicographic: as many mentees as possible; of these, at least `min_priority` with priority, as far
as possible; then the largest sum of scores. The three never conflict: mentees who can be served
together can be served among as many as possible (matchings are a matroid's independent sets).

`column_generation` finds it; the names exported here do without OR-Tools.
"""

from matching.solver.assignment.certificate import Certificate, certify
from matching.solver.assignment.certificate_check import violations
from matching.solver.assignment.problem import InvalidProblem, Problem
from matching.solver.assignment.solution import Solution

__all__ = ["Certificate", "InvalidProblem", "Problem", "Solution", "certify", "violations"]
