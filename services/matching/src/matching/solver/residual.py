"""The exact cost of a change to a proved round: shortest paths in its residual network.

A mentee who is moved to another mentor takes a place there. That place's mentee moves to another
mentor, whose mentee moves on, and so on, until an unused place is taken, a mentee is left out, or
the place that the first one leaves is taken. The best of these chains is a shortest path from the
mentor to where the mentee comes from (successive shortest paths: Ahuja, Magnanti and Orlin, Network
Flows, 1993, chapter 9). By the certificate's prices no step of it has a negative cost.

Distances from and to three hubs are computed once: the unused places, and the mentees who are left
out, without and with priority. The path through a hub is an upper bound of a distance, the triangle
inequality a lower one; where they differ, a search guided by the lower bound decides (A* with
landmarks: Goldberg and Harrelson 2005).
"""

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np

from matching.solver.assignment.problem import InvalidProblem
from matching.solver.assignment.solution import NOBODY
from matching.solver.blocks import Block, Blocks
from matching.solver.certificate import Certificate
from matching.solver.encoding import EncodedInputs, Ints
from matching.solver.inputs import Inputs
from matching.solver.mentor_groups import MentorGroups
from matching.solver.scores import highest

NEVER = 1 << 62
"""The cost of an impossible step; a cost may be added to it within 64 bits."""
FEWER = 4
"""The weight of one mentee fewer, in mentees fewer with priority, of which there is one at most."""
CHEAP = 8
"""Pairs of each mentee among which bounds of the distances to the hubs are sought."""

Arcs = tuple[Ints, Ints, Ints]


class Loss(NamedTuple):
    """The loss of a round: mentees, requested ones with priority, points of score."""

    fewer: int
    fewer_with_priority: int
    points: int


class Price(NamedTuple):
    """The number of mentees more that could be proposed, and the points that adds or costs."""

    mentees: int
    points: int


NOTHING = Price(0, 0)


class Residual:
    """The residual network of a round's optimum: mentors, alike ones as one node, and the hubs.

    `inputs` are those without locked mentees, in the order of the certificate, which has to record
    the choice that it proves. Raise `InvalidProblem` if its numbers do not leave room for the
    levels of the objective within 64 bits.
    """

    def __init__(self, inputs: Inputs, proof: Certificate) -> None:
        groups = MentorGroups(inputs)
        self.proof, self.node_of = proof, groups.group_of
        self.blocks = Blocks(EncodedInputs(groups.as_one))
        self.blocks.fill_cache()
        encoded, number = self.blocks.encoded, len(groups.members)
        self.unused, self.non_priority, self.priority = range(number, number + 3)
        self.nodes = number + 3
        self.of_mentees = np.array(proof.of_mentees, np.int64)
        self.of_mentors = np.zeros(number, np.int64)
        self.of_mentors[self.node_of] = proof.of_mentors
        bonus = proof.per_pair + proof.per_priority * encoded.priority
        self.floor = self.of_mentees - bonus - encoded.days_waiting
        self.hub_of = np.where(encoded.priority, self.priority, self.non_priority)
        chosen = np.array(proof.mentor_of, np.int64)
        self.mentor_of = np.append(self.node_of, NOBODY)[chosen]
        self.taken = np.bincount(self.mentor_of[chosen != NOBODY], minlength=number)
        self.level = self._level()

    def _level(self) -> int:
        """Return the weight of one mentee with priority: more than any two sums of worth differ."""
        proof = self.proof
        prices = int(self.of_mentees.max(initial=0)) + int(self.of_mentors.max(initial=0))
        prices += proof.per_pair + proof.per_priority
        worth = highest(self.blocks.encoded.inputs.weights) * proof.unit
        level = 4 * (worth * self.nodes + 2 * prices) + 1
        if 4 * FEWER * level >= NEVER:
            raise InvalidProblem("The worth of this round leaves no room for exact costs.")
        return level

    def loss(self, mentee: int, mentor: int) -> Loss:
        """Return the exact loss of the round if these two, who are eligible, are paired."""
        start, end = int(self.node_of[mentor]), int(self.mentor_of[mentee])
        end = int(self.hub_of[mentee]) if end == NOBODY else end
        if start == end:
            return Loss(0, 0, 0)
        level, rest = self._split(int(self._pairs(mentee)[start]) + self._distance(start, end))
        return Loss(*divmod(level, FEWER), self._points(rest))

    def price(self, mentor: int) -> Price:
        """Return the value of one more place with a mentor who has one at least.

        A mentee who is left out is served, by whatever chain; else another gains by a better place.
        """
        node, proof = int(self.node_of[mentor]), self.proof
        worth, (unused, others, first) = int(self.of_mentors[node]), self._from_hubs
        wanted = self.level if proof.shortfall else 0
        coming = int(min(others[node], first[node] + proof.per_priority - wanted))
        level, rest = self._split(coming)
        if level < FEWER - 1:
            return Price(1, self._points(worth - proof.per_pair - rest))
        gain = worth - int(unused[node]) if self.taken[node] else 0
        return Price(0, self._points(gain))

    def price_of_priority(self) -> int:
        """Return how many points the round would gain if one fewer with priority were requested."""
        exchanged = int(self._from_hubs[1][self.priority])
        return self._points(max(0, self.proof.per_priority - exchanged))

    def _split(self, cost: int) -> tuple[int, int]:
        """Return the level of a cost, and the worth that remains."""
        level = (cost + self.level // 2) // self.level
        return level, cost - level * self.level

    def _points(self, worth: int) -> int:
        """Return the points of a difference of worth; its days are less than half a point."""
        return (2 * worth + self.proof.unit) // (2 * self.proof.unit)

    def _distance(self, start: int, end: int) -> int:
        """Return the length of the shortest path from a mentor to another one, or to a hub."""
        through = zip(self._to_hubs, self._from_hubs, strict=True)
        most = min(int(to[start]) + int(away[end]) for to, away in through)
        least = np.zeros(self.nodes, np.int64)
        for away in self._from_hubs:
            np.maximum(least, away[end] - away, out=least, where=away < NEVER)
        if least[start] >= most:
            return most
        return min(most, int(self._distances(start, end=end, least=least, below=most)[end]))

    def _distances(
        self, start: int, *, end: int = NOBODY, least: Ints | None = None, below: int = NEVER
    ) -> Ints:
        """Return the distances from a node, until the end is reached or all are `below` or more.

        Dijkstra's algorithm; `least` is a lower bound of the distance from each node to the end.
        """
        least = np.zeros(self.nodes, np.int64) if least is None else least
        distances, keys = np.full((2, self.nodes), NEVER)
        distances[start], keys[start] = 0, least[start]
        while True:
            node = int(keys.argmin())
            if node == end or keys[node] >= below:
                return distances
            keys[node] = NEVER
            reached = self._arcs(node) + distances[node]
            nearer = np.flatnonzero(reached < distances)
            distances[nearer] = reached[nearer]
            keys[nearer] = reached[nearer] + least[nearer]

    def _arcs(self, node: int) -> Ints:
        """Return the costs of the steps from a node to each node."""
        if node >= self.unused:
            row: Ints = self._hubs[node - self.unused]
            return row
        costs = np.full(self.nodes, NEVER)
        for mentee in self._members[node]:
            np.minimum(costs, self._pairs(mentee), out=costs)
            hub = self.hub_of[mentee]
            costs[hub] = min(costs[hub], self.of_mentees[mentee])
        if self.taken[node] < self.blocks.encoded.places[node]:
            costs[self.unused] = 0
        return costs

    def _pairs(self, mentee: int) -> Ints:
        """Return the slack of a mentee's pair with each mentor: its prices less its worth."""
        costs, block = np.full(self.nodes, NEVER), self.blocks.of(mentee)
        if block is not None:
            costs[block.mentors] = self._costs(block)[0]
        return costs

    def _costs(self, block: Block) -> Ints:
        costs: Ints = block.scores.astype(np.int64)
        costs *= -self.proof.unit
        costs += self.floor[block.mentees][:, None]
        costs += self.of_mentors[block.mentors]
        costs[~block.eligible] = NEVER
        return costs

    @cached_property
    def _members(self) -> list[Ints]:
        """The mentees of each mentor."""
        by_mentor = np.argsort(self.mentor_of, kind="stable")
        served = by_mentor[len(by_mentor) - int(self.taken.sum()) :]
        return np.split(served, np.cumsum(self.taken)[:-1])

    @cached_property
    def _hubs(self) -> Ints:
        """The costs of the steps from each hub.

        A place that a mentor gives up; a mentee who is served, one with priority instead of
        another, nobody instead of one. Where only as many have priority as were requested, one
        fewer is a loss.
        """
        proof, costs = self.proof, np.full((3, self.nodes), NEVER)
        fewer = FEWER * self.level - proof.per_pair
        first = -proof.per_priority
        if proof.priority_matched <= proof.min_priority:
            first += self.level
        costs[0, : self.unused] = np.where(self.taken > 0, self.of_mentors, NEVER)
        for mentee in np.flatnonzero(self.mentor_of == NOBODY):
            row = costs[self.hub_of[mentee] - self.unused]
            np.minimum(row, self._pairs(int(mentee)), out=row)
        costs[1, self.priority], costs[2, self.non_priority] = proof.per_priority, first
        costs[1, self.unused], costs[2, self.unused] = fewer, fewer + first
        return costs

    @cached_property
    def _from_hubs(self) -> tuple[Ints, Ints, Ints]:
        unused, others, first = (self._distances(hub) for hub in range(self.unused, self.nodes))
        return unused, others, first

    @cached_property
    def _to_hubs(self) -> list[Ints]:
        """Upper bounds of the distance to each hub: Bellman and Ford's iteration, cheap steps."""
        tails, heads, costs = map(np.concatenate, zip(*self._cheap(), strict=True))
        to_hubs = []
        for hub in range(self.unused, self.nodes):
            distances, before = np.full(self.nodes, NEVER), np.zeros(0, np.int64)
            distances[hub] = 0
            while not np.array_equal(before, distances):
                before = distances.copy()
                np.minimum.at(distances, tails, costs + distances[heads])
            to_hubs.append(distances)
        return to_hubs

    def _cheap(self) -> Iterator[Arcs]:
        """Yield steps: their tails, heads and costs."""
        served = self.mentor_of != NOBODY
        yield self.mentor_of[served], self.hub_of[served], self.of_mentees[served]
        free = np.flatnonzero(self.taken < self.blocks.encoded.places)
        yield free, np.full(len(free), self.unused), np.zeros(len(free), np.int64)
        hubs, heads = np.nonzero(self._hubs < NEVER)
        yield hubs + self.unused, heads, self._hubs[hubs, heads]
        for block in self.blocks:
            costs = self._costs(block)[served[block.mentees]]
            number = min(CHEAP, costs.shape[1])
            at = np.argpartition(costs, number - 1, axis=1)[:, :number]
            cheap = np.take_along_axis(costs, at, axis=1)
            rows, columns = np.nonzero(cheap < NEVER)
            mentees = block.mentees[served[block.mentees]]
            yield (
                self.mentor_of[mentees[rows]],
                block.mentors[at[rows, columns]],
                cheap[rows, columns],
            )
