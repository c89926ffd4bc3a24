"""Finds the best assignment as a flow of least cost, by OR-Tools.

Source and groups → mentees → mentors → sink. As many units flow as can be; those that are asked for
with priority start behind the source, in the group of those with priority, so that the number needs
no constraint beside the network's own and the solution is whole. The solver is A. Goldberg's
cost-scaling push-relabel (An efficient implementation of a scaling minimum-cost flow algorithm,
1997), as OR-Tools has it.
"""

import numpy as np
from ortools.graph.python import max_flow, min_cost_flow

from matching.domain.assignment.problem import Bools, Ints, Problem
from matching.domain.assignment.solution import NOBODY, Solution


def solve(problem: Problem) -> Solution:
    """The best assignment; the same problem gives the same one."""
    network = _Network(problem)
    most = network.most(np.ones(problem.mentees, bool))
    asked = 0
    if problem.min_priority:
        asked = min(problem.min_priority, network.most(problem.priority))
    formed = network.cheapest(most, asked)
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

    def cheapest(self, most: int, asked: int) -> Bools:
        """The pairs of the best assignment of so many mentees, so many with priority among them."""
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
