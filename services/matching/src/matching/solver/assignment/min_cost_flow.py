"""Solving a problem as a minimum-cost flow, by OR-Tools.

The solver is A. Goldberg's cost-scaling push-relabel (An efficient implementation of a scaling
minimum-cost flow algorithm, 1997), as implemented by OR-Tools. Its time grows with the pairs.
"""

import numpy as np
from ortools.graph.python import max_flow, min_cost_flow

from matching.solver.assignment.mentee_groups import MenteeGroups
from matching.solver.assignment.problem import Bools, Ints, Problem
from matching.solver.assignment.solution import Solution


def solve_whole(problem: Problem) -> Solution:
    """Return the optimal assignment, with all pairs in one network; it is deterministic."""
    groups = MenteeGroups(problem)
    firsts = np.flatnonzero(groups.sizes[problem.mentee])
    network = _Network(problem, firsts, groups.sizes)
    if problem.min_priority:
        most = network.most(np.ones(problem.mentees, bool))
        requested = min(problem.min_priority, network.most(problem.priority))
        units = network.cheapest_with_quota(most, requested)
    else:
        units = network.cheapest()
    return groups.solution_of(np.repeat(firsts, units))


class _Network:
    """The flow network; nodes: mentees, mentors, source, those with priority, the others, sink.

    A mentee stands for as many as `sizes` says, and has some `pairs` of the problem.
    """

    def __init__(self, problem: Problem, pairs: Ints, sizes: Ints) -> None:
        self.problem, self.sizes = problem, sizes
        self.mentee, self.mentor = problem.mentee[pairs], problem.mentor[pairs]
        self.score = problem.score[pairs]
        self.places = np.minimum(problem.capacity, problem.mentees)
        self.capacity = np.minimum(sizes[self.mentee], self.places[self.mentor])
        n, m = problem.mentees, problem.mentors
        self.mentor_nodes = n + np.arange(m)
        self.source, self.priority, self.non_priority, self.sink = range(n + m, n + m + 4)

    def most(self, among: Bools) -> int:
        """Return how many of these mentees can be assigned at once."""
        mentees, some = np.flatnonzero(among), among[self.mentee]
        flow = max_flow.SimpleMaxFlow()
        tails = [self._at(self.source, len(mentees)), self.mentee[some], self.mentor_nodes]
        heads = [
            mentees,
            self.mentor_nodes[self.mentor[some]],
            self._at(self.sink, len(self.places)),
        ]
        capacities = [self.sizes[mentees], self.capacity[some], self.places]
        flow.add_arcs_with_capacity(*map(np.concatenate, (tails, heads, capacities)))
        if flow.solve(self.source, self.sink) != flow.OPTIMAL:
            raise RuntimeError("OR-Tools found no largest flow.")
        return int(flow.optimal_flow())

    def cheapest(self) -> Ints:
        """Return how often each pair is formed, of as many as possible, regardless of priority.

        Mentors → mentees → sink: each mentor supplies its places, of which as many are used as
        possible, so that the largest flow needs no search of its own.
        """
        flow, everyone = min_cost_flow.SimpleMinCostFlow(), np.arange(len(self.sizes))
        arcs = flow.add_arcs_with_capacity_and_unit_cost(
            np.concatenate([self.mentor_nodes[self.mentor], everyone]),
            np.concatenate([self.mentee, self._at(self.sink, len(everyone))]),
            np.concatenate([self.capacity, self.sizes]),
            np.concatenate([-self.score, np.zeros(len(everyone), np.int64)]),
        )
        nodes = np.append(self.mentor_nodes, self.sink)
        flow.set_nodes_supplies(nodes, np.append(self.places, -self.places.sum()))
        if flow.solve_max_flow_with_min_cost() != flow.OPTIMAL:
            raise RuntimeError("OR-Tools found no cheapest flow.")
        units: Ints = flow.flows(arcs[: len(self.score)])
        return units

    def cheapest_with_quota(self, most: int, requested: int) -> Ints:
        """Return how often each pair is formed: of `most` mentees, `requested` with priority.

        Source and groups → mentees → mentors → sink. Those requested with priority start behind the
        source, in the group of those with priority, so that the number needs no constraint besides
        the network's own and the solution is whole.
        """
        flow, everyone = min_cost_flow.SimpleMinCostFlow(), np.arange(len(self.sizes))
        groups = np.where(self.problem.priority, self.priority, self.non_priority)
        tails = [self.mentee, self.mentor_nodes, groups, self._at(self.source, 2)]
        to_sink = self._at(self.sink, len(self.places))
        groups_of = np.array([self.priority, self.non_priority])
        heads = [self.mentor_nodes[self.mentor], to_sink, everyone, groups_of]
        capacities = [self.capacity, self.places, self.sizes, self._at(most, 2)]
        costs = np.zeros(sum(map(len, tails)), np.int64)
        costs[: len(self.score)] = -self.score
        arcs = flow.add_arcs_with_capacity_and_unit_cost(
            np.concatenate(tails), np.concatenate(heads), np.concatenate(capacities), costs
        )
        nodes = np.array([self.source, self.priority, self.sink])
        flow.set_nodes_supplies(nodes, np.array([most - requested, requested, -most]))
        if flow.solve() != flow.OPTIMAL:
            raise RuntimeError("OR-Tools found no cheapest flow.")
        units: Ints = flow.flows(arcs[: len(self.score)])
        return units

    @staticmethod
    def _at(node: int, times: int) -> Ints:
        return np.full(times, node, np.int64)
