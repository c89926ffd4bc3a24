"""The pairs that are handed to the solver: few at first, then those that its prices miss.

A round has millions of eligible pairs, of which an optimum needs those that are good for somebody.
So it is found among the best of each mentee, and priced: an eligible pair that is worth more than
its prices, or lies outside the cover, is added, and the optimum sought anew. When there is none,
the optimum is one of all eligible pairs (column generation, Dantzig and Wolfe 1960).
"""

from dataclasses import dataclass

import numpy as np

from matching.domain.rounds.blocks import Block, Blocks
from matching.domain.rounds.sides import Bools, Ints
from matching.domain.rounds.worth import unit_of

AT_FIRST, AT_A_TIME = 40, 20
"""Pairs of a mentee."""
SPREAD, MIX = 10, (np.uint32(2_654_435_761), np.uint32(2_246_822_519))
"""Bits, and odd numbers, by which mentees are spread over mentors among equals."""
BEHIND = np.int32(1 << 30)
"""Behind all ranks; with them, since equals take a partition long."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Pairs by their places in the inputs, and what each is worth."""

    mentees: Ints
    mentors: Ints
    worth: Ints

    def __len__(self) -> int:
        return len(self.mentees)

    def __or__(self, other: "Pool") -> "Pool":
        """The pairs that are in one of the two."""
        both = _joined([self, other])
        pairs = both.mentees << 32 | both.mentors
        _, first = np.unique(pairs, return_index=True)
        return Pool(both.mentees[first], both.mentors[first], both.worth[first])


@dataclass(frozen=True, slots=True)
class Prices:
    """What a solver says of the pairs it had: see `Certificate`."""

    of_mentees: Ints
    of_mentors: Ints
    per_pair: int
    per_priority: int
    cover: tuple[Bools, Bools]
    priority_cover: tuple[Bools, Bools] | None = None


def best_of_each(blocks: Blocks) -> Pool:
    """The best eligible pairs of each mentee; among equals they differ from mentee to mentee."""
    return _joined([_highest(blocks, block, block.eligible, AT_FIRST) for block in blocks])


def missed(blocks: Blocks, prices: Prices) -> Pool:
    """Eligible pairs that the prices or the cover miss, of each mentee the highest scores first."""
    unit, found = unit_of(blocks.sides), []
    bonus = prices.per_pair + prices.per_priority * blocks.sides.priority
    floor = prices.of_mentees - bonus - blocks.sides.days_waiting
    for block in blocks:
        gain = block.scores.astype(np.int64)
        gain *= unit
        gain -= floor[block.mentees][:, None]
        gain -= prices.of_mentors[block.mentors][None, :]
        eligible = block.eligible
        wanted = ((gain > 0) | _uncovered(blocks, block, prices)) & eligible
        found.append(_highest(blocks, block, wanted, AT_A_TIME))
    return _joined(found)


def _uncovered(blocks: Blocks, block: Block, prices: Prices) -> Bools:
    """Pairs outside the cover, or with priority outside its own."""
    uncovered = ~_touched(block, prices.cover)
    if prices.priority_cover:
        first = blocks.sides.priority[block.mentees][:, None]
        uncovered |= first & ~_touched(block, prices.priority_cover)
    return uncovered


def _touched(block: Block, cover: tuple[Bools, Bools]) -> Bools:
    touched: Bools = cover[0][block.mentees][:, None] | cover[1][block.mentors][None, :]
    return touched


def _highest(blocks: Blocks, block: Block, wanted: Bools, most: int) -> Pool:
    """The highest scores of each row of those that are wanted, with their worth."""
    many = np.flatnonzero(wanted.sum(axis=1) > most)
    if len(many):
        wanted[many] &= _among_the_best(block, many, wanted[many], most)
    rows, columns = np.nonzero(wanted)
    mentees, scores = block.mentees[rows], block.scores[rows, columns].astype(np.int64)
    worth = scores * unit_of(blocks.sides) + blocks.sides.days_waiting[mentees]
    return Pool(mentees, block.mentors[columns], worth)


def _among_the_best(block: Block, rows: Ints, wanted: Bools, most: int) -> Bools:
    """So many of each row; among equals, mentees are spread over mentors."""
    mentees, mentors = block.mentees[rows].astype(np.uint32), block.mentors.astype(np.uint32)
    spread = (mentees * MIX[0])[:, None] ^ (mentors * MIX[1])[None, :]
    rank = block.scores[rows].astype(np.int32) << SPREAD | (spread >> (32 - SPREAD)).astype(
        np.int32
    )
    rank[~wanted] -= BEHIND
    best = np.argpartition(rank, -most, axis=1)[:, -most:]
    kept = np.zeros_like(wanted)
    np.put_along_axis(kept, best, values=True, axis=1)
    return kept


def _joined(pools: list[Pool]) -> Pool:
    nothing = np.zeros(0, np.int64)
    return Pool(
        np.concatenate([nothing, *(pool.mentees for pool in pools)]),
        np.concatenate([nothing, *(pool.mentors for pool in pools)]),
        np.concatenate([nothing, *(pool.worth for pool in pools)]),
    )
