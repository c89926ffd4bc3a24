"""Solves a problem as a flow of least cost, by OR-Tools.

The solver is A. Goldberg's cost-scaling push-relabel (An efficient implementation of a scaling
minimum-cost flow algorithm, 1997), as OR-Tools has it. What it takes grows with the pairs.
"""

import numpy as np
from ortools.graph.python import max_flow, min_cost_flow

from matching.domain.assignment.problem import Bools, Ints, Problem
from matching.domain.assignment.solution import NOBODY, Solution


def solve_whole(problem: Problem) -> Solution:
    """Return the best assignment, with all pairs in one network; the same for the same problem."""
    network = _Network(problem)
    if problem.min_priority:
        most = network.most(np.ones(problem.mentees, bool))
        asked = min(problem.min_priority, network.most(problem.priority))
        formed = network.cheapest_with_quota(most, asked)
    else:
        formed = network.cheapest()
    mentor_of = np.full(problem.mentees, NOBODY, np.int64)
    mentor_of[problem.mentee[formed]] = problem.mentor[formed]
    return Solution(mentor_of, formed)


class _Network:
    """Nodes: mentees, mentors, source, those with priority, the others, sink."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        n, m = problem.mentees, problem.mentors
        self.mentor_nodes = n + np.arange(m)
        self.source, self.first, self.others, self.sink = range(n + m, n + m + 4)

    def most(self, among: Bools) -> int:
        """How many of these mentees can be assigned at once."""
        problem, flow = self.problem, max_flow.SimpleMaxFlow()
        mentees, some = np.flatnonzero(among), among[problem.mentee]
        tails = [self._at(self.source, len(mentees)), problem.mentee[some], self.mentor_nodes]
        heads = [
            mentees,
            self.mentor_nodes[problem.mentor[some]],
            self._at(self.sink, problem.mentors),
        ]
        ones = np.ones(len(mentees) + int(some.sum()), np.int64)
        capacities = np.concatenate([ones, problem.capacity])
        flow.add_arcs_with_capacity(np.concatenate(tails), np.concatenate(heads), capacities)
        if flow.solve(self.source, self.sink) != flow.OPTIMAL:
            raise RuntimeError("OR-Tools found no largest flow.")
        return int(flow.optimal_flow())

    def cheapest(self) -> Bools:
        """Return the pairs of the best assignment of as many as possible, whoever has priority.

        Mentors → mentees → sink: each mentor supplies its places, of which as many are used as can
        be, so that the largest flow needs no search of its own.
        """
        problem, flow = self.problem, min_cost_flow.SimpleMinCostFlow()
        everyone = np.arange(problem.mentees)
        places = np.minimum(problem.capacity, problem.mentees)
        arcs = flow.add_arcs_with_capacity_and_unit_cost(
            np.concatenate([self.mentor_nodes[problem.mentor], everyone]),
            np.concatenate([problem.mentee, self._at(self.sink, problem.mentees)]),
            np.ones(problem.pairs + problem.mentees, np.int64),
            np.concatenate([-problem.score, np.zeros(problem.mentees, np.int64)]),
        )
        nodes = np.append(self.mentor_nodes, self.sink)
        flow.set_nodes_supplies(nodes, np.append(places, -places.sum()))
        if flow.solve_max_flow_with_min_cost() != flow.OPTIMAL:
            raise RuntimeError("OR-Tools found no cheapest flow.")
        formed: Bools = flow.flows(arcs[: problem.pairs]) > 0
        return formed

    def cheapest_with_quota(self, most: int, asked: int) -> Bools:
        """Return the pairs of the best assignment of `most` mentees, `asked` with priority.

        Source and groups → mentees → mentors → sink. Those that are asked for with priority start
        behind the source, in the group of those with priority, so that the number needs no
        constraint besides the network's own and the solution is whole.
        """
        problem, flow = self.problem, min_cost_flow.SimpleMinCostFlow()
        groups = np.where(problem.priority, self.first, self.others)
        everyone = np.arange(problem.mentees)
        tails = [problem.mentee, self.mentor_nodes, groups, self._at(self.source, 2)]
        to_sink = self._at(self.sink, problem.mentors)
        groups_of = np.array([self.first, self.others])
        heads = [self.mentor_nodes[problem.mentor], to_sink, everyone, groups_of]
        ones = np.ones(problem.pairs, np.int64), np.ones(problem.mentees, np.int64)
        capacities = [ones[0], problem.capacity, ones[1], self._at(most, 2)]
        costs = np.zeros(sum(map(len, tails)), np.int64)
        costs[: problem.pairs] = -problem.score
        arcs = flow.add_arcs_with_capacity_and_unit_cost(
            np.concatenate(tails), np.concatenate(heads), np.concatenate(capacities), costs
        )
        nodes = np.array([self.source, self.first, self.sink])
        flow.set_nodes_supplies(nodes, np.array([most - asked, asked, -most]))
        if flow.solve() != flow.OPTIMAL:
            raise RuntimeError("OR-Tools found no cheapest flow.")
        formed: Bools = flow.flows(arcs[: problem.pairs]) > 0
        return formed

    @staticmethod
    def _at(node: int, times: int) -> Ints:
        return np.full(times, node, np.int64)
