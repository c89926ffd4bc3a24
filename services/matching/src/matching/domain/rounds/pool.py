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
from matching.domain.rounds.worth import worth_of

AT_FIRST, AT_A_TIME = 40, 20
"""Pairs of a mentee."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Pairs by their places in the inputs, and what each is worth."""

    mentees: Ints
    mentors: Ints
    worth: Ints

    def __len__(self) -> int:
        return len(self.mentees)

    def __add__(self, other: "Pool") -> "Pool":
        """Both together: no pair is in both."""
        return _joined([self, other])


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
    found = []
    for block in blocks:
        worth = worth_of(block.scores, blocks.sides, block.mentees)
        found.append(_highest(block, worth, block.eligible, most=AT_FIRST))
    return _joined(found)


def missed(blocks: Blocks, prices: Prices) -> Pool:
    """Eligible pairs that the prices or the cover miss, the most of each mentee's first."""
    bonus = prices.per_pair + prices.per_priority * blocks.sides.priority
    found = []
    for block in blocks:
        worth = worth_of(block.scores, blocks.sides, block.mentees)
        gain = worth + (bonus - prices.of_mentees)[block.mentees][:, None]
        gain -= prices.of_mentors[block.mentors][None, :]
        wanted = block.eligible & ((gain > 0) | ~_touched(block, prices.cover))
        if prices.priority_cover:
            first = blocks.sides.priority[block.mentees][:, None]
            wanted |= block.eligible & first & ~_touched(block, prices.priority_cover)
        found.append(_highest(block, worth, wanted, most=AT_A_TIME))
    return _joined(found)


def _touched(block: Block, cover: tuple[Bools, Bools]) -> Bools:
    touched: Bools = cover[0][block.mentees][:, None] | cover[1][block.mentors][None, :]
    return touched


def _highest(block: Block, worth: Ints, wanted: Bools, *, most: int) -> Pool:
    rows, columns = np.nonzero(wanted)
    if wanted.sum(axis=1).max(initial=0) > most:
        spread = (block.mentees[:, None] * 73_856_093 ^ block.mentors[None, :] * 19_349_663) % 1_009
        rank = np.where(wanted, block.scores * 1_009 + spread, -1)
        best = np.argpartition(-rank, most - 1, axis=1)[:, :most]
        kept = np.zeros_like(wanted)
        np.put_along_axis(kept, best, values=True, axis=1)
        rows, columns = np.nonzero(kept & wanted)
    return Pool(block.mentees[rows], block.mentors[columns], worth[rows, columns])


def _joined(pools: list[Pool]) -> Pool:
    nothing = np.zeros(0, np.int64)
    return Pool(
        np.concatenate([nothing, *(pool.mentees for pool in pools)]),
        np.concatenate([nothing, *(pool.mentors for pool in pools)]),
        np.concatenate([nothing, *(pool.worth for pool in pools)]),
    )
